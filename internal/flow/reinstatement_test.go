package flow_test

import (
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// unasked has a person who took no part reverse an item, and gives what that proposes.
func (w *world) unasked(it id.Item) (p redress.Proposal, found bool) {
	w.Helper()
	if _, there := w.people["third reviewer"]; !there {
		w.join("third reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
		w.join("fourth reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
	}
	_, err := w.flow.Reverse(w.Context(), w.people["third reviewer"], it, "It is a news report.")
	w.must(err)
	return w.proposal(it)
}

func (w *world) proposal(it id.Item) (p redress.Proposal, found bool) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) (err error) { p, found, err = redress.ProposalOf(tx, it); return err })
	return p, found
}

// made has what a test says happen to the tables, with the audit event that every change needs.
func (w *world) made(subject, statement string, args ...any) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(sqldb.SQL(statement), args...); err != nil {
			return err
		}
		return audit.Append(tx, audit.System, audit.Entry{Verb: "test.made", Subject: subject})
	})
}

// TestAReversalAsksForWhatHasLeft: one person proposes, another agrees, and the platform is asked under
// a reference of the proposal's own; what it answers stands there.
func TestAReversalAsksForWhatHasLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		w.flow.Public = "https://desk.example"
		it := w.contribute("https://clips.example/v/1")[0]
		w.referred(it)
		p, found := w.unasked(it)
		if !found || p.State != redress.Proposed || !strings.HasPrefix(p.Reference, "B-") || p.ProposedBy != w.people["third reviewer"].User || p.Reasons != "It is a news report." || w.rows()["delivery"] != 1 {
			t.Fatalf("the proposal is %+v, %v; %d deliveries", p, found, w.rows()["delivery"])
		}
		from := flow.Source{Platform: w.clips().ID, Channel: flow.ByWebhook, Proof: "a signature"}
		back := client.ReinstatementAnswer{Outcome: redress.Reinstated}
		if err := w.flow.ReinstatementAnswered(t.Context(), from, it, back); !problem.Is(err, problem.NotFound) {
			t.Errorf("an answer to what was not asked: %v", err)
		}
		for who, want := range map[string]problem.Kind{"third reviewer": problem.Refused, "reviewer": problem.Refused, "analyst": problem.Forbidden, "western coordinator": problem.NotFound} {
			if _, err := w.flow.ApproveReinstatement(t.Context(), w.people[who], it); !problem.Is(err, want) {
				t.Errorf("the %s approves: %v", who, err)
			}
		}
		for range 2 { // agreed to again, nothing more leaves
			_, err := w.flow.ApproveReinstatement(t.Context(), w.people["fourth reviewer"], it)
			w.must(err)
		}
		w.leftAs(it, p)
		w.must(w.flow.ReinstatementAnswered(t.Context(), from, it, back))
		w.view(func(tx *sqldb.Tx) error {
			list, err := redress.Returns(tx, it)
			if err != nil || len(list) != 1 || list[0].Reference != p.Reference || list[0].Complaint != "" || list[0].Outcome != redress.Reinstated {
				t.Errorf("answered: %+v %v", list, err)
			}
			events, err := audit.History(tx, string(it))
			var verbs []string
			for _, e := range events {
				if strings.HasPrefix(e.Verb, "reinstatement.") {
					verbs = append(verbs, e.Verb)
				}
			}
			if got := strings.Join(verbs, " "); got != "reinstatement.proposed reinstatement.approved reinstatement.answered" {
				t.Errorf("the log has %q", got)
			}
			return err
		})
	})
}

// leftAs checks the request that left, and who stands for it.
func (w *world) leftAs(it id.Item, p redress.Proposal) {
	w.Helper()
	now, _ := w.proposal(it)
	if now.State != redress.Approved || now.ApprovedBy != w.people["fourth reviewer"].User || w.rows()["delivery"] != 2 {
		w.Errorf("it is %+v, %d deliveries", now, w.rows()["delivery"])
	}
	w.view(func(tx *sqldb.Tx) error {
		letter, err := w.flow.Compose(tx, string(it), deliver.Reinstatement, "dlv_x")
		if err != nil {
			return err
		}
		d, err := document.Parse(letter.Message.Document)
		if d.Reference != p.Reference || d.Values["b.reasons"] != p.Reasons || d.Values["a.urls"] != "https://clips.example/v/1" || !strings.HasPrefix(d.Values["a.references"], "AR-") || !letter.Message.At.Equal(now.ApprovedAt) {
			w.Errorf("the request is %+v at %s", d, letter.Message.At)
		}
		return err
	})
}

// TestWhatAReversalDoesNotAskFor: what never left, what certainly is not there, and what the platform
// left up; of what is uncertain or only restricted it asks.
func TestWhatAReversalDoesNotAskFor(t *testing.T) {
	const state = "UPDATE delivery SET state = $1, attempts = $2, transport = $3"
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3", "https://clips.example/v/4", "https://clips.example/v/5",
			"https://clips.example/v/6", "https://clips.example/v/7", "https://clips.example/v/8", "https://clips.example/v/9")
		w.referred(items[0])
		for _, it := range items[1:8] {
			w.cleared(it)
		}
		w.handOver()
		for i, c := range []struct {
			state, transport string
			attempts         int
			answer           item.Answer
			want             bool
		}{
			{deliver.Delivered, "smtp", 1, item.AnswerDisabled, true},
			{deliver.Uncertain, "smtp", 1, "", true},
			{deliver.Sending, "smtp", 1, "", true},
			{deliver.Due, "webhook", 1, "", true},
			{deliver.Due, "smtp", 1, "", false},
			{deliver.Undeliverable, "smtp", 3, "", false},
			{deliver.Delivered, "smtp", 1, item.AnswerRefused, false},
			{deliver.Delivered, "smtp", 1, item.AnswerRemoved, true},
		} {
			w.made(string(items[i]), state, c.state, c.attempts, c.transport)
			w.made(string(items[i]), "UPDATE item SET answer = $1 WHERE id = $2", c.answer, items[i])
			if p, found := w.unasked(items[i]); found != c.want {
				t.Errorf("%+v: proposed %v, %+v", c, found, p)
			}
		}
		w.cleared(items[8])
		if _, found := w.unasked(items[8]); found {
			t.Error("nobody was told of it")
		}
	})
}

// TestAComplaintOvertakesAProposal: two people decided on it, and so the platform is asked without
// another agreement, and once.
func TestAComplaintOvertakesAProposal(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		it := w.contribute("https://clips.example/v/1")[0]
		w.referred(it)
		w.unasked(it)
		w.join("fifth reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
		c, err := w.flow.FileComplaint(t.Context(), w.people["southern coordinator"], flow.NewComplaint{Item: it, Reasons: "It is a report."})
		w.must(err)
		no := redress.Finding{Decision: assess.NotTerrorist, Purpose: "journalism", Reasons: "It reports."}
		if _, err := w.flow.Reassess(t.Context(), w.people["third reviewer"], c, no); !problem.Is(err, problem.Refused) {
			t.Errorf("who reversed it decides on the complaint: %v", err)
		}
		for _, name := range []string{"fourth reviewer", "fifth reviewer"} {
			_, err := w.flow.Reassess(t.Context(), w.people[name], c, no)
			w.must(err)
		}
		if p, _ := w.proposal(it); p.State != redress.Overtaken || w.rows()["delivery"] != 2 {
			t.Errorf("the proposal is %+v, %d deliveries", p, w.rows()["delivery"])
		}
		if _, err := w.flow.ApproveReinstatement(t.Context(), w.people["second reviewer"], it); !problem.Is(err, problem.Conflict) {
			t.Errorf("approved all the same: %v", err)
		}
	})
}
