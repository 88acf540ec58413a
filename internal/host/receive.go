package host

import (
	"bytes"
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// arrival is a message that has come, with what its way proves of its sender.
type arrival struct {
	way     string
	proof   inbox.Proof
	message client.Message
	raw     []byte
	at      time.Time // when it came; zero: now
	mail    string    // address for an answer by mail
	replyTo string    // Message-ID that the answer refers to
	repeats string    // digest of what came before under the same name and said the same
}

// Receipt is what a message came to; it is what the sender is told.
type Receipt struct {
	Message    id.Message  `json:"id"`
	Case       id.Case     `json:"case,omitempty"`
	ReceivedAt time.Time   `json:"received_at"`
	Trust      inbox.Trust `json:"-"`
	Repeated   bool        `json:"-"`
}

// receive takes a message in: what came is put aside byte for byte, then it is noted and, in
// the same transaction, made a case of. The same message again is answered the same.
func (h *Host) receive(ctx context.Context, a arrival) (r Receipt, err error) {
	if _, _, err := h.Store.Put(ctx, bytes.NewReader(a.raw)); err != nil {
		return r, err
	}
	if a.repeats, err = h.saidBefore(ctx, a); err != nil {
		return r, err
	}
	p := h.readPaper(a.message)
	err = h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		r = Receipt{}
		r, err = h.take(tx, a, p)
		return err
	})
	h.wake()
	return r, err
}

func (h *Host) take(tx *sqldb.Tx, a arrival, p paper) (Receipt, error) {
	if a.at.IsZero() {
		a.at = tx.Now
	}
	m := inbox.Message{Way: a.way, Sender: a.proof.Sender.Name, External: a.proof.ID, Sum: inbox.SumOf(a.raw), Type: a.message.Type, Reference: p.reference(a.message),
		SentAt: a.proof.SentAt, ReceivedAt: a.at, Authority: h.authorityOf(a, p)}
	before, came, err := inbox.Before(tx, m.Sender, m.External)
	if err != nil {
		return Receipt{}, err
	}
	claim := p.claim()
	if claim.Order {
		if claim.Before, err = inbox.ReferenceOf(tx, m.Reference, m.Authority); err != nil {
			return Receipt{}, err
		}
	}
	m.Trust, m.Findings = a.proof.Judge(claim)
	switch {
	case came && m.Trust != inbox.Forged && (before.Sum == m.Sum || before.Sum == a.repeats):
		return Receipt{before.ID, before.Case, before.ReceivedAt, before.Trust, true}, nil
	case came:
		// A genuine message came under this name: this one is not it.
		m.Trust, m.Case = inbox.Forged, before.Case
		m.Findings = append(m.Findings, inbox.Finding{State: inbox.Bad, Code: "replayed", Arg: before.ReceivedAt.Format(time.RFC3339)})
	default:
		if m.Trust == inbox.Forged {
			if same, seen, err := inbox.SameForged(tx, m.Sum); err != nil || seen {
				return Receipt{same.ID, same.Case, same.ReceivedAt, same.Trust, true}, err
			}
		}
		if m.Case, err = h.follow(tx, a, p, m); err != nil {
			return Receipt{}, err
		}
	}
	m, err = inbox.Add(tx, machine(m.Sender), m)
	if err == nil && !came {
		err = h.owe(tx, a, p, m)
	}
	return Receipt{m.ID, m.Case, m.ReceivedAt, m.Trust, false}, err
}

// authorityOf is who a message is from: as proven, as the settings say, or as it says itself.
func (h *Host) authorityOf(a arrival, p paper) string {
	for _, name := range []string{a.proof.Authority.Name, a.proof.Sender.Authority, p.doc.Values["e.name"], p.doc.Values["authority"], p.doc.Values["notifier"], p.doc.Unit, a.proof.Sender.Name} {
		if name != "" {
			return name
		}
	}
	return ""
}

// follow does what a message calls for, and returns the case that it is about.
func (h *Host) follow(tx *sqldb.Tx, a arrival, p paper, m inbox.Message) (id.Case, error) {
	by := machine(m.Sender)
	if p.track != "" {
		return h.openCase(tx, by, a, p, m)
	}
	if m.Type == client.OrderInformation && m.Trust != inbox.Forged {
		return "", cases.NoteInformation(tx, by, m.Authority, m.ReceivedAt)
	}
	c, found, err := h.caseOf(tx, a, p, m)
	if err != nil || !found || m.Trust != inbox.Verified || !speaksFor(a.proof, c, p) {
		return c.ID, err // a person reads it and records what it says
	}
	err = h.later(tx, by, c, p, m)
	if problem.Is(err, problem.Refused) {
		err = nil // the Regulation has no room for it here: it is shown with the case, and changes nothing
	}
	return c.ID, err
}

// speaksFor reports whether what a sender says of a case has effect: it handed the case in
// itself, or was proven to be the authority whose order it is. A decision of Article 4 is that of
// an authority that scrutinises. What a message says of its own sender proves nothing.
func speaksFor(proof inbox.Proof, c cases.Case, p paper) bool {
	if p.doc.Form == document.Review {
		return proof.Authority.May(register.Scrutinise)
	}
	if c.Sender != "" && c.Sender == proof.Sender.Name {
		return true
	}
	for _, proven := range []string{proof.Authority.Name, proof.Sender.Authority} {
		if proven != "" && proven == c.Authority {
			return true
		}
	}
	return false
}

// caseOf finds the case that a later message is about: by the sender's own identifier, or by
// the reference with which the same authority issued it.
func (h *Host) caseOf(tx *sqldb.Tx, a arrival, p paper, m inbox.Message) (cases.Case, bool, error) {
	if a.message.Subject != "" {
		if c, found, err := cases.BySubject(tx, m.Sender, a.message.Subject); err != nil || found {
			return c, found, err
		}
	}
	for _, reference := range p.about(m) {
		if reference == "" {
			continue
		}
		list, err := cases.ByReference(tx, reference)
		if err != nil {
			return cases.Case{}, false, err
		}
		for _, c := range list {
			if c.Authority == m.Authority || p.doc.Form == document.Review {
				return c, true, nil
			}
		}
	}
	return cases.Case{}, false, nil
}

// openCase opens the case of an order, a referral or a notice; what came before by another way
// is the same case.
func (h *Host) openCase(tx *sqldb.Tx, by audit.Actor, a arrival, p paper, m inbox.Message) (id.Case, error) {
	if m.Trust != inbox.Forged {
		if c, found, err := h.caseOf(tx, a, p, m); err != nil || found && c.Track == p.track {
			return c.ID, err
		}
	}
	language := p.doc.Language
	if a.message.Referral != nil && language == "" {
		language = a.message.Referral.Language
	}
	c, err := cases.Add(tx, by, cases.Case{Track: p.track, Sender: m.Sender, Authority: m.Authority, Subject: a.message.Subject, Reference: m.Reference,
		Language: language, Document: p.text, Faults: p.faults, AnswerURL: a.message.AnswerURL, AnswerMail: a.answerMail(p), InReplyTo: a.replyTo,
		Trust: m.Trust, ReceivedAt: m.ReceivedAt}, p.items)
	if err != nil {
		return "", err
	}
	if c.Track == cases.Order {
		_, err = cases.Begin(tx, by, c, p.doc.Values)
	} else {
		_, err = cases.Refresh(tx, by, c.ID)
	}
	if err == nil {
		err = h.confirm(tx, by, c)
	}
	if err == nil {
		err = h.planLooks(tx, c)
	}
	return c.ID, err
}

// answerMail is where an answer goes that cannot go to a program.
func (a arrival) answerMail(p paper) string {
	for _, address := range []string{a.mail, p.doc.Values["e.email"], p.doc.Values["notifier_email"]} {
		if address != "" {
			return address
		}
	}
	return a.proof.Authority.Email
}

// later records what a verified message says of an order that is here.
func (h *Host) later(tx *sqldb.Tx, by audit.Actor, c cases.Case, p paper, m inbox.Message) error {
	more := map[string]any{"message": m.Sum, "document": p.doc.Values}
	var until time.Time
	decided, err := cases.Dated(tx, c.ID, p.doc.Values["c.date"], m.ReceivedAt)
	if err != nil {
		return err
	}
	record := func(kinds ...law.Kind) error {
		for _, kind := range kinds {
			at := m.ReceivedAt
			switch kind {
			case law.Intended, law.Infringing, law.Scrutinised, law.Withdrawn: // it has effect since it was decided
				at = decided
			}
			if _, err := cases.Record(tx, by, c.ID, law.Event{Kind: kind, At: at, Until: until}, more); err != nil {
				return err
			}
		}
		return nil
	}
	if p.doc.Form == document.Review {
		if err := askedAt(tx, by, c, p.doc.Values); err != nil {
			return err
		}
	}
	switch {
	case m.Type == client.OrderClarified && p.doc.Values["b.kind"] != "corrected":
		return record(law.Clarified)
	case m.Type == client.OrderWithdrawn:
		return record(law.Withdrawn)
	case m.Type == orderReviewed && p.doc.Values["b.decision"] == "infringes":
		return record(law.Intended, law.Infringing, law.DecisionTold)
	case m.Type == client.OrderSecrecy && p.doc.Form == document.NonDisclosure:
		if until, err = time.Parse(time.RFC3339, p.doc.Values["b.until"]); err != nil {
			return nil // a paper without its end: a person reads it, and asks
		}
		return record(law.NonDisclosedLonger)
	case m.Type == orderReviewed:
		return record(law.Scrutinised, law.DecisionTold)
	}
	return nil
}

// askedAt takes from the decision when the authority had our request for it, Article 4(4): its 72
// hours run from there, and not from when our mail left.
func askedAt(tx *sqldb.Tx, by audit.Actor, c cases.Case, values law.Filled) error {
	at, err := time.Parse(time.RFC3339, values["a.begun_at"])
	if err != nil || values["a.basis"] != "host" {
		return nil
	}
	return cases.Move(tx, by, c.ID, law.ReviewAsked, at)
}
