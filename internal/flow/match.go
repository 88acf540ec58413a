package flow

import (
	"context"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

// match looks the items' fingerprints up in the banks and among what was taken down before.
// Then the items are ready for people.
func (f *Flow) match(ctx context.Context, j match.Job) error {
	if err := f.Index.Refresh(ctx); err != nil {
		return err
	}
	found := make([]match.Found, len(j.Items))
	for i, it := range j.Items {
		var err error
		if found[i], err = match.Find(ctx, f.Index, it); err != nil {
			return err
		}
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		for i, it := range j.Items {
			if err := match.Save(tx, audit.System, it, found[i]); err != nil {
				return err
			}
		}
		_, err := item.Move(tx, audit.System, item.Ready, []item.Stage{item.Captured}, j.Items...)
		return err
	})
}

const (
	// retroPerWrite is how many items get their matches in one transaction.
	retroPerWrite = 200
	// retroFor is how long one job looks back over a bank's batches before it leaves the
	// rest to another, so that a large bank does not hold a worker, and a restart loses little.
	retroFor = 30 * time.Second
)

// retro looks for a bank's new entries among what items carried before.
func (f *Flow) retro(ctx context.Context, j match.RetroJob) error {
	if err := f.Index.Refresh(ctx); err != nil {
		return err
	}
	for began := time.Now(); ; {
		list, err := match.Retro(ctx, f.Index, j.Bank, j.Batch)
		if err != nil {
			return err
		}
		if err := chunks(list, retroPerWrite, func(some []match.Back) error { return f.saveRetro(ctx, some) }); err != nil {
			return err
		}
		next := j.Next()
		if next == nil {
			return nil
		}
		if j = *next; time.Since(began) > retroFor {
			return f.DB.Housekeeping(ctx, "the rest of a bank goes to another job", func(tx *sqldb.Tx) error { return f.Jobs.Enqueue(tx, j) })
		}
	}
}

func (f *Flow) saveRetro(ctx context.Context, some []match.Back) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		for _, back := range some {
			if err := match.SaveRetro(tx, audit.System, back); err != nil {
				return err
			}
		}
		return nil
	})
}
