package audit

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = Actor{User: "usr_sample", Unit: "unt_sample"}

// bench is a log with its database and folder.
type bench struct {
	*testing.T
	db  *sqldb.DB
	dir string
	log *Log
}

func each(t *testing.T, fn func(b *bench)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) { fn(open(t, shared.Open(t, engine))) })
	}
}

// open makes a log with new keys in an empty database.
func open(t *testing.T, db *sqldb.DB) *bench {
	t.Helper()
	b := beside(t, db)
	b.tamper(func(tx *sqldb.Tx) error {
		for _, q := range []sqldb.SQL{"DELETE FROM audit_event", "DELETE FROM audit_hash", "DELETE FROM audit_checkpoint"} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	return b
}

// beside opens the log of a database with keys of its own.
func beside(t *testing.T, db *sqldb.DB) *bench {
	t.Helper()
	b := &bench{T: t, db: db, dir: t.TempDir()}
	var err error
	if b.log, err = Open(db, b.dir); err != nil {
		t.Fatal(err)
	}
	return b
}

// append records n events of the same kind in one transaction.
func (b *bench) append(n int) {
	b.Helper()
	entries := make([]Entry, n)
	for i := range entries {
		entries[i] = Entry{Verb: "item.contributed", Subject: fmt.Sprintf("itm_%d", i), Detail: map[string]any{"number": i}}
	}
	if err := b.db.Update(b.Context(), func(tx *sqldb.Tx) error { return Append(tx, by, entries...) }); err != nil {
		b.Fatal(err)
	}
}

// sequence places everything that waits and returns how many batches it took.
func (b *bench) sequence() (batches, placed int) {
	b.Helper()
	for {
		n, err := b.log.Sequence(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if n == 0 {
			return batches, placed
		}
		batches++
		placed += n
	}
}

// grow makes a log of batches, each signed by itself.
func (b *bench) grow(sizes ...int) {
	b.Helper()
	for _, n := range sizes {
		b.append(n)
		b.sequence()
	}
}

func (b *bench) verify() (Proof, error) { return Verify(context.Background(), b.db, b.dir) }

// tamper changes rows behind the log's back.
func (b *bench) tamper(fn func(tx *sqldb.Tx) error) {
	b.Helper()
	if err := b.db.Housekeeping(context.Background(), "test", fn); err != nil {
		b.Fatal(err)
	}
}

func (b *bench) exec(q sqldb.SQL, args ...any) {
	b.Helper()
	b.tamper(func(tx *sqldb.Tx) error {
		n, err := tx.Exec(q, args...)
		if err == nil && n == 0 {
			b.Errorf("%s changed nothing", q)
		}
		return err
	})
}

func TestALogOfManyBatchesVerifies(t *testing.T) {
	each(t, func(b *bench) {
		if proof, err := b.verify(); err != nil || proof.Events != 0 {
			b.Fatalf("an empty log: %+v, %v", proof, err)
		}
		b.append(5_000) // more than two batches of the sequencer
		if batches, placed := b.sequence(); batches != 3 || placed != 5_000 {
			b.Fatalf("%d batches placed %d events", batches, placed)
		}
		b.grow(1, 2, 3, 1)
		b.append(4) // these wait
		proof, err := b.verify()
		if err != nil {
			b.Fatal(err)
		}
		if proof.Events != 5_007 || proof.Waiting != 4 || proof.Checkpoints != 7 {
			b.Errorf("%+v", proof)
		}
		var events int64
		var root string
		err = b.db.View(b.Context(), func(tx *sqldb.Tx) error { events, root, err = Head(tx); return err })
		if err != nil || events != proof.Events || root != proof.Root.String() {
			b.Errorf("Head gives %d, %s, %v; the proof has %+v", events, root, err, proof)
		}
		text, err := b.log.Checkpoint(b.Context())
		copied, _ := os.ReadFile(filepath.Join(b.dir, "audit.checkpoint"))
		if err != nil || text != string(copied) {
			b.Errorf("the newest checkpoint is\n%s\nits copy\n%s\n%v", text, copied, err)
		}
	})
}

// A log verifies while it is written to: what is signed meanwhile is no sign of tampering.
func TestALogVerifiesWhileItGrows(t *testing.T) {
	each(t, func(b *bench) {
		b.grow(10, 10)
		done := make(chan error, 1)
		stop := make(chan struct{})
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				default:
				}
				err := b.db.Update(context.Background(), func(tx *sqldb.Tx) error { return Append(tx, by, Entry{Verb: "v", Subject: "s"}) })
				if err == nil {
					_, err = b.log.Sequence(context.Background())
				}
				if err != nil {
					done <- err
					return
				}
			}
		}()
		for range 10 {
			if _, err := b.verify(); err != nil {
				b.Error(err)
				break
			}
		}
		close(stop)
		if err := <-done; err != nil {
			b.Error(err)
		}
	})
}

// TestFigures prints what a verification costs. It runs when ARGINE_FIGURES is set.
func TestFigures(t *testing.T) {
	if os.Getenv("ARGINE_FIGURES") == "" {
		t.Skip("set ARGINE_FIGURES=1 to measure")
	}
	each(t, func(b *bench) {
		start := time.Now()
		for range 370 {
			b.grow(100)
		}
		filled := time.Since(start)
		start = time.Now()
		proof, err := b.verify()
		if err != nil {
			b.Fatal(err)
		}
		b.Logf("%d events, %d checkpoints: recorded and signed in %v, verified in %v", proof.Events, proof.Checkpoints, filled, time.Since(start))
	})
}
