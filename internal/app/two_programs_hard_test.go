package app_test

import (
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
)

// accepted has the host do something. The desk may know of the answer before while the host
// still waits to be told that it came; it then says that this is under way, and is asked again.
func (p *pair) accepted(what string, do func() error) {
	p.Helper()
	p.until(what+" is accepted", func() bool {
		err := do()
		var told *client.Problem
		if errors.As(err, &told) && told.Status == http.StatusConflict {
			return false
		}
		p.must(err)
		return true
	})
}

// impossible has the host answer with Annex III, and waits until the desk has read it.
func (p *pair) impossible(order, at string, in client.HostImpossibility) {
	p.Helper()
	n := len(p.order(order).Answers)
	p.accepted("Annex III", func() error { _, err := p.api.HostImpossible(p.Context(), at, in); return err })
	p.until("Annex III is at the desk", func() bool { return len(p.order(order).Answers) > n })
	if a := p.order(order).Answers[n]; a.Form != "annex-3" || a.Refused != "" {
		p.Errorf("the desk read %+v", a)
	}
}

// step is what takes two people at the desk.
func (p *pair) step(order, kind, reasons string) {
	p.Helper()
	_, err := p.people["drafter"].ProposeOrderStep(p.Context(), order, client.NewOrderStep{Kind: kind, Reasons: reasons})
	p.must(err)
	_, err = p.people["approver"].AgreeOrderStep(p.Context(), order, kind)
	p.must(err)
}

// happened waits for an event at the host.
func (p *pair) happened(at, kind string) {
	p.Helper()
	p.until(kind+" at the host", func() bool {
		for _, e := range p.get(at).Events {
			if e.Kind == kind {
				return true
			}
		}
		return false
	})
}

// executed has the host disable the content, and waits until the desk knows.
func (p *pair) executedBoth(order, at string) {
	p.Helper()
	p.accepted("the disabling", func() error {
		_, err := p.api.HostDisable(p.Context(), at, client.HostDisabling{Place: 1, Answer: true})
		return err
	})
	p.until("Annex II is at the desk", func() bool { return p.order(order).ExecutedAt != nil })
}

// TestTwoProgramsWhenAnOrderCannotBeExecuted: Annex III of each kind, and what ends it.
func TestTwoProgramsWhenAnOrderCannotBeExecuted(t *testing.T) {
	p := newPair(t, nil)
	first := p.cleared()
	p.informed()
	order, at := p.ordered(client.NewOrder{ItemID: first})
	b := newVisitor(p.hosted)

	p.impossible(order, at, client.HostImpossibility{Grounds: []string{"impossible"}, Reasons: "The data centre is flooded."})
	p.same("while it is impossible", order, at)
	p.clock.add(3 * time.Hour)
	b.send("/cases/"+at+"/grounds-ceased", "")
	p.happened(at, "grounds_ceased")
	p.same("after the grounds ceased", order, at)

	p.impossible(order, at, client.HostImpossibility{Grounds: []string{"insufficient"}, Reasons: "Which of two?", Wanted: "Which of the two videos is meant?"})
	p.same("while a clarification is asked for", order, at)
	p.clock.add(2 * time.Hour)
	p.step(order, "clarified", "Both of them.")
	p.happened(at, "clarified")
	p.same("after it was clarified", order, at)

	p.impossible(order, at, client.HostImpossibility{Grounds: []string{"manifest_errors"}, Reasons: "The name is wrong.", Errors: "The addressee is another service.", Wanted: "The right one."})
	corrected, again := p.ordered(client.NewOrder{ItemID: first, Supersedes: order, Filled: map[string]string{"b.additional_information": "Corrected."}})
	p.happened(at, "withdrawn")
	p.same("the order that was corrected", order, at)
	p.same("the corrected order", corrected, again)
	p.executedBoth(corrected, again)
	p.same("the corrected order, executed", corrected, again)
}

// TestTwoProgramsWhenAnOrderIsWithdrawn: the host's command puts the content back, and the desk knows.
func TestTwoProgramsWhenAnOrderIsWithdrawn(t *testing.T) {
	p := newPair(t, nil)
	item := p.cleared()
	p.informed()
	order, at := p.ordered(client.NewOrder{ItemID: item})
	p.executedBoth(order, at)
	p.step(order, "withdrawn", "It was a report after all.")
	p.happened(at, "withdrawn")
	p.same("withdrawn", order, at)
	if c := p.get(at); c.Duty != "reinstate" {
		t.Errorf("the host owes %q", c.Duty)
	}
	newVisitor(p.hosted).send("/cases/"+at+"/reinstatement", url.Values{"place": {"1"}}.Encode())
	p.happened(at, "reinstated")
	p.same("reinstated", order, at)
	done, err := os.ReadFile(filepath.Join(filepath.Dir(p.cfg.Host.Service.Command[1]), "done.txt"))
	if err != nil || !strings.HasSuffix(strings.TrimSpace(string(done)), "reinstate http://clips.example/v/1") || p.get(at).Items[0].Content != "reinstated" {
		t.Errorf("the command was run as %q, %v", done, err)
	}
}

// TestTwoProgramsWhenTheHostIsKilled between receipt and answer: nothing is lost or doubled.
func TestTwoProgramsWhenTheHostIsKilled(t *testing.T) {
	p := newPair(t, nil)
	item := p.cleared()
	p.informed()
	order, at := p.ordered(client.NewOrder{ItemID: item})
	p.end()
	p.clock.add(10 * time.Minute)
	p.start()
	p.same("after the restart", order, at)
	if list := p.cases(); len(list) != 1 {
		t.Errorf("%d cases", len(list))
	}
	_, err := p.api.HostDisable(t.Context(), at, client.HostDisabling{Place: 1, Answer: true})
	p.must(err)
	p.end() // before, while or after the command runs and the answer leaves
	p.start()
	p.until("Annex II is at the desk", func() bool { p.clock.add(time.Second); return p.order(order).ExecutedAt != nil })
	p.until("the host knows", func() bool { return p.get(at).AnsweredAt != nil })
	p.same("after the answer", order, at)
	counts := map[string]int{}
	for _, e := range p.order(order).Timeline {
		counts[e.Kind]++
	}
	for _, kind := range []string{"received", "executed", "fed_back"} {
		if counts[kind] != 1 {
			t.Errorf("%s happened %d times", kind, counts[kind])
		}
	}
	if n := len(p.order(order).Answers); n != 1 {
		t.Errorf("%d answers", n)
	}
}
