package flow

import (
	"context"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// sqlDueCourses counts the orders of which the other authority is to be told something.
const sqlDueCourses = "SELECT COUNT(*), MIN(course_at) FROM removal_order WHERE course_at <= $1"

// tellCourses has the other authority of each cross-border order told what is new in its case,
// Article 14(1). It takes nobody's decision, as a receipt takes none: what is told has happened.
func (f *Flow) tellCourses(ctx context.Context) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		due, err := order.CourseDue(tx, tx.Now, dueAtOnce)
		if err != nil {
			return err
		}
		for _, target := range due {
			if err := f.tellCourse(tx, target); err != nil {
				return err
			}
		}
		return nil
	})
}

func (f *Flow) tellCourse(tx *sqldb.Tx, target id.Order) error {
	o, err := order.Get(tx, target)
	if err != nil {
		return err
	}
	course, err := order.MakeCourse(tx, audit.System, o)
	if err != nil {
		return err
	}
	to := o.Home
	if o.Origin == order.Copy {
		to = o.AuthorityID
	}
	err = f.handAuthority(tx, auth.Principal{User: audit.System.User}, to, deliver.Course, course)
	if problem.Is(err, problem.NotFound) {
		return nil // the register has it no more: there is nobody to tell
	}
	return err
}

// course is what we know first hand of a case, for the other authority. It is dated by what was
// recorded last, and so the same when it is sent again and nothing has happened since.
func (f *Flow) course(tx *sqldb.Tx, o order.Order, events []order.Event) (d document.Document, at time.Time, err error) {
	values, from, to := concerned(o), o.Authority, o.Authority
	if o.Origin == order.Own {
		home, err := register.Get(tx, o.Home)
		if err != nil {
			return d, at, err
		}
		to = home.Name
	} else {
		unit, err := auth.UnitByName(tx, string(o.Unit))
		if err != nil {
			return d, at, err
		}
		from = unit.Name
	}
	var lines []string
	for _, e := range events {
		if o.Knows(e.Kind) {
			lines = append(lines, string(e.Kind)+" "+exactly(e.At))
		}
		if e.RecordedAt.After(at) {
			at = e.RecordedAt
		}
	}
	values["a.issuing_authority"], values["b.events"] = o.Authority, strings.Join(lines, "\n")
	values["c.authority"], values["c.contact"], values["c.date"] = from, f.Mail.From, exactly(at)
	return f.betweenAuthorities(o, document.Course, values, from, to), at, nil
}

// courseTold takes in what the other authority tells of a case: the issuing one of a copy that we
// have, or the home authority of an order of ours.
func (f *Flow) courseTold(ctx context.Context, from FromAuthority, doc document.Document) (id.Order, error) {
	if err := doc.Check(); err != nil {
		return "", err
	}
	told, err := readCourse(doc.Values["b.events"])
	if err != nil {
		return "", err
	}
	var target id.Order
	err = f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		o, err := ofCourse(tx, from, doc)
		if err != nil {
			return err
		}
		target = o.ID
		detail := from.detail("")
		detail.Form = doc.Form
		return order.FollowCourse(tx, from.actor(), o.ID, told, detail)
	})
	return target, err
}

func ofCourse(tx *sqldb.Tx, from FromAuthority, doc document.Document) (order.Order, error) {
	reference, issuer := doc.Values["a.order_reference"], doc.Values["a.issuing_authority"]
	o, err := order.CopyOf(tx, from.Authority, reference)
	if !problem.Is(err, problem.NotFound) {
		return o, err
	}
	o, err = ofHome(tx, from, reference)
	if err == nil && o.Authority != issuer {
		err = problem.New(problem.NotFound, "there is no copy of an order %.100q of %.100s here", reference, issuer)
	}
	return o, err
}

// readCourse reads the lines of a course: a kind and its moment.
func readCourse(text string) (told []law.Event, err error) {
	for line := range strings.Lines(text) {
		kind, moment, _ := strings.Cut(strings.TrimSpace(line), " ")
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "%.60q is no event and its moment; a line of a course reads: received 2026-10-25T00:30:00Z", line)
		}
		told = append(told, law.Event{Kind: law.Kind(kind), At: at})
	}
	return told, nil
}
