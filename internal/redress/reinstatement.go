package redress

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What a hosting service answers to a request to reinstate.
const (
	Reinstated = "reinstated"
	KeptDown   = "kept_down" // by its own terms, or other law; it says why
	NotDown    = "not_down"  // it is not down there
)

// Return is what a hosting service says to a request to bring an item back.
type Return struct {
	Item      id.Item
	Number    int
	Complaint id.Complaint // by which the decision fell; empty where a person reversed it
	Reference string       // of the proposal by which it was asked for; empty where a complaint alone was
	Outcome   string
	Reasons   string
	ActedAt   time.Time // by its own word
	Channel   string
	Source    string
	Proof     string
	User      id.User // who read it in
	ToldAt    time.Time
}

const (
	returnColumns = "item_id, number, complaint_id, outcome, reasons, acted_at, channel, source, proof, user_id, told_at, reference"
	sqlReturn     = "INSERT INTO reinstatement_answer (" + returnColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
	sqlReturns    = "SELECT " + returnColumns + " FROM reinstatement_answer WHERE item_id = $1 ORDER BY number"
)

// longestReasons bounds what a service writes, in characters, as the API does.
const longestReasons = 10_000

// Answered keeps what a hosting service says. The same again changes nothing; something else is kept
// beside what it said before, and counts.
func Answered(tx *sqldb.Tx, by audit.Actor, r Return) error {
	r.Reasons = strings.TrimSpace(r.Reasons)
	switch {
	case r.Outcome != Reinstated && r.Outcome != KeptDown && r.Outcome != NotDown:
		return problem.New(problem.Invalid, "%.40q is no answer to a request to reinstate; use reinstated, kept_down or not_down", r.Outcome)
	case r.Outcome == KeptDown && r.Reasons == "":
		return problem.New(problem.Invalid, "say why the content is kept down")
	case !utf8.ValidString(r.Reasons) || strings.ContainsRune(r.Reasons, 0) || utf8.RuneCountInString(r.Reasons) > longestReasons:
		return problem.New(problem.Invalid, "write the reasons as plain text of at most 10,000 characters")
	}
	before, err := Returns(tx, r.Item)
	if err != nil {
		return err
	}
	if n := len(before); n > 0 {
		last := before[n-1]
		if last.Outcome == r.Outcome && last.Reasons == r.Reasons && last.ActedAt.Equal(r.ActedAt) {
			return nil
		}
	}
	if _, err := tx.Exec(sqlReturn, r.Item, len(before)+1, r.Complaint, r.Outcome, r.Reasons, sqldb.At(r.ActedAt), r.Channel, r.Source, r.Proof, r.User, sqldb.At(tx.Now), r.Reference); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "reinstatement.answered", Subject: string(r.Item), Detail: map[string]any{
		"complaint": r.Complaint, "reference": r.Reference, "outcome": r.Outcome, "reasons": r.Reasons, "acted_at": r.ActedAt, "channel": r.Channel, "source": r.Source, "proof": r.Proof}})
}

// Returns are the answers about an item, oldest first.
func Returns(tx *sqldb.Tx, item id.Item) ([]Return, error) {
	return sqldb.List(tx, sqlReturns, []any{item}, func(scan sqldb.Scanner) (r Return, err error) {
		return r, scan(&r.Item, &r.Number, &r.Complaint, &r.Outcome, &r.Reasons, sqldb.Into(&r.ActedAt), &r.Channel, &r.Source, &r.Proof, &r.User, sqldb.Into(&r.ToldAt), &r.Reference)
	})
}
