package deliver

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlStartedAt = "SELECT started_at FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number DESC LIMIT 1"
	sqlAgain     = "UPDATE delivery SET state = 'due', next_at = $2, address = $3, transport = $4 WHERE id = $1 AND state = 'undeliverable'"
)

// StartedAt is when the newest attempt at a delivery began: the moment of sending of one that
// got through. It is zero before the first.
func StartedAt(tx *sqldb.Tx, delivery id.Delivery) (at time.Time, err error) {
	err = tx.Row(sqlStartedAt, delivery).Scan(sqldb.Into(&at))
	if problem.Is(err, problem.NotFound) {
		return time.Time{}, nil
	}
	return at, err
}

// Again has an undeliverable delivery attempted once more, on the way that is right now: a
// person has found out why it did not arrive.
func Again(tx *sqldb.Tx, by audit.Actor, delivery id.Delivery, address, transport string) error {
	d, err := Get(tx, delivery)
	if err != nil {
		return err
	}
	if d.State != Undeliverable {
		return problem.New(problem.Conflict, "the delivery is %s; only one that did not arrive is made again", d.State)
	}
	if _, err := tx.Exec(sqlAgain, delivery, sqldb.At(tx.Now), address, transport); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "deliver.again", Subject: string(d.ID), Detail: struct {
		Subject   string `json:"subject_id"`
		Kind      Kind   `json:"kind"`
		Transport string `json:"transport"`
	}{d.Subject, d.Kind, transport}})
}
