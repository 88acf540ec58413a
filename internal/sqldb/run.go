package sqldb

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"time"

	"github.com/argine/argine/internal/problem"
)

// View runs fn in a read-only transaction that sees one consistent state.
func (db *DB) View(ctx context.Context, fn func(*Tx) error) error {
	opts := &sql.TxOptions{ReadOnly: true}
	if db.engine == Postgres {
		opts.Isolation = sql.LevelRepeatableRead
	}
	raw, err := db.read.BeginTx(ctx, opts)
	if err != nil {
		return classify(err)
	}
	err = fn(&Tx{Now: db.Now(), ctx: ctx, raw: raw, engine: db.engine, prepared: db.toRead})
	raw.Rollback()
	db.toRead.catchUp(ctx)
	return err
}

// Update runs fn in a serializable write transaction, again from the start if the engine
// asks for that, so fn must have no effect but on the transaction. A transaction that
// changed rows without recording an audit event is refused.
func (db *DB) Update(ctx context.Context, fn func(*Tx) error) error {
	return db.persist(ctx, func(tx *Tx) error {
		if err := fn(tx); err != nil {
			return err
		}
		if tx.changed > 0 && tx.events == 0 {
			return problem.New(problem.Internal, "%d rows were changed without an audit event", tx.changed)
		}
		return nil
	})
}

// Housekeeping is Update for changes that are no event of the trade: the sequence of the
// audit tree, counters of attempts, sessions that ran out. why says which, for the reader.
func (db *DB) Housekeeping(ctx context.Context, why string, fn func(*Tx) error) error {
	_ = why
	return db.persist(ctx, fn)
}

// patience is how often a transaction runs beside others; then it runs alone, in this process.
const patience = 2

// maxRuns is how often a transaction is run before its failure is told: other processes on
// the same database can make it run again, never this one.
const maxRuns = 30

func (db *DB) persist(ctx context.Context, fn func(*Tx) error) error {
	for run := 1; ; run++ {
		slots := int64(1)
		if run > patience {
			slots = db.slots
		}
		err := db.once(ctx, slots, fn)
		if err == nil || !again(err) || run == maxRuns {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(rand.N(time.Duration(run) * 4 * time.Millisecond)):
		}
	}
}

func (db *DB) once(ctx context.Context, slots int64, fn func(*Tx) error) error {
	if err := db.writes.Acquire(ctx, slots); err != nil {
		return err
	}
	tx, err := db.attempt(ctx, fn)
	db.toWrite.catchUp(ctx)
	db.writes.Release(slots)
	if err != nil {
		return err
	}
	for _, fn := range tx.after {
		fn()
	}
	return nil
}

func (db *DB) attempt(ctx context.Context, fn func(*Tx) error) (*Tx, error) {
	var opts *sql.TxOptions
	if db.engine == Postgres {
		opts = &sql.TxOptions{Isolation: sql.LevelSerializable}
	}
	raw, err := db.write.BeginTx(ctx, opts)
	if err != nil {
		return nil, classify(err)
	}
	defer raw.Rollback()
	tx := &Tx{Now: db.Now(), ctx: ctx, raw: raw, engine: db.engine, prepared: db.toWrite}
	if err := fn(tx); err != nil {
		return nil, err
	}
	return tx, classify(raw.Commit())
}
