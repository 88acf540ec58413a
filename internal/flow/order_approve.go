package flow

import (
	"context"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// ApproveOrder issues an order that somebody else drafted. The order, and where the case is
// cross-border its copy to the home authority, are handed on in the same transaction: neither
// leaves without the other.
func (f *Flow) ApproveOrder(ctx context.Context, who auth.Principal, target id.Order) (id.Order, error) {
	var looked []id.Item // by deconfliction, once more
	_, err := write(ctx, f, call{who, auth.OrderApprove, "order.approve", target}, func(tx *sqldb.Tx) (id.Order, error) {
		looked = nil
		draft, err := actsOn(tx, who, target)
		if err != nil {
			return target, err
		}
		if draft.Origin == order.Own && draft.State == order.StateDraft && draft.DraftedBy != who.User { // who may not approve is told that first
			looked = append(looked, draft.Item)
			if err := stillStands(tx, who, draft); err != nil {
				return target, err
			}
		}
		o, err := order.Approve(tx, who.Actor(), target)
		if err != nil || draft.State == order.StateApproved { // a second approval sends nothing
			return target, err
		}
		if err := f.handOrder(tx, who, o, deliver.Order, string(o.ID)); err != nil {
			return target, err
		}
		if o.CrossBorder {
			if err := f.handAuthority(tx, who, o.Home, deliver.Copy, string(o.ID)); err != nil {
				return target, err
			}
		}
		if o.Supersedes == "" {
			return target, nil
		}
		return target, f.handWithdrawal(tx, who, o.Supersedes)
	})
	return target, f.keepAsked(ctx, who, looked, err)
}

// actsOn gives an order that the person may act on: of their unit, or of an action that it
// takes part in.
func actsOn(tx *sqldb.Tx, who auth.Principal, target id.Order) (order.Order, error) {
	o, err := order.Get(tx, target)
	if err != nil || o.Unit == who.Unit {
		return o, err
	}
	if o.Action != "" && takesPart(tx, who, o.Action) == nil {
		return o, nil
	}
	return o, problem.New(problem.NotFound, "there is no removal order %.40q that your unit can act on", target)
}

// stillStands refuses to issue an order on an item whose confirmation was reversed, or which
// somebody holds, or is being asked about, since it was drafted.
func stillStands(tx *sqldb.Tx, who auth.Principal, o order.Order) error {
	it, err := item.Get(tx, o.Item)
	if err != nil {
		return err
	}
	if it.Stage == item.Rejected {
		return problem.New(problem.Refused, "the confirmation of this item was reversed; withdraw the draft")
	}
	_, err = clearedNow(tx, it, who.Actor())
	return err
}

// handOrder hands something on to the hosting service of an order.
func (f *Flow) handOrder(tx *sqldb.Tx, who auth.Principal, o order.Order, kind deliver.Kind, subject string) error {
	p, err := platform.Get(tx, o.Platform)
	if err != nil {
		return err
	}
	return f.hand(tx, who, deliver.New{Subject: subject, Kind: kind, Platform: p.ID, Transport: p.Transport})
}

// handAuthority hands something on to an authority of the register, at its contact point.
func (f *Flow) handAuthority(tx *sqldb.Tx, who auth.Principal, to id.Authority, kind deliver.Kind, subject string) error {
	a, err := register.Get(tx, to)
	if err != nil {
		return err
	}
	return f.handAddress(tx, who, a.Email, kind, subject)
}

func (f *Flow) handAddress(tx *sqldb.Tx, who auth.Principal, address string, kind deliver.Kind, subject string) error {
	return f.hand(tx, who, deliver.New{Subject: subject, Kind: kind, Address: address, Transport: deliver.SMTP})
}

func (f *Flow) hand(tx *sqldb.Tx, who auth.Principal, what deliver.New) error {
	made, err := deliver.Create(tx, who.Actor(), what)
	if err != nil {
		return err
	}
	return f.Jobs.Enqueue(tx, deliver.Job{Delivery: made, Urgent: what.Kind.Urgent()})
}

// SendOrderAgain has what did not arrive in the case of an order handed over once more: to the
// platform as it is reached now, to an authority at the contact point that the register has now.
func (f *Flow) SendOrderAgain(ctx context.Context, who auth.Principal, target id.Delivery) (id.Order, error) {
	return write(ctx, f, call{who, auth.OrderRecord, "order.send_again", target}, func(tx *sqldb.Tx) (id.Order, error) {
		d, err := deliver.Get(tx, target)
		if err != nil {
			return "", err
		}
		o, _, err := orderOf(tx, d.Subject)
		if err != nil {
			return "", err
		}
		if _, err := actsOn(tx, who, o.ID); err != nil {
			return "", err
		}
		address, transport := d.Address, deliver.SMTP
		authority := map[string]id.Authority{order.Own: o.Home, order.Copy: o.AuthorityID}[o.Origin]
		switch {
		case d.Platform != "":
			p, err := platform.Get(tx, d.Platform)
			if err != nil {
				return "", err
			}
			transport = p.Transport
		case authority != "" && d.Kind != deliver.ReviewProvider && d.Kind != deliver.ReviewHost:
			a, err := register.Get(tx, authority)
			if err != nil {
				return "", err
			}
			address = a.Email
		}
		return o.ID, deliver.Again(tx, who.Actor(), target, address, transport)
	})
}
