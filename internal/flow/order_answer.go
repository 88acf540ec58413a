package flow

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// OrderAnswered takes in what a hosting service says of an order, by whichever way it came:
// Annex II, that it was executed, or Annex III, that it cannot be. Whoever calls has made sure
// of the sender; from says how. The same answer again changes nothing.
func (f *Flow) OrderAnswered(ctx context.Context, from Source, target id.Order, doc document.Document) error {
	if err := doc.Check(); err != nil {
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := order.Get(tx, target)
		if err != nil || o.Platform != from.Platform || o.Origin != order.Own || o.ApprovedAt.IsZero() {
			return problem.New(problem.NotFound, "there is no removal order %.40q to your platform; take the identifier from the order", target)
		}
		if err := names(o, doc); err != nil {
			return err
		}
		before := o.ExecutedAt
		o, news, err := order.RecordAnswer(tx, from.actor(), target, order.Answer{Form: doc.Form, Filled: doc.Values, Channel: from.Channel, Source: from.Message, Proof: from.Proof})
		if err != nil || !news || o.ExecutedAt.Equal(before) {
			return err
		}
		return recheck.Soon(tx, o.Item, tx.Now) // it says that the content is gone: we look
	})
}

// names refuses an answer that is about another order than it was sent for.
func names(o order.Order, doc document.Document) error {
	told := strings.TrimSpace(doc.Values["a.authority_file"])
	if strings.EqualFold(told, o.Reference) || strings.EqualFold(told, o.Filled["e.file_number"]) {
		return nil
	}
	return problem.New(problem.Invalid, "the answer names the order %.100q and was sent for %s; put our reference into section A", told, o.Reference)
}

// AnswerOrder is the answer of a platform's contact who is signed in or has a token.
func (f *Flow) AnswerOrder(ctx context.Context, who auth.Principal, channel string, target id.Order, doc document.Document) error {
	if err := who.Require(auth.AnswerGive); err != nil {
		return err
	}
	return f.OrderAnswered(ctx, FromPerson(who, channel), target, doc)
}

// ReadInAnswer is an answer that came on paper, by telephone or in a mail that no program
// understood, and that a person at the desk reads in for the platform.
func (f *Flow) ReadInAnswer(ctx context.Context, who auth.Principal, target id.Order, doc document.Document, proof string) error {
	if err := who.Require(auth.OrderRecord); err != nil {
		return err
	}
	if strings.TrimSpace(proof) == "" {
		return problem.New(problem.Invalid, "say how the answer came and by what it is known to be the platform's")
	}
	var o order.Order
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { o, err = actsOn(tx, who, target); return err })
	if err != nil {
		return err
	}
	return f.OrderAnswered(ctx, Source{Platform: o.Platform, Channel: ByPerson, Proof: proof, By: who.Actor()}, target, doc)
}

// GroundsCeased takes in that what made an order impossible has ended: the hour begins anew,
// Article 3(7).
func (f *Flow) GroundsCeased(ctx context.Context, from Source, target id.Order, reasons string) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := order.Get(tx, target)
		if err != nil || o.Platform != from.Platform || o.Origin != order.Own {
			return problem.New(problem.NotFound, "there is no removal order %.40q to your platform; take the identifier from the order", target)
		}
		_, err = order.Record(tx, from.actor(), target, law.Event{Kind: law.GroundsCeased, At: tx.Now},
			order.Detail{Channel: from.Channel, Source: from.Message, Proof: from.Proof, Reasons: reasons})
		return err
	})
}

// followable are the events of which the program of a hosting service tells by itself.
var followable = []law.Kind{law.GroundsCeased, law.ProviderInformed, law.Reinstated, law.KeptDown}

// OrderFollowed takes in what happened at the host in the case of an order, at the moments that
// the host counts from. What the case has no room for, or has already, changes nothing.
func (f *Flow) OrderFollowed(ctx context.Context, from Source, target id.Order, events []client.TimelineEvent) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := order.Get(tx, target)
		if err != nil || o.Platform != from.Platform || o.Origin != order.Own {
			return problem.New(problem.NotFound, "there is no removal order %.40q to your platform; take the identifier from the order", target)
		}
		before, err := order.Events(tx, target)
		if err != nil {
			return err
		}
		for _, e := range events {
			kind := law.Kind(e.Kind)
			if !slices.Contains(followable, kind) {
				return problem.New(problem.Invalid, "%.40q is nothing that a hosting service tells in this way", e.Kind)
			}
			now := law.Event{Kind: kind, At: within(e.At.Format(time.RFC3339Nano), o.ApprovedAt, tx.Now)}
			if slices.ContainsFunc(before, func(b order.Event) bool { return b.Kind == kind && b.At.Equal(now.At) }) {
				continue
			}
			_, err := order.Record(tx, from.actor(), target, now,
				order.Detail{Channel: from.Channel, Source: from.Message, Proof: from.Proof})
			if err != nil && !problem.Is(err, problem.Refused) {
				return err
			}
		}
		return nil
	})
}
