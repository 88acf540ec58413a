package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Proof is the result of a verification that found nothing wrong.
type Proof struct {
	Events      int64     `json:"events"`      // in the tree
	Waiting     int64     `json:"waiting"`     // recorded, not yet in the tree
	Checkpoints int64     `json:"checkpoints"` // signed heads that were recomputed
	Root        tlog.Hash `json:"root"`
}

const (
	sqlPlaced      = "SELECT seq, id, at, actor, unit, verb, subject, body FROM audit_event WHERE seq IS NOT NULL ORDER BY seq"
	sqlUnplaced    = "SELECT COUNT(*) FROM audit_event WHERE seq IS NULL"
	sqlCheckpoints = "SELECT size, note FROM audit_checkpoint ORDER BY size"
	sqlLeaf        = "SELECT idx, hash FROM audit_hash ORDER BY idx"
)

// Verify recomputes the whole log: every body against its columns and its stored hash, every
// stored hash, every signed head, and the copy of the newest head in dir. It needs nothing
// but the database and dir. Tampering gives problem.Tampered and names the first bad entry.
func Verify(ctx context.Context, db *sqldb.DB, dir string) (Proof, error) {
	k, err := loadKeys(dir, false)
	if err != nil {
		return Proof{}, err
	}
	var proof Proof
	err = db.View(ctx, func(tx *sqldb.Tx) error {
		v := verification{tx: tx, keys: k}
		if err := v.run(dir); err != nil {
			return err
		}
		proof = v.proof
		return tx.Row(sqlUnplaced).Scan(&proof.Waiting)
	})
	return proof, err
}

type verification struct {
	tx     *sqldb.Tx
	keys   keys
	heads  []head
	stored []tlog.Hash // recomputed, in the order of tlog.StoredHashIndex
	proof  Proof
}

type head struct {
	size int64
	root tlog.Hash
}

func (v *verification) run(dir string) error {
	if err := v.readHeads(); err != nil {
		return err
	}
	if err := v.readNewest(filepath.Join(dir, "audit.checkpoint")); err != nil {
		return err
	}
	if err := v.tx.Each(sqlPlaced, nil, v.event); err != nil {
		return err
	}
	if len(v.heads) > 0 {
		return tampered("entry %d is missing: a signed head covers %d entries, the log has %d", v.proof.Events, v.heads[0].size, v.proof.Events)
	}
	if err := v.compareStored(); err != nil {
		return err
	}
	root, err := tlog.TreeHash(v.proof.Events, v)
	v.proof.Root = root
	return err
}

// readHeads opens every checkpoint of the database; a bad signature is tampering.
func (v *verification) readHeads() error {
	return v.tx.Each(sqlCheckpoints, nil, func(scan sqldb.Scanner) error {
		var size int64
		var text string
		if err := scan(&size, &text); err != nil {
			return err
		}
		h, err := v.open(text)
		if err != nil || h.size != size {
			return tampered("the checkpoint for %d entries is not what was signed", size)
		}
		v.heads = append(v.heads, h)
		return nil
	})
}

// readNewest holds the copy beside the database against its checkpoints. The copy is written
// after the commit, so it may be older than the newest, but never newer.
func (v *verification) readNewest(path string) error {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && len(v.heads) < 2 {
		return nil
	}
	if err != nil {
		return tampered("the copy of the newest checkpoint, %s, is missing", path)
	}
	copied, err := v.open(string(text))
	if err != nil {
		return tampered("the copy of the newest checkpoint, %s, is not what was signed", path)
	}
	for _, h := range v.heads {
		if h.size == copied.size && h.root == copied.root {
			return nil
		}
	}
	var size int64
	if len(v.heads) > 0 {
		size = v.heads[len(v.heads)-1].size
	}
	return tampered("entry %d is missing: the copy of the newest checkpoint covers %d entries and the database does not know it", size, copied.size)
}

func (v *verification) open(text string) (head, error) {
	n, err := note.Open([]byte(text), note.VerifierList(v.keys.verifier))
	if err != nil {
		return head{}, err
	}
	return parseHead(n.Text)
}

// parseHead reads the text of a checkpoint, signed or not.
func parseHead(text string) (head, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 || lines[0] != origin {
		return head{}, errors.New("not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return head{}, err
	}
	root, err := tlog.ParseHash(lines[2])
	return head{size, root}, err
}

// event checks one entry against its place, its columns and the next signed head.
func (v *verification) event(scan sqldb.Scanner) error {
	var seq int64
	var columns Event
	var body []byte
	if err := scan(&seq, &columns.ID, sqldb.Into(&columns.At), &columns.Actor, &columns.Unit, &columns.Verb, &columns.Subject, &body); err != nil {
		return err
	}
	n := v.proof.Events
	if seq != n {
		return tampered("entry %d is missing", n)
	}
	if !agrees(columns, body) {
		return tampered("entry %d (%s) was changed: its columns and its body disagree", n, columns.ID)
	}
	hashes, err := tlog.StoredHashes(n, body, v)
	if err != nil {
		return err
	}
	v.stored = append(v.stored, hashes...)
	v.proof.Events++
	return v.compareHead(columns.ID)
}

func agrees(columns Event, body []byte) bool {
	var told Event
	if json.Unmarshal(body, &told) != nil {
		return false
	}
	return told.ID == columns.ID && told.At.Equal(columns.At) && told.Actor == columns.Actor &&
		told.Unit == columns.Unit && told.Verb == columns.Verb && told.Subject == columns.Subject
}

// compareHead recomputes the head that was signed at this size, if one was. Where it
// disagrees, the stored leaves tell the first entry that is not what it was.
func (v *verification) compareHead(last id.Event) error {
	if len(v.heads) == 0 || v.heads[0].size != v.proof.Events {
		return nil
	}
	signed := v.heads[0]
	v.heads = v.heads[1:]
	v.proof.Checkpoints++
	root, err := tlog.TreeHash(signed.size, v)
	if err != nil || root == signed.root {
		return err
	}
	if err := v.compareStored(); err != nil {
		return err
	}
	return tampered("an entry up to %d (%s) was changed together with the stored hashes: the head signed for %d entries is another", signed.size-1, last, signed.size)
}

// compareStored holds the stored hashes of the entries read so far against the recomputed ones.
func (v *verification) compareStored() error {
	limit := int64(len(v.stored))
	next := int64(0)
	err := v.tx.Each(sqlLeaf, nil, func(scan sqldb.Scanner) error {
		var index int64
		var hash []byte
		if err := scan(&index, &hash); err != nil || index >= limit {
			return err
		}
		level, n := tlog.SplitStoredHashIndex(index)
		if index != next || !bytes.Equal(hash, v.stored[index][:]) {
			return tampered("entry %d was changed: it does not give the hash that was stored for it", n<<level)
		}
		next++
		return nil
	})
	if err == nil && next != limit {
		_, n := tlog.SplitStoredHashIndex(next)
		return tampered("the stored hash of entry %d is missing", n)
	}
	return err
}

// ReadHashes implements tlog.HashReader over what was recomputed.
func (v *verification) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= int64(len(v.stored)) {
			return nil, fmt.Errorf("hash %d is not computed yet", index)
		}
		out[i] = v.stored[index]
	}
	return out, nil
}

func tampered(format string, args ...any) error {
	return problem.New(problem.Tampered, "the audit log does not add up: "+format+". Keep this database as evidence and compare it with a backup", args...)
}
