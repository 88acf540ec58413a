package cases

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

// Of cases that are no removal order: what the service owes its sender.
const DutyAnswer = "answer"

const (
	sqlAddEvent = "INSERT INTO host_event (case_id, place, kind, at, detail, user_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"
	sqlEvents   = "SELECT place, kind, at, detail, user_id, recorded_at FROM host_event WHERE case_id = $1 ORDER BY place"
	sqlInform   = "INSERT INTO host_informed (authority, at) VALUES ($1, $2) ON CONFLICT (authority) DO NOTHING"
	sqlInformed = "SELECT at FROM host_informed WHERE authority = $1"
)

// detail is what is kept beside an event: the members of law.Event that are no columns, and
// what the caller gives.
type detail struct {
	Emergency   string    `json:"emergency,omitempty"`
	CrossBorder bool      `json:"cross_border,omitempty"`
	Until       time.Time `json:"until,omitzero"`
	More        any       `json:"more,omitempty"`
}

// Record appends what happened in the case of a removal order; what the Regulation leaves no
// room for is refused.
func Record(tx *sqldb.Tx, by audit.Actor, target id.Case, e law.Event, more any) (Case, error) {
	c, err := Get(tx, target)
	if err != nil {
		return c, err
	}
	if c.Track != Order {
		return c, problem.New(problem.Refused, "only the case of a removal order has events of the Regulation")
	}
	events, err := Events(tx, target)
	if err != nil {
		return c, err
	}
	order, err := law.Follow(Bare(events))
	if err != nil {
		return c, err
	}
	e.At = e.At.UTC().Truncate(time.Microsecond)
	if err := order.Take(e); err != nil {
		return c, err
	}
	if err := appendEvent(tx, by, target, len(events)+1, e, more); err != nil {
		return c, err
	}
	switch e.Kind {
	case law.Executed:
		c.ExecutedAt = e.At
	case law.FedBack, law.Impossible, law.Unclear:
		c.AnsweredAt = e.At
	}
	c.stand(&order, tx.Now)
	return c, set(tx, c)
}

// appendEvent writes an event and its audit entry.
func appendEvent(tx *sqldb.Tx, by audit.Actor, target id.Case, place int, e law.Event, more any) error {
	text, err := json.Marshal(detail{e.Emergency, e.CrossBorder, e.Until, more})
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlAddEvent, target, place, e.Kind, sqldb.At(e.At), string(text), by.User, sqldb.At(tx.Now)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "case." + string(e.Kind), Subject: string(target), Detail: map[string]any{"at": e.At, "more": more}})
}

// Events are what happened in a case, in its order.
func Events(tx *sqldb.Tx, target id.Case) ([]Event, error) {
	return sqldb.List(tx, sqlEvents, []any{target}, func(scan sqldb.Scanner) (e Event, err error) {
		if err := scan(&e.Place, &e.Kind, sqldb.Into(&e.At), &e.Detail, &e.User, sqldb.Into(&e.RecordedAt)); err != nil {
			return e, err
		}
		var d detail
		err = json.Unmarshal([]byte(e.Detail), &d)
		e.Emergency, e.CrossBorder, e.Until = d.Emergency, d.CrossBorder, d.Until
		return e, err
	})
}

// Bare are the events as package law folds them.
func Bare(events []Event) []law.Event {
	out := make([]law.Event, len(events))
	for i, e := range events {
		out[i] = e.Event
	}
	return out
}

// Follow folds the events of the case of an order.
func Follow(tx *sqldb.Tx, target id.Case) (law.Order, error) {
	events, err := Events(tx, target)
	if err != nil {
		return law.Order{}, err
	}
	return law.Follow(Bare(events))
}

// Refresh computes anew what a case owes, where time alone has changed it.
func Refresh(tx *sqldb.Tx, by audit.Actor, target id.Case) (Case, error) {
	c, err := Get(tx, target)
	if err != nil {
		return c, err
	}
	before := c.Duty
	if c.Track == Order {
		order, err := Follow(tx, target)
		if err != nil {
			return c, err
		}
		c.stand(&order, tx.Now)
	} else {
		items, err := Items(tx, target)
		if err != nil {
			return c, err
		}
		c.standAnswers(items, tx.Now)
	}
	if err := set(tx, c); err != nil {
		return c, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "case.refreshed", Subject: string(target), Detail: map[string]string{"owed": before, "owes": c.Duty}})
}

// Owed is what this service has to see to next. The case as a whole may wait for an authority
// first (its copy to another, its decision); the hour runs all the same.
func Owed(o *law.Order, now time.Time) law.Duty {
	next := o.Next(now)
	if next.Owes == law.Host || next == (law.Duty{}) {
		return next
	}
	for _, clock := range o.Clocks(now, nil) {
		if clock.State == law.Running && slices.Contains(ownClocks, clock.Name) {
			return law.Duty{Owes: law.Host, Name: clock.Name, Article: clock.Article}
		}
	}
	return next
}

// ownClocks are those of duties of a host.
var ownClocks = []string{"execute", "feedback", "reinstate", "inform_provider", "preserve"}

// stand repeats in columns what the events come to at a moment.
func (c *Case) stand(o *law.Order, now time.Time) {
	next := Owed(o, now)
	c.Owes, c.Duty, c.DueAt, c.WakeAt = next.Owes, next.Name, time.Time{}, time.Time{}
	for _, clock := range o.Clocks(now, nil) {
		if clock.Until.IsZero() {
			continue
		}
		if clock.State == law.Running && clock.Owes == law.Host && clock.Name == next.Name {
			c.DueAt = clock.Until
		}
		if clock.Until.After(now) && (c.WakeAt.IsZero() || clock.Until.Before(c.WakeAt)) && clock.State != law.Met {
			c.WakeAt = clock.Until
		}
	}
	c.State, c.ClosedAt = StateOpen, time.Time{}
	if o.Closed(now) {
		c.State, c.ClosedAt = StateClosed, now
	}
}

// standAnswers is stand for a referral or a notice: each item is owed an answer.
func (c *Case) standAnswers(items []Item, now time.Time) {
	open := slices.ContainsFunc(items, func(it Item) bool { return it.Answer == "" })
	c.Owes, c.Duty, c.DueAt, c.WakeAt = law.Host, DutyAnswer, time.Time{}, time.Time{}
	c.State, c.ClosedAt, c.ExecutedAt, c.AnsweredAt = StateOpen, time.Time{}, time.Time{}, time.Time{}
	for _, it := range items {
		c.AnsweredAt = later(c.AnsweredAt, it.AnsweredAt)
		c.ExecutedAt = later(c.ExecutedAt, it.ActedAt)
	}
	if !open {
		c.Owes, c.Duty, c.State, c.ClosedAt = "", "", StateClosed, later(c.AnsweredAt, c.ExecutedAt)
	}
	if until := law.KeptUntil(c.ExecutedAt); !c.ExecutedAt.IsZero() && until.After(now) {
		c.WakeAt = until // what was kept of it is erased then
	}
}

// NoteInformation keeps that an authority told of procedures and deadlines, Article 3(2).
func NoteInformation(tx *sqldb.Tx, by audit.Actor, authority string, at time.Time) error {
	if _, err := tx.Exec(sqlInform, authority, sqldb.At(at)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "host.informed", Subject: authority, Detail: map[string]any{"at": at}})
}

// Informed tells when an authority first told of procedures and deadlines; zero if it never did.
func Informed(tx *sqldb.Tx, authority string) (at time.Time, err error) {
	err = tx.Row(sqlInformed, authority).Scan(sqldb.Into(&at))
	if problem.Is(err, problem.NotFound) {
		return time.Time{}, nil
	}
	return at, err
}
