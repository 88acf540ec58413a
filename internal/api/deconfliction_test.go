package api_test

import (
	"testing"
	"time"

	"github.com/argine/argine/client"
)

// TestUnitsAreAskedThroughTheAPI: one unit asks, another holds and releases.
func TestUnitsAreAskedThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator", "Unit South")
	items := w.contribute("analyst", action, "https://clips.example/v/1")
	w.ready(items...)
	w.cleared(items...)
	it := items[0].ID
	d, err := w.as("coordinator").AskUnits(t.Context(), it, client.NewRound{Silence: 60})
	if err != nil || d.Item.Stage != "confirmed" || d.Clearance.State != "asking" {
		t.Fatalf("%v %+v", err, d.Clearance)
	}
	south := w.as("southern coordinator")
	open, err := south.Questions(t.Context(), "open")
	if err != nil || len(open.Items) != 1 || open.Items[0].Item.ID != it {
		t.Fatalf("%v %+v", err, open)
	}
	if mine, err := w.as("coordinator").Questions(t.Context(), "open"); err != nil || len(mine.Items) != 0 {
		t.Errorf("the unit asks itself: %v %+v", err, mine)
	}
	until := time.Now().Add(time.Hour)
	if _, err := south.AnswerQuestion(t.Context(), it, client.Reply{Answer: "interest", Until: &until}); err == nil {
		t.Error("a hold without a contact was taken")
	}
	q, err := south.AnswerQuestion(t.Context(), it, client.Reply{Answer: "interest", Contact: "Desk South", Until: &until})
	if err != nil || q.Answer != "interest" || q.Item.Stage != "held" {
		t.Fatalf("%v %+v", err, q)
	}
	if held, err := south.Questions(t.Context(), "held"); err != nil || len(held.Items) != 1 {
		t.Errorf("%v %+v", err, held)
	}
	if d, err = w.as("analyst").Item(t.Context(), it); err != nil || d.Clearance.State != "hold" || d.Clearance.Contact != "Desk South" {
		t.Errorf("%v %+v", err, d.Clearance)
	}
	for _, e := range d.History {
		if e.Verb == "deconflict.answered" {
			t.Errorf("the history tells who holds: %+v", e)
		}
	}
	if q, err = south.AnswerQuestion(t.Context(), it, client.Reply{Answer: "free"}); err != nil || q.Item.Stage != "cleared" {
		t.Errorf("%v %+v", err, q)
	}
	made, err := south.AddInterest(t.Context(), client.NewInterest{Kind: "account", Value: "https://clips.example/@sample", Contact: "Desk South", ExpiresAt: until})
	w.must(err)
	if list, err := w.as("coordinator").Interests(t.Context()); err != nil || len(list.Items) != 0 {
		t.Errorf("another unit lists it: %v %+v", err, list)
	}
	if err := w.as("coordinator").EndInterest(t.Context(), made.ID); err == nil {
		t.Error("another unit ends it")
	}
	w.must(south.EndInterest(t.Context(), made.ID))
	if list, err := south.Interests(t.Context()); err != nil || len(list.Items) != 1 || list.Items[0].EndedAt == nil {
		t.Errorf("%v %+v", err, list)
	}
}

// TestTheOwnerOfAnInterestAnswersThroughTheAPI: its unit takes no part, sees which of its
// interests the item touches, answers, and cannot open the item.
func TestTheOwnerOfAnInterestAnswersThroughTheAPI(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	south := w.as("southern coordinator")
	until := time.Now().Add(time.Hour)
	items := w.contribute("analyst", action, "https://clips.example/v/1")
	w.ready(items...)
	w.cleared(items...)
	it := items[0].ID
	made, err := south.AddInterest(t.Context(), client.NewInterest{Kind: "url_prefix", Value: "https://clips.example/v/", Contact: "Desk South", ExpiresAt: until.Add(240 * time.Hour), Silence: 2880})
	if err != nil || made.Silence != 2880 {
		t.Fatalf("%v %+v", err, made)
	}
	if drafted, err := w.as("coordinator").Draft(t.Context(), action); err != nil || len(drafted.Referrals) != 0 {
		t.Errorf("it is referred though its watcher was not asked: %v %+v", err, drafted)
	}
	open, err := south.Questions(t.Context(), "open")
	if err != nil || len(open.Items) != 1 {
		t.Fatalf("%v %+v", err, open)
	}
	q := open.Items[0]
	if q.Item.ID != it || q.TakesPart || len(q.Interests) != 1 || q.Interests[0].ID != made.ID || q.ClosesAt.Sub(q.AskedAt) != 48*time.Hour {
		t.Errorf("%+v", q)
	}
	if q.Item.Ideology != "" {
		t.Errorf("who takes no part is told what the people who assessed it named: %s", q.Item.Ideology)
	}
	if _, err := south.Item(t.Context(), it); err == nil {
		t.Error("the owner opens the item")
	}
	d, err := w.as("analyst").Item(t.Context(), it)
	if err != nil || d.Clearance.State != "asking" || d.Clearance.Contact != "" || d.Item.Stage != "confirmed" {
		t.Errorf("%v %+v", err, d.Clearance)
	}
	if q, err = south.AnswerQuestion(t.Context(), it, client.Reply{Answer: "interest", Contact: "Officer of the day", Until: &until}); err != nil || q.Item.Stage != "held" {
		t.Errorf("%v %+v", err, q)
	}
	if d, err = w.as("analyst").Item(t.Context(), it); err != nil || d.Clearance.State != "hold" || d.Clearance.Contact != "Officer of the day" {
		t.Errorf("%v %+v", err, d.Clearance)
	}
	w.must(south.EndInterest(t.Context(), made.ID))
	if open, err = south.Questions(t.Context(), "held"); err != nil || len(open.Items) != 0 {
		t.Errorf("after the interest has ended: %v %+v", err, open)
	}
}
