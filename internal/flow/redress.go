package flow

import (
	"context"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/notice"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// NewComplaint asks to file one.
type NewComplaint struct {
	Item       id.Item
	Subject    string // instead of the item: the order that is complained of
	Contact    string // where the outcome is told to
	Reasons    string
	ReceivedAt time.Time // zero: now
}

// FileComplaint files a complaint. A platform's contact complains for the platform about what
// was sent to it; a person of a unit files what a content provider wrote in.
func (f *Flow) FileComplaint(ctx context.Context, who auth.Principal, in NewComplaint) (id.Complaint, error) {
	return write(ctx, f, call{who, auth.ComplaintFile, "complaint.file", in}, func(tx *sqldb.Tx) (id.Complaint, error) {
		if in.Item == "" && in.Subject != "" {
			o, err := order.Get(tx, id.Order(in.Subject))
			if err != nil {
				return "", err
			}
			in.Item = o.Item
		}
		it, err := item.Get(tx, in.Item)
		if err != nil {
			return "", err
		}
		sent, err := sentAbout(tx, it.ID)
		if err != nil {
			return "", err
		}
		side := redress.Provider
		if who.Platform != "" {
			side = redress.Platform
			if it.Platform != who.Platform || len(sent) == 0 {
				return "", problem.New(problem.NotFound, "nothing was sent to your platform about the item %.40q; take the identifier from a referral, order or notice", in.Item)
			}
		} else if err := seesItem(tx, who, it.ID); err != nil {
			return "", err
		}
		if len(sent) == 0 {
			return "", problem.New(problem.Refused, "nothing was sent to a platform about item %s, so nobody is affected by it; look at the item itself", it.ID)
		}
		newest := sent[len(sent)-1]
		c, err := redress.File(tx, who.Actor(), redress.New{Item: it.ID, Platform: it.Platform, Unit: newest.unit, Subject: newest.subject,
			Complainant: side, Contact: in.Contact, Reasons: in.Reasons, ReceivedAt: in.ReceivedAt})
		return c.ID, err
	})
}

// sent is what a platform was told of an item on one track.
type sent struct {
	track, subject, reference string
	unit                      id.Unit
	at                        time.Time
}

// sentAbout is what was approved to leave about an item, track by track: orders last, because
// they bind.
func sentAbout(tx *sqldb.Tx, it id.Item) (list []sent, err error) {
	r, found, err := refer.Of(tx, it)
	if err != nil {
		return nil, err
	}
	if found && r.State == refer.StateApproved {
		list = append(list, sent{refer.TrackReferral, string(r.ID), r.Reference, r.Unit, r.ApprovedAt})
	}
	for _, track := range []notice.Track{notice.Article16, notice.Article9} {
		target, found, err := notice.Of(tx, track, it)
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		n, err := notice.Get(tx, target)
		if err != nil {
			return nil, err
		}
		if n.State == notice.StateApproved {
			list = append(list, sent{string(track), string(n.ID), n.Reference, n.Unit, n.ApprovedAt})
		}
	}
	orders, err := order.OfItem(tx, it)
	for _, o := range orders {
		if !o.ApprovedAt.IsZero() {
			list = append(list, sent{refer.TrackOrder, string(o.ID), o.Reference, o.Unit, o.ApprovedAt})
		}
	}
	return list, err
}

// Reassess records what a person who took no part finds on a complaint. Two who agree decide
// it; when they find that the item is not terrorist content, the decision on it falls.
func (f *Flow) Reassess(ctx context.Context, who auth.Principal, target id.Complaint, in redress.Finding) (id.Complaint, error) {
	return write(ctx, f, call{who, auth.ComplaintDecide, "complaint.reassess", []any{target, in}}, func(tx *sqldb.Tx) (id.Complaint, error) {
		if err := f.hears(tx, who, target); err != nil {
			return target, err
		}
		c, err := redress.Reassess(tx, who.Actor(), target, in)
		if err != nil || c.State != redress.Decided {
			return target, err
		}
		if c.Outcome == redress.Reversed {
			if err := f.fall(tx, who, c, in.Reasons); err != nil {
				return target, err
			}
		}
		if c.Complainant == redress.Platform { // it sees the outcome where it complained
			_, err = redress.Tell(tx, who.Actor(), c.ID, "shown in the portal and the API")
		}
		return target, err
	})
}

// hears refuses who cannot see the item of a complaint.
func (f *Flow) hears(tx *sqldb.Tx, who auth.Principal, target id.Complaint) error {
	c, err := redress.Get(tx, target)
	if err != nil {
		return err
	}
	return seesItem(tx, who, c.Item)
}

// TellOutcome notes that the complainant was told.
func (f *Flow) TellOutcome(ctx context.Context, who auth.Principal, target id.Complaint, how string) (id.Complaint, error) {
	return write(ctx, f, call{who, auth.ComplaintDecide, "complaint.tell", []any{target, how}}, func(tx *sqldb.Tx) (id.Complaint, error) {
		if err := f.hears(tx, who, target); err != nil {
			return target, err
		}
		_, err := redress.Tell(tx, who.Actor(), target, how)
		return target, err
	})
}

// fall is what follows when a complaint was right: the item is confirmed no more, what it put
// into own banks leaves them, an order on it is withdrawn, and its platform is asked to bring the
// content back. Two people have decided that, so nobody else is asked, as somebody is where one
// person alone reverses an item (doubtOrder).
func (f *Flow) fall(tx *sqldb.Tx, who auth.Principal, c redress.Complaint, reasons string) error {
	it, err := item.Get(tx, c.Item)
	if err != nil {
		return err
	}
	reached, err := sentAbout(tx, it.ID)
	if err != nil {
		return err
	}
	if o, live, err := order.Live(tx, it.ID); err != nil {
		return err
	} else if live {
		second, err := agreedBefore(tx, c.ID, who.User)
		if err != nil {
			return err
		}
		if err := f.withdraw(tx, who, o, order.Detail{Channel: ByPerson, Reasons: reasons, Source: string(c.ID), Second: second}); err != nil {
			return err
		}
	}
	detail := map[string]any{"reversed": true, "reasons": reasons, "from": it.Stage, "complaint": c.Reference}
	if _, err := item.MoveWith(tx, who.Actor(), it.ID, item.Rejected, Reversible, detail); err != nil {
		return err
	}
	if err := pullBack(tx, who, it.ID); err != nil {
		return err
	}
	if _, err := match.Unbank(tx, who.Actor(), it.ID); err != nil {
		return err
	}
	return f.askBack(tx, who, it, reached)
}

// agreedBefore is who found, before the last person did, that the item is no terrorist content.
func agreedBefore(tx *sqldb.Tx, c id.Complaint, last id.User) (id.User, error) {
	found, err := redress.Reassessments(tx, c)
	for _, r := range found {
		if r.Decision == assess.NotTerrorist && r.User != last {
			return r.User, err
		}
	}
	return "", err
}

// askBack asks the platform to bring back what it was told of by referral or notice. What left
// under an order comes back by the order's withdrawal.
func (f *Flow) askBack(tx *sqldb.Tx, who auth.Principal, it item.Item, reached []sent) error {
	asked := false
	for _, s := range reached {
		asked = asked || s.track != refer.TrackOrder
	}
	overtaken, err := redress.Overtake(tx, who.Actor(), it.ID) // a person had reversed it before
	if err != nil {
		return err
	}
	if !overtaken && (!asked || it.Stage != item.Delivered && it.Stage != item.Ordered) {
		return nil
	}
	return f.handBack(tx, who, it)
}

// handBack has the request to bring an item back handed over to its platform.
func (f *Flow) handBack(tx *sqldb.Tx, who auth.Principal, it item.Item) error {
	p, err := platform.Get(tx, it.Platform)
	if err != nil {
		return err
	}
	return f.hand(tx, who, deliver.New{Subject: string(it.ID), Kind: deliver.Reinstatement, Platform: p.ID, Transport: p.Transport})
}
