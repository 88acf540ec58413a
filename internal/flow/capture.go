package flow

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/sqldb"
)

// atOnce is how many items of one job are fetched at the same time.
const atOnce = 4

// capture takes what is at the items' places and sends it on to be fingerprinted.
func (f *Flow) capture(ctx context.Context, j capture.Job) error {
	items, err := f.inStage(ctx, j.Items, item.Contributed)
	if err != nil || len(items) == 0 {
		return err
	}
	taken := make([]capture.Taken, len(items))
	now := f.DB.Now()
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, it := range items {
		group.Go(func() (err error) {
			taken[i], err = capture.Take(groupCtx, f.Door, f.Store, it.URL, now)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return f.saveCaptures(tx, items, taken) })
}

func (f *Flow) saveCaptures(tx *sqldb.Tx, items []item.Item, taken []capture.Taken) error {
	var next media.Job
	moved, err := moveCaptured(tx, items, taken)
	if err != nil {
		return err
	}
	for i, it := range items {
		if !slices.Contains(moved, it.ID) {
			continue // another run of this job was faster
		}
		saved, err := capture.Save(tx, audit.System, it.ID, taken[i], tx.Now)
		if err != nil {
			return err
		}
		if err := item.Describe(tx, it.ID, taken[i].Title, taken[i].Language); err != nil {
			return err
		}
		if taken[i].Outcome == capture.Captured {
			next.Work = append(next.Work, media.Work{Item: it.ID, Capture: saved, Found: taken[i].Media, Text: taken[i].Text})
		}
	}
	if len(next.Work) == 0 {
		return nil
	}
	return f.Jobs.Enqueue(tx, next)
}

// moveCaptured moves the items to captured or unreachable and tells which were still to be moved.
func moveCaptured(tx *sqldb.Tx, items []item.Item, taken []capture.Taken) ([]id.Item, error) {
	to := map[item.Stage][]id.Item{}
	for i, it := range items {
		stage := item.Captured
		if taken[i].Outcome == capture.Unreachable {
			stage = item.Unreachable
		}
		to[stage] = append(to[stage], it.ID)
	}
	var all []id.Item
	for _, stage := range []item.Stage{item.Captured, item.Unreachable} {
		moved, err := item.Move(tx, audit.System, stage, []item.Stage{item.Contributed}, to[stage]...)
		if err != nil {
			return nil, err
		}
		all = append(all, moved...)
	}
	return all, nil
}

// extract fingerprints the media and the text of captures and sends the items on to be matched.
func (f *Flow) extract(ctx context.Context, j media.Job) error {
	extracted := make([]media.Extracted, len(j.Work))
	for i, work := range j.Work {
		var err error
		if extracted[i], err = media.Extract(ctx, f.Store, work.Found, work.Text); err != nil {
			return err
		}
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		var next match.Job
		for i, work := range j.Work {
			if err := media.Save(tx, audit.System, work.Item, work.Capture, extracted[i]); err != nil {
				return err
			}
			next.Items = append(next.Items, work.Item)
		}
		return f.Jobs.Enqueue(tx, next)
	})
}

// inStage reads those of the items that are in one of the stages.
func (f *Flow) inStage(ctx context.Context, ids []id.Item, stages ...item.Stage) (items []item.Item, err error) {
	err = f.DB.View(ctx, func(tx *sqldb.Tx) error {
		for _, each := range ids {
			it, err := item.Get(tx, each)
			if err != nil {
				return err
			}
			if slices.Contains(stages, it.Stage) {
				items = append(items, it)
			}
		}
		return nil
	})
	return items, err
}
