package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/sqldb"
)

// TestTheSettingsOfAnActionOnItsPage: a coordinator of the unit that leads changes them, with an
// event; the others read them.
func TestTheSettingsOfAnActionOnItsPage(t *testing.T) {
	w := sqliteWorld(t)
	path := "/actions/" + string(w.action)
	dora, ben := w.visit("Dora"), w.visit("Ben")
	settings := func(v *visitor) string {
		t.Helper()
		page := v.page(path)
		wellFormed(t, path, page)
		return textOf(last(all(page, "section")))
	}
	if text := settings(dora); !strings.Contains(text, "open: the third person") || !strings.Contains(text, "none: only the owners") || !strings.Contains(text, "Change the settings") {
		t.Errorf("%s", text)
	}
	form := url.Values{"blind": {"yes"}, "silence": {"90"}}
	if status, header, body := dora.post(path, form); status != 303 || header.Get("Location") != path+"#settings" {
		t.Fatalf("%d: %s", status, textOf(parsed(t, body)))
	}
	if text := settings(ben); !strings.Contains(text, "blind: who assesses") || !strings.Contains(text, "90 minutes") || strings.Contains(text, "Change the settings") || !strings.Contains(text, "that leads the action changes this") {
		t.Errorf("an analyst reads: %s", text)
	}
	w.setTimes(1)
	if status, _, _ := dora.post(path, form); status != 303 { // the same again is no event
		t.Errorf("the same again gave %d", status)
	}
	w.setTimes(1)
	if status, _, _ := ben.post(path, url.Values{}); status != 403 {
		t.Errorf("an analyst changes them: %d", status)
	}
	if status, _, _ := w.visit("Gus").post(path, url.Values{}); status != 404 {
		t.Errorf("a coordinator of a unit that takes no part: %d", status)
	}
	south := w.people["Cleo"]
	south.Roles = []auth.Role{auth.Coordinator}
	if _, err := w.flow.SetAction(t.Context(), south, w.action, false, 0); err == nil {
		t.Error("a coordinator of a unit that does not lead changes them")
	}
	for typed, says := range map[string]string{"10081": "which is a week", "-1": "which is a week", "soon": "which is a week"} {
		status, _, body := dora.post(path, url.Values{"silence": {typed}})
		page := parsed(t, body)
		if text := textOf(last(all(page, "section"))); status != 422 || !strings.Contains(text, says) {
			t.Errorf("%s gave %d: %s", typed, status, text)
		}
	}
	w.setTimes(1)
	if status, _, _ := dora.post(path, url.Values{"silence": {""}}); status != 303 {
		t.Errorf("back again gave %d", status)
	}
	w.setTimes(2)
	if text := settings(dora); !strings.Contains(text, "open: the third person") || !strings.Contains(text, "none: only the owners") {
		t.Errorf("%s", text)
	}
}

// setTimes counts the events of changed settings.
func (w *world) setTimes(want int) {
	w.t.Helper()
	var n int
	err := w.db.View(w.t.(*testing.T).Context(), func(tx *sqldb.Tx) error {
		return tx.Row("SELECT COUNT(*) FROM audit_event WHERE verb = 'action.set' AND subject = $1", w.action).Scan(&n)
	})
	if err != nil || n != want {
		w.t.Errorf("%d events, want %d: %v", n, want, err)
	}
}
