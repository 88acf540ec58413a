package flow_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TestAnOrderGoesItsWay: drafted by one, issued by another; the order goes to the host and the
// copy to the home authority, the hour runs from the receipt, and Annex II ends it.
func TestAnOrderGoesItsWay(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.emergency("https://clips.example/v/1?a=b&c=d")
		if w.rows()["delivery"] != 0 || w.stage(w.order(o).Item) != item.Ordered {
			w.Errorf("drafted, %d deliveries, the item is %s", w.rows()["delivery"], w.stage(w.order(o).Item))
		}
		for name, want := range map[string]problem.Kind{"coordinator": problem.Refused, "analyst": problem.Forbidden, "western coordinator": problem.NotFound} {
			if _, err := w.flow.ApproveOrder(w.Context(), w.people[name], o); !problem.Is(err, want) {
				w.Errorf("%s approves: %v", name, err)
			}
		}
		_, err := w.flow.ApproveOrder(w.Context(), w.people["second reviewer"], o)
		w.must(err)
		before := w.rows()
		_, err = w.flow.ApproveOrder(w.Context(), w.people["second reviewer"], o)
		w.must(err)
		if diff := cmp.Diff(before, w.rows()); diff != "" || before["delivery"] != 2 || before["referral"] != 0 {
			w.Errorf("approved again, %d deliveries:\n%s", before["delivery"], diff)
		}
		w.after(2 * time.Minute)
		w.deliver()
		if got := kindsOf(w.events(o)); !slices.Equal(got, []law.Kind{law.Issued, law.Sent, law.Received, law.CopySent, law.CopyReceived}) {
			w.Errorf("happened %q", got)
		}
		if c := w.clock(o, "execute"); !c.Until.Equal(orderStart.Add(62 * time.Minute)) {
			w.Errorf("the hour ends at %s; it runs from the receipt", c.Until)
		}
		if c := w.clock(o, "copy"); c.State != law.Met {
			w.Errorf("the copy is %s", c.State)
		}
		w.tookTheOrder(o)
		w.after(20 * time.Minute)
		w.must(w.answers(o, document.AnnexII, nil))
		w.must(w.answers(o, document.AnnexII, nil))
		got := w.order(o)
		if !got.ExecutedAt.Equal(orderStart.Add(22*time.Minute)) || len(got.Attention) != 0 || w.clock(o, "execute").State != law.Met {
			w.Errorf("executed %s, attention %q", got.ExecutedAt, got.Attention)
		}
	})
}

// tookTheOrder looks at what the host and the home authority were handed.
func (w *orderWorld) tookTheOrder(o any) {
	w.Helper()
	if len(w.hooks) != 1 || len(w.mails) != 1 {
		w.Fatalf("%d webhooks and %d mails", len(w.hooks), len(w.mails))
	}
	m := w.hooks[0]
	d, err := document.Parse(m.Document)
	if err != nil || m.Type != client.OrderIssued || d.Form != document.AnnexI || d.Reference != "TCO-2026-000001" || m.Reference != d.Reference || len(m.Timeline) != 1 {
		w.Errorf("the host was handed %+v of %s: %v", d, m.Type, err)
	}
	for key, want := range map[string]string{"b.url": "https://clips.example/v/1?a=b&c=d", "a.host_member_state": "IE", "a.issuing_member_state": "BE", "d.copy_sent": "yes",
		"e.name": "Unit North", "e.representative": "second reviewer", "f.home_contact": "Competent authority of Ireland (made up), tco@authority-ie.example",
		"g.body": "Sample Administrative Court of Belgium (made up)", "b.reasons": "a", "b.emergency": "an attack goes on", "e.email": "tco@authority-be.example"} {
		if d.Values[key] != want {
			w.Errorf("%s is %q, want %q", key, d.Values[key], want)
		}
	}
	if m.AnswerURL != "https://desk.example/v1/answers/"+string(w.host) || strings.Contains(m.Text, "https://clips.example") {
		w.Errorf("answers go to %s; the text is\n%s", m.AnswerURL, m.Text)
	}
	if copied := w.mails[0]; !strings.HasPrefix(copied, "to tco@authority-ie.example\n") || !strings.Contains(copied, "annex-1-TCO-2026-000001.json") {
		w.Errorf("the copy is %.300s", copied)
	}
}

// TestTheInformationOfArticle3 reaches the host first; twelve hours later an order without an
// emergency can be issued.
func TestTheInformationOfArticle3(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		in := flow.NewOrder{Item: it, Action: w.action}
		if _, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], in); !problem.Is(err, problem.Refused) || !strings.Contains(problem.Message(err), "Article 3(2)") {
			w.Errorf("an order to a host that was not informed: %v", err)
		}
		for range 2 {
			_, err := w.flow.InformHost(w.Context(), w.people["coordinator"], w.host)
			w.must(err)
		}
		w.deliver()
		d, err := document.Parse(w.hooks[0].Document)
		if err != nil || len(w.hooks) != 1 || w.hooks[0].Type != client.OrderInformation || d.Form != document.Information || d.Values["d.contact"] != "tco@authority-be.example" {
			w.Errorf("%d messages; %+v: %v", len(w.hooks), d, err)
		}
		o, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], in)
		w.must(err)
		w.after(11 * time.Hour)
		if _, err := w.flow.ApproveOrder(w.Context(), w.people["second reviewer"], o); !problem.Is(err, problem.Refused) {
			w.Errorf("after eleven hours: %v", err)
		}
		w.after(time.Hour)
		_, err = w.flow.ApproveOrder(w.Context(), w.people["second reviewer"], o)
		w.must(err)
		if got := kindsOf(w.events(o)); !slices.Equal(got, []law.Kind{law.Informed, law.Issued}) {
			w.Errorf("happened %q", got)
		}
	})
}

// TestWhatMayBeOrdered: what deconfliction, the gate and the tracks leave.
func TestWhatMayBeOrdered(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/watched/3", "https://clips.example/")
		w.ready(items[0])
		w.cleared(items[1:]...)
		_, err := w.flow.AddInterest(w.Context(), w.people["western coordinator"], deconflict.Interest{Kind: deconflict.KindURLPrefix, Value: "https://clips.example/watched/",
			Contact: "duty officer", ExpiresAt: w.at.Add(time.Hour)})
		w.must(err)
		w.update(func(tx *sqldb.Tx) error {
			_, err := deconflict.AddOrders(tx, w.people["coordinator"].Actor(), []deconflict.Order{{URL: "https://clips.example/v/2", Reference: "X-1", Authority: "Other Authority", IssuedAt: tx.Now}})
			return err
		})
		for i, says := range []string{"needs two assessments", "recital 36", "being asked", "home page"} {
			_, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], flow.NewOrder{Item: items[i], Action: w.action, Emergency: "x"})
			if !problem.Is(err, problem.Refused) || !strings.Contains(problem.Message(err), says) {
				w.Errorf("%d: %v, want %q", i, err, says)
			}
		}
		if n := w.rows()["removal_order"]; n != 0 {
			w.Errorf("%d orders", n)
		}
	})
}

// TestAnOrderOnWhatWasReferredInVain leaves the referral's counters as they are.
func TestAnOrderOnWhatWasReferredInVain(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
		w.must(err)
		in := flow.NewOrder{Item: it, Action: w.action, Emergency: "x"}
		if _, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], in); !problem.Is(err, problem.Refused) {
			w.Errorf("while the referral waits: %v", err)
		}
		_, err = w.flow.Approve(w.Context(), w.people["second reviewer"], made.Referrals[0])
		w.must(err)
		w.deliver()
		o, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], in)
		w.must(err)
		_, err = w.flow.ApproveOrder(w.Context(), w.people["second reviewer"], o)
		w.must(err)
		w.after(time.Hour)
		w.deliver()
		if w.stage(it) != item.Delivered || w.rows()["referral"] != 1 || len(w.hooks) != 2 {
			w.Errorf("the item is %s, %d referrals, %d messages", w.stage(it), w.rows()["referral"], len(w.hooks))
		}
		if _, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], in); !problem.Is(err, problem.Conflict) {
			w.Errorf("a second order: %v", err)
		}
	})
}

// TestAnAppealAndFinality: the home authority is told of finality, and two final orders in
// twelve months are the objective factor of Article 5(4).
func TestAnAppealAndFinality(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		record := func(o order.Order, kind law.Kind) error {
			_, err := w.flow.RecordOrderEvent(w.Context(), w.people["coordinator"], o.ID, flow.NewOrderEvent{Kind: kind, Reasons: "the court wrote"})
			return err
		}
		for i, address := range []string{"https://clips.example/v/1", "https://clips.example/v/2"} {
			o := w.order(w.issued(address))
			w.must(w.answers(o.ID, document.AnnexII, nil))
			w.after(30 * 24 * time.Hour)
			if i == 0 {
				w.must(record(o, law.Appealed))
				if err := record(o, law.Final); !problem.Is(err, problem.Refused) {
					w.Errorf("final while an appeal is open: %v", err)
				}
				w.must(record(o, law.AppealLost))
			} else {
				w.must(record(o, law.Final))
			}
			if got := w.order(o.ID); got.Duty != "tell_final" || !slices.Contains(got.Attention, order.TellFinal) {
				w.Errorf("owed is %s, attention %q", got.Duty, got.Attention)
			}
			w.deliver()
			if got := w.order(o.ID); got.Duty == "tell_final" || !got.FinalAt.Equal(*w.at) {
				w.Errorf("told, owed is %s; final since %s", got.Duty, got.FinalAt)
			}
		}
		var s order.Standing
		read := func() { w.view(func(tx *sqldb.Tx) (err error) { s, err = order.StandingOf(tx, w.host); return err }) }
		read()
		if len(s.Finals) != 2 || s.Enough.IsZero() || len(s.Decisions) != 0 {
			w.Errorf("%+v", s)
		}
		in := order.Exposure{Platform: w.host, Authority: "Competent authority of Ireland (made up)", Decision: order.Exposed, Reasons: "two final orders", DecidedAt: *w.at}
		_, err := w.flow.Expose(w.Context(), w.people["coordinator"], in)
		w.must(err)
		if _, err := w.flow.Expose(w.Context(), w.people["coordinator"], in); !problem.Is(err, problem.Conflict) {
			w.Errorf("decided twice: %v", err)
		}
		if read(); len(s.Decisions) != 1 || !s.Reports[0].By.Equal(w.at.AddDate(0, 3, 0)) {
			w.Errorf("%+v", s)
		}
	})
}
