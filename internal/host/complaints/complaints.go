// Package complaints keeps what content providers say against the removal of their content,
// Article 10 of Regulation (EU) 2021/784: each is examined by a person, its outcome is told
// within two weeks, with reasons where it is rejected, and content that was removed without
// justification comes back.
package complaints

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Outcomes of a complaint.
const (
	Justified = "justified"
	Rejected  = "rejected"
)

// Complaint is one of them.
type Complaint struct {
	ID         id.Complaint
	Case       id.Case // empty: of what the service removed of its own motion
	URL        string
	Contact    string // address of mail
	Language   string
	Words      string
	ReceivedAt time.Time
	DueAt      time.Time
	Outcome    string // empty while it is open
	Reasons    string
	DecidedBy  id.User
	DecidedAt  time.Time
}

const columns = "id, case_id, url, contact, language, words, received_at, due_at, outcome, reasons, decided_by, decided_at"

const (
	sqlAdd    = "INSERT INTO host_complaint (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', NULL)"
	sqlDecide = "UPDATE host_complaint SET outcome = $1, reasons = $2, decided_by = $3, decided_at = $4 WHERE id = $5 AND outcome = ''"
	sqlGet    = "SELECT " + columns + " FROM host_complaint WHERE id = $1"
	sqlList   = "SELECT " + columns + " FROM host_complaint ORDER BY CASE WHEN outcome = '' THEN 0 ELSE 1 END, due_at, id LIMIT $1"
	sqlYear   = "SELECT " + columns + " FROM host_complaint WHERE received_at >= $1 AND received_at < $2 ORDER BY id"
)

// Add takes a complaint in.
func Add(tx *sqldb.Tx, by audit.Actor, c Complaint) (Complaint, error) {
	if c.URL == "" || c.Words == "" {
		return c, problem.New(problem.Invalid, "a complaint has the link of the content and what the content provider says")
	}
	c.ID, c.ReceivedAt, c.DueAt = id.New[id.Complaint](tx.Now), tx.Now, law.ComplaintUntil(tx.Now)
	if _, err := tx.Exec(sqlAdd, c.ID, c.Case, c.URL, c.Contact, c.Language, c.Words, sqldb.At(c.ReceivedAt), sqldb.At(c.DueAt)); err != nil {
		return c, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "complaint.received", Subject: string(c.ID), Detail: map[string]any{"case": c.Case, "due_at": c.DueAt}})
}

// Decide notes the outcome of a complaint.
func Decide(tx *sqldb.Tx, by audit.Actor, target id.Complaint, outcome, reasons string) (Complaint, error) {
	c, err := Get(tx, target)
	switch {
	case err != nil:
		return c, err
	case outcome != Justified && outcome != Rejected:
		return c, problem.New(problem.Invalid, "a complaint is justified or rejected")
	case outcome == Rejected && reasons == "":
		return c, problem.New(problem.Invalid, "write the reasons: whoever is rejected is told why, Article 10(2)")
	}
	n, err := tx.Exec(sqlDecide, outcome, reasons, by.User, sqldb.At(tx.Now), target)
	if err != nil {
		return c, err
	}
	if n == 0 {
		return c, problem.New(problem.Conflict, "this complaint is decided already")
	}
	c.Outcome, c.Reasons, c.DecidedBy, c.DecidedAt = outcome, reasons, by.User, tx.Now
	return c, audit.Append(tx, by, audit.Entry{Verb: "complaint.decided", Subject: string(target), Detail: map[string]any{"case": c.Case, "outcome": outcome, "reasons": reasons}})
}

// Get finds a complaint.
func Get(tx *sqldb.Tx, target id.Complaint) (Complaint, error) {
	c, err := read(tx.Row(sqlGet, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return c, problem.Wrap(err, problem.NotFound, "there is no complaint %q", target)
	}
	return c, err
}

// List are the complaints, open ones first, by the end of their two weeks.
func List(tx *sqldb.Tx, n int) ([]Complaint, error) { return sqldb.List(tx, sqlList, []any{n}, read) }

// Between are the complaints that came in between two moments.
func Between(tx *sqldb.Tx, from, to time.Time) ([]Complaint, error) {
	return sqldb.List(tx, sqlYear, []any{sqldb.At(from), sqldb.At(to)}, read)
}

func read(scan sqldb.Scanner) (c Complaint, err error) {
	return c, scan(&c.ID, &c.Case, &c.URL, &c.Contact, &c.Language, &c.Words, sqldb.Into(&c.ReceivedAt), sqldb.Into(&c.DueAt), &c.Outcome, &c.Reasons, &c.DecidedBy, sqldb.Into(&c.DecidedAt))
}
