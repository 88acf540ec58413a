package sim

import (
	"html"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/argine/argine/client"
)

var tags = regexp.MustCompile(`<[^>]*>`)

// task is what a product that does its work shows of an item.
func (w *World) task(i, step int) client.Task {
	it := &w.items[i]
	task := client.Task{Item: client.Item{ID: "itm", URL: it.url}, Step: step, Capture: &client.Capture{Outcome: "unreachable"}}
	if !it.captured() {
		return task
	}
	task.Capture.Outcome = "captured"
	if it.listed() {
		page := httptest.NewRecorder()
		_, body, _ := w.content(it)
		write(page, 200, &languages[it.lang], "", body)
		task.Capture.Text = html.UnescapeString(tags.ReplaceAllString(page.Body.String(), " "))
	}
	task.Matches = []client.Match{{Bank: "OWN_UNIT", Label: "confirmed elsewhere", Own: true}}
	if w.matches(it) {
		task.Matches = append(task.Matches, client.Match{Bank: BankName, Label: "Example Front, series 3"})
	}
	return task
}

func TestPeopleDecideAsTheTruthSays(t *testing.T) {
	w := defaultWorld()
	first, second := w.Analysts()[0], w.Analysts()[3]
	var rejected, disputed, confirmed int
	for i := range w.items {
		a, b := first.Decide(w.task(i, 1)), second.Decide(w.task(i, 2))
		for _, d := range []client.NewAssessment{a, b} {
			if d.ItemID != "itm" || d.PurposeReasons == "" || d.Reasons == "" || d.Confidence < 1 || d.Confidence > 100 ||
				(d.Decision == "terrorist") != (len(d.Limbs) > 0) || d.Decision == "terrorist" && d.Purpose != "none" {
				t.Errorf("assessment %+v", d)
			}
		}
		switch {
		case a.Decision != b.Decision:
			disputed++
		case a.Decision == "terrorist":
			confirmed++
		default:
			rejected++
		}
		if framed := w.items[i].fate == fateFramed; framed != (a.Purpose != "none" && a.Decision == "not_terrorist") {
			t.Errorf("item %d: framed %v, purpose %s", i, framed, a.Purpose)
		}
	}
	truth := w.Truth()
	if rejected != truth.Rejected || disputed != truth.Disputed || confirmed != truth.Held+truth.Blocked+truth.Referred {
		t.Errorf("%d rejected, %d disputed, %d confirmed; the truth says %+v", rejected, disputed, confirmed, truth)
	}
}

func TestPeopleReadWhatTheySee(t *testing.T) {
	w := small(t)
	for i := range w.items {
		if it := &w.items[i]; it.fate == fateReferred && it.tagged && !w.matches(it) {
			task := w.task(i, 1)
			task.Capture.Text = strings.NewReplacer(groups[0], "", groups[1], "").Replace(task.Capture.Text)
			if d := w.Analysts()[0].Decide(task); d.Decision != "not_terrorist" {
				t.Fatalf("%s is judged by what is not shown: %+v", it.url, d)
			}
			return
		}
	}
	t.Fatal("no such item")
}
