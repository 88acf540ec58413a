package host

import (
	"context"
	"encoding/json"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// ItemAnswer is what the service says of one item of a referral or notice.
type ItemAnswer struct {
	Place   int
	Kind    string
	Reason  string
	ActedAt time.Time
}

// AnswerItems answers items of a referral, of a notice under Article 16 or of an order under
// Article 9 of the Digital Services Act. What the service removed itself needs no time here.
// The same answer goes to the items of other cases that a person chose by their keys, see [Twin].
func (h *Host) AnswerItems(ctx context.Context, who auth.Principal, target id.Case, answers []ItemAnswer, twins []string) (id.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (id.Case, error) {
		c, err := cases.Get(tx, target)
		if err != nil {
			return target, err
		}
		switch {
		case c.Track == cases.Order:
			return target, problem.New(problem.Refused, "a removal order is answered with Annex II or III")
		case !c.Trusted():
			return target, problem.New(problem.Refused, "who sent this is not proven; make sure of the sender first and write down how")
		case len(answers) == 0:
			return target, problem.New(problem.Invalid, "choose an answer for at least one item")
		}
		if err := h.planAnswers(tx, who.Actor(), c, answers); err != nil {
			return target, err
		}
		return target, h.answerAlike(tx, who.Actor(), c, answers, twins)
	})
}

// planAnswers records answers, and plans that they are sent together.
func (h *Host) planAnswers(tx *sqldb.Tx, by audit.Actor, c cases.Case, answers []ItemAnswer) error {
	var sent []client.NewAnswer
	var links []string // of each
	for _, a := range answers {
		it, err := cases.OneItem(tx, c.ID, a.Place)
		if err != nil {
			return err
		}
		if it.Answer == a.Kind {
			return problem.New(problem.Conflict, "item %d is answered so already", a.Place)
		}
		down := a.Kind == cases.AnswerRemoved || a.Kind == cases.AnswerDisabled
		if down && a.ActedAt.IsZero() {
			a.ActedAt = it.ActedAt
		}
		if down && a.ActedAt.After(tx.Now.Add(time.Minute)) {
			return problem.New(problem.Invalid, "item %d cannot have been %s in the future; times are UTC", a.Place, a.Kind)
		}
		fresh := down && it.Content == cases.Up
		if err := cases.SetAnswer(tx, by, it, cases.Answer{Kind: a.Kind, Reason: a.Reason, At: a.ActedAt}); err != nil {
			return err
		}
		if fresh {
			if err := h.draftStatement(tx, by, c, it, a.Kind, a.ActedAt); err != nil {
				return err
			}
		}
		one := client.NewAnswer{ItemID: it.ItemID, Kind: a.Kind, Reason: a.Reason}
		if down {
			at := a.ActedAt
			one.ActedAt = &at
		}
		sent, links = append(sent, one), append(links, it.URL)
	}
	if _, err := cases.Refresh(tx, by, c.ID); err != nil {
		return err
	}
	p := parcel{Answers: &client.NewAnswers{Answers: sent}}
	if c.Track != cases.Referral {
		p = parcel{Decisions: decisions(sent, links, h.redress(c))}
	}
	return h.planAnswer(tx, by, c, answers[0].Place, p)
}

// decisions says answers in the words of Article 16(5) of the Digital Services Act.
func decisions(answers []client.NewAnswer, links []string, redress string) (list []client.NoticeDecision) {
	for i, a := range answers {
		d := client.NoticeDecision{ItemID: a.ItemID, Decision: a.Kind, Reason: a.Reason, DecidedAt: a.ActedAt, Redress: redress}
		if a.Kind == cases.AnswerImpossible || a.Kind == cases.AnswerClarification {
			d.Decision = "none"
		}
		if d.ItemID == "" { // the form named it by its link
			d.URL = links[i]
		}
		list = append(list, d)
	}
	return list
}

// redress is what whoever gave notice can do against a decision, Articles 20 and 21 of the
// Digital Services Act.
func (h *Host) redress(c cases.Case) string {
	if c.Track != cases.Notice {
		return ""
	}
	text := "You can complain to " + h.Settings.Contact + " within six months, and turn to a certified body for out-of-court settlement or to a court."
	if h.Settings.Terms != "" {
		text += " " + h.Settings.Terms
	}
	return text
}

// documentOf reads the document of a case, as far as it can be read.
func documentOf(c cases.Case) document.Document {
	d, err := document.Parse(c.Document)
	if err != nil && d.Form == "" && len(c.Document) > 0 {
		p := paper{doc: document.Document{Values: map[string]string{}}}
		p.readLoosely(json.RawMessage(c.Document))
		return p.doc
	}
	return d
}
