package flow

import (
	"context"
	"net/mail"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// FromAuthority says from which authority a paper came, and by what it is known to be theirs.
type FromAuthority struct {
	Authority id.Authority // in the register; empty where the sender could not be made sure of
	Channel   string
	Message   string    // identifier of the message or mail
	SentAt    time.Time // when its sender says that it left
	Proof     string    // a signature, DKIM, who rang whom; or what could not be verified
	By        audit.Actor

	ReceivedAt time.Time // when our server had it; zero: now
}

func (s FromAuthority) actor() audit.Actor { return Source{By: s.By}.actor() }

// ReceiveCopy takes in the copy of another authority's order to a host of this member state,
// Article 4(1). Whoever calls has tried to make sure of the sender; a copy whose sender is not
// known is kept and shown as such. A person uploads with who; a message comes by itself.
func (f *Flow) ReceiveCopy(ctx context.Context, from FromAuthority, doc document.Document) (id.Order, error) {
	var made id.Order
	if doc.Form != document.AnnexI {
		return made, problem.New(problem.Invalid, "a copy is that of a removal order: Annex I, not %.40q", doc.Form)
	}
	if err := doc.Check(); err != nil {
		return made, err
	}
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		in, err := inbound(tx, from, doc)
		if err != nil {
			return err
		}
		o, _, err := order.Receive(tx, from.actor(), in)
		made = o.ID
		return err
	})
	return made, err
}

// UploadCopy is ReceiveCopy for a person who has the order in hand.
func (f *Flow) UploadCopy(ctx context.Context, who auth.Principal, from FromAuthority, doc document.Document) (id.Order, error) {
	if err := who.Require(auth.OrderScrutinise); err != nil {
		return "", err
	}
	from.By = who.Actor()
	return f.ReceiveCopy(ctx, from, doc)
}

// inbound finds out who scrutinises a copy and whether the host and the item are known here.
func inbound(tx *sqldb.Tx, from FromAuthority, doc document.Document) (in order.Inbound, err error) {
	in = order.Inbound{AuthorityID: from.Authority, Language: doc.Language, Filled: doc.Values, SentAt: from.SentAt, ReceivedAt: from.ReceivedAt, Channel: from.Channel, Source: from.Message, Proof: from.Proof}
	state := doc.Values["a.host_member_state"]
	if in.Unit, err = scrutinises(tx, from.By, state); err != nil {
		return in, err
	}
	if from.Authority != "" {
		a, err := register.Get(tx, from.Authority)
		if err != nil {
			return in, err
		}
		if a.MemberState != doc.Values["a.issuing_member_state"] {
			return in, problem.New(problem.Refused, "the copy says that it is an order of %s, and it was sent by an authority of %s", doc.Values["a.issuing_member_state"], a.MemberState)
		}
	}
	book, err := platform.ReadBook(tx)
	if err != nil {
		return in, err
	}
	place, err := book.Canonical(doc.Values["b.url"])
	if err != nil {
		return in, err
	}
	in.Platform = id.Platform(place.Platform)
	it, err := item.ByURL(tx, place.URL)
	if err == nil {
		in.Item = it.ID
	}
	if problem.Is(err, problem.NotFound) {
		err = nil
	}
	return in, err
}

// scrutinises is the unit that is competent in a member state: that of who uploads, or its first authority.
func scrutinises(tx *sqldb.Tx, by audit.Actor, state string) (id.Unit, error) {
	units, err := auth.Units(tx)
	if err != nil {
		return "", err
	}
	found := id.Unit("")
	for _, u := range units {
		if u.Kind == "authority" && u.Country == state && (found == "" || u.ID == by.Unit) {
			found = u.ID
		}
	}
	if found == "" {
		return "", problem.New(problem.Refused, "the host of this order is in %s, and no unit here is an authority of that member state", state)
	}
	return found, nil
}

// handIssuer tells the issuing authority of a copy something, at its contact point in the register.
func (f *Flow) handIssuer(tx *sqldb.Tx, who auth.Principal, o order.Order, kind deliver.Kind, subject string) error {
	if o.AuthorityID == "" {
		return problem.New(problem.Refused, "the register does not know %s, so nobody can tell where to send this; import it, make sure of the sender, and take the copy in again", o.Authority)
	}
	return f.handAuthority(tx, who, o.AuthorityID, kind, subject)
}

// handReview tells a decision to all who have to know it: the issuing authority, the hosting
// service, and a content provider who asked (Article 4(6)).
func (f *Flow) handReview(tx *sqldb.Tx, who auth.Principal, o order.Order, s order.Step) error {
	if err := f.handIssuer(tx, who, o, deliver.Review, s.ID); err != nil {
		return err
	}
	if err := f.handHost(tx, who, o, s); err != nil {
		return err
	}
	_, events, err := order.Case(tx, o.ID)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Kind == law.ReviewAsked && e.Detail.Party == "provider" && isAddress(e.Detail.Contact) {
			return f.handAddress(tx, who, e.Detail.Contact, deliver.ReviewProvider, s.ID)
		}
	}
	return nil
}

// handHost tells the host: as its platform is reached, or at the contact point that the order names.
func (f *Flow) handHost(tx *sqldb.Tx, who auth.Principal, o order.Order, s order.Step) error {
	if o.Platform != "" {
		return f.handOrder(tx, who, o, deliver.ReviewHost, s.ID)
	}
	contact := strings.TrimSpace(o.Filled["a.contact_point"])
	if !isAddress(contact) {
		return problem.New(problem.Refused, "the host %s is no registered platform and the order names no address of it; register it, so that the decision reaches it", o.Filled["a.addressee"])
	}
	return f.handAddress(tx, who, contact, deliver.ReviewHost, s.ID)
}

func isAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

// OrderIntended takes in that the home authority means to find an infringement, Article 4(5).
func (f *Flow) OrderIntended(ctx context.Context, from FromAuthority, doc document.Document) error {
	if doc.Form != document.Intention {
		return problem.New(problem.Invalid, "an intention of Article 4(5) comes in the form %q", document.Intention)
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := ofHome(tx, from, doc.Values["a.order_reference"])
		if err != nil {
			return err
		}
		events, err := order.Events(tx, o.ID)
		if err != nil || order.Happened(events, law.Intended) {
			return err // told again
		}
		_, err = order.Record(tx, from.actor(), o.ID, law.Event{Kind: law.Intended, At: within(doc.Values["c.date"], o.ApprovedAt, tx.Now)}, from.saying(doc))
		return err
	})
}

func (s FromAuthority) detail(reasons string) order.Detail {
	return order.Detail{Channel: s.Channel, Source: s.Message, Proof: s.Proof, Reasons: reasons}
}

// saying is detail with the paper that the other authority sent.
func (s FromAuthority) saying(doc document.Document) order.Detail {
	d := s.detail(doc.Values["b.reasons"])
	d.Form, d.Values = doc.Form, doc.Values
	return d
}

// ofHome finds the order that the home authority writes about. Only that one may.
func ofHome(tx *sqldb.Tx, from FromAuthority, reference string) (order.Order, error) {
	o, err := order.ByReference(tx, reference)
	if err == nil && (from.Authority == "" || o.Home != from.Authority) {
		return o, problem.New(problem.Forbidden, "only the authority of the host's member state decides on order %s under Article 4", reference)
	}
	return o, err
}

// OrderReviewed takes in the decision of the home authority on an order of ours, Article 4(6).
// That the intention was told before, which it says, is taken from it where we have no word of it.
func (f *Flow) OrderReviewed(ctx context.Context, from FromAuthority, doc document.Document) error {
	if doc.Form != document.Review {
		return problem.New(problem.Invalid, "a decision of Article 4 comes in the form %q", document.Review)
	}
	if err := doc.Check(); err != nil {
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := ofHome(tx, from, doc.Values["a.order_reference"])
		if err != nil {
			return err
		}
		events, err := order.Events(tx, o.ID)
		if err != nil || order.Happened(events, law.Infringing) || order.Happened(events, law.Scrutinised) {
			return err // told again
		}
		detail := from.saying(doc)
		at, kind := within(doc.Values["c.date"], o.ApprovedAt, tx.Now), law.Scrutinised
		if err := askedBefore(tx, from, o, events, doc, at); err != nil {
			return err
		}
		if doc.Values["b.decision"] == "infringes" {
			kind = law.Infringing
			if !order.Happened(events, law.Intended) {
				before := detail
				before.Assumed, before.Values = true, nil
				intended := within(doc.Values["b.intention_told_at"], o.ApprovedAt, at)
				if _, err := order.Record(tx, from.actor(), o.ID, law.Event{Kind: law.Intended, At: intended}, before); err != nil {
					return err
				}
			}
		}
		if _, err := order.Record(tx, from.actor(), o.ID, law.Event{Kind: kind, At: at}, detail); err != nil {
			return err
		}
		after, err := order.Record(tx, from.actor(), o.ID, law.Event{Kind: law.DecisionTold, At: from.received(at, tx.Now)}, from.detail(""))
		if err != nil || kind != law.Infringing {
			return err
		}
		return order.Voided(tx, from.actor(), after)
	})
}

// askedBefore takes from a decision that a review had been asked for, and when, where no course of
// the case has told it. The host does not tell the issuing authority: its request is to the other.
func askedBefore(tx *sqldb.Tx, from FromAuthority, o order.Order, events []order.Event, doc document.Document, decided time.Time) error {
	basis := doc.Values["a.basis"]
	if basis != "host" && basis != "provider" || order.Happened(events, law.ReviewAsked) {
		return nil
	}
	detail := from.detail("")
	detail.Party = basis
	asked := law.Event{Kind: law.ReviewAsked, At: within(doc.Values["a.begun_at"], o.ApprovedAt, decided)}
	_, err := order.Record(tx, from.actor(), o.ID, asked, detail)
	if problem.Is(err, problem.Refused) {
		return nil // it was too late, or we do not know that the host has the order: the decision stands all the same
	}
	return err
}

// received is when a paper came, between when it was dated and now.
func (s FromAuthority) received(dated, now time.Time) time.Time {
	if s.ReceivedAt.IsZero() {
		return now
	}
	return within(exactly(s.ReceivedAt), dated, now)
}

// within reads a moment and brings it between two others: clocks of two machines differ.
func within(text string, from, to time.Time) time.Time {
	at, err := time.Parse(time.RFC3339, text)
	switch {
	case err != nil || at.After(to):
		return to
	case at.Before(from):
		return from
	}
	return at.UTC()
}
