package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/argine/argine/internal/sqldb"
)

// Bringing an empty database up to date takes longer than most tests. So each engine does it
// once in a test binary, and the database of every test begins as a copy.

// sqliteTemplate is a database file with the schema and nothing in it.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "argine-template-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "argine.db")
	if err := migrate(sqldb.Config{Path: path, Quick: true}); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// postgresTemplate is the name of a database with the schema. On a server that others use
// too nothing is left behind, and so its databases begin empty.
var postgresTemplate = sync.OnceValues(func() (string, error) {
	if os.Getenv(givenServer) != "" {
		return "template0", nil
	}
	const name = "argine_template"
	if err := statement("CREATE DATABASE " + name); err != nil {
		return "", err
	}
	return name, migrate(sqldb.Config{URL: databaseURL(name), Quick: true})
})

func migrate(cfg sqldb.Config) error {
	db, err := sqldb.Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	db.Close()
	return nil
}

// SQLiteFile puts a copy of the template into a folder, under the name that a program looks for
// in its data directory, and returns its path.
func SQLiteFile(t testing.TB, dir string) string {
	t.Helper()
	file, err := sqliteTemplate()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "argine.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
