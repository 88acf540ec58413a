package app

import (
	"context"

	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/sqldb"
)

// Crowd sees to it that so many jobs wait, and tells how many did before. What it adds are
// attempts at deliveries that another job has: each begins a transaction and finds nothing to
// do. A measurement wants the queues full.
func (a *App) Crowd(ctx context.Context, want int) (waited int64, err error) {
	err = a.db.Housekeeping(ctx, "a crowd of jobs, for a measurement", func(tx *sqldb.Tx) error {
		if waited, err = job.Unfinished(tx); err != nil {
			return err
		}
		d, err := deliver.Any(tx)
		if err != nil {
			return err
		}
		var jobs []job.Args
		for range int64(want) - waited {
			jobs = append(jobs, deliver.Job{Delivery: d, Claim: -1})
		}
		return a.jobs.Enqueue(tx, jobs...)
	})
	return waited, err
}
