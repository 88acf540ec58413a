package flow

import (
	"context"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// declared asks the owner of an interest, declared just now, about the items that it touches and
// that have not left. It reads first, so that nobody waits for its lock while it looks.
func (f *Flow) declared(ctx context.Context, j deconflict.Declared) error {
	var touched []id.Item
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		touched, err = touchedBy(tx, j.Interest)
		return err
	})
	if err != nil {
		return err
	}
	return chunks(touched, itemsPerJob, func(some []id.Item) error {
		return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return askAbout(tx, audit.System, some) })
	})
}

// touchedBy lists the items that an interest touches before they leave.
func touchedBy(tx *sqldb.Tx, interest id.Interest) (touched []id.Item, err error) {
	in, err := deconflict.GetInterest(tx, interest)
	if err != nil || !in.Stands(tx.Now) {
		return nil, err
	}
	link := in.Kind == deconflict.KindURLPrefix || in.Kind == deconflict.KindAccount
	list, err := item.AllLeaving(tx)
	if err != nil {
		return nil, err
	}
	for _, it := range list {
		facts := deconflict.Facts{URL: it.URL}
		if !link {
			if facts, err = interestFacts(tx, it); err != nil {
				return nil, err
			}
		}
		if in.Touches(facts) {
			touched = append(touched, it.ID)
		}
	}
	return touched, nil
}

// askAbout asks about items, wherever they are on their way.
func askAbout(tx *sqldb.Tx, by audit.Actor, items []id.Item) error {
	for _, target := range items {
		it, err := item.Get(tx, target)
		if err == nil && it.Stage != item.Rejected && it.Stage != item.Approved {
			_, err = askOne(tx, it, by)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// keepAsked follows a verb that asks once more before something leaves, and was refused. The
// refusal takes back with it that the owners of new interests were asked, and then they never
// would be: so they are asked in a transaction of its own.
func (f *Flow) keepAsked(ctx context.Context, who auth.Principal, items []id.Item, refusal error) error {
	if len(items) == 0 || !problem.Is(refusal, problem.Refused) {
		return refusal
	}
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) error { return askAbout(tx, who.Actor(), items) })
	if err != nil {
		f.Log.Error("who has an interest in what was refused to leave could not be asked; it is tried again at the next attempt", "error", err)
	}
	return refusal
}
