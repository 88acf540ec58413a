package flow

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// mayStep is who may propose a step, and who may be its second person: who may issue an order,
// and on a copy who scrutinises.
func mayStep(who auth.Principal, o order.Order) error {
	if o.Origin == order.Copy {
		return who.Require(auth.OrderScrutinise)
	}
	return who.Require(auth.OrderApprove)
}

// ProposeStep proposes what takes two people in a case: to withdraw an order of ours, to
// clarify it, to extend its non-disclosure; and, on a copy, to tell the intention of Article
// 4(5) and to decide. The reasons are what the other side will read.
func (f *Flow) ProposeStep(ctx context.Context, who auth.Principal, target id.Order, kind law.Kind, reasons string, particulars law.Filled) (string, error) {
	return write(ctx, f, call{who, auth.OrderApprove, "order.propose", []any{target, kind, reasons, particulars}}, func(tx *sqldb.Tx) (string, error) {
		o, err := actsOn(tx, who, target)
		if err != nil {
			return "", err
		}
		if err := mayStep(who, o); err != nil {
			return "", err
		}
		s, err := order.Propose(tx, who.Actor(), target, kind, reasons, particulars)
		return s.ID, err
	})
}

// DropStep ends a proposal without effect.
func (f *Flow) DropStep(ctx context.Context, who auth.Principal, target id.Order, kind law.Kind) (string, error) {
	return write(ctx, f, call{who, auth.OrderApprove, "order.drop", []any{target, kind}}, func(tx *sqldb.Tx) (string, error) {
		o, err := actsOn(tx, who, target)
		if err != nil {
			return "", err
		}
		if err := mayStep(who, o); err != nil {
			return "", err
		}
		s, err := order.Drop(tx, who.Actor(), target, kind)
		return s.ID, err
	})
}

// AgreeStep is the second person's agreement, and carries the step out.
func (f *Flow) AgreeStep(ctx context.Context, who auth.Principal, target id.Order, kind law.Kind) (string, error) {
	return write(ctx, f, call{who, auth.OrderApprove, "order.agree", []any{target, kind}}, func(tx *sqldb.Tx) (string, error) {
		o, err := actsOn(tx, who, target)
		if err != nil {
			return "", err
		}
		if err := mayStep(who, o); err != nil {
			return "", err
		}
		s, err := order.Agree(tx, who.Actor(), target, kind)
		if err != nil {
			return "", err
		}
		return s.ID, f.carryOut(tx, who, o, s)
	})
}

// carryOut does what two people agreed on.
func (f *Flow) carryOut(tx *sqldb.Tx, who auth.Principal, o order.Order, s order.Step) error {
	detail := order.Detail{Channel: ByPerson, Reasons: s.Reasons, Second: s.ProposedBy, Source: s.ID}
	happens := func() error {
		_, err := order.Record(tx, who.Actor(), o.ID, law.Event{Kind: s.Kind, At: tx.Now}, detail)
		return err
	}
	switch s.Kind {
	case law.Clarified: // it happens when the host has it: the hour runs from then
		return f.handOrder(tx, who, o, deliver.Clarification, s.ID)
	case law.Withdrawn:
		return f.withdraw(tx, who, o, detail)
	case law.NonDisclosedLonger:
		if err := happens(); err != nil {
			return err
		}
		return f.handOrder(tx, who, o, deliver.Secrecy, s.ID)
	case law.Intended:
		if err := happens(); err != nil {
			return err
		}
		return f.handIssuer(tx, who, o, deliver.Intention, s.ID)
	case law.Infringing, law.Scrutinised:
		if err := happens(); err != nil {
			return err
		}
		return f.handReview(tx, who, o, s)
	}
	return problem.New(problem.Internal, "%q is agreed on and nobody knows how to carry it out", s.Kind)
}

// withdraw takes an order back, tells those who have it, and frees the item for other tracks.
func (f *Flow) withdraw(tx *sqldb.Tx, who auth.Principal, o order.Order, detail order.Detail) error {
	if _, err := order.Withdraw(tx, who.Actor(), o.ID, detail); err != nil {
		return err
	}
	if _, err := item.Move(tx, who.Actor(), item.Cleared, []item.Stage{item.Ordered}, o.Item); err != nil {
		return err
	}
	return f.handWithdrawal(tx, who, o.ID)
}

// handWithdrawal tells the host, and the authority that has a copy, that an order is withdrawn.
func (f *Flow) handWithdrawal(tx *sqldb.Tx, who auth.Principal, target id.Order) error {
	o, err := order.Get(tx, target)
	if err != nil {
		return err
	}
	if err := f.handOrder(tx, who, o, deliver.Withdrawal, string(o.ID)); err != nil || !o.CrossBorder {
		return err
	}
	return f.handAuthority(tx, who, o.Home, deliver.WithdrawalCopy, string(o.ID))
}

// DiscardOrder gives up a draft that was not issued.
func (f *Flow) DiscardOrder(ctx context.Context, who auth.Principal, target id.Order, reasons string) (id.Order, error) {
	return write(ctx, f, call{who, auth.OrderDraft, "order.discard", []any{target, reasons}}, func(tx *sqldb.Tx) (id.Order, error) {
		o, err := actsOn(tx, who, target)
		if err != nil {
			return target, err
		}
		if o.State != order.StateDraft {
			return target, problem.New(problem.Refused, "order %s is %s; one that was issued is withdrawn by two people", o.Reference, o.State)
		}
		if _, err := order.Withdraw(tx, who.Actor(), target, order.Detail{Reasons: reasons}); err != nil {
			return target, err
		}
		if o.Supersedes != "" {
			return target, nil // the order that it was to correct still stands
		}
		_, err = item.Move(tx, who.Actor(), item.Cleared, []item.Stage{item.Ordered}, o.Item)
		return target, err
	})
}
