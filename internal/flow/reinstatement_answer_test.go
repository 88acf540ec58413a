package flow_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
)

// fallen takes a referred item to where its platform was asked to bring it back.
func (w *mailWorld) fallen(it id.Item) (reference string) {
	w.Helper()
	w.join("fourth reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
	c, err := w.flow.FileComplaint(w.Context(), w.people["southern coordinator"], flow.NewComplaint{Item: it, Reasons: "It is a report."})
	w.must(err)
	for _, name := range []string{"second reviewer", "fourth reviewer"} {
		_, err := w.flow.Reassess(w.Context(), w.people[name], c, redress.Finding{Decision: assess.NotTerrorist, Purpose: "journalism", Reasons: "It reports."})
		w.must(err)
	}
	w.view(func(tx *sqldb.Tx) error { heard, err := redress.Get(tx, c); reference = heard.Reference; return err })
	return reference
}

func (w *mailWorld) returns(it id.Item) (list []redress.Return) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) (err error) { list, err = redress.Returns(tx, it); return err })
	return list
}

// TestWhatComesOfARequestToReinstate: a mail that its domain signed names the request by its reference;
// a forged one waits for a person; what was not asked is not taken, nor an answer without its reasons.
func TestWhatComesOfARequestToReinstate(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
		w.referred(items[0])
		reference := w.fallen(items[0])
		at := w.at.Add(time.Minute)
		w.after(time.Hour)
		says := func(reference string, a client.ReinstatementAnswer, by string) correspondence.Mail {
			w.Helper()
			text, err := json.Marshal(client.Message{Type: client.AnswerGiven, Reference: reference, Reinstatement: &a})
			w.must(err)
			return w.send("x@clips.example", w.write(letter{from: "trust@clips.example", subject: "Re: " + reference, name: "answer.json", file: text}, by))
		}
		kept := client.ReinstatementAnswer{Outcome: "kept_down", Reasons: "Our terms, section 4.", At: &at}
		if m := says(reference, kept, ""); m.State != correspondence.Waiting || len(w.returns(items[0])) != 0 {
			w.Errorf("a forged answer: %s, %s", m.State, m.Outcome)
		}
		if m := says(reference, client.ReinstatementAnswer{Outcome: "kept_down"}, "clips.example"); m.State != correspondence.Waiting || !strings.Contains(m.Outcome, "say why") {
			w.Errorf("without reasons: %s, %s", m.State, m.Outcome)
		}
		for range 2 { // the same in another mail changes nothing
			w.after(time.Minute)
			if m := says(reference, kept, "clips.example"); m.State != correspondence.Answered || m.About.Subject != string(items[0]) {
				w.Errorf("%s, %s, about %+v", m.State, m.Outcome, m.About)
			}
		}
		if got := w.returns(items[0]); len(got) != 1 || got[0].Outcome != "kept_down" || got[0].Reasons != kept.Reasons || !got[0].ActedAt.Equal(at) || got[0].Proof != "DKIM of clips.example" || got[0].Complaint == "" {
			w.Errorf("kept: %+v", got)
		}
		says(reference, client.ReinstatementAnswer{Outcome: "reinstated", At: w.at}, "clips.example")
		if got := w.returns(items[0]); len(got) != 2 || got[1].Outcome != "reinstated" {
			w.Errorf("it thought again: %+v", got)
		}
		from := flow.Source{Platform: w.host, Channel: flow.ByWebhook}
		if err := w.flow.ReinstatementAnswered(t.Context(), from, items[1], client.ReinstatementAnswer{Outcome: "reinstated"}); !problem.Is(err, problem.NotFound) {
			w.Errorf("of what nobody asked back: %v", err)
		}
		from.Platform = "plf_other"
		if err := w.flow.ReinstatementAnswered(t.Context(), from, items[0], kept); !problem.Is(err, problem.NotFound) {
			w.Errorf("of another platform: %v", err)
		}
	})
}
