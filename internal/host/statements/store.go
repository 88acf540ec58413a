package statements

import (
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// States of a statement.
const (
	Due     = "due"
	Sent    = "sent"
	Refused = "refused" // by our own check, or by the database: a person corrects it
)

// MaxBatch is how many statements the database takes at once.
const MaxBatch = 100

// Row is a statement with what became of it.
type Row struct {
	ID        id.Statement
	PUID      string
	Case      id.Case
	Place     int
	Statement Statement
	State     string
	Answer    string
	NextAt    time.Time
	CreatedAt time.Time
	SentAt    time.Time
}

const columns = "id, puid, case_id, place, body, state, answer, next_at, created_at, sent_at"

const (
	sqlAdd   = "INSERT INTO host_statement (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL)"
	sqlDue   = "SELECT " + columns + " FROM host_statement WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2"
	sqlList  = "SELECT " + columns + " FROM host_statement ORDER BY id DESC LIMIT $1"
	sqlSet   = "UPDATE host_statement SET body = $1, state = $2, answer = $3, next_at = $4, sent_at = $5 WHERE id = $6"
	sqlGet   = "SELECT " + columns + " FROM host_statement WHERE id = $1"
	sqlCount = "SELECT state, COUNT(*) FROM host_statement GROUP BY state ORDER BY state"
)

// Add keeps a statement to be sent; one that the database would refuse waits for a person. The
// identifier of the platform, its puid, is that of case and item, so that it is made once.
func Add(tx *sqldb.Tx, by audit.Actor, c id.Case, place int, s Statement) (Row, error) {
	r := Row{ID: id.New[id.Statement](tx.Now), PUID: s.PUID, Case: c, Place: place, Statement: s, State: Due, NextAt: tx.Now, CreatedAt: tx.Now}
	r.judge()
	body, err := json.Marshal(s)
	if err != nil {
		return r, err
	}
	if _, err := tx.Exec(sqlAdd, r.ID, r.PUID, r.Case, r.Place, string(body), r.State, r.Answer, sqldb.At(r.NextAt), sqldb.At(r.CreatedAt)); err != nil {
		return r, err
	}
	return r, audit.Append(tx, by, audit.Entry{Verb: "statement.made", Subject: string(r.ID), Detail: map[string]any{"case": c, "puid": r.PUID, "state": r.State}})
}

// judge holds a statement against the rules of the database.
func (r *Row) judge() {
	fields := r.Statement.Check()
	if len(fields) == 0 {
		return
	}
	text, _ := json.Marshal(fields) // of texts alone
	r.State, r.Answer, r.NextAt = Refused, string(text), time.Time{}
}

// DueNow are the statements to send, at most as many as go at once.
func DueNow(tx *sqldb.Tx) ([]Row, error) {
	return sqldb.List(tx, sqlDue, []any{sqldb.At(tx.Now), MaxBatch}, read)
}

// Settle notes what became of a statement that was sent.
func Settle(tx *sqldb.Tx, by audit.Actor, r Row, state, answer string, next time.Time) error {
	r.State, r.Answer, r.NextAt = state, answer, next
	if state == Sent {
		r.SentAt = tx.Now
	}
	if err := set(tx, r); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "statement." + state, Subject: string(r.ID), Detail: map[string]any{"puid": r.PUID, "answer": answer}})
}

// Correct puts a corrected statement in the place of one that was refused.
func Correct(tx *sqldb.Tx, by audit.Actor, target id.Statement, s Statement) (Row, error) {
	r, err := Get(tx, target)
	if err != nil {
		return r, err
	}
	switch r.State {
	case Sent:
		return r, problem.New(problem.Conflict, "this statement was sent; the database takes no corrections")
	case Due: // it may be on its way at this moment, and its answer would be of the other text
		return r, problem.New(problem.Conflict, "this statement waits to be sent; correct it if it is refused")
	}
	s.PUID = r.PUID
	r.Statement, r.State, r.Answer, r.NextAt = s, Due, "", tx.Now
	r.judge()
	if err := set(tx, r); err != nil {
		return r, err
	}
	return r, audit.Append(tx, by, audit.Entry{Verb: "statement.corrected", Subject: string(r.ID), Detail: map[string]any{"puid": r.PUID, "state": r.State}})
}

// Get finds a statement.
func Get(tx *sqldb.Tx, target id.Statement) (Row, error) {
	r, err := read(tx.Row(sqlGet, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return r, problem.Wrap(err, problem.NotFound, "there is no statement %q", target)
	}
	return r, err
}

// List are the newest statements.
func List(tx *sqldb.Tx, n int) ([]Row, error) { return sqldb.List(tx, sqlList, []any{n}, read) }

// Counts are how many statements are in which state.
func Counts(tx *sqldb.Tx) (map[string]int, error) {
	out := map[string]int{}
	return out, tx.Each(sqlCount, nil, func(scan sqldb.Scanner) error {
		var state string
		var n int
		err := scan(&state, &n)
		out[state] = n
		return err
	})
}

func set(tx *sqldb.Tx, r Row) error {
	body, err := json.Marshal(r.Statement)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlSet, string(body), r.State, r.Answer, sqldb.At(r.NextAt), sqldb.At(r.SentAt), r.ID)
	return err
}

func read(scan sqldb.Scanner) (r Row, err error) {
	var body string
	err = scan(&r.ID, &r.PUID, &r.Case, &r.Place, &body, &r.State, &r.Answer, sqldb.Into(&r.NextAt), sqldb.Into(&r.CreatedAt), sqldb.Into(&r.SentAt))
	if err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(body), &r.Statement)
}

// Wrong are the fields of a refused statement with what is wrong with each, whether the database
// or our own check refused it.
func (r Row) Wrong() map[string][]string {
	wrong := map[string][]string{}
	if r.State != Refused || json.Unmarshal([]byte(r.Answer), &wrong) == nil {
		return wrong
	}
	var own []problem.Field
	if json.Unmarshal([]byte(r.Answer), &own) == nil {
		for _, f := range own {
			wrong[f.Path] = append(wrong[f.Path], f.Message)
		}
	}
	return wrong
}
