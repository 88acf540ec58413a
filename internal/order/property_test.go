package order_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TestTheColumnsAreTheFold throws events, answers, retractions and wakings at an order, in any
// order and at any moment that has come. After each, the columns are what the fold of the events
// says, whatever was refused left no trace, and what changes by itself later has its waking.
func TestTheColumnsAreTheFold(t *testing.T) {
	var w *world
	db, err := sqldb.Open(t.Context(), sqldb.Config{Path: filepath.Join(t.TempDir(), "argine.db"), Quick: true, Now: func() time.Time { return w.clock() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	w = &world{T: t, db: db, now: start}
	w.update(w.populate)
	runs := 0
	kinds := []law.Kind{law.Sent, law.CopySent, law.Received, law.CopyReceived, law.Impossible, law.Unclear, law.GroundsCeased, law.Clarified, law.Executed, law.FedBack, law.ReviewAsked,
		law.Intended, law.Infringing, law.Scrutinised, law.Reinstated, law.Withdrawn, law.Appealed, law.AppealLost, law.AppealWon, law.Final, law.FinalTold, law.NonDisclosed,
		law.NonDisclosedLonger, law.DisclosureFreed, law.ProviderInformed, law.ProceedingsOpened, law.ProceedingsClosed, law.Erased, law.KeptDown}
	rapid.Check(t, func(rt *rapid.T) {
		runs++
		o := w.issuedOn(fmt.Sprint("https://clips.example/v/", runs), nil)
		for range rapid.IntRange(1, 12).Draw(rt, "steps") {
			w.after(time.Duration(rapid.IntRange(0, 60*24*20).Draw(rt, "minutes")) * time.Minute)
			before, fresh := w.get(o.ID), true
			// Drawn before the transaction: rapid leaves by a panic when it has seen enough.
			what, retracted, ago, kind := rapid.IntRange(0, 9).Draw(rt, "what"), law.Kind(""), 0, law.Kind("")
			switch what {
			case 0:
			case 1:
				retracted = rapid.SampledFrom([]law.Kind{law.Received, law.CopyReceived, law.Clarified}).Draw(rt, "retracted")
			default:
				ago = rapid.IntRange(0, 90).Draw(rt, "ago")
				kind = rapid.SampledFrom(kinds).Draw(rt, "kind")
			}
			err := w.try(func(tx *sqldb.Tx) (err error) {
				switch what {
				case 0:
					_, err := order.Wake(tx, audit.System, o.ID)
					return err
				case 1:
					fresh, err = order.Retract(tx, audit.System, o.ID, retracted, "it came back")
					return err
				}
				_, err = order.Record(tx, w.bob, o.ID, law.Event{Kind: kind, At: tx.Now.Add(-time.Duration(ago) * time.Minute)}, order.Detail{})
				return err
			})
			after := w.get(o.ID)
			if err != nil && (!problem.Is(err, problem.Refused) && !problem.Is(err, problem.Invalid) || cmp.Diff(before, after) != "") {
				rt.Fatalf("%v:\n%s", err, cmp.Diff(before, after))
			}
			w.holds(rt, after, fresh && err == nil)
		}
	})
}

// holds compares an order with the fold of its events.
func (w *world) holds(rt *rapid.T, o order.Order, fresh bool) {
	var theCase law.Order
	if err := w.db.View(w.Context(), func(tx *sqldb.Tx) (err error) { theCase, _, err = order.Case(tx, o.ID); return err }); err != nil {
		rt.Fatalf("the events do not fold: %v", err)
	}
	if !fresh {
		return // the picture is that of an earlier moment until it is woken
	}
	next := theCase.Next(w.now)
	if o.Owes != next.Owes || o.Duty != next.Name {
		rt.Fatalf("the row says %s owes %s, the case %s owes %s", o.Owes, o.Duty, next.Owes, next.Name)
	}
	for _, c := range theCase.Clocks(w.now, nil) {
		if c.Overdue(w.now) && c.Name == "execute" && !slices.Contains(o.Attention, order.Late) {
			rt.Fatalf("the hour is over and nobody is told: %+v, %q", c, o.Attention)
		}
		if c.State == law.Running && c.Until.After(w.now) && (o.WakeAt.IsZero() || o.WakeAt.After(c.Until.Add(time.Microsecond))) {
			rt.Fatalf("%s ends at %s and the order is woken at %s", c.Name, c.Until, o.WakeAt)
		}
	}
}
