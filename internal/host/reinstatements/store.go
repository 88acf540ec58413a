package reinstatements

import (
	"encoding/json"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const columns = "id, basis, message_id, case_id, place, url, canonical, sender, authority, subject, reference, language, reasons, answer_url, answer_mail, trust, findings, " +
	"vouched_by, vouched_why, asked_at, due_at, state, outcome, why, decided_by, decided_at"

const (
	sqlAdd = "INSERT INTO host_reinstatement (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)"
	sqlSet = "UPDATE host_reinstatement SET vouched_by = $1, vouched_why = $2, state = $3, outcome = $4, why = $5, decided_by = $6, decided_at = $7 WHERE id = $8"
	sqlGet = "SELECT " + columns + " FROM host_reinstatement WHERE id = $1"
	// What is owed at once stands before what a day is recommended for; what no proof stands behind, last.
	sqlWaiting = "SELECT " + columns + " FROM host_reinstatement WHERE state <> 'decided' " +
		"ORDER BY CASE WHEN trust = 'verified' OR vouched_by <> '' THEN 0 ELSE 1 END, due_at, id LIMIT $1"
	sqlNewest = "SELECT " + columns + " FROM host_reinstatement WHERE state = 'decided' ORDER BY decided_at DESC, id DESC LIMIT $1"
	sqlOfCase = "SELECT " + columns + " FROM host_reinstatement WHERE case_id = $1 ORDER BY id"
	sqlOfItem = "SELECT " + columns + " FROM host_reinstatement WHERE (canonical = $1 AND canonical <> '' OR case_id = $2 AND place = $3) AND state <> 'decided' ORDER BY id"
	sqlAsked  = "SELECT 1 FROM host_reinstatement WHERE case_id = $1 AND place = $2 AND (trust = 'verified' OR vouched_by <> '')"
)

// Add keeps a new request.
func Add(tx *sqldb.Tx, by audit.Actor, r Request) (Request, error) {
	r.ID, r.State = id.New[id.Request](tx.Now), Open
	findings, err := json.Marshal(r.Findings)
	if err != nil {
		return r, err
	}
	if _, err := tx.Exec(sqlAdd, r.ID, r.Basis, r.Message, r.Case, r.Place, r.URL, r.Canonical, r.Sender, r.Authority, r.Subject, r.Reference, r.Language, r.Reasons, r.AnswerURL, r.AnswerMail,
		r.Trust, string(findings), r.VouchedBy, r.VouchedWhy, sqldb.At(r.AskedAt), sqldb.At(r.DueAt), r.State, "", "", "", nil); err != nil {
		return r, err
	}
	return r, audit.Append(tx, by, audit.Entry{Verb: "reinstatement.asked", Subject: string(r.ID), Detail: map[string]any{
		"basis": r.Basis, "case": r.Case, "place": r.Place, "sender": r.Sender, "authority": r.Authority, "reference": r.Reference, "trust": r.Trust, "due_at": r.DueAt}})
}

// Vouch notes that a person made sure by another way that a request is genuine.
func Vouch(tx *sqldb.Tx, by audit.Actor, r Request, why string) (Request, error) {
	switch {
	case r.State == Decided:
		return r, problem.New(problem.Conflict, "this request is decided already")
	case r.Trusted():
		return r, problem.New(problem.Conflict, "who sent this request is proven already")
	case len(why) < 10:
		return r, problem.New(problem.Invalid, "write how you made sure: whom you rang, at which number, where you have the number from")
	}
	r.VouchedBy, r.VouchedWhy = by.User, why
	return r, change(tx, by, r, "reinstatement.vouched", map[string]any{"why": why, "trust": r.Trust})
}

// Start notes that the service was asked to bring it back, Reopen that this came to nothing.
func Start(tx *sqldb.Tx, by audit.Actor, r Request) error {
	r.State, r.DecidedBy = UnderWay, by.User
	return change(tx, by, r, "reinstatement.started", nil)
}

// Reopen puts a request before people again.
func Reopen(tx *sqldb.Tx, by audit.Actor, r Request, why string) error {
	r.State, r.DecidedBy = Open, ""
	return change(tx, by, r, "reinstatement.reopened", map[string]any{"why": why})
}

// Decide notes what came of a request.
func Decide(tx *sqldb.Tx, by audit.Actor, r Request, outcome, why string) (Request, error) {
	switch {
	case r.State == Decided:
		return r, problem.New(problem.Conflict, "this request is decided already")
	case outcome == KeptDown && len(why) < 10:
		return r, problem.New(problem.Invalid, "write the reasons for keeping it down, and by which term or law: whoever asked is told them")
	}
	if r.DecidedBy == "" {
		r.DecidedBy = by.User
	}
	r.State, r.Outcome, r.Why, r.DecidedAt = Decided, outcome, why, tx.Now
	return r, change(tx, by, r, "reinstatement."+outcome, map[string]any{"case": r.Case, "place": r.Place, "why": why})
}

func change(tx *sqldb.Tx, by audit.Actor, r Request, verb string, detail map[string]any) error {
	if _, err := tx.Exec(sqlSet, r.VouchedBy, r.VouchedWhy, r.State, r.Outcome, r.Why, r.DecidedBy, sqldb.At(r.DecidedAt), r.ID); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(r.ID), Detail: detail})
}

// Get finds a request.
func Get(tx *sqldb.Tx, target id.Request) (Request, error) {
	r, err := read(tx.Row(sqlGet, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return r, problem.Wrap(err, problem.NotFound, "there is no request to reinstate %.40q", target)
	}
	return r, err
}

// Waiting are the requests that are not decided: proven ones first, the soonest due first.
func Waiting(tx *sqldb.Tx, n int) ([]Request, error) {
	return sqldb.List(tx, sqlWaiting, []any{n}, read)
}

// Newest are those that were decided last.
func Newest(tx *sqldb.Tx, n int) ([]Request, error) {
	return sqldb.List(tx, sqlNewest, []any{n}, read)
}

// OfCase are the requests about what was removed in a case.
func OfCase(tx *sqldb.Tx, c id.Case) ([]Request, error) {
	return sqldb.List(tx, sqlOfCase, []any{c}, read)
}

// OfItem are the requests about one place that are not decided, whoever asked in whatever case.
func OfItem(tx *sqldb.Tx, c id.Case, place int, canonical string) ([]Request, error) {
	return sqldb.List(tx, sqlOfItem, []any{canonical, c, place}, read)
}

// WasAsked reports whether a proven request is about the item of a case.
func WasAsked(tx *sqldb.Tx, c id.Case, place int) (bool, error) { return tx.Exists(sqlAsked, c, place) }

func read(scan sqldb.Scanner) (r Request, err error) {
	var findings string
	err = scan(&r.ID, &r.Basis, &r.Message, &r.Case, &r.Place, &r.URL, &r.Canonical, &r.Sender, &r.Authority, &r.Subject, &r.Reference, &r.Language, &r.Reasons, &r.AnswerURL, &r.AnswerMail,
		&r.Trust, &findings, &r.VouchedBy, &r.VouchedWhy, sqldb.Into(&r.AskedAt), sqldb.Into(&r.DueAt), &r.State, &r.Outcome, &r.Why, &r.DecidedBy, sqldb.Into(&r.DecidedAt))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(findings), &r.Findings)
}
