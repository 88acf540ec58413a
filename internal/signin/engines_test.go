package signin

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// The tests of this package share a database of each engine: making one takes longer than
// most of the tests. Each test begins by emptying the tables that it looks at.
var (
	shared = map[string]*sqldb.DB{}
	atEnd  []func()
)

// clock is the clock of the databases; the test that runs owns it.
var clock moment

type moment struct{ now time.Time }

func (m *moment) read() time.Time { return m.now }

func TestMain(m *testing.M) {
	code := m.Run()
	for i := len(atEnd) - 1; i >= 0; i-- {
		atEnd[i]()
	}
	os.Exit(code)
}

// lasting is a test whose databases outlive it.
type lasting struct{ testing.TB }

func (lasting) Cleanup(fn func()) { atEnd = append(atEnd, fn) }

type engine struct {
	name string
	make func(t *testing.T) sqldb.Config
}

func engines() []engine {
	return []engine{
		{"sqlite", func(t *testing.T) sqldb.Config {
			dir, err := os.MkdirTemp("", "argine-test-")
			if err != nil {
				t.Fatal(err)
			}
			atEnd = append(atEnd, func() { os.RemoveAll(dir) })
			return sqldb.Config{Path: filepath.Join(dir, "argine.db"), Now: clock.read}
		}},
		{"postgres", func(t *testing.T) sqldb.Config {
			return sqldb.Config{URL: dbtest.PostgresURL(lasting{t}), Now: clock.read}
		}},
	}
}

// open gives the database of the engine, made by the first test that asks.
func (e engine) open(t *testing.T) *sqldb.DB {
	t.Helper()
	if shared[e.name] == nil {
		db, err := sqldb.Open(context.Background(), e.make(t))
		if err != nil {
			t.Fatal(err)
		}
		shared[e.name] = db
		atEnd = append(atEnd, db.Close)
	}
	return shared[e.name]
}
