package flow

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
)

// ReinstatementAnswered takes in what a hosting service says to the request to bring an item back,
// whose sender was made sure of. It says that it is back, or keeps it down by its own terms with
// reasons, which is its right: what was referred was never more than a request.
func (f *Flow) ReinstatementAnswered(ctx context.Context, from Source, target id.Item, a client.ReinstatementAnswer) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		none := problem.New(problem.NotFound, "your platform was not asked to reinstate an item %.40q; take the identifier from the request", target)
		it, err := item.Get(tx, target)
		if problem.Is(err, problem.NotFound) || err == nil && it.Platform != from.Platform {
			return none
		}
		if err != nil {
			return err
		}
		c, _, err := reversedBy(tx, target)
		if err != nil {
			return err
		}
		p, _, err := redress.ProposalOf(tx, target)
		if err != nil {
			return err
		}
		if c.ID == "" && p.State != redress.Approved {
			return none
		}
		said := redress.Return{Item: target, Complaint: c.ID, Outcome: a.Outcome, Reasons: a.Reasons, ActedAt: moment(a.At), Channel: from.Channel,
			Source: from.Message, Proof: from.Proof, User: from.By.User}
		if p.State == redress.Approved {
			said.Reference = p.Reference
		}
		err = redress.Answered(tx, from.actor(), said)
		if err != nil || a.Outcome == redress.KeptDown {
			return err
		}
		return recheck.Soon(tx, target, tx.Now) // it says that the content is back: we look
	})
}

// orderReturned takes in the same of an order that lost its effect, as an event of its case.
func (f *Flow) orderReturned(ctx context.Context, from Source, target id.Order, a client.ReinstatementAnswer) error {
	kind := law.Reinstated
	switch {
	case a.Outcome == redress.KeptDown && a.Reasons == "":
		return problem.New(problem.Invalid, "say why the content is kept down")
	case a.Outcome == redress.KeptDown:
		kind = law.KeptDown
	case a.Outcome != redress.Reinstated && a.Outcome != redress.NotDown:
		return problem.New(problem.Invalid, "%.40q is no answer; use reinstated, kept_down or not_down", a.Outcome)
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := order.Get(tx, target)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return err
		}
		if err != nil || o.Platform != from.Platform || o.Origin != order.Own {
			return problem.New(problem.NotFound, "there is no removal order %.40q to your platform; take the identifier from the order", target)
		}
		events, err := order.Events(tx, target)
		if err != nil || order.Happened(events, kind) {
			return err
		}
		at := tx.Now
		if a.At != nil {
			at = within(a.At.Format(time.RFC3339Nano), o.VoidedAt, tx.Now)
		}
		_, err = order.Record(tx, from.actor(), target, law.Event{Kind: kind, At: at}, order.Detail{Channel: from.Channel, Source: from.Message, Proof: from.Proof, Reasons: a.Reasons})
		return err
	})
}
