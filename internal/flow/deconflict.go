package flow

import (
	"context"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
)

// AddInterest registers a standing interest of the caller's unit.
func (f *Flow) AddInterest(ctx context.Context, who auth.Principal, in deconflict.Interest) (deconflict.Interest, error) {
	in.Unit = who.Unit
	return write(ctx, f, call{who, auth.DeconflictManage, "interest.add", in}, func(tx *sqldb.Tx) (deconflict.Interest, error) {
		return deconflict.AddInterest(tx, who.Actor(), in)
	})
}

// AddOrders records orders that authorities have issued already, each by itself.
func (f *Flow) AddOrders(ctx context.Context, who auth.Principal, orders []deconflict.Order) ([]Result, error) {
	if err := who.Require(auth.DeconflictManage); err != nil {
		return nil, err
	}
	var book *link.Book
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { book, err = platform.ReadBook(tx); return err })
	if err != nil {
		return nil, err
	}
	return each(ctx, orders, func(ctx context.Context, o deconflict.Order) (string, error) {
		canonical, err := book.Canonical(o.URL)
		if err != nil {
			return "", err
		}
		o.URL = canonical.URL
		return write(ctx, f, call{who, auth.DeconflictManage, "order.add", o}, func(tx *sqldb.Tx) (string, error) {
			return o.Reference, deconflict.AddOrders(tx, who.Actor(), []deconflict.Order{o})
		})
	})
}

// deconflict asks for each confirmed item whether anyone has an interest in it.
func (f *Flow) deconflict(ctx context.Context, j deconflict.Job) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		for _, it := range j.Items {
			if err := askOne(tx, it, item.Confirmed); err != nil {
				return err
			}
		}
		return nil
	})
}

// askOne asks for one item and moves it on: cleared, or held.
func askOne(tx *sqldb.Tx, target id.Item, from item.Stage) error {
	it, err := item.Get(tx, target)
	if err != nil || it.Stage != from {
		return err
	}
	facts, err := interestFacts(tx, it)
	if err != nil {
		return err
	}
	answer, err := deconflict.Ask(tx, audit.System, facts)
	if err != nil {
		return err
	}
	stage := item.Cleared
	if answer.State == deconflict.Hold {
		stage = item.Held
	}
	if stage == from {
		return nil
	}
	_, err = item.Move(tx, audit.System, stage, []item.Stage{from}, it.ID)
	return err
}

func interestFacts(tx *sqldb.Tx, it item.Item) (deconflict.Facts, error) {
	facts := deconflict.Facts{Item: it.ID, URL: it.URL}
	contributions, err := action.Contributions(tx, it.ID)
	if err != nil {
		return facts, err
	}
	for _, c := range contributions {
		facts.Units = append(facts.Units, c.Unit)
	}
	found, err := media.Of(tx, it.ID)
	for _, m := range found {
		facts.SHA256 = append(facts.SHA256, m.SHA256)
		if m.PDQ != "" {
			facts.PDQ = append(facts.PDQ, m.PDQ)
		}
	}
	return facts, err
}
