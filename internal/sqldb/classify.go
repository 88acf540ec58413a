package sqldb

import (
	"database/sql"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/argine/argine/internal/problem"
)

// errAgain marks a failure after which the same transaction may succeed.
var errAgain = errors.New("transaction must run again")

// again looks below the mark too: the library of jobs works in our transactions, and gives
// the engine's failures as they are.
func again(err error) bool {
	var pg *pgconn.PgError
	return errors.Is(err, errAgain) || (errors.As(err, &pg) && (pg.Code == pgSerialization || pg.Code == pgDeadlock))
}

// Result codes of SQLite (sqlite.org/rescode.html) and SQLSTATEs of PostgreSQL (its appendix A).
const (
	sqliteBusy       = 5
	sqliteUnique     = 2067
	sqlitePrimaryKey = 1555
	sqliteForeignKey = 787

	pgUnique        = "23505"
	pgForeignKey    = "23503"
	pgSerialization = "40001"
	pgDeadlock      = "40P01"
)

// classify gives a failure of either engine its kind.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return problem.Wrap(err, problem.NotFound, "there is no such thing here; check the identifier")
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch {
		case lite.Code() == sqliteUnique || lite.Code() == sqlitePrimaryKey:
			return conflict(err)
		case lite.Code() == sqliteForeignKey:
			return missing(err)
		case lite.Code()&0xff == sqliteBusy:
			return errors.Join(errAgain, err)
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case pgUnique:
			return conflict(err)
		case pgForeignKey:
			return missing(err)
		case pgSerialization, pgDeadlock:
			return errors.Join(errAgain, err)
		}
	}
	return err
}

func conflict(err error) error {
	return problem.Wrap(err, problem.Conflict, "it exists already; use the one that is there")
}

func missing(err error) error {
	return problem.Wrap(err, problem.NotFound, "it names something that is not here; check the identifiers")
}
