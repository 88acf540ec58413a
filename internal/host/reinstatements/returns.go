package reinstatements

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The paths by which content comes back.
const (
	ByComplaint = "complaint" // of its provider, that was justified, Article 10(2)
	ByVoid      = "void"      // the order is without effect, Article 4(7)
	ByRequest   = "asked"     // of who had asked for the removal
	ByOwn       = "own"       // the service thought again
)

// States of telling the content provider.
const (
	Secret  = "secret"  // non-disclosure holds, Article 11(3)
	Unknown = "unknown" // no address is known
	Sent    = "sent"    // the letter is an act
	Told    = "told"    // a person told it by other means

	Overtaken = "overtaken" // it was taken down anew before anybody was told
)

// Return is one time that content came back.
type Return struct {
	ID        id.Return
	Case      id.Case
	Place     int
	URL       string
	Canonical string
	Path      string
	RemovedAt time.Time
	BackAt    time.Time
	State     string
	Act       id.Act
	NextAt    time.Time
	ToldHow   string
}

const returnColumns = "id, case_id, place, url, canonical, path, removed_at, back_at, state, act_id, next_at, told_how"

const (
	sqlAddReturn   = "INSERT INTO host_return (" + returnColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, '')"
	sqlSetReturn   = "UPDATE host_return SET state = $1, act_id = $2, next_at = $3, told_how = $4 WHERE id = $5"
	sqlReturn      = "SELECT " + returnColumns + " FROM host_return WHERE id = $1"
	sqlReturnsOf   = "SELECT " + returnColumns + " FROM host_return WHERE case_id = $1 ORDER BY id"
	sqlReturnsDue  = "SELECT id FROM host_return WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2"
	sqlReturnsLeft = "SELECT " + returnColumns + " FROM host_return WHERE state IN ('secret', 'unknown') ORDER BY id LIMIT $1"
	sqlLookAgain   = "UPDATE host_return SET next_at = $1 WHERE state = 'secret' AND canonical = $2"
)

// Came keeps that content is back. Whether its provider may be told is looked at now.
func Came(tx *sqldb.Tx, by audit.Actor, r Return) (Return, error) {
	r.ID, r.State, r.NextAt = id.New[id.Return](tx.Now), Unknown, tx.Now
	if _, err := tx.Exec(sqlAddReturn, r.ID, r.Case, r.Place, r.URL, r.Canonical, r.Path, sqldb.At(r.RemovedAt), sqldb.At(r.BackAt), r.State, sqldb.At(r.NextAt)); err != nil {
		return r, err
	}
	return r, audit.Append(tx, by, audit.Entry{Verb: "return.noted", Subject: string(r.ID), Detail: map[string]any{"case": r.Case, "place": r.Place, "path": r.Path, "at": r.BackAt}})
}

// Set keeps how telling the provider stands.
func Set(tx *sqldb.Tx, by audit.Actor, r Return) error {
	if _, err := tx.Exec(sqlSetReturn, r.State, r.Act, sqldb.At(r.NextAt), r.ToldHow, r.ID); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "return." + r.State, Subject: string(r.ID), Detail: map[string]any{"case": r.Case, "act": r.Act, "next_at": r.NextAt, "how": r.ToldHow}})
}

// GetReturn finds one.
func GetReturn(tx *sqldb.Tx, target id.Return) (Return, error) {
	r, err := readReturn(tx.Row(sqlReturn, target).Scan)
	if problem.Is(err, problem.NotFound) {
		return r, problem.Wrap(err, problem.NotFound, "nothing came back under %.40q", target)
	}
	return r, err
}

// Returns are those of a case.
func Returns(tx *sqldb.Tx, c id.Case) ([]Return, error) {
	return sqldb.List(tx, sqlReturnsOf, []any{c}, readReturn)
}

// ReturnsDue are those to look at now.
func ReturnsDue(tx *sqldb.Tx, n int) ([]id.Return, error) {
	return sqldb.Column[id.Return](tx, sqlReturnsDue, sqldb.At(tx.Now), n)
}

// Untold are those whose provider was not told yet.
func Untold(tx *sqldb.Tx, n int) ([]Return, error) {
	return sqldb.List(tx, sqlReturnsLeft, []any{n}, readReturn)
}

// LookAgain has what was kept secret of a place looked at now: non-disclosure may have ended early.
func LookAgain(tx *sqldb.Tx, canonical string) error {
	_, err := tx.Exec(sqlLookAgain, sqldb.At(tx.Now), canonical)
	return err
}

func readReturn(scan sqldb.Scanner) (r Return, err error) {
	return r, scan(&r.ID, &r.Case, &r.Place, &r.URL, &r.Canonical, &r.Path, sqldb.Into(&r.RemovedAt), sqldb.Into(&r.BackAt), &r.State, &r.Act, sqldb.Into(&r.NextAt), &r.ToldHow)
}
