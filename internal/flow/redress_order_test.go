package flow_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
)

// banked puts what a confirmed item carries into the own bank of the unit that found it, as the
// job does.
func (w *world) banked(it id.Item, sums ...int) {
	w.Helper()
	w.carry(it, sums...)
	w.update(func(tx *sqldb.Tx) error {
		_, err := match.BankConfirmed(tx, audit.System, w.people["analyst"].Unit, it)
		return err
	})
}

// TestAComplaintReversesAnItemUnderOrder: two who took no part find that it is no terrorist
// content. The order is withdrawn at once, because that took two people; who has it and who has
// its copy are told; the content is to come back, what it put into the own bank leaves that bank,
// and nobody is left to agree to what was proposed before.
func TestAComplaintReversesAnItemUnderOrder(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.issued("https://clips.example/v/1")
		it := w.order(o).Item
		w.banked(it, 7, 8)
		w.must(w.answers(o, document.AnnexII, nil))
		for _, name := range []string{"filer", "proposer", "third reviewer", "fourth reviewer"} {
			w.join(name, w.people["coordinator"].Unit, auth.Reviewer, "")
		}
		_, err := w.flow.ProposeStep(w.Context(), w.people["proposer"], o, law.Withdrawn, "it may be a report", nil)
		w.must(err)
		c, err := w.flow.FileComplaint(w.Context(), w.people["filer"], flow.NewComplaint{Subject: string(o), Contact: "writer@mail.example", Reasons: "It is a news report."})
		w.must(err)
		no := redress.Finding{Decision: assess.NotTerrorist, Purpose: "journalism", Reasons: "It reports, and says so."}
		for _, name := range []string{"reviewer", "coordinator", "second reviewer", "filer", "proposer"} {
			if _, err := w.flow.Reassess(w.Context(), w.people[name], c, no); !problem.Is(err, problem.Refused) {
				t.Errorf("the %s, who took part, decides: %v", name, err)
			}
		}
		w.after(time.Hour)
		_, err = w.flow.Reassess(w.Context(), w.people["third reviewer"], c, no)
		w.must(err)
		if got, b := w.order(o), w.own(); got.State != order.StateApproved || b.Entries != 2 || w.stage(it) != item.Ordered {
			t.Errorf("after one person the order is %s, the bank has %d entries, the item is %s", got.State, b.Entries, w.stage(it))
		}
		_, err = w.flow.Reassess(w.Context(), w.people["fourth reviewer"], c, no)
		w.must(err)
		w.orderFell(o, it)
	})
}

// orderFell checks all that follows for an order on an item that a complaint reversed.
func (w *orderWorld) orderFell(o id.Order, it id.Item) {
	w.Helper()
	got, events := w.order(o), w.events(o)
	if got.State != order.StateWithdrawn || got.Duty != "reinstate" || slices.Contains(got.Attention, order.Proposed) || w.stage(it) != item.Rejected {
		w.Errorf("the order is %s, owed is %q, attention %q, the item is %s", got.State, got.Duty, got.Attention, w.stage(it))
	}
	last := events[len(events)-1]
	if last.Kind != law.Withdrawn || last.By != w.people["fourth reviewer"].User || last.Detail.Second != w.people["third reviewer"].User || last.Detail.Reasons != "It reports, and says so." {
		w.Errorf("the case ends with %+v", last)
	}
	if b := w.own(); b.Entries != 0 || b.Retracted != 2 {
		w.Errorf("the own bank has %d entries, %d were retracted", b.Entries, b.Retracted)
	}
	w.view(func(tx *sqldb.Tx) error {
		steps, err := order.Steps(tx, o)
		if len(steps) != 1 || err == nil && steps[0].State != order.StepDropped {
			w.Errorf("what was proposed: %+v", steps)
		}
		return err
	})
	mails := len(w.mails)
	w.deliver()
	m := w.hooks[len(w.hooks)-1]
	d, err := document.Parse(m.Document)
	if err != nil || m.Type != client.OrderWithdrawn || d.Values["b.reinstate"] != "yes" || d.Values["b.reasons"] != "It reports, and says so." {
		w.Errorf("the host is told %s %v %v", m.Type, d.Values, err)
	}
	if told := w.mails[mails:]; len(told) != 1 || !strings.HasPrefix(told[0], "to ") {
		w.Errorf("the authority that has the copy is told %q", told)
	}
	if _, err := w.flow.AgreeStep(w.Context(), w.people["coordinator"], o, law.Withdrawn); !problem.Is(err, problem.NotFound) {
		w.Errorf("somebody agrees to what has happened: %v", err)
	}
}

// TestADraftedOrderFallsWithItsItem: the item was referred, and an order on it is drafted while the
// complaint is heard; after the reversal nobody can issue it.
func TestADraftedOrderFallsWithItsItem(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		it := w.contribute("https://clips.example/v/1")[0]
		w.referred(it)
		w.banked(it, 7)
		w.join("third reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
		w.join("contact", w.people["coordinator"].Unit, auth.PlatformContact, w.host)
		o, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], flow.NewOrder{Item: it, Action: w.action, Emergency: "an attack goes on"})
		w.must(err)
		w.complained(it, assess.NotTerrorist)
		if b := w.own(); w.stage(it) != item.Rejected || b.Entries != 0 {
			t.Errorf("the item is %s, the bank has %d entries", w.stage(it), b.Entries)
		}
		if _, err := w.flow.ApproveOrder(w.Context(), w.people["southern coordinator"], o); !problem.Is(err, problem.Refused) || w.order(o).State != order.StateDraft {
			t.Errorf("an order is issued on what was reversed: %v", err)
		}
	})
}
