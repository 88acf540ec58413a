package deliver

import (
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const sqlStartedAt = "SELECT started_at FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number DESC LIMIT 1"

// StartedAt is when the newest attempt at a delivery began: the moment of sending of one that
// got through. It is zero before the first.
func StartedAt(tx *sqldb.Tx, delivery id.Delivery) (at time.Time, err error) {
	err = tx.Row(sqlStartedAt, delivery).Scan(sqldb.Into(&at))
	if problem.Is(err, problem.NotFound) {
		return time.Time{}, nil
	}
	return at, err
}
