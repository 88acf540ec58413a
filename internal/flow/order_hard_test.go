package flow_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// TestAHostWithoutALegalRepresentative: every member state has jurisdiction, Article 16(2). The
// order goes out without a copy, because there is no home authority.
func TestAHostWithoutALegalRepresentative(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		abroad := "US"
		w.update(func(tx *sqldb.Tx) error {
			_, err := platform.Set(tx, audit.System, w.host, platform.Change{Country: &abroad})
			return err
		})
		o := w.order(w.issued("https://clips.example/v/1"))
		if o.CrossBorder || o.Home != "" || o.Filled["a.host_member_state"] != "US" || o.Filled["d.cross_border"] != "" || len(w.mails) != 0 || len(w.hooks) != 1 {
			w.Errorf("cross-border %v, home %q, %v; %d copies, %d orders", o.CrossBorder, o.Home, o.Filled, len(w.mails), len(w.hooks))
		}
		w.must(w.answers(o.ID, document.AnnexII, nil))
		if got := w.order(o.ID); got.ExecutedAt.IsZero() || got.Owes != law.Host {
			w.Errorf("executed %s, %s owes", got.ExecutedAt, got.Owes)
		}
	})
}

// TestAnOrderInTheNightOfTheClockChange is issued at 02:30 in Brussels on the Sunday on which
// clocks go back; the host in Dublin answers in its own time. An hour is an hour.
func TestAnOrderInTheNightOfTheClockChange(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		t.Fatal(err)
	}
	night := time.Date(2026, time.October, 25, 0, 30, 0, 0, time.UTC)
	if got := night.In(brussels).Format("Mon 15:04 MST"); got != "Sun 02:30 CEST" {
		t.Fatalf("it is %s", got)
	}
	eachOrder(t, func(w *orderWorld) {
		*w.at = night
		o := w.issued("https://clips.example/v/1")
		c := w.clock(o, "execute")
		if got := c.Until.In(brussels).Format("15:04 MST"); c.Until.Sub(night) != time.Hour || got != "02:30 CET" {
			w.Errorf("the hour ends at %s, %s later", got, c.Until.Sub(night))
		}
		w.after(59 * time.Minute) // 02:29 again in Brussels, 01:29 again in Dublin
		w.must(w.answers(o, document.AnnexII, law.Filled{"b.taken_at": w.at.In(dublin).Format(time.RFC3339), "c.date": w.at.In(dublin).Format(time.RFC3339)}))
		if c := w.clock(o, "execute"); c.State != law.Met || !c.Done.Equal(night.Add(59*time.Minute)) {
			w.Errorf("executed at %s it is %s", c.Done, c.State)
		}
	})
}

// TestForceMajeureIsLifted: Annex III stops the hour, and it begins anew when the grounds cease.
func TestForceMajeureIsLifted(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.issued("https://clips.example/v/1")
		w.after(20 * time.Minute)
		w.must(w.answers(o, document.AnnexIII, law.Filled{"b.grounds": "impossible", "b.reasons": "no power"}))
		w.after(10 * time.Hour)
		w.must(w.flow.Tick(w.Context()))
		if c, got := w.clock(o, "execute"), w.order(o); c.State != law.Paused || len(got.Attention) != 0 || got.Duty != "end_grounds" {
			w.Errorf("the hour is %s, owed is %s, attention %q", c.State, got.Duty, got.Attention)
		}
		if err := w.flow.GroundsCeased(w.Context(), flow.Source{Platform: "plf_other"}, o, "x"); !problem.Is(err, problem.NotFound) {
			w.Errorf("another platform: %v", err)
		}
		w.must(w.flow.GroundsCeased(w.Context(), flow.Source{Platform: w.host, Channel: flow.ByAPI}, o, "power is back"))
		if c := w.clock(o, "execute"); !c.Until.Equal(w.at.Add(time.Hour)) {
			w.Errorf("the hour ends at %s", c.Until)
		}
		w.after(61 * time.Minute)
		w.must(w.flow.Tick(w.Context()))
		if got := w.order(o); !slices.Contains(got.Attention, order.Late) {
			w.Errorf("an hour and a minute later, attention %q", got.Attention)
		}
		w.must(w.answers(o, document.AnnexII, nil))
		if c, got := w.clock(o, "execute"), w.order(o); c.State != law.Late || slices.Contains(got.Attention, order.Late) {
			w.Errorf("executed late, it is %s, attention %q", c.State, got.Attention)
		}
	})
}

// TestAClarificationRestartsTheHour when the host has it, and takes two people.
func TestAClarificationRestartsTheHour(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.issued("https://clips.example/v/1")
		w.after(30 * time.Minute)
		w.must(w.answers(o, document.AnnexIII, law.Filled{"b.grounds": "insufficient", "b.wanted": "which of the two videos"}))
		ctx := w.Context()
		if _, err := w.flow.ProposeStep(ctx, w.person("analyst"), o, law.Clarified, "the first", nil); !problem.Is(err, problem.Forbidden) {
			w.Errorf("an analyst proposes: %v", err)
		}
		_, err := w.flow.ProposeStep(ctx, w.person("coordinator"), o, law.Clarified, "the first one, see https://clips.example/v/1", nil)
		w.must(err)
		if _, err := w.flow.AgreeStep(ctx, w.person("coordinator"), o, law.Clarified); !problem.Is(err, problem.Refused) {
			w.Errorf("who proposed agrees: %v", err)
		}
		if got := w.order(o); !slices.Contains(got.Attention, order.Proposed) || w.clock(o, "execute").State != law.Paused {
			w.Errorf("attention %q, the hour is %s", got.Attention, w.clock(o, "execute").State)
		}
		_, err = w.flow.AgreeStep(ctx, w.person("reviewer"), o, law.Clarified)
		w.must(err)
		w.after(5 * time.Minute)
		w.deliver()
		last := w.hooks[len(w.hooks)-1]
		d, err := document.Parse(last.Document)
		if err != nil || last.Type != client.OrderClarified || d.Form != document.Clarification || d.Values["b.kind"] != "clarified" || d.Values["c.representative"] != "reviewer" {
			w.Errorf("%s: %+v %v", last.Type, d, err)
		}
		if c := w.clock(o, "execute"); !c.Until.Equal(orderStart.Add(95 * time.Minute)) {
			w.Errorf("the hour ends at %s", c.Until)
		}
		// A second question is answered a second time.
		w.must(w.answers(o, document.AnnexIII, law.Filled{"b.grounds": "insufficient", "b.wanted": "the second question"}))
		w.twoPeople("coordinator", "reviewer", o, law.Clarified, "the answer to the second")
		if c := w.clock(o, "execute"); !c.Until.Equal(w.at.Add(time.Hour)) || len(w.hooks) != 3 {
			w.Errorf("the hour ends at %s after %d messages", c.Until, len(w.hooks))
		}
	})
}

// TestAManifestErrorIsAnsweredWithACorrectedOrder: the new order takes the place of the old in
// one moment, and the host and the home authority are told of both.
func TestAManifestErrorIsAnsweredWithACorrectedOrder(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		old := w.order(w.issued("https://clips.example/v/1"))
		w.after(10 * time.Minute)
		w.must(w.answers(old.ID, document.AnnexIII, law.Filled{"b.grounds": "manifest_errors", "b.errors": "the addressee is another company"}))
		in := flow.NewOrder{Item: old.Item, Action: w.action, Emergency: "an attack goes on", Supersedes: old.ID, Filled: law.Filled{"a.addressee": "Clips Example Ltd"}}
		o, err := w.flow.DraftOrder(w.Context(), w.person("coordinator"), in)
		w.must(err)
		if got := w.order(old.ID); got.State != order.StateApproved {
			w.Errorf("while the corrected one is a draft, the old one is %s", got.State)
		}
		w.after(5 * time.Minute)
		_, err = w.flow.ApproveOrder(w.Context(), w.person("second reviewer"), o)
		w.must(err)
		w.deliver()
		was, is := w.order(old.ID), w.order(o)
		if was.State != order.StateWithdrawn || !was.VoidedAt.Equal(is.ApprovedAt) || !is.ReceivedAt.Equal(*w.at) || is.Filled["a.addressee"] != "Clips Example Ltd" {
			w.Errorf("the old one is %s since %s; the new one was received %s by %s", was.State, was.VoidedAt, is.ReceivedAt, is.Filled["a.addressee"])
		}
		var types []string
		for _, m := range w.hooks {
			types = append(types, m.Type)
		}
		slices.Sort(types)
		if !slices.Equal(types, []string{client.OrderIssued, client.OrderIssued, client.OrderWithdrawn}) || len(w.mails) != 3 {
			w.Errorf("the host had %q, the home authority %d mails", types, len(w.mails))
		}
		if c := w.clock(o, "execute"); !c.Until.Equal(w.at.Add(time.Hour)) {
			w.Errorf("the new hour ends at %s", c.Until)
		}
	})
}

// TestRemovedAndStillThere: the host says removed, our look finds the page. People are shown
// the contradiction until a look finds it gone.
func TestRemovedAndStillThere(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		up := true
		w.pages = func(rw http.ResponseWriter, r *http.Request) {
			if !up {
				http.NotFound(rw, r)
				return
			}
			rw.Write([]byte("<title>Example Front</title><p>" + strings.Repeat("the same words as before ", 20) + "</p>"))
		}
		o := w.order(w.issued("https://clips.example/v/1"))
		w.after(20 * time.Minute)
		w.captured(o.Item)
		w.must(w.answers(o.ID, document.AnnexII, nil))
		w.after(time.Minute)
		w.look(o.Item)
		if got := w.order(o.ID); got.ContradictedAt.IsZero() || !slices.Contains(got.Attention, order.Contradiction) {
			w.Errorf("contradicted %s, attention %q", got.ContradictedAt, got.Attention)
		}
		up = false
		w.after(3 * time.Hour)
		w.look(o.Item)
		if got := w.order(o.ID); !got.ContradictedAt.IsZero() || slices.Contains(got.Attention, order.Contradiction) {
			w.Errorf("gone, contradicted %s, attention %q", got.ContradictedAt, got.Attention)
		}
	})
}

// look takes the look that is due.
func (w *orderWorld) look(it id.Item) {
	w.Helper()
	var due []recheck.Due
	w.must(w.db.Housekeeping(w.Context(), "a test", func(tx *sqldb.Tx) (err error) { due, err = recheck.Claim(tx, tx.Now, 10); return err }))
	if len(due) != 1 || due[0].Item != it {
		w.Fatalf("due are %v", due)
	}
	w.must(w.flow.Look(w.Context(), recheck.Job{Looks: due}))
}

// TestNonDisclosureEnds: people are told before its end, can extend it once, two of them, and
// are told when it has ended.
func TestNonDisclosureEnds(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		o, err := w.flow.DraftOrder(w.Context(), w.person("coordinator"), flow.NewOrder{Item: it, Action: w.action, Emergency: "x", Secret: "an investigation goes on"})
		w.must(err)
		_, err = w.flow.ApproveOrder(w.Context(), w.person("second reviewer"), o)
		w.must(err)
		w.deliver()
		w.must(w.answers(o, document.AnnexII, nil))
		tick := func(at time.Duration, want ...order.Attention) {
			w.Helper()
			*w.at = orderStart.Add(at)
			w.must(w.flow.Tick(w.Context()))
			if got := w.order(o).Attention; !slices.Equal(got, want) {
				w.Errorf("after %s attention is %q, want %q", at, got, want)
			}
		}
		const day, week = 24 * time.Hour, 7 * 24 * time.Hour
		tick(5 * week)
		tick(6*week-2*day, order.SecretEnds)
		w.twoPeople("coordinator", "second reviewer", o, law.NonDisclosedLonger, "it still goes on")
		if m := w.hooks[len(w.hooks)-1]; m.Type != client.OrderSecrecy || !strings.Contains(string(m.Document), `"b.until":"2026-05-24T09:00:00Z"`) || !strings.Contains(m.Text, "it still goes on") || len(w.order(o).Attention) != 0 {
			w.Errorf("%s: %s; attention %q", m.Type, m.Text, w.order(o).Attention)
		}
		if _, err := w.flow.ProposeStep(w.Context(), w.person("coordinator"), o, law.NonDisclosedLonger, "and on", nil); !problem.Is(err, problem.Refused) {
			w.Errorf("extended a second time: %v", err)
		}
		tick(11 * week)
		tick(12*week-2*day, order.SecretEnds)
		tick(12*week, order.SecretEnded)
		if got := w.order(o); got.Duty != "inform_provider" {
			w.Errorf("when it has ended, owed is %s", got.Duty)
		}
		tick(13*week + day)
	})
}

// TestAKillBetweenApprovalAndDelivery loses nothing and doubles nothing: what was to leave
// stands in rows, and an attempt that began is found.
func TestAKillBetweenApprovalAndDelivery(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.emergency("https://clips.example/v/1")
		_, err := w.flow.ApproveOrder(w.Context(), w.person("second reviewer"), o)
		w.must(err)
		jobs := w.waiting()
		// The process dies after it has noted that the attempts begin; another takes the jobs.
		w.dies(jobs)
		w.must(w.flow.Deliver(w.Context(), jobs[0])) // webhook: sent again under its identifier
		w.must(w.flow.Deliver(w.Context(), jobs[1])) // mail: nobody can know; a person asks
		for _, j := range jobs {
			w.must(w.flow.Deliver(w.Context(), j)) // the queue runs at least once
		}
		got := w.order(o)
		if len(w.hooks) != 1 || len(w.mails) != 0 || got.ReceivedAt.IsZero() || !slices.Contains(got.Attention, order.Undelivered) || !strings.HasPrefix(got.Undelivered, "copy:") {
			w.Errorf("%d webhooks, %d mails, received %s, %q", len(w.hooks), len(w.mails), got.ReceivedAt, got.Undelivered)
		}
		if c := w.clock(o, "copy"); c.State != law.Met {
			w.Errorf("the copy, which may have left, is %s", c.State)
		}
		_, err = w.flow.Resolve(w.Context(), w.person("coordinator"), jobs[1].Delivery, true, "the authority has it, says the duty officer")
		w.must(err)
		if got := w.order(o); got.Undelivered != "" || !order.Happened(w.events(o), law.CopyReceived) || len(got.Attention) != 0 {
			w.Errorf("resolved, %q, attention %q", got.Undelivered, got.Attention)
		}
	})
}

// TestAnOrderThatDoesNotArrive stands on top until it does.
func TestAnOrderThatDoesNotArrive(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		w.down = true
		o := w.issued("https://clips.example/v/1")
		if got := w.order(o); !got.ReceivedAt.IsZero() || got.Duty != "send" {
			w.Errorf("received %s, owed is %s", got.ReceivedAt, got.Duty)
		}
		for range 12 {
			w.after(24 * time.Hour)
			w.must(w.flow.Tick(w.Context()))
			w.deliver()
		}
		if got := w.order(o); !slices.Contains(got.Attention, order.Undelivered) || got.Duty != "send" {
			w.Errorf("attention %q, owed is %s", got.Attention, got.Duty)
		}
		w.twoPeople("coordinator", "second reviewer", o, law.Withdrawn, "it cannot be served")
		if got := w.order(o); got.State != order.StateWithdrawn || slices.Contains(got.Attention, order.Undelivered) || w.stage(got.Item) != item.Cleared {
			w.Errorf("%s, attention %q, the item is %s", got.State, got.Attention, w.stage(got.Item))
		}
	})
}

// TestAReversalProposesTheWithdrawal: a third person finds that the item is no terrorist
// content; another agrees, and what was removed is to come back.
func TestAReversalProposesTheWithdrawal(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		o := w.issued("https://clips.example/v/1")
		w.must(w.answers(o, document.AnnexII, nil))
		_, err := w.flow.Reverse(w.Context(), w.person("second reviewer"), w.order(o).Item, "it is a news report")
		w.must(err)
		if got := w.order(o); !slices.Contains(got.Attention, order.Proposed) {
			w.Errorf("attention %q", got.Attention)
		}
		_, err = w.flow.AgreeStep(w.Context(), w.person("coordinator"), o, law.Withdrawn)
		w.must(err)
		w.deliver()
		m := w.hooks[len(w.hooks)-1]
		d, err := document.Parse(m.Document)
		if got := w.order(o); err != nil || got.Duty != "reinstate" || m.Type != client.OrderWithdrawn || d.Values["b.reinstate"] != "yes" || d.Values["b.reasons"] != "it is a news report" {
			w.Errorf("owed is %s; %s %v %v", got.Duty, m.Type, d.Values, err)
		}
	})
}
