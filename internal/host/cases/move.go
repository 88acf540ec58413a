package cases

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

const sqlMoveEvent = "UPDATE host_event SET at = $3 WHERE case_id = $1 AND place = $2"

// Move corrects the moment of the newest event of a kind, where whoever it reached tells when it
// had it. What did not happen here, and a moment that the case has no room for, changes nothing.
func Move(tx *sqldb.Tx, by audit.Actor, target id.Case, kind law.Kind, at time.Time) error {
	events, err := Events(tx, target)
	if err != nil {
		return err
	}
	place := -1
	for i, e := range events {
		if e.Kind == kind {
			place = i
		}
	}
	at = at.UTC().Truncate(time.Microsecond)
	if place < 0 || events[place].At.Equal(at) || at.After(tx.Now) {
		return nil
	}
	before := events[place].At
	events[place].At = at
	order, err := law.Follow(Bare(events))
	if err != nil {
		return nil // it would be before what came before it: the clocks of the two machines differ
	}
	if _, err := tx.Exec(sqlMoveEvent, target, events[place].Place, sqldb.At(at)); err != nil {
		return err
	}
	c, err := Get(tx, target)
	if err != nil {
		return err
	}
	c.stand(&order, tx.Now)
	if err := set(tx, c); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "case.moment", Subject: string(target), Detail: map[string]any{"kind": kind, "before": before, "at": at}})
}

// Dated is the moment that a paper names, brought between what happened last in a case and when
// the paper came or left: clocks of two machines differ.
func Dated(tx *sqldb.Tx, target id.Case, text string, latest time.Time) (time.Time, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil || at.After(latest) {
		return latest, nil
	}
	events, err := Events(tx, target)
	for _, e := range events {
		if e.At.After(at) {
			at = e.At
		}
	}
	return at.UTC().Truncate(time.Microsecond), err
}
