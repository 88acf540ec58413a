package audit

import (
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The log under test has forty entries; heads are signed for 5, 13, 14, 20 and 40 of them.
var sizes = []int{5, 8, 1, 6, 20}

const (
	sqlSetBody   = "UPDATE audit_event SET body = $1 WHERE seq = $2"
	sqlSetLeaf   = "UPDATE audit_hash SET hash = $1 WHERE idx = $2"
	sqlSetNote   = "UPDATE audit_checkpoint SET note = $1 WHERE size = $2"
	sqlOneBody   = "SELECT body FROM audit_event WHERE seq = $1"
	sqlSetActor  = "UPDATE audit_event SET actor = 'usr_other' WHERE seq = $1"
	sqlSetPlace  = "UPDATE audit_event SET seq = $1 WHERE seq = $2"
	sqlAside     = "UPDATE audit_event SET seq = -1000 - seq WHERE seq >= $1"
	sqlBackBy    = "UPDATE audit_event SET seq = -1000 - seq + $1 WHERE seq < 0"
	sqlDrop      = "DELETE FROM audit_event WHERE seq = $1"
	sqlCutEvents = "DELETE FROM audit_event WHERE seq >= $1"
	sqlCutHashes = "DELETE FROM audit_hash WHERE idx >= $1"
	sqlCutHeads  = "DELETE FROM audit_checkpoint WHERE size > $1"
	sqlSlipIn    = "INSERT INTO audit_event (id, at, actor, unit, verb, subject, body, seq) VALUES ('evt_x', 0, 'a', '', 'v', 's', $1, $2)"
)

var slipped = []byte(`{"id":"evt_x","at":"1970-01-01T00:00:00Z","actor":"a","verb":"v","subject":"s"}`)

// changeBody changes what an entry says and nothing of its columns.
func (b *bench) changeBody(seq int64) {
	b.tamper(func(tx *sqldb.Tx) error {
		var body []byte
		if err := tx.Row(sqlOneBody, seq).Scan(&body); err != nil {
			return err
		}
		_, err := tx.Exec(sqlSetBody, []byte(strings.Replace(string(body), `"number":`, `"number":7`, 1)), seq)
		return err
	})
}

// recompute rewrites every stored hash to fit the bodies, as one would who knows the format.
func (b *bench) recompute() {
	b.tamper(func(tx *sqldb.Tx) error {
		bodies, err := sqldb.Column[[]byte](tx, sqlBodies, 0, 1000)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(sqlCutHashes, 0); err != nil {
			return err
		}
		reader := &hashes{tx: tx, fresh: map[int64]tlog.Hash{}}
		for n, body := range bodies {
			stored, err := tlog.StoredHashes(int64(n), body, reader)
			if err != nil {
				return err
			}
			for i, h := range stored {
				index := tlog.StoredHashIndex(0, int64(n)) + int64(i)
				reader.fresh[index] = h
				if _, err := tx.Exec(sqlKeep, index, h[:]); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

func (b *bench) rewriteLeaf(seq int64) {
	b.tamper(func(tx *sqldb.Tx) error {
		var body []byte
		if err := tx.Row(sqlOneBody, seq).Scan(&body); err != nil {
			return err
		}
		h := tlog.RecordHash(body)
		_, err := tx.Exec(sqlSetLeaf, h[:], tlog.StoredHashIndex(0, seq))
		return err
	})
}

// shift moves the entries from seq on by a number of places.
func (b *bench) shift(seq, by int64) {
	b.exec(sqlAside, seq)
	b.exec(sqlBackBy, by)
}

func (b *bench) cut(size int64, heads bool) {
	b.exec(sqlCutEvents, size)
	b.exec(sqlCutHashes, tlog.StoredHashIndex(0, size))
	if heads {
		b.exec(sqlCutHeads, size)
	}
}

// forge signs a head with a key of one's own that bears the same name.
func (b *bench) forge(size int64) string {
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		b.Fatal(err)
	}
	signer, err := note.NewSigner(secret)
	if err != nil {
		b.Fatal(err)
	}
	forger := &Log{db: b.db, keys: keys{signer: signer}}
	var text string
	b.tamper(func(tx *sqldb.Tx) error {
		text, err = forger.checkpoint(size, &hashes{tx: tx, fresh: map[int64]tlog.Hash{}})
		return err
	})
	return text
}

func (b *bench) copyPath() string { return filepath.Join(b.dir, "audit.checkpoint") }

var tamperings = []struct {
	name string
	do   func(b *bench)
	want string // the place that the message must name
}{
	{"a body", func(b *bench) { b.changeBody(17) }, "entry 17 was changed"},
	{"the last body", func(b *bench) { b.changeBody(39) }, "entry 39 was changed"},
	{"a column", func(b *bench) { b.exec(sqlSetActor, 17) }, "entry 17 ("},
	{"the moment", func(b *bench) { b.exec("UPDATE audit_event SET at = at + 1 WHERE seq = $1", 0) }, "entry 0 ("},
	{"a body, then a column of a later one", func(b *bench) { b.changeBody(1); b.exec(sqlSetActor, 3) }, "entry 1 was changed"},
	{"a column, then a body of a later one", func(b *bench) { b.changeBody(3); b.exec(sqlSetActor, 1) }, "entry 1 ("},
	{"a body with its leaf", func(b *bench) { b.changeBody(17); b.rewriteLeaf(17) }, "entry 16, or one after it up to 17,"},
	{"a body with its leaf, last of its head", func(b *bench) { b.changeBody(12); b.rewriteLeaf(12) }, "entry 5, or one after it up to 12,"},
	{"a body with all stored hashes", func(b *bench) { b.changeBody(17); b.recompute() }, "entry 14, or one after it up to 19,"},
	{"a body with all stored hashes, alone in its head", func(b *bench) { b.changeBody(13); b.recompute() }, "entry 13 was changed"},
	{"a deleted entry", func(b *bench) { b.exec(sqlDrop, 9) }, "entry 9 is missing"},
	{"a deleted entry, the rest moved up", func(b *bench) { b.exec(sqlDrop, 9); b.shift(10, -1) }, "entry 9 was changed"},
	{"the end cut off", func(b *bench) { b.cut(33, false) }, "entry 33 is missing: a signed head covers 40"},
	{"the end cut off with its checkpoints", func(b *bench) { b.cut(20, true) }, "entry 20 is missing: the copy of the newest checkpoint covers 40"},
	{"everything cut off", func(b *bench) { b.cut(0, true) }, "entry 0 is missing: the copy"},
	{"only the newest checkpoint", func(b *bench) { b.exec(sqlCutHeads, 20) }, "entry 20 was slipped in"},
	{"a forged checkpoint", func(b *bench) { b.exec(sqlSetNote, b.forge(20), 20) }, "the checkpoint for 20 entries"},
	{"a checkpoint of another size", func(b *bench) { b.exec("UPDATE audit_checkpoint SET size = 21 WHERE size = 20") }, "the checkpoint for 21 entries"},
	{"two entries swapped", func(b *bench) {
		b.exec(sqlSetPlace, -5, 9)
		b.exec(sqlSetPlace, 9, 22)
		b.exec(sqlSetPlace, 22, -5)
	}, "entry 9 was changed"},
	{"two entries swapped with their leaves", func(b *bench) {
		b.exec(sqlSetPlace, -5, 8)
		b.exec(sqlSetPlace, 8, 22)
		b.exec(sqlSetPlace, 22, -5)
		b.rewriteLeaf(8)
		b.rewriteLeaf(22)
	}, "entry 8, or one after it up to 9,"},
	{"an entry inserted", func(b *bench) { b.shift(9, 1); b.exec(sqlSlipIn, slipped, 9) }, "entry 9 was changed"},
	{"an entry inserted, all stored hashes recomputed", func(b *bench) { b.shift(9, 1); b.exec(sqlSlipIn, slipped, 9); b.recompute() }, "entry 5, or one after it up to 12,"},
	{"an entry at the end", func(b *bench) { b.exec(sqlSlipIn, slipped, 40); b.recompute() }, "entry 40 was slipped in"},
	{"an entry before the first", func(b *bench) { b.exec(sqlSlipIn, slipped, -1) }, "slipped in at place -1 (evt_x)"},
	{"a stored hash too many", func(b *bench) { b.exec(sqlKeep, 100, make([]byte, 32)) }, "hash 100 belongs to no entry"},
	{"a stored hash below the first", func(b *bench) { b.exec(sqlKeep, -1, make([]byte, 32)) }, "hash -1 belongs to no entry"},
	{"a stored hash too few", func(b *bench) { b.exec("DELETE FROM audit_hash WHERE idx = $1", tlog.StoredHashIndex(0, 21)) }, "entry 21 has no stored hash"},
	{"the copy is missing", func(b *bench) { os.Remove(b.copyPath()) }, "audit.checkpoint, is missing"},
	{"the copy is forged", func(b *bench) { os.WriteFile(b.copyPath(), []byte(b.forge(20)), 0o644) }, "audit.checkpoint, is not what was signed"},
}

func TestTamperingIsFoundAndNamed(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(sizes...)
		restore := b.keep()
		for _, c := range tamperings {
			c.do(b)
			_, err := b.verify()
			if !problem.Is(err, problem.Tampered) || !strings.Contains(problem.Message(err), c.want) {
				b.Errorf("%s: got %v, want it to name %q", c.name, err, c.want)
			}
			restore()
		}
		if _, err := b.verify(); err != nil {
			b.Errorf("everything was put back, and does not verify: %v", err)
		}
	})
}

// An older copy is what a process leaves that died between the commit and the copy.
func TestAnOlderCopyIsNoTampering(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(3)
		older, err := os.ReadFile(b.copyPath())
		if err != nil {
			b.Fatal(err)
		}
		b.grow(4)
		if err := os.WriteFile(b.copyPath(), older, 0o644); err != nil {
			b.Fatal(err)
		}
		if _, err := b.verify(); err != nil {
			b.Error(err)
		}
		b.grow(2)
		if newest, _ := os.ReadFile(b.copyPath()); !strings.HasPrefix(string(newest), origin+"\n9\n") {
			b.Errorf("the copy was not written anew:\n%s", newest)
		}
	})
}

// keep remembers the three tables and the copy, and gives the way back to them.
func (b *bench) keep() (restore func()) {
	b.Helper()
	copied, err := os.ReadFile(b.copyPath())
	if err != nil {
		b.Fatal(err)
	}
	tables := []struct {
		read, clear, write sqldb.SQL
		width              int
		rows               [][]any
	}{
		{"SELECT id, at, actor, unit, verb, subject, body, seq FROM audit_event", "DELETE FROM audit_event",
			"INSERT INTO audit_event (id, at, actor, unit, verb, subject, body, seq) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", 8, nil},
		{"SELECT idx, hash FROM audit_hash", "DELETE FROM audit_hash", sqlKeep, 2, nil},
		{"SELECT size, at, note FROM audit_checkpoint", "DELETE FROM audit_checkpoint", sqlSign, 3, nil},
	}
	b.tamper(func(tx *sqldb.Tx) error {
		for i := range tables {
			if tables[i].rows, err = sqldb.List(tx, tables[i].read, nil, func(scan sqldb.Scanner) ([]any, error) {
				row, to := make([]any, tables[i].width), make([]any, tables[i].width)
				for j := range row {
					to[j] = &row[j]
				}
				return row, scan(to...)
			}); err != nil {
				return err
			}
		}
		return nil
	})
	return func() {
		if err := os.WriteFile(b.copyPath(), copied, 0o644); err != nil {
			b.Fatal(err)
		}
		b.tamper(func(tx *sqldb.Tx) error {
			for _, table := range tables {
				if _, err := tx.Exec(table.clear); err != nil {
					return err
				}
				if _, err := tx.InsertRows(table.write, table.rows); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
