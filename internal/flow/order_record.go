package flow

import (
	"context"
	"slices"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// NewOrderEvent is what a person records in a case.
type NewOrderEvent struct {
	Kind    law.Kind
	At      time.Time // when it happened; zero: now
	Reasons string    // what is known of it, and from whom
	Party   string    // of a request for review: host, provider
	Contact string    // where who asked is told the decision
}

// recordable are the events that one person records: others tell of them, or they leave
// nothing. What leaves, and what restricts rights, takes two (order.TakesTwo); answers of the
// host are read in as such (OrderAnswered).
var recordable = []law.Kind{law.Received, law.CopyReceived, law.GroundsCeased, law.ProviderInformed, law.ProviderAsked, law.ProviderAnswered, law.ReviewAsked,
	law.Intended, law.Infringing, law.Scrutinised, law.DecisionTold, law.Reinstated, law.KeptDown, law.Appealed,
	law.AppealLost, law.AppealWon, law.Final, law.FinalTold, law.DisclosureFreed, law.ProceedingsOpened, law.ProceedingsClosed, law.Erased}

// toldOfCopies are those that the home authority hears of besides.
var toldOfCopies = []law.Kind{law.Executed, law.FedBack, law.Impossible, law.Unclear, law.Clarified, law.Withdrawn, law.NonDisclosedLonger}

// RecordOrderEvent records what happened in a case: an appeal, that an order became final,
// what the other authority told. An order that became final is told of to the home authority.
func (f *Flow) RecordOrderEvent(ctx context.Context, who auth.Principal, target id.Order, in NewOrderEvent) (id.Order, error) {
	return write(ctx, f, call{who, auth.OrderRecord, "order.record", []any{target, in}}, func(tx *sqldb.Tx) (id.Order, error) {
		o, err := actsOn(tx, who, target)
		if err != nil {
			return target, err
		}
		if in.At.IsZero() {
			in.At = tx.Now
		}
		if err := mayRecord(o, in); err != nil {
			return target, err
		}
		detail := order.Detail{Channel: ByPerson, Reasons: in.Reasons, Party: in.Party, Contact: in.Contact}
		after, err := order.Record(tx, who.Actor(), target, law.Event{Kind: in.Kind, At: in.At}, detail)
		if err != nil {
			return target, err
		}
		return target, f.followOrder(tx, who, after, in.Kind)
	})
}

func mayRecord(o order.Order, in NewOrderEvent) error {
	switch {
	case o.TakesTwo(in.Kind):
		return problem.New(problem.Refused, "%s takes two people: propose it, and have another person agree", in.Kind)
	case !slices.Contains(recordable, in.Kind) && !(o.Origin == order.Copy && slices.Contains(toldOfCopies, in.Kind)):
		return problem.New(problem.Invalid, "%.40q is nothing that is recorded by hand", in.Kind)
	case in.Reasons == "":
		return problem.New(problem.Invalid, "say what is known of it and from whom")
	case in.Kind == law.ReviewAsked && in.Party != "host" && in.Party != "provider":
		return problem.New(problem.Invalid, "say who asked for the review: host or provider (Article 4(4))")
	}
	return nil
}

// followOrder does what follows from an event by itself.
func (f *Flow) followOrder(tx *sqldb.Tx, who auth.Principal, o order.Order, kind law.Kind) error {
	switch kind {
	case law.Final, law.AppealLost:
		if o.Origin == order.Own && o.CrossBorder {
			return f.handAuthority(tx, who, o.Home, deliver.Final, string(o.ID)) // Article 3(9)
		}
	case law.Infringing, law.AppealWon:
		return order.Voided(tx, who.Actor(), o)
	}
	return nil
}

// Expose records a decision of the home authority that a hosting service is exposed to
// terrorist content, or no longer is, Article 5(4) and (7).
func (f *Flow) Expose(ctx context.Context, who auth.Principal, in order.Exposure) (string, error) {
	return write(ctx, f, call{who, auth.OrderRecord, "order.expose", in}, func(tx *sqldb.Tx) (string, error) {
		if _, err := platform.Get(tx, in.Platform); err != nil {
			return "", err
		}
		e, err := order.Expose(tx, who.Actor(), in)
		return e.ID, err
	})
}

// InformHost sends a hosting service the information on procedures and deadlines that has to
// reach it twelve hours before its first order, Article 3(2). It goes out once.
func (f *Flow) InformHost(ctx context.Context, who auth.Principal, target id.Platform) (id.Platform, error) {
	return write(ctx, f, call{who, auth.OrderDraft, "order.inform", target}, func(tx *sqldb.Tx) (id.Platform, error) {
		p, err := platform.Get(tx, target)
		if err != nil {
			return target, err
		}
		if p.VerifiedAt.IsZero() {
			return target, problem.New(problem.Refused, "nobody has made sure of the platform's contact point; check it with the platform and mark it as verified")
		}
		if _, err := f.information(tx, who.Unit, p, tx.Now); err != nil { // what cannot be written is not promised
			return target, err
		}
		if _, err := order.Inform(tx, who.Actor(), target); err != nil {
			return target, err
		}
		return target, f.hand(tx, who, deliver.New{Subject: string(target), Kind: deliver.Information, Platform: p.ID, Transport: p.Transport})
	})
}
