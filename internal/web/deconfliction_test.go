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
	if text := textOf(dora.page("/items/" + string(w.items["cleared-0"]))); !strings.Contains(text, "Others are being asked") {
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
	if text := textOf(ben.page("/items/" + string(w.items["cleared-1"]))); !strings.Contains(text, "Duty officer North") || strings.Contains(text, "deconflict.answered") || strings.Contains(text, "Dora") {
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
	form := url.Values{"kind": {"account"}, "value": {"https://clips.example/@sample"}, "contact": {"Desk West"}, "until": {"2026-02-01T00:00"}, "silence": {"4320"}}
	if status, _, body := gus.post("/interests", form); status != 303 {
		t.Fatalf("%d: %s", status, textOf(parsed(t, body)))
	}
	page := gus.page("/deconfliction")
	if text := textOf(last(all(page, "tbody"))); !strings.Contains(text, "clips.example/@sample") || !strings.Contains(text, "an account") || !strings.Contains(text, "4,320 minutes") {
		t.Errorf("%s", text)
	}
	if text := textOf(w.visit("Dora").page("/deconfliction")); strings.Contains(text, "@sample") {
		t.Error("another unit sees the interest")
	}
	form.Set("value", "no link")
	if status, _, body := gus.post("/interests", form); status != 422 || !strings.Contains(textOf(parsed(t, body)), "beginning of a link") {
		t.Errorf("%d: %s", status, textOf(parsed(t, body)))
	}
	form.Set("value", "https://clips.example/@other")
	form.Set("silence", "10081")
	if status, _, body := gus.post("/interests", form); status != 422 || !strings.Contains(textOf(parsed(t, body)), "which is a week") {
		t.Errorf("%d: %s", status, textOf(parsed(t, body)))
	}
	for _, f := range all(page, "form") {
		if action, _ := attr(f, "action"); strings.HasSuffix(action, "/end") {
			if status, _, _ := gus.post(action, nil); status != 303 {
				t.Errorf("%s gave %d", action, status)
			}
		}
	}
	if n := strings.Count(textOf(last(all(gus.page("/deconfliction"), "tbody"))), "ended"); n != 2 {
		t.Errorf("%d interests have ended", n)
	}
}

func last[T any](list []T) T { return list[len(list)-1] }

// TestAnOwnerAnswersOnThePage: Unit West takes no part; it sees the item's link, why it is asked
// and until when, and nothing else of the action. The others see that the item waits, and then
// whom to ring.
func TestAnOwnerAnswersOnThePage(t *testing.T) {
	w := sqliteWorld(t)
	gus, ben := w.visit("Gus"), w.visit("Ben")
	it := w.items["cleared-0"]
	link := "https://files.example/v/"
	form := url.Values{"kind": {"url_prefix"}, "value": {link}, "contact": {"Desk West, room 4"}, "until": {"2026-02-01T00:00"}}
	if status, _, body := gus.post("/interests", form); status != 303 {
		t.Fatalf("%d: %s", status, textOf(parsed(t, body)))
	}
	if _, err := w.flow.Draft(t.Context(), w.people["Dora"], w.action); err != nil { // somebody is about to refer it
		t.Fatal(err)
	}
	page := gus.page("/deconfliction")
	wellFormed(t, "/deconfliction", page)
	questions := textOf(all(page, "section")[0])
	if !strings.Contains(questions, "cleared-0") || !strings.Contains(questions, "files.example/v/") || !strings.Contains(questions, "takes no part") || !strings.Contains(questions, "counts as free from 2026-01-13") {
		t.Errorf("%s", questions)
	}
	for _, a := range all(page, "a") {
		if href, _ := attr(a, "href"); strings.HasPrefix(href, "/items/") {
			t.Errorf("a link to %s, which the unit cannot open", href)
		}
	}
	if status, _, _ := gus.get("/items/" + string(it)); status != 404 {
		t.Errorf("the owner opens the item: %d", status)
	}
	if text := textOf(ben.page("/items/" + string(it))); !strings.Contains(text, "Others are being asked") || strings.Contains(text, "West") {
		t.Errorf("the item: %s", text)
	}
	answer := "/items/" + string(it) + "/deconfliction/answer"
	if status, _, body := gus.post(answer, url.Values{"answer": {"interest"}, "contact": {"Desk, room 4"}, "until": {"2026-01-20T09:00"}}); status != 303 {
		t.Fatalf("%d: %s", status, textOf(parsed(t, body)))
	}
	if text := textOf(ben.page("/items/" + string(it))); !strings.Contains(text, "Desk, room 4") || strings.Contains(text, "West") || strings.Contains(text, "Gus") {
		t.Errorf("the held item: %s", text)
	}
}
