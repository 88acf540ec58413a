package flow

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// AuthorityHook takes a message of another authority's program: a copy of its order, its
// intention or its decision on an order of ours. The register has the keys by which it is
// known. A message that came before has its effect once, because nothing happens twice in a case.
func (f *Flow) AuthorityHook(ctx context.Context, h http.Header, body []byte) (id.Order, error) {
	var book register.Book
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { book, err = register.All(tx); return err })
	if err != nil {
		return "", err
	}
	verifier := client.WebhookVerifier{Tolerance: f.HookTolerance}
	for _, a := range book {
		verifier.Public = append(verifier.Public, a.WebhookKeys...)
	}
	proof, err := verifier.Verify(h, body, f.DB.Now())
	if err != nil {
		return "", problem.New(problem.Unauthenticated, "the message is not shown to be an authority's: %s; sign it with a key that the register has", err.Error())
	}
	from, _ := book.ByKey(proof.Key)
	var m client.Message
	if err := json.Unmarshal(body, &m); err != nil {
		return "", problem.Wrap(err, problem.Invalid, "the message is not the JSON of a client.Message: %v", err)
	}
	return f.AuthorityMessage(ctx, FromAuthority{Authority: from.ID, Channel: ByWebhook, Message: proof.ID, SentAt: m.At, Proof: "signed with the key " + proof.Key}, m)
}

// AuthorityMessage takes in what another authority tells, whose sender was made sure of.
func (f *Flow) AuthorityMessage(ctx context.Context, from FromAuthority, m client.Message) (id.Order, error) {
	switch m.Type {
	case client.OrderCopy, client.OrderReviewed, client.OrderWithdrawn, client.OrderIntended, client.OrderFinal, client.OrderCourse:
		doc, err := document.Parse(m.Document)
		if err != nil {
			return "", err
		}
		return f.authorityPaper(ctx, from, doc)
	}
	return "", problem.New(problem.Invalid, "a message of the type %.40q is nothing that one authority tells another", m.Type)
}

// authorityPaper takes in a document of another authority.
func (f *Flow) authorityPaper(ctx context.Context, from FromAuthority, doc document.Document) (id.Order, error) {
	switch doc.Form {
	case document.AnnexI:
		return f.ReceiveCopy(ctx, from, doc)
	case document.Review:
		return "", f.OrderReviewed(ctx, from, doc)
	case document.Intention:
		return "", f.OrderIntended(ctx, from, doc)
	case document.Course:
		return f.courseTold(ctx, from, doc)
	case document.Withdrawal:
		return f.copyTold(ctx, from, doc, doc.Values["c.date"], law.Withdrawn)
	case document.Finality:
		return f.copyTold(ctx, from, doc, doc.Values["b.final_at"], law.Final, law.FinalTold)
	}
	return "", problem.New(problem.Invalid, "%.40q is nothing that one authority sends another", doc.Form)
}

// copyTold records in the case of a copy what its issuer tells: that it was withdrawn, or that
// it became final, at a moment that its paper names. What happened already is not recorded again.
func (f *Flow) copyTold(ctx context.Context, from FromAuthority, doc document.Document, at string, kinds ...law.Kind) (id.Order, error) {
	var found id.Order
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := order.CopyOf(tx, from.Authority, doc.Values["a.order_reference"])
		if err != nil {
			return err
		}
		found = o.ID
		events, err := order.Events(tx, o.ID)
		if err != nil {
			return err
		}
		when := within(at, order.At(events, law.Issued), tx.Now)
		for _, kind := range kinds {
			if order.Happened(events, kind) {
				continue
			}
			if kind == law.Final && !order.Happened(events, law.Received) { // who has it finally has received it
				if _, err := order.Record(tx, from.actor(), o.ID, law.Event{Kind: law.Received, At: order.At(events, law.Sent)}, order.Detail{Assumed: true, Channel: from.Channel, Source: from.Message}); err != nil {
					return err
				}
			}
			happened := when
			if kind == law.FinalTold {
				happened = from.received(when, tx.Now)
			}
			if _, err := order.Record(tx, from.actor(), o.ID, law.Event{Kind: kind, At: happened}, from.saying(doc)); err != nil {
				return err
			}
		}
		return nil
	})
	return found, err
}

// lookForAuthority settles a mail that answers nothing: it may be of another authority.
func (f *Flow) lookForAuthority(ctx context.Context, m correspondence.Mail) error {
	taken, why, err := f.authorityMail(ctx, m)
	if err != nil {
		return err
	}
	if !taken || why != "" {
		return f.wait(ctx, m, why)
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return correspondence.Settle(tx, audit.System, m, correspondence.Answered, "a paper of another authority was taken in")
	})
}

// authorityMail takes in what a program of another authority attached to a mail. taken is
// false where the mail has nothing of that kind; why says why a person must look at it first.
func (f *Flow) authorityMail(ctx context.Context, m correspondence.Mail) (taken bool, why string, err error) {
	for _, a := range m.Attached {
		if a.Size > maxAnswer || !strings.HasSuffix(a.Type, "json") && !strings.HasSuffix(strings.ToLower(a.Name), ".json") {
			continue
		}
		sum, err := blob.Parse(a.SHA256)
		if err != nil {
			return false, "", err
		}
		text, err := f.Store.Bytes(ctx, sum, maxAnswer)
		if err != nil {
			return false, "", err
		}
		message, ok := ofAuthority(text)
		if !ok {
			continue
		}
		from, why, err := f.signingAuthority(ctx, m, message)
		if err != nil || why != "" {
			return true, why, err
		}
		_, err = f.AuthorityMessage(ctx, from, message)
		if kind := problem.Of(err); err != nil && kind != problem.Internal && kind != problem.Unavailable {
			return true, "what an authority attached was not taken: " + problem.Message(err), nil
		}
		return true, "", err
	}
	return false, "", nil
}

// ofAuthority reads a document that one authority sends another.
func ofAuthority(text []byte) (client.Message, bool) {
	doc, err := document.Parse(text)
	if err != nil {
		return client.Message{}, false
	}
	kind, ok := map[string]string{document.AnnexI: client.OrderCopy, document.Review: client.OrderReviewed, document.Withdrawal: client.OrderWithdrawn,
		document.Intention: client.OrderIntended, document.Finality: client.OrderFinal, document.Course: client.OrderCourse}[doc.Form]
	return client.Message{Type: kind, Reference: doc.Reference, Document: text}, ok
}

// signingAuthority finds in the register whose signature the mail carries.
func (f *Flow) signingAuthority(ctx context.Context, m correspondence.Mail, message client.Message) (from FromAuthority, why string, err error) {
	if m.Proven == "" {
		return from, "it holds a paper of an authority, but no DKIM signature shows that the mail is of " + m.Sender, nil
	}
	var list []register.Authority
	err = f.DB.View(ctx, func(tx *sqldb.Tx) error {
		book, err := register.All(tx)
		list = book.BySigner(m.Proven)
		return err
	})
	if err != nil {
		return from, "", err
	}
	if len(list) == 0 {
		return from, "it holds a paper of an authority, and the register has none that signs as " + m.Proven, nil
	}
	from = FromAuthority{Authority: list[0].ID, Channel: ByMail, Message: string(m.ID), SentAt: m.SentAt, ReceivedAt: m.ReceivedAt, Proof: "DKIM of " + m.Proven, By: audit.System}
	doc, err := document.Parse(message.Document)
	for _, a := range list {
		if err == nil && a.MemberState == doc.Values["a.issuing_member_state"] {
			from.Authority = a.ID
		}
	}
	return from, "", nil
}
