package audit

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Log is the audit log of one installation: its database, its signing key, and the copy of
// the newest checkpoint that lies beside the database, so that cutting off the end of the
// log in the database is seen too.
type Log struct {
	db   *sqldb.DB
	keys keys
	head string // file of the newest checkpoint
}

// Open opens the log; the key is made on first use and kept in dir, readable by the owner alone.
func Open(db *sqldb.DB, dir string) (*Log, error) {
	k, err := loadKeys(dir)
	if err != nil {
		return nil, err
	}
	return &Log{db: db, keys: k, head: filepath.Join(dir, "audit.checkpoint")}, nil
}

// Batch is how many events are placed in one transaction at the most.
const Batch = 2000

const (
	sqlWaiting = "SELECT id, body FROM audit_event WHERE seq IS NULL ORDER BY id LIMIT $1"
	sqlPlace   = "UPDATE audit_event SET seq = CAST(v.column1 AS BIGINT) FROM (VALUES ($1, $2)) AS v WHERE audit_event.id = v.column2"
	sqlSigned  = "SELECT note FROM audit_checkpoint WHERE size = $1"
	sqlSize    = "SELECT COALESCE(MAX(size), 0) FROM audit_checkpoint"
	sqlKeep    = "INSERT INTO audit_hash (idx, hash) VALUES ($1, $2)"
	sqlSign    = "INSERT INTO audit_checkpoint (size, at, note) VALUES ($1, $2, $3)"
)

// Sequence gives waiting events their places in the tree and signs the new head. It
// returns how many events it placed; fewer than a full batch means that none is waiting.
// It is called by one sequencer at a time; the keys of its tables refuse a second.
func (l *Log) Sequence(ctx context.Context) (placed int, err error) {
	copied, err := os.ReadFile(l.head)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, err
	}
	var head string
	err = l.db.Housekeeping(ctx, "the tree follows the events", func(tx *sqldb.Tx) error {
		placed, head, err = l.extend(tx, string(copied))
		return err
	})
	if err == nil && head != "" {
		err = replace(l.head, head)
	}
	return placed, err
}

type waiting struct {
	id   string
	body []byte
}

func (l *Log) extend(tx *sqldb.Tx, copied string) (int, string, error) {
	events, err := sqldb.List(tx, sqlWaiting, []any{Batch}, func(scan sqldb.Scanner) (w waiting, err error) {
		return w, scan(&w.id, &w.body)
	})
	if err != nil || len(events) == 0 {
		return 0, "", err
	}
	size, err := l.size(tx, copied)
	if err != nil {
		return 0, "", err
	}
	reader := &hashes{tx: tx, fresh: map[int64]tlog.Hash{}}
	var rows, places [][]any
	for i, event := range events {
		n := size + int64(i)
		stored, err := tlog.StoredHashes(n, event.body, reader)
		if err != nil {
			return 0, "", err
		}
		first := tlog.StoredHashIndex(0, n)
		for j, h := range stored {
			reader.fresh[first+int64(j)] = h
			rows = append(rows, []any{first + int64(j), h[:]})
		}
		places = append(places, []any{strconv.FormatInt(n, 10), event.id})
	}
	if _, err := tx.InsertRows(sqlPlace, places); err != nil {
		return 0, "", err
	}
	if _, err := tx.InsertRows(sqlKeep, rows); err != nil {
		return 0, "", err
	}
	size += int64(len(events))
	head, err := l.checkpoint(size, reader)
	if err == nil {
		_, err = tx.Exec(sqlSign, size, sqldb.At(tx.Now), head)
	}
	return len(events), head, err
}

// size is how many entries the tree has. A tree that another key has signed is not extended,
// nor one that has lost the head of which the copy beside the database tells: the next head
// would hide the loss.
func (l *Log) size(tx *sqldb.Tx, copied string) (int64, error) {
	var newest head
	var text string
	err := tx.Row(sqlNewest).Scan(&text)
	if err == nil {
		newest, err = openHead(text, l.keys.verifier)
		if err != nil {
			return 0, problem.Wrap(err, problem.Tampered, "the newest checkpoint of the audit log is not signed by the key in audit.pub; restore the key of this database, or verify the log")
		}
	}
	if err != nil && !problem.Is(err, problem.NotFound) {
		return 0, err
	}
	if copied == "" || copied == text {
		return newest.size, nil
	}
	last, err := openHead(copied, l.keys.verifier)
	if err != nil {
		return 0, problem.Wrap(err, problem.Tampered, "audit.checkpoint is not what was signed; verify the audit log, then remove that file")
	}
	err = tx.Row(sqlSigned, last.size).Scan(&text)
	if problem.Is(err, problem.NotFound) || (err == nil && text != copied) {
		return 0, problem.New(problem.Tampered, "the audit log has lost the head that audit.checkpoint tells of (%d entries); where an older backup was restored on purpose, remove that file", last.size)
	}
	return newest.size, err
}

// checkpoint signs the head of the tree of that size.
func (l *Log) checkpoint(size int64, reader tlog.HashReader) (string, error) {
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return "", err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", l.keys.signer.Name(), size, root)
	signed, err := note.Sign(&note.Note{Text: text}, l.keys.signer)
	return string(signed), err
}

// hashes reads the stored hashes of the tree, those of the running transaction first.
type hashes struct {
	tx    *sqldb.Tx
	fresh map[int64]tlog.Hash
}

const sqlHash = "SELECT hash FROM audit_hash WHERE idx = $1"

// ReadHashes implements tlog.HashReader.
func (h *hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if fresh, ok := h.fresh[index]; ok {
			out[i] = fresh
			continue
		}
		var raw []byte
		if err := h.tx.Row(sqlHash, index).Scan(&raw); err != nil {
			return nil, err
		}
		if len(raw) != sha256.Size {
			return nil, problem.New(problem.Tampered, "hash %d of the audit tree is damaged", index)
		}
		out[i] = tlog.Hash(raw)
		h.fresh[index] = out[i]
	}
	return out, nil
}

// replace writes a file whole or not at all.
func replace(path, text string) error {
	tmp := path + ".new"
	if err := os.WriteFile(tmp, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}
