package dbtest

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/argine/argine/internal/sqldb"
)

// Shared keeps one database of each engine for all tests of a package, where making one takes
// longer than most of the tests. Each test then begins by emptying what it looks at.
type Shared struct {
	Now func() time.Time // the clock of the databases; nil means the wall clock

	open  map[string]*sqldb.DB
	atEnd []func()
}

// Engines are the names of the two engines.
var Engines = []string{"sqlite", "postgres"}

// Main is what TestMain calls: it runs the tests and removes the databases.
func (s *Shared) Main(m *testing.M) {
	code := m.Run()
	for i := len(s.atEnd) - 1; i >= 0; i-- {
		s.atEnd[i]()
	}
	os.Exit(code)
}

// lasting is a test whose databases outlive it.
type lasting struct {
	testing.TB
	shared *Shared
}

func (l lasting) Cleanup(fn func()) { l.shared.atEnd = append(l.shared.atEnd, fn) }

// Config names a new, empty database of the engine, which lasts as long as the package's tests.
func (s *Shared) Config(t *testing.T, engine string) sqldb.Config {
	t.Helper()
	if engine == "postgres" {
		return sqldb.Config{URL: PostgresURL(lasting{t, s}), Now: s.Now}
	}
	dir, err := os.MkdirTemp("", "argine-shared-")
	if err != nil {
		t.Fatal(err)
	}
	s.atEnd = append(s.atEnd, func() { os.RemoveAll(dir) })
	return sqldb.Config{Path: SQLiteFile(t, dir), Now: s.Now}
}

// Open gives the database of the engine, made by the first test that asks.
func (s *Shared) Open(t *testing.T, engine string) *sqldb.DB {
	t.Helper()
	if s.open[engine] == nil {
		db, err := sqldb.Open(context.Background(), s.Config(t, engine))
		if err != nil {
			t.Fatal(err)
		}
		if s.open == nil {
			s.open = map[string]*sqldb.DB{}
		}
		s.open[engine] = db
		s.atEnd = append(s.atEnd, db.Close)
	}
	return s.open[engine]
}
