package order

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Event is one thing that happened in a case, with what is known of it.
type Event struct {
	law.Event
	Detail     Detail
	By         id.User // who recorded it
	RecordedAt time.Time
}

// Detail is what is kept with an event.
type Detail struct {
	Channel  string      `json:"channel,omitempty"` // how it was learnt: transport, portal, api, webhook, mail, person
	Source   string      `json:"source,omitempty"`  // identifier of the delivery, mail or message
	Proof    string      `json:"proof,omitempty"`   // receipt, or how the sender was made sure of
	Reasons  string      `json:"reasons,omitempty"`
	Form     string      `json:"form,omitempty"` // annex-2, annex-3, review …
	Values   law.Filled  `json:"values,omitempty"`
	SaidAt   time.Time   `json:"said_at,omitzero"`   // the moment that the other side named, where another one counts
	Assumed  bool        `json:"assumed,omitempty"`  // nobody told so; it follows from what was told
	Second   id.User     `json:"second,omitempty"`   // who agreed, where it takes two
	Replaced id.Order    `json:"replaced,omitempty"` // the order that takes the place of this one
	Party    string      `json:"party,omitempty"`    // who asked for a review: host, provider
	Delivery id.Delivery `json:"delivery,omitempty"`
	Contact  string      `json:"contact,omitempty"` // where they are told the decision
}

const (
	sqlEvents    = "SELECT kind, at, emergency, cross_border, detail, user_id, recorded_at FROM order_event WHERE order_id = $1 AND retracted = '' ORDER BY at, place"
	sqlLastPlace = "SELECT COALESCE(MAX(place), 0) FROM order_event WHERE order_id = $1"
	sqlRetract   = "UPDATE order_event SET retracted = $3 WHERE order_id = $1 AND kind = $2 AND retracted = ''"
	sqlAddEvent  = "INSERT INTO order_event (order_id, place, kind, at, emergency, cross_border, detail, retracted, user_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '', $8, $9)"
)

// Events lists what happened in a case, in the order in which it happened.
func Events(tx *sqldb.Tx, order id.Order) ([]Event, error) {
	return sqldb.List(tx, sqlEvents, []any{order}, func(scan sqldb.Scanner) (e Event, err error) {
		var detail string
		if err := scan(&e.Kind, sqldb.Into(&e.At), &e.Emergency, &e.CrossBorder, &detail, &e.By, sqldb.Into(&e.RecordedAt)); err != nil {
			return e, err
		}
		return e, json.Unmarshal([]byte(detail), &e.Detail)
	})
}

// Case gives where a case stands, and its events.
func Case(tx *sqldb.Tx, order id.Order) (law.Order, []Event, error) {
	events, err := Events(tx, order)
	if err != nil {
		return law.Order{}, nil, err
	}
	theCase, err := follow(events)
	return theCase, events, err
}

func follow(events []Event) (law.Order, error) {
	list := make([]law.Event, len(events))
	for i, e := range events {
		list[i] = e.Event
	}
	return law.Follow(list)
}

// Happened reports whether something of a kind has happened.
func Happened(events []Event, kind law.Kind) bool {
	return slices.ContainsFunc(events, func(e Event) bool { return e.Kind == kind })
}

// At gives the moment of the newest event of a kind; zero where there is none.
func At(events []Event, kind law.Kind) (at time.Time) {
	for _, e := range events {
		if e.Kind == kind {
			at = e.At
		}
	}
	return at
}

// Record adds what happened to a case, at its own moment among the others, and brings the
// columns that repeat the case up to date. What the Regulation has no room for is refused.
func Record(tx *sqldb.Tx, by audit.Actor, order id.Order, e law.Event, detail Detail) (Order, error) {
	o, err := Get(tx, order)
	if err != nil {
		return o, err
	}
	if o.ApprovedAt.IsZero() && e.Kind != law.Informed && e.Kind != law.Issued {
		return o, problem.New(problem.Refused, "removal order %s was not issued; nothing can happen to it before it is approved", o.Reference)
	}
	return o, o.record(tx, by, e, detail)
}

func (o *Order) record(tx *sqldb.Tx, by audit.Actor, e law.Event, detail Detail) error {
	e.At = e.At.UTC().Truncate(time.Microsecond)
	if e.At.IsZero() || e.At.After(tx.Now) {
		return problem.New(problem.Invalid, "%s has no moment that has come; give the time at which it happened", e.Kind)
	}
	events, err := Events(tx, o.ID)
	if err != nil {
		return err
	}
	events = append(events, Event{Event: e, Detail: detail, By: by.User, RecordedAt: tx.Now})
	slices.SortStableFunc(events, func(a, b Event) int { return a.At.Compare(b.At) })
	if _, err := follow(events); err != nil {
		return err
	}
	var last int64
	if err := tx.Row(sqlLastPlace, o.ID).Scan(&last); err != nil {
		return err
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAddEvent, o.ID, last+1, e.Kind, sqldb.At(e.At), e.Emergency, e.CrossBorder, string(text), by.User, sqldb.At(tx.Now)); err != nil {
		return err
	}
	if err := o.refresh(tx, events); err != nil {
		return err
	}
	if err := o.toTell(tx, e.Kind); err != nil {
		return err
	}
	detail.Values = nil // it may be long; the answer's own event has its digest
	return audit.Append(tx, by, audit.Entry{Verb: "order." + string(e.Kind), Subject: string(o.ID), Detail: struct {
		Reference   string    `json:"reference"`
		At          time.Time `json:"at"`
		Emergency   string    `json:"emergency,omitempty"`
		CrossBorder bool      `json:"cross_border,omitempty"`
		Detail      Detail    `json:"detail"`
	}{o.Reference, e.At, e.Emergency, e.CrossBorder, detail}})
}

// Retract takes an event back that turns out not to have happened: a mail that a server had
// taken came back. The row stays, with the reason. Where something has happened since that
// rests on it (the host answered, so it has the order), it stays in the case, and done is false.
func Retract(tx *sqldb.Tx, by audit.Actor, order id.Order, kind law.Kind, why string) (done bool, err error) {
	o, err := Get(tx, order)
	if err != nil {
		return false, err
	}
	events, err := Events(tx, order)
	if err != nil || !Happened(events, kind) {
		return false, err
	}
	left := slices.DeleteFunc(events, func(e Event) bool { return e.Kind == kind })
	if _, err := follow(left); err != nil {
		return false, nil
	}
	if _, err := tx.Exec(sqlRetract, order, kind, why); err != nil {
		return false, err
	}
	if err := o.refresh(tx, left); err != nil {
		return false, err
	}
	return true, audit.Append(tx, by, audit.Entry{Verb: "order.retracted", Subject: string(o.ID), Detail: struct {
		Reference string   `json:"reference"`
		Kind      law.Kind `json:"kind"`
		Why       string   `json:"why"`
	}{o.Reference, kind, why}})
}
