package sqldb

import (
	"context"
	"database/sql"
	"net/url"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/sync/semaphore"
	_ "modernc.org/sqlite" // registers the driver "sqlite"
)

// openSQLite opens two pools on one file: a single writer, whose transactions take the
// write lock at BEGIN so that they never fail half-way for want of it, and readers that
// cannot write. Unless it is to be quick, what was accepted survives a loss of power.
func (db *DB) openSQLite(path string, quick bool) error {
	synchronous := "synchronous(FULL)"
	if quick {
		synchronous = "synchronous(NORMAL)"
	}
	common := url.Values{
		"_pragma":      {"busy_timeout(10000)", "journal_mode(WAL)", synchronous, "foreign_keys(1)", "temp_store(memory)", "cache_size(-32768)", "wal_autocheckpoint(8000)", "mmap_size(268435456)"},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
	}
	writer := url.Values{"_txlock": {"immediate"}}
	reader := url.Values{}
	for k, v := range common {
		writer[k] = v
		reader[k] = v
	}
	reader["_pragma"] = append([]string{"query_only(1)"}, "busy_timeout(10000)", "temp_store(memory)", "cache_size(-8192)", "mmap_size(268435456)")
	var err error
	if db.write, err = sql.Open("sqlite", dsn(path, writer)); err != nil {
		return err
	}
	db.write.SetMaxOpenConns(1)
	db.write.SetMaxIdleConns(1)
	if err = db.write.Ping(); err != nil {
		return err
	}
	if db.read, err = sql.Open("sqlite", dsn(path, reader)); err != nil {
		return err
	}
	readers := max(4, runtime.NumCPU())
	db.read.SetMaxOpenConns(readers)
	db.read.SetMaxIdleConns(readers)
	db.engine = SQLite
	db.toWrite, db.toRead = newPrepared(db.write), newPrepared(db.read)
	db.allow(1)
	return nil
}

func dsn(path string, values url.Values) string {
	return (&url.URL{Scheme: "file", Opaque: url.PathEscape(path), RawQuery: values.Encode()}).String()
}

// postgresWriters is how many serializable transactions a process runs side by side. One leaves
// the engine waiting between statements, many make each other run again (the demo: one 110 s,
// three 81 s).
const postgresWriters = 3

// allow sets how many write transactions may run at once.
func (db *DB) allow(n int64) {
	db.slots = n
	db.writes = semaphore.NewWeighted(n)
}

func (db *DB) openPostgres(ctx context.Context, dsn string, quick bool) error {
	cfg, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return err
	}
	if quick {
		cfg.ConnConfig.RuntimeParams["synchronous_commit"] = "off"
	}
	cfg.MaxConns = max(cfg.MaxConns, 16)
	cfg.MaxConnIdleTime = 5 * time.Minute
	cfg.ConnConfig.DefaultQueryExecMode = pgx.QueryExecModeCacheStatement
	if db.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		return err
	}
	db.write = stdlib.OpenDBFromPool(db.pool)
	db.write.SetMaxIdleConns(0) // the pool keeps the idle ones
	db.read = db.write
	db.engine = Postgres
	db.allow(postgresWriters)
	return db.write.PingContext(ctx)
}
