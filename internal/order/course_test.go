package order_test

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/sqldb"
)

// TestTheOtherAuthorityIsBelievedInWhatItKnows and in nothing else: what a person recorded stays,
// what it has no part in does not happen, and what it repeats changes nothing.
func TestTheOtherAuthorityIsBelievedInWhatItKnows(t *testing.T) {
	each(t, func(w *world) {
		o := w.issued(nil)
		sent := w.now
		w.after(time.Minute)
		record := func(by audit.Actor, kind law.Kind, at time.Time) {
			w.Helper()
			w.update(func(tx *sqldb.Tx) error {
				_, err := order.Record(tx, by, o.ID, law.Event{Kind: kind, At: at}, order.Detail{Channel: "person"})
				return err
			})
		}
		record(audit.System, law.Sent, sent)
		record(audit.System, law.CopySent, sent)
		record(w.ann, law.CopyReceived, w.now) // by telephone
		w.after(time.Minute)
		by := audit.Actor{User: audit.System.User}
		follow := func(told ...law.Event) {
			w.Helper()
			if err := w.try(func(tx *sqldb.Tx) error { return order.FollowCourse(tx, by, o.ID, told, order.Detail{Channel: "mail"}) }); err != nil {
				w.Errorf("%v: %v", told, err)
			}
		}
		told := law.Event{Kind: law.CopyReceived, At: sent.Add(10 * time.Second)}
		follow(told, law.Event{Kind: law.Executed, At: w.now}, law.Event{Kind: law.Scrutinised, At: w.now})
		follow(told)
		w.update(func(tx *sqldb.Tx) error {
			tx.Audited()
			events, err := order.Events(tx, o.ID)
			if at := order.At(events, law.CopyReceived); !at.Equal(sent.Add(time.Minute)) || order.Happened(events, law.Executed) || order.Happened(events, law.Scrutinised) {
				w.Errorf("the case is %+v", events)
			}
			if err != nil {
				return err
			}
			due, err := order.CourseDue(tx, tx.Now, 10)
			if len(due) != 1 || due[0] != o.ID {
				w.Errorf("to be told are %v: it has the copy, and its program said so", due)
			}
			return err
		})
	})
}

// TestAFastClockIsForgiven: what the other authority dates a little ahead of us is taken in as of
// now, what it dates far ahead is not, and the exact moment takes its place once it has come.
func TestAFastClockIsForgiven(t *testing.T) {
	each(t, func(w *world) {
		o := w.issued(nil)
		by := audit.Actor{User: audit.System.User}
		sent := w.now
		w.after(time.Minute)
		w.update(func(tx *sqldb.Tx) error {
			_, err := order.Record(tx, by, o.ID, law.Event{Kind: law.CopySent, At: sent}, order.Detail{Channel: "mail"})
			return err
		})
		received := func(told time.Time) time.Time {
			w.Helper()
			err := w.try(func(tx *sqldb.Tx) error {
				tx.Audited()
				return order.FollowCourse(tx, by, o.ID, []law.Event{{Kind: law.CopyReceived, At: told}}, order.Detail{Channel: "mail"})
			})
			if err != nil {
				w.Errorf("%v: %v", told, err)
			}
			var at time.Time
			w.update(func(tx *sqldb.Tx) error {
				tx.Audited()
				events, err := order.Events(tx, o.ID)
				at = order.At(events, law.CopyReceived)
				return err
			})
			return at
		}
		if at := received(w.now.Add(time.Hour)); !at.IsZero() {
			w.Errorf("an hour ahead, it was taken in at %v", at)
		}
		ahead, now := w.now.Add(2*time.Second), w.now
		if at := received(ahead); !at.Equal(now) {
			w.Errorf("two seconds ahead, it was taken in at %v and not at %v", at, now)
		}
		w.after(time.Minute)
		if at := received(ahead); !at.Equal(ahead) {
			w.Errorf("told again, it is at %v and not at %v", at, ahead)
		}
	})
}
