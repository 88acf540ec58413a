package sqldb

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/argine/argine/internal/problem"
)

// Tx is one transaction. It is used by one goroutine and not kept after its function returns.
type Tx struct {
	Now time.Time // the moment of this transaction, UTC, whole microseconds

	ctx      context.Context
	raw      *sql.Tx
	engine   Engine
	prepared *prepared
	changed  int64 // rows written
	events   int   // audit events recorded
	after    []func()
}

// Context is the context of the transaction.
func (tx *Tx) Context() context.Context { return tx.ctx }

// Raw is the library's transaction. It is for package job, which enqueues in it.
func (tx *Tx) Raw() *sql.Tx { return tx.raw }

// Audited is called by package audit for each event it records in this transaction.
func (tx *Tx) Audited() { tx.events++ }

// AfterCommit runs fn once the transaction is committed, and never if it is not. It is for
// waking what looks at the database by itself; nothing may depend on its having run.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }

// Exec runs a statement and returns how many rows it changed.
func (tx *Tx) Exec(q SQL, args ...any) (int64, error) {
	var res sql.Result
	var err error
	if stmt := tx.prepared.find(tx.text(q)); stmt != nil {
		res, err = tx.raw.StmtContext(tx.ctx, stmt).ExecContext(tx.ctx, args...)
	} else {
		res, err = tx.raw.ExecContext(tx.ctx, string(tx.text(q)), args...)
	}
	return tx.wrote(res, err)
}

// wrote counts the rows that a statement changed.
func (tx *Tx) wrote(res sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, classify(err)
	}
	n, err := res.RowsAffected()
	tx.changed += n
	return n, classify(err)
}

// Row runs a query for one row; its Scan gives problem.NotFound where there is none.
func (tx *Tx) Row(q SQL, args ...any) Row {
	if stmt := tx.prepared.find(tx.text(q)); stmt != nil {
		return Row{tx.raw.StmtContext(tx.ctx, stmt).QueryRowContext(tx.ctx, args...)}
	}
	return Row{tx.raw.QueryRowContext(tx.ctx, string(tx.text(q)), args...)}
}

// Row is one row of an answer.
type Row struct{ raw *sql.Row }

// Scan reads the columns into dest.
func (r Row) Scan(dest ...any) error { return classify(r.raw.Scan(dest...)) }

// Scanner reads the columns of the current row.
type Scanner func(dest ...any) error

// Each calls fn for every row of the answer, in order, holding one row at a time.
func (tx *Tx) Each(q SQL, args []any, fn func(Scanner) error) error {
	var rows *sql.Rows
	var err error
	if stmt := tx.prepared.find(tx.text(q)); stmt != nil {
		rows, err = tx.raw.StmtContext(tx.ctx, stmt).QueryContext(tx.ctx, args...)
	} else {
		rows, err = tx.raw.QueryContext(tx.ctx, string(tx.text(q)), args...)
	}
	if err != nil {
		return classify(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return classify(err)
		}
	}
	return classify(rows.Err())
}

// List gathers what read makes of each row.
func List[T any](tx *Tx, q SQL, args []any, read func(Scanner) (T, error)) ([]T, error) {
	var list []T
	err := tx.Each(q, args, func(scan Scanner) error {
		v, err := read(scan)
		if err == nil {
			list = append(list, v)
		}
		return err
	})
	return list, err
}

// Column gathers the only column of each row.
func Column[T any](tx *Tx, q SQL, args ...any) ([]T, error) {
	return List(tx, q, args, func(scan Scanner) (v T, err error) { return v, scan(&v) })
}

// Exists reports whether the query has any row.
func (tx *Tx) Exists(q SQL, args ...any) (bool, error) {
	var one int
	err := tx.Row(q, args...).Scan(&one)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// text adapts a statement to the engine. Placeholders need nothing: both drivers read $1 by number.
func (tx *Tx) text(q SQL) SQL {
	if tx.engine == SQLite {
		return SQL(strings.Replace(string(q), " FOR UPDATE SKIP LOCKED", "", 1)) // one writer: there is nothing to skip
	}
	return q
}
