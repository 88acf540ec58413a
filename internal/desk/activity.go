package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/sqldb"
)

// Activity tells whether anything is left to do at this moment of the clock.
func (d *Desk) Activity(ctx context.Context, who auth.Principal) (client.Activity, error) {
	return view(ctx, d, who, auth.Operate, func(tx *sqldb.Tx) (client.Activity, error) {
		out := client.Activity{Now: tx.Now}
		jobs, err := job.Unfinished(tx)
		if err != nil {
			return out, err
		}
		out.Jobs = int(jobs)
		if out.Due, err = flow.CountDue(tx); err != nil {
			return out, err
		}
		next, err := flow.NextDue(tx)
		out.NextDue = optional(next)
		return out, err
	})
}
