package flow

import (
	"context"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// look looks again whether the items are still there, and keeps the proof.
func (f *Flow) look(ctx context.Context, j recheck.Job) error {
	before := make([]recheck.Before, len(j.Looks))
	err := f.DB.View(ctx, func(tx *sqldb.Tx) error {
		for i, l := range j.Looks {
			var err error
			if before[i], err = whatWasThere(tx, l); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	looks := make([]recheck.Look, len(j.Looks))
	now := f.DB.Now()
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range j.Looks {
		group.Go(func() (err error) {
			looks[i], err = recheck.See(groupCtx, f.Door, f.Store, before[i], now)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		for i, l := range j.Looks {
			saved, err := recheck.Save(tx, audit.System, l.Item, l.Step, looks[i])
			if err != nil {
				return err
			}
			if !saved {
				continue
			}
			if err := item.SetVerdict(tx, l.Item, item.Verdict(looks[i].Verdict)); err != nil {
				return err
			}
			if v := looks[i].Verdict; v == recheck.StillUp || v.Gone() {
				if err := order.Looked(tx, audit.System, l.Item, v == recheck.StillUp, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// whatWasThere gathers what the newest capture had, to hold the look against.
func whatWasThere(tx *sqldb.Tx, l recheck.Due) (recheck.Before, error) {
	it, err := item.Get(tx, l.Item)
	if err != nil {
		return recheck.Before{}, err
	}
	b := recheck.Before{URL: it.URL, Title: it.Title}
	latest, ok, err := capture.Latest(tx, it.ID)
	if err != nil {
		return b, err
	}
	if ok {
		b.Text, b.Status = latest.Text, latest.Status
	}
	found, err := media.Of(tx, it.ID)
	for _, m := range found {
		b.Media = append(b.Media, m.URL)
	}
	return b, err
}
