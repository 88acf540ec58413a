package sqldb

import (
	"bytes"
	"context"
	"embed"
	"io/fs"
	"regexp"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"database/sql"

	"github.com/argine/argine/internal/problem"
)

//go:embed schema/*.sql
var schema embed.FS

// Schema is the folder of migrations, for the tests that read who owns which table.
func Schema() fs.FS { sub, _ := fs.Sub(schema, "schema"); return sub }

func (db *DB) migrate(ctx context.Context) error {
	if err := db.migrateJobs(ctx); err != nil {
		return problem.Wrap(err, problem.Unavailable, "the tables of the job queue cannot be brought up to date")
	}
	dialect, files := goose.DialectPostgres, Schema()
	if db.engine == SQLite {
		dialect, files = goose.DialectSQLite3, sqliteWords{files}
	}
	provider, err := goose.NewProvider(dialect, db.write, files, goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return problem.Wrap(err, problem.Unavailable, "the schema cannot be brought up to date; was the database made by a newer Argine?")
	}
	return nil
}

func (db *DB) migrateJobs(ctx context.Context) error {
	var driver riverdriver.Driver[*sql.Tx] = riverdatabasesql.New(db.write)
	if db.engine == SQLite {
		driver = riversqlite.New(db.write)
	}
	migrator, err := rivermigrate.New(driver, nil)
	if err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// sqliteWords is the schema with PostgreSQL's type words said in SQLite's, every table STRICT.
type sqliteWords struct{ fs.FS }

var mapping = []struct {
	pattern *regexp.Regexp
	word    string
}{
	{regexp.MustCompile(`\bBIGINT\b`), "INTEGER"},
	{regexp.MustCompile(`\bBOOLEAN\b`), "INTEGER"},
	{regexp.MustCompile(`\bBYTEA\b`), "BLOB"},
	{regexp.MustCompile(`(?m)^\);`), ") STRICT;"},
}

// Open gives a file of the schema in SQLite's words.
func (s sqliteWords) Open(name string) (fs.File, error) {
	file, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	defer file.Close()
	text, err := fs.ReadFile(s.FS, name)
	for _, m := range mapping {
		text = m.pattern.ReplaceAll(text, []byte(m.word))
	}
	return &memFile{info: info, Reader: bytes.NewReader(text)}, err
}

type memFile struct {
	*bytes.Reader
	info fs.FileInfo
}

func (f *memFile) Stat() (fs.FileInfo, error) { return sized{f.info, f.Reader.Size()}, nil }
func (f *memFile) Close() error               { return nil }

type sized struct {
	fs.FileInfo
	size int64
}

func (s sized) Size() int64        { return s.size }
func (s sized) ModTime() time.Time { return time.Time{} }
