// Package sqldb runs one hand-written SQL text on two engines, SQLite and PostgreSQL.
//
// All differences between the engines end here: how a database is opened, how DDL words
// map, how failures are named. Above this package there is one SQL, written as constants
// of type SQL beside the code that runs it.
//
// There are two ways in. View reads a consistent snapshot. Update writes: it fixes the
// moment of the transaction in Tx.Now, runs again when the engine asks for that, and
// refuses to commit changed rows for which no audit event was recorded.
//
// Times are stored as BIGINT microseconds since 1970 in UTC (At and Into), truth values as
// BOOLEAN, documents as TEXT, digests as lower-case hex TEXT.
package sqldb

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/semaphore"

	"github.com/argine/argine/internal/problem"
)

// Engine is one of the two databases.
type Engine uint8

const (
	SQLite Engine = iota
	Postgres
)

// SQL is a statement that was written in the source. A string built at run time does not
// pass for one without a visible conversion, which keeps input out of statements.
type SQL string

// Config says which database to open.
type Config struct {
	URL  string           // postgres://…; empty means SQLite at Path
	Path string           // the SQLite file, for an empty URL
	Now  func() time.Time // the clock of every transaction; nil means the wall clock

	// Quick does not wait for the disk at each commit. A process that is killed loses nothing;
	// a machine that loses its power may lose the newest transactions, whole ones.
	Quick bool
}

// DB is an open database with its schema up to date.
type DB struct {
	engine Engine
	write  *sql.DB // SQLite: one connection, the only writer
	read   *sql.DB // SQLite: many connections that cannot write
	pool   *pgxpool.Pool
	now    func() time.Time
	writes *semaphore.Weighted // slots for Updates that run at once
	slots  int64

	toWrite, toRead *prepared // nil on PostgreSQL
}

// Open opens the database and brings its schema up to date.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	db, err := connect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// Attach opens the database as it is, without touching its schema: for looking at it.
func Attach(ctx context.Context, cfg Config) (*DB, error) { return connect(ctx, cfg) }

func connect(ctx context.Context, cfg Config) (*DB, error) {
	db := &DB{now: cfg.Now}
	if db.now == nil {
		db.now = time.Now
	}
	var err error
	if cfg.URL == "" {
		err = db.openSQLite(cfg.Path, cfg.Quick)
	} else {
		err = db.openPostgres(ctx, cfg.URL, cfg.Quick)
	}
	if err != nil {
		return nil, problem.Wrap(err, problem.Unavailable, "the database cannot be opened; check --data and --database")
	}
	return db, nil
}

// Close releases the connections.
func (db *DB) Close() {
	if db.read != nil {
		db.read.Close()
	}
	if db.write != nil && db.write != db.read {
		db.write.Close()
	}
	if db.pool != nil {
		db.pool.Close()
	}
}

// Engine tells which engine this is.
func (db *DB) Engine() Engine { return db.engine }

// Writer is the pool that may write. It is for package job, whose library opens its own transactions.
func (db *DB) Writer() *sql.DB { return db.write }

// Pool is the PostgreSQL pool for LISTEN, nil on SQLite. It is for package job.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// Now is the clock of the database's transactions.
func (db *DB) Now() time.Time { return db.now().UTC().Truncate(time.Microsecond) }

// Ping reports whether the database answers.
func (db *DB) Ping(ctx context.Context) error { return db.read.PingContext(ctx) }
