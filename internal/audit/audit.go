// Package audit keeps the record that outsiders can verify.
//
// Every change appends an event in its own transaction (Append). One sequencer then gives
// the events their places in a Merkle tree of the kind that certificate transparency uses
// (RFC 6962, section 2.1) and signs the tree's head as a checkpoint, in the tlog-tiles
// format (c2sp.org/tlog-tiles, c2sp.org/tlog-checkpoint). What the tree commits to is the
// event's body, byte for byte; nothing in it can be changed, removed or slipped in later
// without the signed heads disagreeing. Verify recomputes all of it from the database.
package audit

import (
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Actor is who did something.
type Actor struct {
	User id.User
	Unit id.Unit
}

// System is the actor of what the program does by itself: captures, matches, probes.
var System = Actor{User: "system"}

// Entry is one event to record.
type Entry struct {
	Verb    string // what happened: item.contributed, assess.decided …
	Subject string // the identifier of what it happened to
	Detail  any    // what else is to be kept, as JSON; may be nil
}

// Event is a recorded event. Its JSON form is the body that the tree commits to.
type Event struct {
	ID      id.Event        `json:"id"`
	At      time.Time       `json:"at"`
	Actor   id.User         `json:"actor"`
	Unit    id.Unit         `json:"unit,omitempty"`
	Verb    string          `json:"verb"`
	Subject string          `json:"subject"`
	Detail  json.RawMessage `json:"detail,omitempty"`
}

// maxBody is what two bytes of length can say in a bundle of tlog-tiles.
const maxBody = 1<<16 - 1

const sqlAppend = "INSERT INTO audit_event (id, at, actor, unit, verb, subject, body) VALUES ($1, $2, $3, $4, $5, $6, $7)"

// Append records events of one actor in the transaction of the change they tell of.
func Append(tx *sqldb.Tx, by Actor, entries ...Entry) error {
	rows := make([][]any, 0, len(entries))
	for _, e := range entries {
		event := Event{ID: id.New[id.Event](tx.Now), At: tx.Now, Actor: by.User, Unit: by.Unit, Verb: e.Verb, Subject: e.Subject}
		if e.Detail != nil {
			detail, err := json.Marshal(e.Detail)
			if err != nil {
				return err
			}
			event.Detail = detail
		}
		body, err := json.Marshal(event)
		if err != nil {
			return err
		}
		if len(body) > maxBody {
			return problem.New(problem.Internal, "event %s of %s is larger than %d bytes; keep its detail in the blob store", e.Verb, e.Subject, maxBody)
		}
		rows = append(rows, []any{event.ID, sqldb.At(event.At), event.Actor, event.Unit, event.Verb, event.Subject, body})
	}
	if _, err := tx.InsertRows(sqlAppend, rows); err != nil {
		return err
	}
	if len(entries) > 0 {
		tx.Audited()
	}
	return nil
}

const sqlHistory = "SELECT body FROM audit_event WHERE subject = $1 ORDER BY id"

// History is what happened to one thing, oldest first.
func History(tx *sqldb.Tx, subject string) ([]Event, error) {
	return sqldb.List(tx, sqlHistory, []any{subject}, func(scan sqldb.Scanner) (event Event, err error) {
		var body []byte
		if err := scan(&body); err != nil {
			return event, err
		}
		return event, json.Unmarshal(body, &event)
	})
}
