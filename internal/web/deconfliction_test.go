package web

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
)

// askedWorld is a world in which Unit South asks the others about two items.
func askedWorld(t *testing.T) *world {
	w := sqliteWorld(t)
	south := w.people["Cleo"]
	south.Roles = []auth.Role{auth.Coordinator}
	for _, name := range []string{"cleared-0", "cleared-1"} {
		if _, err := w.flow.AskRound(t.Context(), south, w.items[name], 2*time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func (w *world) stageOf(name string) (stage item.Stage) {
	err := w.db.View(w.t.(*testing.T).Context(), func(tx *sqldb.Tx) error {
		it, err := item.Get(tx, w.items[name])
		stage = it.Stage
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return stage
}

func TestQuestionsOnThePage(t *testing.T) {
	w := askedWorld(t)
	dora := w.visit("Dora")
	page := dora.page("/deconfliction")
	wellFormed(t, "/deconfliction", page)
	if n := len(all(page, "article")); n != 2 || !strings.Contains(textOf(one(t, page, "main")), "2 open questions") {
		t.Fatalf("%d questions", n)
	}
	if text := textOf(dora.page("/items/" + string(w.items["cleared-0"]))); !strings.Contains(text, "Units are being asked") {
		t.Errorf("the item does not say that units are being asked: %s", text)
	}
	post := func(v *visitor, path string, form url.Values, want int) string {
		t.Helper()
		status, _, body := v.post(path, form)
		if status != want {
			t.Errorf("%s %v gave %d, want %d: %.300s", path, form, status, want, textOf(parsed(t, body)))
		}
		return body
	}
	first, second := "/items/"+string(w.items["cleared-0"])+"/deconfliction/answer", "/items/"+string(w.items["cleared-1"])+"/deconfliction/answer"
	post(dora, first, url.Values{"answer": {"free"}}, 303)
	if w.stageOf("cleared-0") != item.Cleared {
		t.Errorf("after the answer it is %s", w.stageOf("cleared-0"))
	}
	refused := post(dora, second, url.Values{"answer": {"interest"}, "until": {"2026-01-13T09:00"}}, 422)
	if text := textOf(parsed(t, refused)); !strings.Contains(text, "say whom to ring") {
		t.Errorf("it does not say what is missing: %s", text)
	}
	post(dora, second, url.Values{"answer": {"interest"}, "contact": {"Duty officer North"}, "until": {"2026-01-13T09:00"}}, 303)
	if w.stageOf("cleared-1") != item.Held {
		t.Errorf("after an interest it is %s", w.stageOf("cleared-1"))
	}
	// Others see that there is a hold and whom to ring; who said so, and why, nowhere.
	ben := w.visit("Ben")
	if text := textOf(ben.page("/items/" + string(w.items["cleared-1"]))); !strings.Contains(text, "Duty officer North") || strings.Contains(text, "deconflict.answered") {
		t.Errorf("the item: %s", text)
	}
	if text := textOf(dora.page("/deconfliction")); !strings.Contains(text, "What your unit holds") {
		t.Errorf("the hold is not on the page: %s", text)
	}
	post(dora, second, url.Values{"answer": {"free"}}, 303)
	if w.stageOf("cleared-1") != item.Cleared {
		t.Errorf("after the release it is %s", w.stageOf("cleared-1"))
	}
}

func TestInterestsOnThePage(t *testing.T) {
	w := sqliteWorld(t)
	gus := w.visit("Gus")
	form := url.Values{"kind": {"account"}, "value": {"https://clips.example/@sample"}, "contact": {"Desk West"}, "until": {"2026-02-01T00:00"}}
	if status, _, body := gus.post("/interests", form); status != 303 {
		t.Fatalf("%d: %s", status, textOf(parsed(t, body)))
	}
	page := gus.page("/deconfliction")
	if text := textOf(one(t, page, "tbody")); !strings.Contains(text, "clips.example/@sample") || !strings.Contains(text, "an account") {
		t.Errorf("%s", text)
	}
	if text := textOf(w.visit("Dora").page("/deconfliction")); strings.Contains(text, "@sample") {
		t.Error("another unit sees the interest")
	}
	form.Set("value", "no link")
	if status, _, body := gus.post("/interests", form); status != 422 || !strings.Contains(textOf(parsed(t, body)), "beginning of a link") {
		t.Errorf("%d: %s", status, textOf(parsed(t, body)))
	}
	for _, f := range all(page, "form") {
		if action, _ := attr(f, "action"); strings.HasSuffix(action, "/end") {
			if status, _, _ := gus.post(action, nil); status != 303 {
				t.Errorf("%s gave %d", action, status)
			}
		}
	}
	if n := strings.Count(textOf(one(t, gus.page("/deconfliction"), "tbody")), "ended"); n != 2 {
		t.Errorf("%d interests have ended", n)
	}
}
