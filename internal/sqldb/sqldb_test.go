package sqldb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const (
	sqlAddUnit   = "INSERT INTO unit (id, name, country, kind, created_at) VALUES ($1, $2, $3, $4, $5)"
	sqlUnitNames = "SELECT name FROM unit ORDER BY name"
	sqlSwapped   = "SELECT CAST($2 AS TEXT), CAST($1 AS TEXT)"
	sqlMoment    = "SELECT created_at FROM unit WHERE id = $1"
)

func TestPlaceholdersAreReadByNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			var second, first string
			if err := tx.Row(sqlSwapped, "one", "two").Scan(&second, &first); err != nil {
				return err
			}
			if first != "one" || second != "two" {
				t.Errorf("got %q, %q", first, second)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestUpdateWithoutAnEventIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		add := func(tx *sqldb.Tx) error {
			_, err := tx.Exec(sqlAddUnit, "u1", "Unit One", "XA", "authority", sqldb.At(tx.Now))
			return err
		}
		if err := db.Update(t.Context(), add); err == nil {
			t.Fatal("rows were changed without an audit event")
		}
		if names := unitNames(t, db); len(names) != 0 {
			t.Fatalf("the refused transaction left %v", names)
		}
		if err := db.Housekeeping(t.Context(), "test", add); err != nil {
			t.Fatal(err)
		}
		if err := db.Housekeeping(t.Context(), "test", add); !problem.Is(err, problem.Conflict) {
			t.Fatalf("the same key again gave %v, want a conflict", err)
		}
	})
}

func TestInsertRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		const n = 5_000 // more than one statement can take
		var rows [][]any
		for i := range n {
			name := "Unit " + string(rune('A'+i%26)) + time.Duration(i).String()
			rows = append(rows, []any{name, name, "XA", "authority", int64(i)})
		}
		err := db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) error {
			got, err := tx.InsertRows(sqlAddUnit, rows)
			if got != n {
				t.Errorf("inserted %d, want %d", got, n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if names := unitNames(t, db); len(names) != n {
			t.Errorf("%d rows are there, want %d", len(names), n)
		}
	})
}

func TestMomentsAndAfterCommit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var ran int
		failed := errors.New("no")
		var now, got time.Time
		err := db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) error {
			tx.AfterCommit(func() { ran++ })
			return failed
		})
		if !errors.Is(err, failed) || ran != 0 {
			t.Fatalf("err %v, ran %d", err, ran)
		}
		err = db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) error {
			now = tx.Now
			tx.AfterCommit(func() { ran++ })
			_, err := tx.Exec(sqlAddUnit, "u1", "Unit One", "XA", "authority", sqldb.At(now))
			return err
		})
		if err != nil || ran != 1 {
			t.Fatalf("err %v, ran %d", err, ran)
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error { return tx.Row(sqlMoment, "u1").Scan(sqldb.Into(&got)) })
		if err != nil || !got.Equal(now) {
			t.Errorf("stored %v, got %v, err %v", now, got, err)
		}
	})
}

func TestViewCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(sqlAddUnit, "u1", "Unit One", "XA", "authority", int64(1))
			return err
		})
		if err == nil {
			t.Error("a View wrote")
		}
	})
}

func unitNames(t *testing.T, db *sqldb.DB) (names []string) {
	t.Helper()
	err := db.View(context.Background(), func(tx *sqldb.Tx) (err error) {
		names, err = sqldb.Column[string](tx, sqlUnitNames)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
