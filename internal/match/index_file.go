package match

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"time"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// A snapshot spares reading millions of entries at the start. It is never more than that:
// one that is missing, damaged or not of this database is left aside, and the database read.

func snapshotIn(dir string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "banks.pdq")
}

// note says in the snapshot how far the database had been read.
type note struct {
	Banks   map[id.Bank]noted `json:"banks"`
	Expired time.Time         `json:"expired"`
}

// noted is one bank. A database that was put back to an older state may have come to the
// same number of batches in another way; the newest event of the bank tells the two apart.
type noted struct {
	Batch int64    `json:"batch"`
	Event id.Event `json:"event"`
}

const sqlNewestEvent = "SELECT COALESCE(MAX(id), '') FROM audit_event WHERE subject = $1"

// Save writes a snapshot of the banks' pictures for the next Open, unless nothing changed
// since the last. Others look up and refresh meanwhile.
func (x *Index) Save(ctx context.Context) error {
	if x.file == "" {
		return nil
	}
	var snapshot *hamming.Snapshot
	n := note{Banks: map[id.Bank]noted{}}
	err := x.inTurn(ctx, func() error {
		if maps.Equal(x.where.batches, x.saved) {
			return nil
		}
		snapshot, n.Expired = x.banked.Snapshot(), x.where.expired
		for bank, batch := range x.where.batches {
			n.Banks[bank] = noted{Batch: batch}
		}
		return x.db.View(ctx, n.readEvents)
	})
	if err != nil || snapshot == nil {
		return err
	}
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(x.file), 0o700); err != nil {
		return unsaved(err)
	}
	if err := snapshot.Save(x.file, text); err != nil {
		return unsaved(err)
	}
	return x.inTurn(ctx, func() error { x.saved = n.batches(); return nil })
}

func unsaved(err error) error {
	return problem.Wrap(err, problem.Unavailable, "the snapshot of the banks cannot be written; check the free space and the permissions of the data directory")
}

func (n note) readEvents(tx *sqldb.Tx) error {
	for bank, b := range n.Banks {
		if err := tx.Row(sqlNewestEvent, bank).Scan(&b.Event); err != nil {
			return err
		}
		n.Banks[bank] = b
	}
	return nil
}

func (n note) batches() map[id.Bank]int64 {
	batches := map[id.Bank]int64{}
	for bank, b := range n.Banks {
		batches[bank] = b.Batch
	}
	return batches
}

// restore begins with the snapshot, or with nothing. It fails only where the database does;
// that the snapshot is of no use is a Fault.
func (x *Index) restore(ctx context.Context) error {
	x.banked = hamming.NewLive(nil)
	if x.file == "" {
		return nil
	}
	live, text, err := hamming.OpenLive(x.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var n note
	if err == nil {
		err = json.Unmarshal(text, &n)
	}
	if err != nil {
		x.note(problem.Wrap(err, problem.Unavailable, "the snapshot of the banks cannot be used; they are read from the database, and the next snapshot replaces it"))
		return nil
	}
	var ours bool
	if err := x.db.View(ctx, func(tx *sqldb.Tx) error { ours, err = n.isOf(tx); return err }); err != nil {
		return err
	}
	if !ours {
		x.note(problem.New(problem.Unavailable, "the snapshot of the banks is not of this state of the database; they are read from the database, and the next snapshot replaces it"))
		return nil
	}
	x.banked, x.saved = live, n.batches()
	x.where = place{batches: n.batches(), expired: n.Expired}
	return nil
}

const (
	sqlBatchOf  = "SELECT batch FROM bank WHERE id = $1"
	sqlHasEvent = "SELECT 1 FROM audit_event WHERE id = $1"
)

// isOf reports whether the database still holds what the snapshot was made from.
func (n note) isOf(tx *sqldb.Tx) (bool, error) {
	for bank, b := range n.Banks {
		var batch int64
		err := tx.Row(sqlBatchOf, bank).Scan(&batch)
		if problem.Is(err, problem.NotFound) || err == nil && batch < b.Batch {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if b.Event == "" {
			continue
		}
		if ok, err := tx.Exists(sqlHasEvent, b.Event); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}
