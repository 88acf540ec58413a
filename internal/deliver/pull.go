package deliver

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlWaiting = "SELECT id FROM delivery WHERE platform_id = $1 AND id > $2 AND state <> 'undeliverable' ORDER BY id LIMIT $3"
	sqlConfirm = "UPDATE delivery SET confirmed_at = $1, confirmation = $2 WHERE id = $3 AND confirmed_at IS NULL"
)

// Inbox lists what there is for a platform after a place, oldest first: what it has not taken
// yet, and what it has, so that it can read again. What never can be delivered is not in it.
func Inbox(tx *sqldb.Tx, platform id.Platform, after id.Delivery, limit int) ([]Delivery, error) {
	ids, err := sqldb.Column[id.Delivery](tx, sqlWaiting, platform, after, limit)
	if err != nil {
		return nil, err
	}
	list := make([]Delivery, len(ids))
	for i, d := range ids {
		if list[i], err = Get(tx, d); err != nil {
			return nil, err
		}
	}
	return list, nil
}

const sqlUntaken = "SELECT id FROM delivery WHERE platform_id = $1 AND state IN ('due', 'uncertain') AND (transport IN ('pull', 'portal') OR attempts > 0) ORDER BY id LIMIT 1000"

// Untaken lists what waits for a platform to come and take it.
func Untaken(tx *sqldb.Tx, platform id.Platform) ([]id.Delivery, error) {
	return sqldb.Column[id.Delivery](tx, sqlUntaken, platform)
}

// Hand notes that the platform came and took a delivery. That is how pull and portal deliver;
// and a contact who was shown an order has received it, too, though its webhook failed or
// nobody knows whether its mail came. What was delivered before stays as it was; what is being
// sent, or is about to be sent for the first time, is left to who sends.
func Hand(tx *sqldb.Tx, by audit.Actor, delivery id.Delivery, r Result) (d Delivery, taken bool, err error) {
	d, err = Get(tx, delivery)
	comes := d.Transport == Pull || d.Transport == Portal || d.Attempts > 0
	if err != nil || !comes || d.State != Due && d.State != Uncertain {
		return d, false, err
	}
	a, err := start(tx, by, d)
	if err != nil {
		return d, false, err
	}
	d, err = Finish(tx, by, a, r)
	return d, err == nil, err
}

// Confirm keeps that the platform said by itself that it has it, once.
func Confirm(tx *sqldb.Tx, by audit.Actor, delivery id.Delivery, proof string) error {
	d, err := Get(tx, delivery)
	if err != nil {
		return err
	}
	n, err := tx.Exec(sqlConfirm, sqldb.At(tx.Now), legible(proof), d.ID)
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "deliver.confirmed", Subject: string(d.ID), Detail: struct {
		Subject string `json:"subject_id"`
		Kind    Kind   `json:"kind"`
		Proof   string `json:"proof"`
	}{d.Subject, d.Kind, proof}})
}

// Confirmation is what the platform said of having received a delivery; the zero time when it
// said nothing.
func Confirmation(tx *sqldb.Tx, delivery id.Delivery) (at time.Time, proof string, err error) {
	err = tx.Row(sqlConfirmation, delivery).Scan(sqldb.Into(&at), &proof)
	if problem.Is(err, problem.NotFound) {
		return at, proof, problem.New(problem.NotFound, "there is no delivery %.40q; check the identifier", delivery)
	}
	return at, proof, err
}

const sqlConfirmation = "SELECT confirmed_at, confirmation FROM delivery WHERE id = $1"
