package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// eachRound is a world with a clock of its own, and an action in which units are asked.
func eachRound(t *testing.T, fn func(w *world, clock *time.Time)) {
	clock := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	dbtest.EachAt(t, func() time.Time { return clock }, func(t *testing.T, db *sqldb.DB) {
		clock = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		w := newSerialWorld(t, db)
		_, err := w.flow.SetAction(t.Context(), w.people["coordinator"], w.action, false, time.Hour)
		w.must(err)
		fn(w, &clock)
	})
}

// confirmed takes an item through two assessments and asks the units.
func (w *world) confirmed(link string) id.Item {
	w.Helper()
	it := w.contribute(link)[0]
	w.ready(it)
	w.must(w.assess("analyst", it, assess.Terrorist))
	w.must(w.assess("reviewer", it, assess.Terrorist))
	w.must(w.flow.Deconflict(w.Context(), deconflict.Job{Items: []id.Item{it}}))
	return it
}

func (w *world) replies(name string, r deconflict.Reply) error {
	w.Helper()
	_, err := w.flow.AnswerRound(w.Context(), w.people[name], r)
	return err
}

// TestAnItemWaitsForTheUnits: it is cleared by the answer, or by silence, and not before.
func TestAnItemWaitsForTheUnits(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		answered, silent := w.confirmed("https://clips.example/v/1"), w.confirmed("https://clips.example/v/2")
		if w.stage(answered) != item.Confirmed || w.stage(silent) != item.Confirmed {
			t.Fatalf("%s, %s", w.stage(answered), w.stage(silent))
		}
		if made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action); err != nil || len(made.Referrals) != 0 {
			t.Errorf("something leaves while units are asked: %+v, %v", made, err)
		}
		if err := w.replies("coordinator", deconflict.Reply{Item: answered, Answer: deconflict.Free}); !problem.Is(err, problem.NotFound) {
			t.Errorf("the unit that handed it in answers: %v", err)
		}
		if err := w.replies("western coordinator", deconflict.Reply{Item: answered, Answer: deconflict.Free}); !problem.Is(err, problem.NotFound) {
			t.Errorf("a unit that takes no part answers: %v", err)
		}
		if err := w.replies("second reviewer", deconflict.Reply{Item: answered, Answer: deconflict.Free}); !problem.Is(err, problem.Forbidden) {
			t.Errorf("a reviewer answers for the unit: %v", err)
		}
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: answered, Answer: deconflict.Free}))
		w.must(w.flow.Tick(w.Context()))
		if w.stage(answered) != item.Cleared || w.stage(silent) != item.Confirmed {
			t.Errorf("after the answer: %s, %s", w.stage(answered), w.stage(silent))
		}
		*clock = clock.Add(time.Hour)
		w.must(w.flow.Tick(w.Context()))
		if w.stage(silent) != item.Cleared {
			t.Errorf("after an hour of silence: %s", w.stage(silent))
		}
	})
}

// TestAnInvestigationStopsWhatHasNotLeft, also what is cleared already, and tells no reasons.
func TestAnInvestigationStopsWhatHasNotLeft(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		it := w.confirmed("https://clips.example/v/1")
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: it, Answer: deconflict.Free}))
		hold := deconflict.Reply{Item: it, Answer: deconflict.Interested, Contact: "Duty officer South", Until: clock.Add(48 * time.Hour)}
		w.must(w.replies("southern coordinator", hold))
		if w.stage(it) != item.Held {
			t.Fatalf("it is %s", w.stage(it))
		}
		w.view(func(tx *sqldb.Tx) error {
			_, err := deconflict.Cleared(tx, it)
			if !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "Duty officer South") {
				t.Errorf("%v", err)
			}
			return nil
		})
		*clock = clock.Add(48 * time.Hour)
		w.must(w.flow.Tick(w.Context()))
		if w.stage(it) != item.Confirmed {
			t.Errorf("when the hold has run out it is %s; the unit is to be asked once more", w.stage(it))
		}
		*clock = clock.Add(time.Hour)
		w.must(w.flow.Tick(w.Context()))
		if w.stage(it) != item.Cleared {
			t.Errorf("and then %s", w.stage(it))
		}
		w.update(func(tx *sqldb.Tx) error {
			_, err := item.Move(tx, w.people["coordinator"].Actor(), item.Delivered, []item.Stage{item.Cleared}, it)
			return err
		})
		hold.Until = clock.Add(time.Hour)
		if err := w.replies("southern coordinator", hold); !problem.Is(err, problem.Refused) {
			t.Errorf("what has left is held: %v", err)
		}
	})
}

// TestAnExistingOrderStopsAtTheGate, recital 36.
func TestAnExistingOrderStopsAtTheGate(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		it := w.confirmed("https://clips.example/v/1")
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: it, Answer: deconflict.ExistingOrder,
			Order: deconflict.Order{Reference: "XA-7", Authority: "Sample Court", IssuedAt: *clock}}))
		made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
		if err != nil || len(made.Blocked) != 1 || w.stage(it) != item.Blocked {
			t.Errorf("%+v, %v, %s", made, err, w.stage(it))
		}
	})
}

// TestAskingUnitsByHand: in an action where nobody is asked, somebody has a doubt.
func TestAskingUnitsByHand(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		_, err := w.flow.SetAction(t.Context(), w.people["coordinator"], w.action, false, 0)
		w.must(err)
		it := w.confirmed("https://clips.example/v/1")
		if w.stage(it) != item.Cleared {
			t.Fatalf("with nobody to ask it is %s", w.stage(it))
		}
		for name, silence := range map[string]time.Duration{"coordinator": 0, "western coordinator": time.Hour} {
			if _, err := w.flow.AskRound(w.Context(), w.people[name], it, silence); err == nil {
				t.Errorf("%s asks and gives %s", name, silence)
			}
		}
		if _, err := w.flow.AskRound(w.Context(), w.people["coordinator"], it, 2*time.Hour); err != nil || w.stage(it) != item.Confirmed {
			t.Fatalf("%v, %s", err, w.stage(it))
		}
		if _, err := w.flow.AskRound(w.Context(), w.people["coordinator"], it, 2*time.Hour); !problem.Is(err, problem.Refused) {
			t.Errorf("everybody was asked: %v", err)
		}
		*clock = clock.Add(2 * time.Hour)
		w.must(w.flow.Tick(w.Context()))
		if w.stage(it) != item.Cleared {
			t.Errorf("after two hours of silence it is %s", w.stage(it))
		}
	})
}

// TestAHeldItemThatGoesAnotherWay is not looked at for ever.
func TestAHeldItemThatGoesAnotherWay(t *testing.T) {
	eachRound(t, func(w *world, clock *time.Time) {
		it := w.confirmed("https://clips.example/v/1")
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: it, Answer: deconflict.Interested, Contact: "South", Until: clock.Add(time.Hour)}))
		_, err := w.flow.Reverse(w.Context(), w.people["second reviewer"], it, "it is a newspaper's report")
		w.must(err)
		*clock = clock.Add(2 * time.Hour)
		w.must(w.flow.Tick(w.Context()))
		var due int
		w.view(func(tx *sqldb.Tx) error {
			held, err := deconflict.Expired(tx, *clock, 10)
			due = len(held)
			return err
		})
		if due != 0 || w.stage(it) != item.Rejected {
			t.Errorf("%d are due, it is %s", due, w.stage(it))
		}
	})
}
