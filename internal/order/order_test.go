package order_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TestAnOrderIsAnnexIComplete: what the two people found stands in it, it is dated and signed
// when the second person approves it, and its reference counts by year.
func TestAnOrderIsAnnexIComplete(t *testing.T) {
	each(t, func(w *world) {
		o := w.issued(func(in *order.New) { in.Secret = "an investigation goes on" })
		got := w.get(o.ID)
		if diff := cmp.Diff(o.Filled, got.Filled); diff != "" {
			w.Errorf("what was approved is not what is kept:\n%s", diff)
		}
		if err := law.TCO().AnnexI().Check(got.Filled); err != nil {
			w.Error(err)
		}
		for key, want := range map[string]string{"a.reference_number": "TCO-2026-000001", "a.issued_at": "2026-03-01T09:00:00Z", "b.url": address, "b.reasons": "a,c",
			"b.additional_information": "calls for joining Sample Brigade", "b.emergency": "an attack goes on", "c.non_disclosure": "yes", "d.cross_border": "yes",
			"d.copy_sent": "yes", "e.representative": "Bob Example", "e.signature": "Signed electronically by Bob Example for Example Unit on 2026-03-01T09:00:00Z"} {
			if got.Filled[key] != want {
				w.Errorf("%s is %q, want %q", key, got.Filled[key], want)
			}
		}
		if got.State != order.StateApproved || got.Owes != law.Issuer || got.Duty != "send" {
			w.Errorf("%s, %s owes %s", got.State, got.Owes, got.Duty)
		}
	})
}

func TestWhatCannotBeDrafted(t *testing.T) {
	each(t, func(w *world) {
		for name, c := range map[string]struct {
			change func(*sqldb.Tx, *order.New) error
			by     audit.Actor
			want   problem.Kind
			says   string
		}{
			"no information and no emergency": {func(_ *sqldb.Tx, in *order.New) error { in.Emergency = " "; return nil }, w.ann, problem.Refused, "Article 3(2)"},
			"told this minute, not there yet": {func(tx *sqldb.Tx, in *order.New) error {
				in.Emergency = ""
				_, err := order.Inform(tx, w.ann, w.host)
				return err
			}, w.ann, problem.Refused, "Article 3(2)"},
			"no proofs":           {func(_ *sqldb.Tx, in *order.New) error { in.Confirmed = order.New{}.Confirmed; return nil }, w.ann, problem.Refused, "two assessments"},
			"no home authority":   {func(_ *sqldb.Tx, in *order.New) error { in.Home = ""; return nil }, w.ann, problem.Invalid, "Article 4(1)"},
			"no link":             {func(_ *sqldb.Tx, in *order.New) error { in.URL = "clips"; return nil }, w.ann, problem.Invalid, "3(4)(c)"},
			"an incomplete form":  {func(_ *sqldb.Tx, in *order.New) error { delete(in.Filled, "g.body"); return nil }, w.ann, problem.Invalid, "g.body"},
			"an open placeholder": {func(_ *sqldb.Tx, in *order.New) error { in.Filled["e.post"] = "###"; return nil }, w.ann, problem.Invalid, "placeholder"},
			"the program itself":  {func(*sqldb.Tx, *order.New) error { return nil }, audit.System, problem.Refused, "sign in"},
			"another authority's order": {func(tx *sqldb.Tx, in *order.New) error {
				_, err := deconflict.AddOrders(tx, w.ann, []deconflict.Order{{URL: address, Reference: "X-1", Authority: "Other Authority", IssuedAt: tx.Now}})
				return err
			}, w.ann, problem.Refused, "recital 36"},
		} {
			err := w.try(func(tx *sqldb.Tx) error {
				in, err := w.new(tx)
				if err != nil {
					return err
				}
				if err := c.change(tx, &in); err != nil {
					return err
				}
				_, err = order.Draft(tx, c.by, in)
				return err
			})
			if !problem.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				w.Errorf("%s: %v", name, err)
			}
		}
	})
}

// TestTheInformationComesTwelveHoursBefore: without an emergency, an order can be drafted once
// the host was informed, and issued twelve hours later.
func TestTheInformationComesTwelveHoursBefore(t *testing.T) {
	each(t, func(w *world) {
		var draft order.Order
		w.update(func(tx *sqldb.Tx) error {
			if _, err := order.Inform(tx, w.ann, w.host); err != nil {
				return err
			}
			if err := order.Informed(tx, audit.System, w.host, tx.Now, "250 OK"); err != nil {
				return err
			}
			in, err := w.new(tx)
			in.Emergency = ""
			if err != nil {
				return err
			}
			draft, err = order.Draft(tx, w.ann, in)
			return err
		})
		approve := func() error {
			return w.try(func(tx *sqldb.Tx) error { _, err := order.Approve(tx, w.bob, draft.ID); return err })
		}
		w.after(12*time.Hour - time.Second)
		if err := approve(); !problem.Is(err, problem.Refused) {
			w.Errorf("after eleven hours and 59 minutes: %v", err)
		}
		if got := w.get(draft.ID); got.State != order.StateDraft {
			w.Errorf("a refused approval left it %s", got.State)
		}
		w.after(time.Second)
		if err := approve(); err != nil {
			w.Errorf("after twelve hours: %v", err)
		}
	})
}

// TestFourEyes: in code, and in the table where code were wrong.
func TestFourEyes(t *testing.T) {
	each(t, func(w *world) {
		var draft order.Order
		w.update(func(tx *sqldb.Tx) error {
			in, err := w.new(tx)
			if err != nil {
				return err
			}
			draft, err = order.Draft(tx, w.ann, in)
			return err
		})
		for _, by := range []audit.Actor{w.ann, audit.System, {}} {
			if err := w.try(func(tx *sqldb.Tx) error { _, err := order.Approve(tx, by, draft.ID); return err }); !problem.Is(err, problem.Refused) {
				w.Errorf("%q approved it: %v", by.User, err)
			}
		}
		err := w.db.Housekeeping(w.Context(), "a test", func(tx *sqldb.Tx) error {
			_, err := tx.Exec("UPDATE removal_order SET state = 'approved', approved_by = drafted_by WHERE id = $1", draft.ID)
			return err
		})
		if err == nil {
			w.Error("the table takes an order that one person drafted and approved")
		}
		w.update(func(tx *sqldb.Tx) error { _, err := order.Approve(tx, w.bob, draft.ID); return err })
		before := w.get(draft.ID)
		w.after(time.Hour)
		w.update(func(tx *sqldb.Tx) error { _, err := order.Approve(tx, w.bob, draft.ID); return err })
		if diff := cmp.Diff(before, w.get(draft.ID)); diff != "" {
			w.Errorf("approved again:\n%s", diff)
		}
	})
}

// TestTheColumnsFollowTheCase through an ordinary order with a clarification.
func TestTheColumnsFollowTheCase(t *testing.T) {
	each(t, func(w *world) {
		o := w.received(nil)
		see := func(owes law.Party, duty string, due time.Duration, attention ...order.Attention) {
			w.Helper()
			got := w.get(o.ID)
			want := time.Time{}
			if due > 0 {
				want = start.Add(due)
			}
			if got.Owes != owes || got.Duty != duty || !got.DueAt.Equal(want) || !slices.Equal(got.Attention, attention) {
				w.Errorf("%s owes %s until %s, attention %q; want %s, %s, %s, %q", got.Owes, got.Duty, got.DueAt, got.Attention, owes, duty, want, attention)
			}
		}
		see(law.Host, "execute", time.Hour)
		w.after(20 * time.Minute)
		w.happens(o.ID, law.Unclear)
		see(law.Issuer, "clarify", 0, order.Clarify)
		w.after(100 * time.Minute)
		w.happens(o.ID, law.Clarified)
		see(law.Host, "execute", 3*time.Hour)
		w.after(61 * time.Minute)
		w.update(func(tx *sqldb.Tx) error {
			due, err := order.Due(tx, tx.Now, 10)
			if err != nil || len(due) != 1 {
				w.Errorf("due: %v %v", due, err)
			}
			_, err = order.Wake(tx, audit.System, o.ID)
			return err
		})
		see(law.Host, "execute", 3*time.Hour, order.Late)
		w.happens(o.ID, law.Executed)
		see(law.Host, "feedback", 0)
		got := w.happens(o.ID, law.FedBack)
		if !got.ExecutedAt.Equal(w.now) || !got.ReceivedAt.Equal(start) {
			w.Errorf("received %s, executed %s", got.ReceivedAt, got.ExecutedAt)
		}
	})
}

// TestAnEventToldLateFindsItsPlace: the copy was received at half past, and only then it is
// told that the order was executed at twenty past.
func TestAnEventToldLateFindsItsPlace(t *testing.T) {
	each(t, func(w *world) {
		o := w.issued(nil)
		w.happens(o.ID, law.Sent, law.CopySent, law.Received)
		w.after(30 * time.Minute)
		w.happens(o.ID, law.CopyReceived)
		w.update(func(tx *sqldb.Tx) error {
			_, err := order.Record(tx, w.bob, o.ID, law.Event{Kind: law.Executed, At: start.Add(20 * time.Minute)}, order.Detail{})
			return err
		})
		var kinds []law.Kind
		w.update(func(tx *sqldb.Tx) error {
			_, events, err := order.Case(tx, o.ID)
			for _, e := range events {
				kinds = append(kinds, e.Kind)
			}
			return err
		})
		want := []law.Kind{law.Issued, law.Sent, law.CopySent, law.Received, law.Executed, law.CopyReceived}
		if diff := cmp.Diff(want, kinds); diff != "" {
			w.Error(diff)
		}
		err := w.try(func(tx *sqldb.Tx) error {
			_, err := order.Record(tx, w.bob, o.ID, law.Event{Kind: law.Impossible, At: start.Add(25 * time.Minute)}, order.Detail{})
			return err
		})
		if !problem.Is(err, problem.Refused) {
			w.Errorf("impossible after it was executed: %v", err)
		}
		err = w.try(func(tx *sqldb.Tx) error {
			_, err := order.Record(tx, w.bob, o.ID, law.Event{Kind: law.Final, At: w.now.Add(time.Minute)}, order.Detail{})
			return err
		})
		if !problem.Is(err, problem.Invalid) {
			w.Errorf("an event of the future: %v", err)
		}
	})
}

// TestACorrectedOrderTakesThePlaceOfTheOld: both in one transaction, and deconfliction knows
// the new one only.
func TestACorrectedOrderTakesThePlaceOfTheOld(t *testing.T) {
	each(t, func(w *world) {
		old := w.received(nil)
		err := w.try(func(tx *sqldb.Tx) error {
			in, err := w.new(tx)
			if err == nil {
				_, err = order.Draft(tx, w.ann, in)
			}
			return err
		})
		if !problem.Is(err, problem.Conflict) {
			w.Errorf("a second order on the item: %v", err)
		}
		w.happens(old.ID, law.Unclear)
		w.after(10 * time.Minute)
		renewed := w.issued(func(in *order.New) { in.Supersedes = old.ID })
		before := w.get(old.ID)
		if before.State != order.StateWithdrawn || !before.VoidedAt.Equal(renewed.ApprovedAt) || before.Owes != "" {
			w.Errorf("the old one is %s since %s, %s owes", before.State, before.VoidedAt, before.Owes)
		}
		w.update(func(tx *sqldb.Tx) error {
			list, err := deconflict.OrdersOn(tx, address)
			if err != nil || len(list) != 1 || list[0].Reference != renewed.Reference || list[0].Authority != "Example Unit" {
				w.Errorf("deconfliction knows %+v %v", list, err)
			}
			live, found, err := order.Live(tx, renewed.Item)
			if err != nil || !found || live.ID != renewed.ID {
				w.Errorf("in effect is %s, %v", live.Reference, err)
			}
			_, err = order.Withdraw(tx, w.bob, renewed.ID, order.Detail{Reasons: "it was wrong"})
			return err
		})
		w.update(func(tx *sqldb.Tx) error {
			list, err := deconflict.OrdersOn(tx, address)
			if len(list) != 0 {
				w.Errorf("withdrawn, deconfliction knows %+v", list)
			}
			return err
		})
	})
}
