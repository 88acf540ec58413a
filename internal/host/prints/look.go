package prints

import (
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Task is a place that the service is to be asked for a copy of.
type Task struct {
	Canonical string
	URL       string
	Case      id.Case
	Attempts  int
}

const (
	sqlPlan = "INSERT INTO host_look (canonical, url, case_id, attempts, failure, next_at, looked_at) VALUES ($1, $2, $3, 0, '', $4, NULL) " +
		"ON CONFLICT (canonical) DO UPDATE SET url = excluded.url, case_id = excluded.case_id, attempts = 0, failure = '', next_at = excluded.next_at"
	sqlDue      = "SELECT canonical, url, case_id, attempts FROM host_look WHERE next_at <= $1 ORDER BY next_at, canonical LIMIT $2"
	sqlAnyDue   = "SELECT 1 FROM host_look WHERE next_at <= $1 LIMIT 1"
	sqlAnyOld   = "SELECT 1 FROM host_print WHERE until <= $1 LIMIT 1"
	sqlSettle   = "UPDATE host_look SET attempts = $1, failure = $2, next_at = $3, looked_at = $4 WHERE canonical = $5"
	sqlFailure  = "SELECT failure FROM host_look WHERE canonical = $1"
	sqlDropLook = "DELETE FROM host_look WHERE canonical = $1 AND next_at IS NULL"
)

// Plan has places looked at, or looked at again: what stands there may have changed since. It
// is written with the case that names them, whose opening is the audit's event.
func Plan(tx *sqldb.Tx, list []Task) error {
	var rows [][]any
	seen := map[string]bool{}
	for _, t := range list {
		if t.Canonical != "" && !seen[t.Canonical] {
			seen[t.Canonical] = true
			rows = append(rows, []any{t.Canonical, t.URL, t.Case, sqldb.At(tx.Now)})
		}
	}
	for _, row := range rows {
		if _, err := tx.Exec(sqlPlan, row...); err != nil {
			return err
		}
	}
	return nil
}

// Due are places to look at now.
func Due(tx *sqldb.Tx, n int) ([]Task, error) {
	return sqldb.List(tx, sqlDue, []any{sqldb.At(tx.Now), n}, func(scan sqldb.Scanner) (t Task, err error) {
		return t, scan(&t.Canonical, &t.URL, &t.Case, &t.Attempts)
	})
}

// Pending reports whether there is something to look at, or to forget.
func Pending(tx *sqldb.Tx) (bool, error) {
	if due, err := tx.Exists(sqlAnyDue, sqldb.At(tx.Now)); err != nil || due {
		return due, err
	}
	return tx.Exists(sqlAnyOld, sqldb.At(tx.Now))
}

// Settle notes what a look came to; failure is empty where a copy came. Where it may work later,
// it is tried again, less and less often, and not for ever: nothing waits for it.
func Settle(tx *sqldb.Tx, t Task, failure string, again bool) error {
	var next, looked time.Time
	if failure == "" {
		looked = tx.Now
	} else if again && t.Attempts < len(pauses) {
		next = tx.Now.Add(pauses[t.Attempts])
	}
	_, err := tx.Exec(sqlSettle, t.Attempts+1, failure, sqldb.At(next), sqldb.At(looked), t.Canonical)
	return err
}

var pauses = []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour}

// Failure is why no copy of a place came; empty where one did, or none was asked for.
func Failure(tx *sqldb.Tx, canonical string) (why string, err error) {
	err = tx.Row(sqlFailure, canonical).Scan(&why)
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	return why, err
}
