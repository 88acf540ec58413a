package order

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Wake brings an order up to date whose picture changed because time passed, and keeps what
// people are now to look at.
func Wake(tx *sqldb.Tx, by audit.Actor, order id.Order) (Order, error) {
	o, err := Get(tx, order)
	if err != nil {
		return o, err
	}
	before := o.Attention
	events, err := Events(tx, order)
	if err != nil {
		return o, err
	}
	if err := o.refresh(tx, events); err != nil {
		return o, err
	}
	news := slices.DeleteFunc(slices.Clone(o.Attention), func(a Attention) bool { return slices.Contains(before, a) })
	return o, audit.Append(tx, by, audit.Entry{Verb: "order.came_due", Subject: string(o.ID), Detail: struct {
		Reference string      `json:"reference"`
		Attention []Attention `json:"attention,omitempty"`
		Duty      string      `json:"duty,omitempty"`
	}{o.Reference, news, o.Duty}})
}

const (
	sqlUndelivered = "UPDATE removal_order SET undelivered = $2 WHERE id = $1"
	sqlContradict  = "UPDATE removal_order SET contradicted_at = $2 WHERE id = $1"
)

// SetUndelivered notes what became of a delivery that did not arrive; "" when it has.
func SetUndelivered(tx *sqldb.Tx, by audit.Actor, order id.Order, what string) error {
	o, err := Get(tx, order)
	if err != nil || o.Undelivered == what {
		return err
	}
	if _, err := tx.Exec(sqlUndelivered, order, what); err != nil {
		return err
	}
	o.Undelivered = what
	return o.changed(tx, by, "order.delivery", what)
}

// Looked takes in what our own look at the item found. A host that says "removed" of what is
// still there is contradicted, and people see it; the next look that finds it gone ends that.
func Looked(tx *sqldb.Tx, by audit.Actor, item id.Item, up bool, at time.Time) error {
	o, live, err := Live(tx, item)
	if err != nil || !live || o.ExecutedAt.IsZero() || at.Before(o.ExecutedAt) {
		return err
	}
	switch {
	case up && o.ContradictedAt.IsZero():
		o.ContradictedAt = at
	case !up && !o.ContradictedAt.IsZero():
		o.ContradictedAt = time.Time{}
	default:
		return nil
	}
	if _, err := tx.Exec(sqlContradict, o.ID, sqldb.At(o.ContradictedAt)); err != nil {
		return err
	}
	verb := "order.contradicted"
	if !up {
		verb = "order.contradiction_ended"
	}
	return o.changed(tx, by, verb, "")
}

// changed brings the picture up to date after something that is no event of the case.
func (o Order) changed(tx *sqldb.Tx, by audit.Actor, verb, what string) error {
	events, err := Events(tx, o.ID)
	if err != nil {
		return err
	}
	if !o.ApprovedAt.IsZero() {
		if err := o.refresh(tx, events); err != nil {
			return err
		}
	}
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(o.ID), Detail: struct {
		Reference string `json:"reference"`
		What      string `json:"what,omitempty"`
	}{o.Reference, what}})
}
