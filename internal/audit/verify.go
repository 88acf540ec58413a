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
	"slices"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

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
//
// A log that is being written to verifies too: the copy is written after the commit of the
// head that it repeats, so one that was read before the snapshot began is part of it.
func Verify(ctx context.Context, db *sqldb.DB, dir string) (Proof, error) {
	verifier, err := loadVerifier(dir)
	if err != nil {
		return Proof{}, err
	}
	copied, missing := os.ReadFile(filepath.Join(dir, "audit.checkpoint"))
	var proof Proof
	err = db.View(ctx, func(tx *sqldb.Tx) error {
		v := verification{tx: tx, verifier: verifier}
		if err := v.run(); err != nil {
			return err
		}
		if err := v.compareCopy(string(copied), missing); err != nil {
			return err
		}
		proof = v.proof
		return tx.Row(sqlUnplaced).Scan(&proof.Waiting)
	})
	return proof, err
}

type verification struct {
	tx       *sqldb.Tx
	verifier note.Verifier
	heads    []head      // as signed
	passed   int         // how many of them agree with what was recomputed
	stored   []tlog.Hash // recomputed, in the order of tlog.StoredHashIndex
	proof    Proof
}

func (v *verification) run() error {
	if err := v.readHeads(); err != nil {
		return err
	}
	fault := v.tx.Each(sqlPlaced, nil, v.event)
	if fault == nil {
		fault = v.compareEnd()
	}
	if fault != nil && !problem.Is(fault, problem.Tampered) {
		return fault
	}
	if err := v.compareStored(fault == nil); err != nil { // an entry before the fault, then
		return err
	}
	if fault != nil {
		return fault
	}
	root, err := tlog.TreeHash(v.proof.Events, v)
	v.proof.Root = root
	return err
}

// compareEnd holds the last entry against the last signed head: every batch is signed as one
// with its entries, so neither goes beyond the other.
func (v *verification) compareEnd() error {
	if v.passed < len(v.heads) {
		return tampered("entry %d is missing: a signed head covers %d entries, the log has %d", v.proof.Events, v.heads[v.passed].size, v.proof.Events)
	}
	if covered := v.covered(); covered < v.proof.Events {
		return tampered("entry %d was slipped in: no signed head covers it", covered)
	}
	return nil
}

// covered is how many entries the signed heads that were recomputed vouch for.
func (v *verification) covered() int64 {
	if v.passed == 0 {
		return 0
	}
	return v.heads[v.passed-1].size
}

// readHeads opens every checkpoint of the database; a bad signature is tampering.
func (v *verification) readHeads() error {
	return v.tx.Each(sqlCheckpoints, nil, func(scan sqldb.Scanner) error {
		var size int64
		var text string
		if err := scan(&size, &text); err != nil {
			return err
		}
		h, err := openHead(text, v.verifier)
		if err != nil || h.size != size {
			return tampered("the checkpoint for %d entries is not what was signed", size)
		}
		v.heads = append(v.heads, h)
		return nil
	})
}

// compareCopy holds the copy beside the database against its checkpoints: it may be older than
// the newest, where the process died before writing it, but not unknown.
func (v *verification) compareCopy(text string, missing error) error {
	if errors.Is(missing, fs.ErrNotExist) && len(v.heads) < 2 {
		return nil
	}
	if missing != nil {
		return tampered("the copy of the newest checkpoint, audit.checkpoint, is missing")
	}
	copied, err := openHead(text, v.verifier)
	if err != nil {
		return tampered("the copy of the newest checkpoint, audit.checkpoint, is not what was signed")
	}
	if slices.Contains(v.heads, copied) {
		return nil
	}
	return tampered("entry %d is missing: the copy of the newest checkpoint covers %d entries and the database does not know it", v.covered(), copied.size)
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
	if seq < n {
		return tampered("an entry was slipped in at place %d (%s)", seq, columns.ID)
	}
	if seq > n {
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
	return v.compareHead()
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
// disagrees, the stored hashes may tell which entry it is; run asks them when it has let go
// of the rows.
func (v *verification) compareHead() error {
	if v.passed == len(v.heads) || v.heads[v.passed].size != v.proof.Events {
		return nil
	}
	root, err := tlog.TreeHash(v.proof.Events, v)
	if err != nil {
		return err
	}
	if root != v.heads[v.passed].root {
		return tampered("%s was changed together with the stored hashes: the head signed for %d entries is another", span(v.covered(), v.proof.Events), v.proof.Events)
	}
	v.passed++
	v.proof.Checkpoints++
	return nil
}

// compareStored holds the stored hashes of the entries read so far against the recomputed
// ones. They lie in the order of the entries, so the first that differs names the first bad
// entry; where a leaf was rewritten too, the hash over it and its neighbours names them all.
func (v *verification) compareStored(whole bool) error {
	limit, next := int64(len(v.stored)), int64(0)
	err := v.tx.Each(sqlLeaf, nil, func(scan sqldb.Scanner) error {
		var index int64
		var hash []byte
		if err := scan(&index, &hash); err != nil {
			return err
		}
		if index < next || (whole && index >= limit) {
			return tampered("the stored hash %d belongs to no entry", index)
		}
		if index > next || index >= limit {
			return errEnough
		}
		if !bytes.Equal(hash, v.stored[index][:]) {
			level, n := tlog.SplitStoredHashIndex(index)
			return tampered("%s was changed: the hash that was stored is another", span(n<<level, (n+1)<<level))
		}
		next++
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	if next < limit {
		level, n := tlog.SplitStoredHashIndex(next)
		return tampered("%s has no stored hash any more", span(n<<level, (n+1)<<level))
	}
	return nil
}

// errEnough ends the reading of the stored hashes.
var errEnough = errors.New("no more stored hashes are needed")

// span names the entries from from up to, not including, to.
func span(from, to int64) string {
	if to-from == 1 {
		return fmt.Sprintf("entry %d", from)
	}
	return fmt.Sprintf("entry %d, or one after it up to %d,", from, to-1)
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
