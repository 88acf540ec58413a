package order

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// homeKnows is what the home authority knows of a case first hand. All else the issuing authority
// does: from its own acts, from courts, and from the host, which answers it alone (Article 3(6) to (8)).
var homeKnows = []law.Kind{law.CopyReceived, law.ReviewAsked, law.Intended, law.Infringing, law.Scrutinised, law.DecisionTold, law.FinalTold}

// byPaper is what the other authority is told by a paper of its own, with reasons: a course never
// makes it happen.
var byPaper = []law.Kind{law.Issued, law.NonDisclosed, law.Withdrawn, law.Final, law.AppealLost, law.Intended, law.Infringing, law.Scrutinised}

// assumedFirst is what one side assumes, or its transport tells, until the side that knows tells the moment.
var assumedFirst = []law.Kind{law.Informed, law.Sent, law.CopySent, law.CopyReceived, law.Received, law.ReviewAsked, law.DecisionTold, law.FinalTold}

// Knows reports whether we, and not the other authority, know first hand of events of a kind.
func (o Order) Knows(kind law.Kind) bool {
	return slices.Contains(homeKnows, kind) == (o.Origin == Copy)
}

const (
	sqlToTell = `UPDATE removal_order SET course_at = $2 WHERE id = $1 AND course_at IS NULL
	AND (origin = 'copy' AND authority_id <> '' OR acknowledged_at IS NOT NULL)`
	sqlAcknowledge = "UPDATE removal_order SET acknowledged_at = $2, course_at = $2 WHERE id = $1 AND acknowledged_at IS NULL"
	sqlCourseDue   = "SELECT id FROM removal_order WHERE course_at <= $1 ORDER BY course_at, id LIMIT $2"
	sqlTelling     = "UPDATE removal_order SET course_at = NULL WHERE id = $1"
	sqlAddCourse   = "INSERT INTO order_course (id, order_id, made_at) VALUES ($1, $2, $3)"
	sqlCourseOf    = "SELECT order_id FROM order_course WHERE id = $1"
)

// toTell notes that the other authority is to be told of an event.
func (o Order) toTell(tx *sqldb.Tx, kind law.Kind) error {
	if !o.CrossBorder || !o.Knows(kind) || slices.Contains(byPaper, kind) {
		return nil
	}
	_, err := tx.Exec(sqlToTell, o.ID, sqldb.At(tx.Now))
	return err
}

// CourseDue lists the orders of which the other authority is to be told something.
func CourseDue(tx *sqldb.Tx, now time.Time, limit int) ([]id.Order, error) {
	return sqldb.Column[id.Order](tx, sqlCourseDue, sqldb.At(now), limit)
}

// MakeCourse begins a telling, and gives its identifier.
func MakeCourse(tx *sqldb.Tx, by audit.Actor, o Order) (string, error) {
	course := string(id.New[id.Event](tx.Now))
	if _, err := tx.Exec(sqlTelling, o.ID); err != nil {
		return "", err
	}
	if _, err := tx.Exec(sqlAddCourse, course, o.ID, sqldb.At(tx.Now)); err != nil {
		return "", err
	}
	return course, audit.Append(tx, by, audit.Entry{Verb: "order.course", Subject: string(o.ID), Detail: struct {
		Reference string `json:"reference"`
		Course    string `json:"course"`
	}{o.Reference, course}})
}

// OfCourse gives the order that a telling is about.
func OfCourse(tx *sqldb.Tx, course string) (target id.Order, err error) {
	err = tx.Row(sqlCourseOf, course).Scan(&target)
	if problem.Is(err, problem.NotFound) {
		return target, problem.New(problem.NotFound, "there is no step and no course %.40q in the case of any order", course)
	}
	return target, err
}

// FollowCourse takes in what the other authority tells of a case. It is believed in what it knows
// first hand, and in nothing else. A moment that was assumed here, or that only our transport told,
// gives way to the one that is told; what a person recorded stays, and what the case has no room
// for changes nothing. A course repeats what was told before, so that none is missed for good.
func FollowCourse(tx *sqldb.Tx, by audit.Actor, order id.Order, told []law.Event, detail Detail) error {
	o, err := Get(tx, order)
	if err != nil {
		return err
	}
	told = slices.Clone(told)
	slices.SortStableFunc(told, func(a, b law.Event) int { return a.At.Compare(b.At) })
	for _, t := range told {
		if o.Knows(t.Kind) || slices.Contains(byPaper, t.Kind) {
			continue
		}
		if t.At.After(tx.Now) {
			if !slices.Contains(assumedFirst, t.Kind) || t.At.After(tx.Now.Add(maxAhead)) {
				continue // a later course tells it again
			}
			t.At = tx.Now // the other clock is a little fast; a later course gives the exact moment
		}
		if err := o.takeTold(tx, by, t, detail); err != nil {
			return err
		}
		if t.Kind == law.CopyReceived {
			if err := o.acknowledge(tx, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// acknowledge notes that the home authority's program has the copy, whatever a person recorded of
// it before: courses go to it from now on.
func (o *Order) acknowledge(tx *sqldb.Tx, by audit.Actor) error {
	n, err := tx.Exec(sqlAcknowledge, o.ID, sqldb.At(tx.Now))
	if err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "order.acknowledged", Subject: string(o.ID), Detail: map[string]string{"reference": o.Reference}})
}

func (o *Order) takeTold(tx *sqldb.Tx, by audit.Actor, t law.Event, detail Detail) error {
	t.At = t.At.UTC().Truncate(time.Microsecond)
	events, err := Events(tx, o.ID)
	if err != nil {
		return err
	}
	left, moved := events, false
	for _, e := range events {
		if e.Kind != t.Kind {
			continue
		}
		if e.At.Equal(t.At) {
			return nil
		}
		if slices.Contains(assumedFirst, t.Kind) {
			if e.By != "" && e.By != audit.System.User {
				return nil // a person knows better
			}
			moved = true
		}
	}
	if moved {
		left = slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Kind == t.Kind })
	}
	if possible(left, []Event{{Event: t}}) != nil {
		return nil
	}
	if moved {
		if _, err := tx.Exec(sqlRetract, o.ID, t.Kind, "the other authority, which knows it first hand, told another moment"); err != nil {
			return err
		}
	}
	return o.record(tx, by, t, detail)
}
