package flow

import (
	"context"
	"strings"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
)

// PreparedOrder is what an order on an item would say, for a person to look at and complete.
type PreparedOrder struct {
	Item         item.Item
	Seen         []string   // the forms of its link
	Filled       law.Filled // of Annex I, as far as it is known
	Host         string
	Home         string            // authority that gets the copy; empty within the country
	Jurisdiction law.Jurisdiction  // Article 16
	Information  order.Information // of Article 3(2)
	Refusal      string            // why no order can be drafted now; empty when one can
}

// PrepareOrder gathers what an order would be filled in from, and changes nothing.
func (f *Flow) PrepareOrder(ctx context.Context, who auth.Principal, in NewOrder) (p PreparedOrder, err error) {
	if err := who.Require(auth.OrderDraft); err != nil {
		return p, err
	}
	err = f.DB.View(ctx, func(tx *sqldb.Tx) error {
		o := ordering{drafting: drafting{tx: tx, who: who, batches: map[id.Platform]*refer.Batch{}, known: map[id.Platform]platform.Platform{}}, in: in}
		if o.it, err = item.Get(tx, in.Item); err != nil {
			return err
		}
		if err := seesItem(tx, who, o.it.ID); err != nil {
			return err
		}
		p.Item = o.it
		if p.Seen, err = item.Variants(tx, o.it.ID); err != nil {
			return err
		}
		return p.gather(tx, &o)
	})
	return p, err
}

// gather goes on as far as nothing stands against an order, and tells what does.
func (p *PreparedOrder) gather(tx *sqldb.Tx, o *ordering) error {
	err := o.mayBeOrdered()
	if err == nil {
		o.confirmed, err = assess.TwoPeople(tx, o.it.ID)
	}
	if err == nil {
		err = o.preflight()
	}
	if err == nil {
		err = o.authorities()
	}
	if problem.Is(err, problem.Refused) || problem.Is(err, problem.Conflict) {
		p.Refusal = problem.Message(err)
		return nil
	}
	if err != nil {
		return err
	}
	p.Host, p.Home, p.Jurisdiction = o.host.Name, o.home.Name, o.host.Jurisdiction()
	p.Filled = o.filled()
	p.Filled["b.reasons"] = strings.Join(o.confirmed.Limbs(), ",")
	if p.Filled["b.additional_information"] == "" {
		p.Filled["b.additional_information"] = o.confirmed.Reasons()
	}
	p.Information, err = order.InformationOf(tx, o.host.ID)
	return err
}
