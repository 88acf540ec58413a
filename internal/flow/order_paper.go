package flow

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// paper makes a document of a form about an order.
func (f *Flow) paper(o order.Order, form string, values law.Filled) document.Document {
	d := OrderDocument(o, f.answersAt(o.Platform))
	d.Form, d.Edition, d.Values = form, document.EditionOf(form), values
	return d
}

// OrderDocument is the order as it is handed over: Annex I. answer is where the host's program
// answers; a copy of another authority's order is not answered to us.
func OrderDocument(o order.Order, answer string) document.Document {
	d := document.Document{Form: document.AnnexI, Edition: document.EditionOf(document.AnnexI), Reference: o.Reference, Language: document.Spoken(o.Language), Values: o.Filled,
		Unit: o.Authority, Platform: o.Filled["a.addressee"]}
	if o.Origin == order.Own {
		d.AnswerURL = answer
	}
	return d
}

// concerned are the fields with which a later paper names its order.
func concerned(o order.Order) law.Filled {
	return law.Filled{"a.addressee": o.Filled["a.addressee"], "a.order_reference": o.Reference, "a.issued_at": exactly(o.ApprovedAt)}
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// exactly is stamp for a moment from which the other side counts, too.
func exactly(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }

// signedBy puts under a paper who answers for it: the person who agreed to it.
func signedBy(tx *sqldb.Tx, values law.Filled, who id.User, at time.Time) error {
	u, err := auth.GetUser(tx, who)
	if err != nil {
		return err
	}
	unit, err := auth.UnitByName(tx, string(u.Unit))
	if err != nil {
		return err
	}
	values["c.authority"], values["c.representative"], values["c.contact"] = unit.Name, u.Name, u.Email
	values["c.date"], values["c.signature"] = exactly(at), u.Name+", "+unit.Name+", "+stamp(at)
	return nil
}

// clarification answers a request of Article 3(8).
func (f *Flow) clarification(tx *sqldb.Tx, o order.Order, events []order.Event, s order.Step) (document.Document, error) {
	values := concerned(o)
	values["a.asked_at"], values["b.kind"], values["b.text"] = stamp(order.At(events, law.Unclear)), "clarified", s.Reasons
	err := signedBy(tx, values, s.DecidedBy, s.DecidedAt)
	return f.paper(o, document.Clarification, values), err
}

// withdrawal takes an order back.
func (f *Flow) withdrawal(tx *sqldb.Tx, o order.Order, events []order.Event) (document.Document, error) {
	values := concerned(o)
	values["b.ground"], values["b.reasons"] = "other", "-"
	for _, e := range events {
		if e.Kind != law.Withdrawn {
			continue
		}
		values["b.reasons"] = e.Detail.Reasons
		if e.Detail.Replaced != "" {
			values["b.ground"] = "error"
		}
		if err := signedBy(tx, values, e.By, e.At); err != nil {
			return document.Document{}, err
		}
	}
	if !o.ExecutedAt.IsZero() {
		values["b.reinstate"] = "yes"
	}
	return f.paper(o, document.Withdrawal, values), nil
}

// review is the reasoned decision of the home authority, which we are.
func (f *Flow) review(tx *sqldb.Tx, o order.Order, events []order.Event, s order.Step) (document.Document, error) {
	values := concerned(o)
	values["a.issuing_authority"], values["a.basis"], values["a.begun_at"] = o.Authority, "own", exactly(order.At(events, law.CopyReceived))
	for _, e := range events {
		if e.Kind == law.ReviewAsked {
			values["a.basis"], values["a.begun_at"] = e.Detail.Party, exactly(e.At)
		}
	}
	values["b.decision"], values["b.reasons"] = "stands", s.Reasons
	if s.Kind == law.Infringing {
		values["b.decision"], values["b.intention_told_at"] = "infringes", exactly(order.At(events, law.Intended))
		values["b.infringed"] = s.Particulars["b.infringed"]
		if values["b.infringed"] == "" {
			values["b.infringed"] = "regulation"
		}
	}
	if err := signedBy(tx, values, s.DecidedBy, s.DecidedAt); err != nil {
		return document.Document{}, err
	}
	unit, err := auth.UnitByName(tx, string(o.Unit))
	if err != nil {
		return document.Document{}, err
	}
	redress, _, err := register.RedressIn(tx, unit.Country)
	values["d.body"], values["d.deadline"] = redress.Body, redress.Deadline
	d := f.paper(o, document.Review, values)
	d.Unit = unit.Name
	return d, err
}

// information tells a host of procedures and deadlines, Article 3(2).
func (f *Flow) information(tx *sqldb.Tx, sender id.Unit, p platform.Platform, at time.Time) (document.Document, error) {
	unit, err := auth.UnitByName(tx, string(sender))
	if err != nil {
		return document.Document{}, err
	}
	redress, _, err := register.RedressIn(tx, unit.Country)
	if err != nil {
		return document.Document{}, err
	}
	authorities, err := register.ByState(tx, unit.Country, register.Issue)
	if err != nil {
		return document.Document{}, err
	}
	contact := f.Mail.From
	if a := issuing(authorities, unit); a.Email != "" {
		contact = a.Email
	}
	channel, point := "SMTP: "+f.Mail.From, p.ContactEmail
	authentic := "DKIM: " + f.Mail.From[strings.LastIndexByte(f.Mail.From, '@')+1:]
	if p.Transport == platform.Webhook {
		channel, point = "HTTPS: "+p.WebhookURL, p.WebhookURL
		authentic = "Standard Webhooks (v1)"
		if f.HookKey != nil {
			authentic = fmt.Sprintf("Standard Webhooks (v1, v1a: %s)", client.WebhookPublic(f.HookKey.Public().(ed25519.PublicKey)))
		}
	}
	d := document.Document{Form: document.Information, Edition: document.EditionOf(document.Information), Reference: "TCO-INFO-" + string(p.ID), Language: document.Spoken(p.Language),
		Unit: unit.Name, Platform: p.Name, AnswerURL: f.answersAt(p.ID), Values: law.Filled{"a.addressee": p.Name, "a.contact_point": point, "a.sent_at": stamp(at),
			"b.channel": channel, "b.authenticity": authentic, "b.answers": f.answersAt(p.ID) + "\n" + contact, "d.authority": unit.Name, "d.contact": contact,
			"d.redress": strings.Join([]string{redress.Body, redress.Deadline, redress.Provisions}, "\n")}}
	return d, d.Check()
}

// timeline is what happened in a case, as the other side may fold it.
func timeline(events []order.Event) []client.TimelineEvent {
	out := make([]client.TimelineEvent, len(events))
	for i, e := range events {
		out[i] = client.TimelineEvent{Kind: string(e.Kind), At: e.At, Emergency: e.Emergency, CrossBorder: e.CrossBorder}
	}
	return out
}
