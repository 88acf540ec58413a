package deliver

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlBounced = "UPDATE delivery SET bounced_at = $1 WHERE id = $2"
	sqlCame    = "UPDATE delivery_attempt SET detail = $1 WHERE delivery_id = $2 AND number = $3"
)

// Bounce notes that a mail came back after a server had taken it: that server's word is no
// receipt any more, and the delivery is undeliverable. Only what went by mail can come back;
// whatever else a bounce names stays as it is.
func Bounce(tx *sqldb.Tx, by audit.Actor, delivery id.Delivery, diagnostic string) (d Delivery, changed bool, err error) {
	d, err = Get(tx, delivery)
	if err != nil || d.Transport != SMTP || d.State != Delivered && d.State != Uncertain {
		return d, false, err
	}
	detail := legible("it came back: " + diagnostic)
	if _, err := tx.Exec(sqlCame, detail, d.ID, d.Attempts); err != nil {
		return d, false, err
	}
	if _, err := tx.Exec(sqlBounced, sqldb.At(tx.Now), d.ID); err != nil {
		return d, false, err
	}
	d.State, d.DeliveredAt, d.NextAt = Undeliverable, time.Time{}, time.Time{}
	if err := d.save(tx); err != nil {
		return d, false, err
	}
	a := Attempt{Delivery: d.ID, Subject: d.Subject, Kind: d.Kind, Transport: d.Transport, Number: d.Attempts}
	return d, true, a.event(tx, by, "deliver.bounced", detail)
}
