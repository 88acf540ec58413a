package flow

import (
	"context"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/sqldb"
)

// wakeOrders brings orders up to date whose picture has changed because time passed: an hour
// that ran out, a non-disclosure that ends, the 72 hours of scrutiny. Then they stand on top
// of the worklist.
func (f *Flow) wakeOrders(ctx context.Context) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		due, err := order.Due(tx, tx.Now, dueAtOnce)
		if err != nil {
			return err
		}
		for _, o := range due {
			if _, err := order.Wake(tx, audit.System, o); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	sqlDueOrders = "SELECT COUNT(*), MIN(wake_at) FROM removal_order WHERE wake_at <= $1"
	sqlNextOrder = "SELECT MIN(wake_at) FROM removal_order WHERE wake_at IS NOT NULL"
)
