package host

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// parcel is what an answer carries, and what its arrival means in the case.
type parcel struct {
	Document  json.RawMessage         `json:"document,omitempty"`
	Answers   *client.NewAnswers      `json:"answers,omitempty"`
	Decisions []client.NoticeDecision `json:"decisions,omitempty"`
	Event     law.Kind                `json:"event,omitempty"`
	Followed  []client.TimelineEvent  `json:"followed,omitempty"` // what the authority's program is told of the case

	// Of a reply to a request to reinstate: who asked, and what it called it.
	Sender        string                      `json:"sender,omitempty"`
	Subject       string                      `json:"subject,omitempty"`
	Reference     string                      `json:"reference,omitempty"`
	Reinstatement *client.ReinstatementAnswer `json:"reinstatement,omitempty"`
}

func encode(v any) (string, error) {
	text, err := json.Marshal(v)
	return string(text), err
}

// Feedback is Annex II: what was done, and when.
type Feedback struct {
	Measure string // removed or disabled
	TakenAt time.Time
}

// Feedback answers an order with Annex II. Where the service disabled the content itself, its
// moment is known; where a person did, this tells it.
func (h *Host) Feedback(ctx context.Context, who auth.Principal, target id.Case, in Feedback) (id.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (id.Case, error) {
		c, it, err := h.actable(tx, target, 1)
		if err != nil {
			return target, err
		}
		if c.Track != cases.Order {
			return target, problem.New(problem.Refused, "Annex II answers a removal order, and nothing else")
		}
		if c.ExecutedAt.IsZero() {
			if err := in.check(c, tx.Now); err != nil {
				return target, err
			}
			if err := h.settle(tx, who.Actor(), it, in.Measure, in.TakenAt, cases.Provider{}, false); err != nil {
				return target, err
			}
			if c, err = cases.Get(tx, target); err != nil {
				return target, err
			}
		}
		return target, h.planFeedback(tx, who.Actor(), c, in)
	})
}

func (f Feedback) check(c cases.Case, now time.Time) error {
	switch {
	case f.Measure != cases.Removed && f.Measure != cases.Disabled:
		return problem.New(problem.Invalid, "say what was done: removed, or access disabled in all member states")
	case f.TakenAt.IsZero() || f.TakenAt.After(now.Add(time.Minute)):
		return problem.New(problem.Invalid, "say when it was done, in UTC; it cannot be in the future")
	case f.TakenAt.Before(c.ReceivedAt.Add(-time.Minute)):
		return problem.New(problem.Invalid, "it was done before the order came, at %s; say when access was disabled under this order", c.ReceivedAt.Format(time.RFC3339))
	}
	return nil
}

// planFeedback makes Annex II of an executed order and plans its sending.
func (h *Host) planFeedback(tx *sqldb.Tx, by audit.Actor, c cases.Case, in Feedback) error {
	items, err := cases.Items(tx, c.ID)
	if err != nil {
		return err
	}
	measure, at := in.Measure, c.ExecutedAt
	if len(items) == 1 && (items[0].Content == cases.Removed || items[0].Content == cases.Disabled) {
		measure = items[0].Content
	}
	values := h.orderSection(c)
	values["b.measure"], values["b.taken_at"] = measure, stamp(at)
	values["c.host"], values["c.member_state"] = h.party(), h.Settings.MemberState
	values["c.authorised_person"], values["c.email"], values["c.date"] = h.Settings.Person, h.Settings.Contact, stamp(tx.Now)
	return h.planDocument(tx, by, c, document.AnnexII, values, law.FedBack)
}

// Impossibility is Annex III: why an order cannot be executed.
type Impossibility struct {
	Grounds []string // impossible, manifest_errors, insufficient
	Reasons string
	Errors  string
	Wanted  string
}

// Impossible answers an order with Annex III. Force majeure and de facto impossibility pause the
// hour until they cease, Article 3(7); errors and missing information until they are clarified, 3(8).
func (h *Host) Impossible(ctx context.Context, who auth.Principal, target id.Case, in Impossibility) (id.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (id.Case, error) {
		c, err := cases.Get(tx, target)
		if err != nil {
			return target, err
		}
		if c.Track != cases.Order {
			return target, problem.New(problem.Refused, "Annex III answers a removal order, and nothing else")
		}
		if !c.Trusted() {
			return target, problem.New(problem.Refused, "who sent this is not proven; an answer would go to whoever did. Make sure of the sender first and write down how")
		}
		values := h.orderSection(c)
		values["b.grounds"], values["b.reasons"], values["b.errors"], values["b.wanted"] = strings.Join(in.Grounds, ","), in.Reasons, in.Errors, in.Wanted
		values["c.host"], values["c.authorised_person"], values["c.email"] = h.party(), h.Settings.Person, h.Settings.Contact
		values["c.signature"], values["c.date"] = h.Settings.Person, stamp(tx.Now)
		event := law.Unclear
		if len(in.Grounds) == 1 && in.Grounds[0] == "impossible" {
			event = law.Impossible
		}
		order, err := cases.Follow(tx, target)
		if err != nil {
			return target, err
		}
		if err := order.Take(law.Event{Kind: event, At: tx.Now}); err != nil {
			return target, err
		}
		return target, h.planDocument(tx, who.Actor(), c, document.AnnexIII, values, event)
	})
}

// GroundsCeased records that an impossibility ended; the hour begins anew, Article 3(7).
func (h *Host) GroundsCeased(ctx context.Context, who auth.Principal, target id.Case) (id.Case, error) {
	return write(ctx, h, who, auth.HostAct, func(tx *sqldb.Tx) (id.Case, error) {
		c, err := cases.Record(tx, who.Actor(), target, law.Event{Kind: law.GroundsCeased, At: tx.Now}, nil)
		if err != nil {
			return target, err
		}
		return target, h.tellFollowed(tx, who.Actor(), c, law.GroundsCeased, tx.Now)
	})
}

// orderSection is section A of Annexes II and III: which order is answered.
func (h *Host) orderSection(c cases.Case) law.Filled {
	d, _ := document.Parse(c.Document)
	file := d.Values["e.file_number"]
	if file == "" {
		file = c.Reference
	}
	if file == "" {
		file = "-"
	}
	return law.Filled{"a.addressee": h.party(), "a.issuing_authority": c.Authority, "a.authority_file": file, "a.addressee_file": string(c.ID), "a.received_at": stamp(c.ReceivedAt)}
}

// party is who answers: the service, or its legal representative for it.
func (h *Host) party() string {
	if h.Settings.Representative != "" {
		return h.Settings.Name + " (" + h.Settings.Representative + ")"
	}
	return h.Settings.Name
}

// planDocument plans the sending of a document as the answer to a case.
func (h *Host) planDocument(tx *sqldb.Tx, by audit.Actor, c cases.Case, form string, values law.Filled, event law.Kind) error {
	reference := c.Reference
	if reference == "" {
		reference = string(c.ID)
	}
	d := document.Document{Form: form, Edition: document.EditionOf(form), Reference: reference, Language: h.answerLanguage(c), Values: values, Unit: h.Settings.Name, Platform: c.Authority}
	text, err := d.JSON()
	if err != nil {
		return err
	}
	return h.planAnswer(tx, by, c, 0, parcel{Document: text, Event: event})
}

// answerLanguage is that of the order where the forms have it, as the addressee chose it.
func (h *Host) answerLanguage(c cases.Case) string {
	if c.Language != "" {
		return document.Spoken(c.Language)
	}
	return h.Settings.language()
}

// tellFollowed tells the program of the authority what happened in the case of its order, so that
// both sides read the same clocks. Where no program of its takes that, nothing is sent.
func (h *Host) tellFollowed(tx *sqldb.Tx, by audit.Actor, c cases.Case, kind law.Kind, at time.Time) error {
	sender, _ := h.known.Sender(c.Sender)
	if c.AnswerURL == "" || sender.Secret == "" || !c.Trusted() {
		return nil
	}
	payload, err := encode(parcel{Followed: []client.TimelineEvent{{Kind: string(kind), At: at.UTC().Truncate(time.Microsecond)}}})
	if err != nil {
		return err
	}
	_, err = acts.Add(tx, by, acts.Act{Case: c.ID, Kind: acts.Follow, Way: acts.Webhook, Target: c.AnswerURL, Payload: payload})
	return err
}

// confirm confirms to the program that sent it that a notice or an order of the Digital Services
// Act was received, its Article 16(4): an answer without decisions.
func (h *Host) confirm(tx *sqldb.Tx, by audit.Actor, c cases.Case) error {
	sender, _ := h.known.Sender(c.Sender)
	if c.Track != cases.Notice && c.Track != cases.ActOrder || c.AnswerURL == "" || sender.Secret == "" || !c.Trusted() {
		return nil
	}
	return h.planAnswer(tx, by, c, 0, parcel{})
}

// planAnswer plans that an answer is sent: to the program that asked, where it can know us by a
// secret that both have, else by mail, whose signature shows who sends it.
func (h *Host) planAnswer(tx *sqldb.Tx, by audit.Actor, c cases.Case, place int, p parcel) error {
	payload, err := json.Marshal(p)
	if err != nil {
		return err
	}
	way, target := acts.Webhook, c.AnswerURL
	if sender, _ := h.known.Sender(c.Sender); target == "" || sender.Secret == "" && c.AnswerMail != "" {
		way, target = acts.Mail, c.AnswerMail
	}
	_, err = acts.Add(tx, by, acts.Act{Case: c.ID, Place: place, Kind: acts.Answer, Way: way, Target: target, Payload: string(payload)})
	return err
}

// stamp writes a moment into a form.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano) }
