package flow

import (
	"strings"
	"time"

	"github.com/argine/argine/client"
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
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// orderOf gives the order that a delivery is about, and the step where that is its subject.
func orderOf(tx *sqldb.Tx, subject string) (o order.Order, s order.Step, err error) {
	target := id.Order(subject)
	if !strings.HasPrefix(subject, target.Prefix()+"_") {
		s, err = order.GetStep(tx, subject)
		if target = s.Order; problem.Is(err, problem.NotFound) {
			target, err = order.OfCourse(tx, subject)
		}
		if err != nil {
			return o, s, err
		}
	}
	o, err = order.Get(tx, target)
	return o, s, err
}

// composeOrder writes what is handed over in the case of an order.
func (f *Flow) composeOrder(tx *sqldb.Tx, attempt deliver.Attempt) (parcel, error) {
	o, s, err := orderOf(tx, attempt.Subject)
	if err != nil {
		return parcel{}, err
	}
	_, events, err := order.Case(tx, o.ID)
	if err != nil {
		return parcel{}, err
	}
	if why, err := pointless(tx, o, attempt.Kind); err != nil || why != "" {
		return parcel{nothing: why}, err
	}
	p, err := f.write(tx, attempt, o, events, s)
	if err != nil {
		return p, err
	}
	p.letter.Message.Timeline = timeline(events)
	d, err := deliver.Get(tx, attempt.Delivery)
	if err != nil || d.Platform == "" {
		p.address = d.Address
		return p, err
	}
	p.to, err = platform.Get(tx, d.Platform)
	return p, err
}

// pointless says why there is nothing to send any more.
func pointless(tx *sqldb.Tx, o order.Order, kind deliver.Kind) (string, error) {
	if kind != deliver.Order && kind != deliver.Copy && kind != deliver.Clarification {
		return "", nil
	}
	if !o.VoidedAt.IsZero() {
		return "the order has no effect any more", nil
	}
	if o.Item == "" {
		return "", nil
	}
	it, err := item.Get(tx, o.Item)
	if err == nil && it.Stage == item.Rejected {
		return "the confirmation of the item was reversed before it was sent", nil
	}
	return "", err
}

func (f *Flow) write(tx *sqldb.Tx, attempt deliver.Attempt, o order.Order, events []order.Event, s order.Step) (p parcel, err error) {
	as := leaving{attempt.Delivery, "", string(o.ID), s.DecidedAt}
	var d document.Document
	switch attempt.Kind {
	case deliver.Order, deliver.Copy:
		as.kind, as.at = client.OrderIssued, o.ApprovedAt
		if attempt.Kind == deliver.Copy {
			as.kind = client.OrderCopy
		}
		d = OrderDocument(o, f.answersAt(o.Platform))
	case deliver.Clarification:
		as.kind = client.OrderClarified
		d, err = f.clarification(tx, o, events, s)
	case deliver.Withdrawal, deliver.WithdrawalCopy:
		as.kind, as.at = client.OrderWithdrawn, o.VoidedAt
		d, err = f.withdrawal(tx, o, events)
	case deliver.Review, deliver.ReviewHost, deliver.ReviewProvider:
		as.kind = client.OrderReviewed
		d, err = f.review(tx, o, events, s)
	case deliver.Secrecy:
		as.kind = client.OrderSecrecy
		d, err = f.nonDisclosure(tx, o, events, s)
	case deliver.Final:
		as.kind, as.at = client.OrderFinal, o.FinalAt
		d, err = f.finality(tx, o, events)
	case deliver.Intention:
		as.kind = client.OrderIntended
		d, err = f.intention(tx, o, s)
	case deliver.Course:
		as.kind = client.OrderCourse
		d, as.at, err = f.course(tx, o, events)
	default:
		return p, unknownKind(attempt.Kind)
	}
	if err == nil {
		p.letter, err = letterOf(d, as)
	}
	return p, err
}

// arrival is what the arrival of each kind of delivery is in the case: that it left, and that
// the other side has it.
var arrival = map[deliver.Kind][2]law.Kind{
	deliver.Order:         {law.Sent, law.Received},
	deliver.Copy:          {law.CopySent, law.CopyReceived},
	deliver.Clarification: {"", law.Clarified},
	deliver.Final:         {"", law.FinalTold},
	deliver.Review:        {"", law.DecisionTold},
}

// settleOrder takes into the case what became of a delivery. The hour starts at the receipt
// that the transport tells, not at the sending and not when somebody opens it.
func settleOrder(tx *sqldb.Tx, by audit.Actor, d deliver.Delivery) error {
	o, _, err := orderOf(tx, d.Subject)
	if err != nil {
		return err
	}
	kinds := arrival[d.Kind]
	switch d.State {
	case deliver.Delivered:
		if err := left(tx, by, o, d, kinds[0]); err != nil {
			return err
		}
		if err := told(tx, by, o.ID, kinds[1], d.DeliveredAt, d); err != nil {
			return err
		}
		if o.Undelivered != "" && strings.HasPrefix(o.Undelivered, string(d.Kind)+":") {
			if err := order.SetUndelivered(tx, by, o.ID, ""); err != nil {
				return err
			}
		}
		if d.Kind == deliver.Order && o.Item != "" {
			return recheck.Again(tx, o.Item, d.DeliveredAt)
		}
		return nil
	case deliver.Uncertain:
		if err := left(tx, by, o, d, kinds[0]); err != nil {
			return err
		}
		return order.SetUndelivered(tx, by, o.ID, string(d.Kind)+": nobody here can know whether it arrived; ask, and settle the delivery "+string(d.ID))
	case deliver.Undeliverable:
		if kinds[1] != "" { // a mail that was taken and came back was not received
			if _, err := order.Retract(tx, by, o.ID, kinds[1], d.Receipt); err != nil {
				return err
			}
		}
		if !o.VoidedAt.IsZero() && (d.Kind == deliver.Order || d.Kind == deliver.Copy) {
			return nil
		}
		return order.SetUndelivered(tx, by, o.ID, string(d.Kind)+": it did not arrive; see the delivery "+string(d.ID))
	}
	return nil
}

// left records that something was sent, when its attempt began.
func left(tx *sqldb.Tx, by audit.Actor, o order.Order, d deliver.Delivery, kind law.Kind) error {
	if kind == "" {
		return nil
	}
	at, err := deliver.StartedAt(tx, d.ID)
	if err != nil {
		return err
	}
	if !d.DeliveredAt.IsZero() && d.DeliveredAt.Before(at) {
		at = d.DeliveredAt // an earlier attempt arrived, and its answer did not
	}
	if at.Before(o.ApprovedAt) {
		at = o.ApprovedAt
	}
	return told(tx, by, o.ID, kind, at, d)
}

// told records an event that a transport tells of, once. What the case has no room for any
// more (the clarification of an order that was executed meanwhile) stays with the delivery.
func told(tx *sqldb.Tx, by audit.Actor, target id.Order, kind law.Kind, at time.Time, d deliver.Delivery) error {
	if kind == "" {
		return nil
	}
	events, err := order.Events(tx, target)
	if err != nil {
		return err
	}
	if kind != law.Clarified && order.Happened(events, kind) {
		return nil
	}
	_, err = order.Record(tx, by, target, law.Event{Kind: kind, At: at}, order.Detail{Channel: "transport", Delivery: d.ID, Proof: d.Receipt})
	if problem.Is(err, problem.Refused) {
		return nil
	}
	return err
}

func mayResolveOrder(tx *sqldb.Tx, who auth.Principal, subject string) error {
	o, _, err := orderOf(tx, subject)
	if err != nil {
		return err
	}
	_, err = actsOn(tx, who, o.ID)
	return err
}

// composeInformation writes the information of Article 3(2).
func (f *Flow) composeInformation(tx *sqldb.Tx, attempt deliver.Attempt) (parcel, error) {
	to, err := platform.Get(tx, id.Platform(attempt.Subject))
	if err != nil {
		return parcel{}, err
	}
	info, err := order.InformationOf(tx, to.ID)
	if err != nil {
		return parcel{}, err
	}
	sender, err := auth.GetUser(tx, info.By)
	if err != nil {
		return parcel{}, err
	}
	d, err := f.information(tx, sender.Unit, to, info.SentAt)
	if err != nil {
		return parcel{}, err
	}
	letter, err := letterOf(d, leaving{attempt.Delivery, client.OrderInformation, string(to.ID), info.SentAt})
	return parcel{letter: letter, to: to}, err
}

func settleInformation(tx *sqldb.Tx, by audit.Actor, d deliver.Delivery) error {
	if d.State != deliver.Delivered {
		return nil
	}
	return order.Informed(tx, by, id.Platform(d.Subject), d.DeliveredAt, d.Receipt)
}

func mayResolveInformation(_ *sqldb.Tx, who auth.Principal, _ string) error {
	return who.Require(auth.OrderDraft)
}
