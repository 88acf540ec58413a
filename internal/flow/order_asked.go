package flow

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// hostTells is what a hosting service that asks for a review tells of its own case with it.
var hostTells = []law.Kind{law.Received, law.Executed, law.FedBack, law.ProviderInformed}

// reviewAsked takes in the reasoned request of a hosting service to review the order of another
// member state, Article 4(4), as its program attaches it to a mail. The 72 hours run from when our
// server had the mail. taken is false where the mail has no such request; why says why a person
// must look at it first, and record it.
func (f *Flow) reviewAsked(ctx context.Context, m correspondence.Mail) (taken bool, why string, err error) {
	message, found, err := f.attachedRequest(ctx, m)
	if err != nil || !found {
		return false, "", err
	}
	doc, err := document.Parse(message.Document)
	if err != nil {
		return true, "it asks for a review under Article 4(4), and the order that it encloses cannot be read: " + problem.Message(err), nil
	}
	err = f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := order.CopyNamed(tx, doc.Values["e.name"], doc.Values["a.reference_number"])
		if problem.Is(err, problem.NotFound) {
			why = "it asks for a review under Article 4(4), and " + problem.Message(err) + "; take the copy in, and record the request (review_asked)"
			return nil
		}
		if err != nil {
			return err
		}
		if why, err = askedBy(tx, o, m); err != nil || why != "" {
			return err
		}
		return recordAsked(tx, o, m, message)
	})
	if kind := problem.Of(err); err != nil && kind != problem.Internal && kind != problem.Unavailable {
		return true, "it asks for a review under Article 4(4), and that was not recorded: " + problem.Message(err), nil
	}
	return true, why, err
}

// askedBy says why a mail is not shown to be of the hosting service of an order.
func askedBy(tx *sqldb.Tx, o order.Order, m correspondence.Mail) (why string, err error) {
	about := "it asks for a review of the order " + o.Reference + " under Article 4(4), and "
	if m.Proven == "" {
		return about + "no DKIM signature shows that the mail is of " + m.Sender + "; make sure, and record it (review_asked)", nil
	}
	point := strings.TrimSpace(o.Filled["a.contact_point"])
	if isAddress(point) && strings.EqualFold(point[strings.LastIndexByte(point, '@')+1:], m.Proven) {
		return "", nil
	}
	if o.Platform != "" {
		p, err := platform.Get(tx, o.Platform)
		if err != nil || p.SendsFrom(m.Proven) && !p.VerifiedAt.IsZero() {
			return "", err
		}
	}
	return about + "it comes from " + m.Proven + ", which is neither where the order went nor a contact point of the hosting service that somebody verified; make sure, and record it (review_asked)", nil
}

// recordAsked records the request, and before it what the host tells of its own case, as far as
// that is new: only who has received an order can ask.
func recordAsked(tx *sqldb.Tx, o order.Order, m correspondence.Mail, message client.Message) error {
	detail := order.Detail{Channel: ByMail, Source: string(m.ID), Proof: "DKIM of " + m.Proven, Party: "host"}
	events, err := order.Events(tx, o.ID)
	if err != nil {
		return err
	}
	for _, e := range message.Timeline {
		kind := law.Kind(e.Kind)
		if !slices.Contains(hostTells, kind) || order.Happened(events, kind) {
			continue
		}
		at := within(exactly(e.At), o.ApprovedAt, m.ReceivedAt)
		if _, err := order.Record(tx, audit.System, o.ID, law.Event{Kind: kind, At: at}, detail); err != nil && !problem.Is(err, problem.Refused) {
			return err
		}
	}
	for _, e := range events {
		if e.Kind == law.ReviewAsked && e.Detail.Party == "host" {
			return nil // it asks again
		}
	}
	detail.Reasons, detail.Contact = message.Text, m.Sender
	_, err = order.Record(tx, audit.System, o.ID, law.Event{Kind: law.ReviewAsked, At: m.ReceivedAt}, detail)
	return err
}

// settleAsked closes a mail that asked for a review, or has it wait for a person.
func (f *Flow) settleAsked(ctx context.Context, m correspondence.Mail, why string, err error) error {
	if err != nil {
		return err
	}
	if why != "" {
		return f.wait(ctx, m, why)
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return correspondence.Settle(tx, audit.System, m, correspondence.Answered, "a request for review under Article 4(4) was taken in")
	})
}

// attachedRequest finds the request that a program attached.
func (f *Flow) attachedRequest(ctx context.Context, m correspondence.Mail) (message client.Message, found bool, err error) {
	for _, a := range m.Attached {
		if a.Size > maxAnswer || !strings.HasSuffix(a.Type, "json") && !strings.HasSuffix(strings.ToLower(a.Name), ".json") {
			continue
		}
		sum, err := blob.Parse(a.SHA256)
		if err != nil {
			return message, false, err
		}
		text, err := f.Store.Bytes(ctx, sum, maxAnswer)
		if err != nil {
			return message, false, err
		}
		message = client.Message{}
		if json.Unmarshal(text, &message) == nil && message.Type == client.ReviewAsked {
			return message, true, nil
		}
	}
	return message, false, nil
}
