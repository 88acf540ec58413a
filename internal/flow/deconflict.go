package flow

import (
	"context"
	"slices"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// AddInterest registers a standing interest of the caller's unit. About what it touches and has
// not left yet, the unit is asked without waiting for somebody to press a button.
func (f *Flow) AddInterest(ctx context.Context, who auth.Principal, in deconflict.Interest) (deconflict.Interest, error) {
	in.Unit = who.Unit
	return write(ctx, f, call{who, auth.DeconflictManage, "interest.add", in}, func(tx *sqldb.Tx) (deconflict.Interest, error) {
		in, err := deconflict.AddInterest(tx, who.Actor(), in)
		if err != nil {
			return in, err
		}
		return in, f.Jobs.Enqueue(tx, deconflict.Declared{Interest: in.ID})
	})
}

// EndInterest ends a standing interest of the caller's unit; what waits or is held for its sake
// alone is free.
func (f *Flow) EndInterest(ctx context.Context, who auth.Principal, in id.Interest) error {
	_, err := write(ctx, f, call{who, auth.DeconflictManage, "interest.end", in}, func(tx *sqldb.Tx) (id.Interest, error) {
		return in, deconflict.EndInterest(tx, who.Actor(), in)
	})
	return err
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
			_, err := deconflict.AddOrders(tx, who.Actor(), []deconflict.Order{o})
			return o.Reference, err
		})
	})
}

// deconflict asks for each confirmed item whether anyone has an interest in it.
func (f *Flow) deconflict(ctx context.Context, j deconflict.Job) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		for _, it := range j.Items {
			if err := ask(tx, it, item.Confirmed); err != nil {
				return err
			}
		}
		return nil
	})
}

// askAgain asks for an item whose hold has run out or whose questions have closed.
func askAgain(tx *sqldb.Tx, target id.Item) error {
	it, err := item.Get(tx, target)
	if err != nil {
		return err
	}
	if it.Stage == item.Rejected || it.Stage == item.Approved {
		return deconflict.Moot(tx, audit.System, target)
	}
	_, err = askOne(tx, it, audit.System)
	return err
}

// ask asks for an item that is in the stage.
func ask(tx *sqldb.Tx, target id.Item, stage item.Stage) error {
	it, err := item.Get(tx, target)
	if err != nil || it.Stage != stage {
		return err
	}
	_, err = askOne(tx, it, audit.System)
	return err
}

// undecided are the stages in which an item stands or falls with deconfliction.
var undecided = []item.Stage{item.Confirmed, item.Held, item.Cleared}

// askOne asks whether acting on an item disturbs anybody, and moves it on: cleared, or held.
// While units are being asked it is confirmed. What is drafted, or went another way before, stays
// where it is; the gate looks at the answer before it leaves.
func askOne(tx *sqldb.Tx, it item.Item, by audit.Actor) (item.Stage, error) {
	facts, err := interestFacts(tx, it)
	if err != nil {
		return it.Stage, err
	}
	answer, err := deconflict.Ask(tx, by, facts)
	if err != nil || !slices.Contains(undecided, it.Stage) {
		return it.Stage, err
	}
	stage := item.Cleared
	switch answer.State {
	case deconflict.Hold:
		stage = item.Held
	case deconflict.Asking:
		stage = item.Confirmed
	}
	if stage != it.Stage {
		_, err = item.Move(tx, by, stage, []item.Stage{it.Stage}, it.ID)
	}
	return stage, err
}

// leastQuality is below which a picture is too flat for its PDQ to mean anything (PDQ's own rule).
const leastQuality = 50

func interestFacts(tx *sqldb.Tx, it item.Item) (deconflict.Facts, error) {
	facts := deconflict.Facts{Item: it.ID, URL: it.URL, Pressing: func() (bool, error) { return isPressing(tx, it.ID) }}
	contributions, err := action.Contributions(tx, it.ID)
	if err != nil {
		return facts, err
	}
	if facts.Ask, facts.Silence, err = action.AskedAbout(tx, it.ID); err != nil {
		return facts, err
	}
	for _, c := range contributions {
		facts.Units = append(facts.Units, c.Unit)
	}
	found, err := media.Of(tx, it.ID)
	for _, m := range found {
		facts.SHA256 = append(facts.SHA256, m.SHA256)
		if m.Quality >= leastQuality {
			facts.PDQ = append(facts.PDQ, m.PDQ)
		}
	}
	return facts, err
}

// isPressing reports whether two people found a threat to life or a crisis.
func isPressing(tx *sqldb.Tx, target id.Item) (bool, error) {
	confirmed, err := assess.TwoPeople(tx, target)
	if problem.Is(err, problem.Refused) {
		return false, nil
	}
	return slices.Contains(pressingTiers, confirmed.Tier()), err
}

// pressingTiers know no contact hours, and leave the owners of interests an hour at most.
var pressingTiers = []string{law.TierThreatToLife, law.TierCrisis}
