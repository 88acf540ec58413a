// Package dbtest gives tests a fresh, real database of each engine, with the schema and nothing in it.
//
// PostgreSQL is a server of the test process's own, in a temporary directory on a Unix
// socket, started once for each test binary, or the one that the environment variable
// ARGINE_TEST_POSTGRES names by its URL. Where the server programs
// are not installed, its half of a test is skipped with a message that says how to get them.
package dbtest

import (
	"context"
	"testing"
	"time"

	"github.com/argine/argine/internal/sqldb"
)

// Each runs a test on both engines, each with an empty database.
func Each(t *testing.T, fn func(t *testing.T, db *sqldb.DB)) {
	EachAt(t, nil, fn)
}

// EachAt is Each with a clock.
func EachAt(t *testing.T, now func() time.Time, fn func(t *testing.T, db *sqldb.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		fn(t, open(t, sqldb.Config{Path: SQLiteFile(t, t.TempDir()), Now: now}))
	})
	t.Run("postgres", func(t *testing.T) { fn(t, open(t, sqldb.Config{URL: PostgresURL(t), Now: now})) })
}

// SQLite opens an empty SQLite database, for a test that is about something else than the store.
func SQLite(t testing.TB) *sqldb.DB {
	t.Helper()
	return open(t, sqldb.Config{Path: SQLiteFile(t, t.TempDir())})
}

func open(t testing.TB, cfg sqldb.Config) *sqldb.DB {
	t.Helper()
	db, err := sqldb.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}
