package match

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

func (w *world) openIn(dir string) *Index {
	w.Helper()
	x, err := Open(w.Context(), w.db, w.store, dir)
	if err != nil {
		w.Fatal(err)
	}
	return x
}

func (w *world) snapshot(x *Index) {
	w.Helper()
	if err := x.Save(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// reads is how many entries an index would read from the database that opens in dir.
func (w *world) reads(dir string) (n int) {
	w.Helper()
	x := &Index{db: w.db, file: snapshotIn(dir)}
	if err := x.restore(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.write(func(tx *sqldb.Tx) error {
		c, err := x.readChanges(tx)
		n = len(c.fresh) + len(c.later) + len(c.gone)
		return err
	})
	return n
}

// a bank of pictures that lie far from each other.
func (w *world) sample(name string, n int) (Bank, []string) {
	w.Helper()
	r := rand.New(rand.NewPCG(uint64(n), 3))
	var list []Entry
	var values []string
	for i := range n {
		values = append(values, text(randomBits(r)))
		list = append(list, Entry{Kind: KindPDQ, Value: values[i], Label: fmt.Sprintf("%s %d", name, i)})
	}
	return w.bank(name, 31, list...), values
}

func TestSnapshot(t *testing.T) {
	each(t, func(w *world) {
		dir := filepath.Join(w.TempDir(), "index")
		b, values := w.sample("FIRST", 1200)
		x := w.openIn(dir)
		w.snapshot(x)
		if n := w.reads(dir); n != 0 {
			w.Errorf("with a snapshot of all, %d entries are read", n)
		}
		w.add(b, Entry{Kind: KindPDQ, Value: text(hash), ExpiresAt: day(2)})
		w.audited(func(tx *sqldb.Tx) error {
			_, err := Retract(tx, keeper, b.ID, "a test", w.entryOf(tx, values[7]))
			return err
		})
		if n := w.reads(dir); n != 2 {
			w.Errorf("two changes later %d entries are read", n)
		}
		again := w.openIn(dir)
		w.same(again, values[7], 0, values[8], 1, text(hash), 1)
		w.snapshot(again)
		w.clock.at = day(2)
		if n := w.reads(dir); n != 1 {
			w.Errorf("after one expired %d entries are read", n)
		}
		w.same(w.openIn(dir), values[7], 0, values[8], 1, text(hash), 0)
		if err := again.Fault(); err != nil {
			w.Error(err)
		}
	})
}

func (w *world) entryOf(tx *sqldb.Tx, value string) (e id.Entry) {
	w.Helper()
	if err := tx.Row("SELECT id FROM bank_entry WHERE value = $1", value).Scan(&e); err != nil {
		w.Fatal(err)
	}
	return e
}

// same wants values to be found as often as is said, by x as by an index without a snapshot.
func (w *world) same(x *Index, valuesAndCounts ...any) {
	w.Helper()
	plain := w.open()
	for i := 0; i < len(valuesAndCounts); i += 2 {
		q := Query{KindPDQ, valuesAndCounts[i].(string), nil, -1}
		got, want := w.answers(x, q), w.answers(plain, q)
		if diff := cmp.Diff(want, got); diff != "" || len(got) != valuesAndCounts[i+1] {
			w.Errorf("%s: %q, want %d (-without +with a snapshot):\n%s", q.Value, got, valuesAndCounts[i+1], diff)
		}
	}
}

func TestSaveOnlyWhatIsNew(t *testing.T) {
	each(t, func(w *world) {
		dir := w.TempDir()
		b, _ := w.sample("BANK", 2)
		x := w.openIn(dir)
		w.snapshot(x)
		file := snapshotIn(dir)
		if err := os.Remove(file); err != nil {
			w.Fatal(err)
		}
		w.snapshot(x)
		if _, err := os.Stat(file); err == nil {
			w.Error("nothing is new, and it was written again")
		}
		w.add(b, Entry{Kind: KindPDQ, Value: text(hash)})
		w.refresh(x)
		w.snapshot(x)
		if _, err := os.Stat(file); err != nil {
			w.Error(err)
		}
		w.snapshot(w.open()) // keeps none
	})
}

// TestUselessSnapshots: one that is damaged, or of another state of the database, is told
// of, left aside, and replaced by the next.
func TestUselessSnapshots(t *testing.T) {
	each(t, func(w *world) {
		b, values := w.sample("BANK", 100)
		for name, spoil := range map[string]func(file string){
			"damaged": func(file string) {
				raw, err := os.ReadFile(file)
				if err != nil {
					w.Fatal(err)
				}
				raw[len(raw)/2] ^= 1
				w.put(file, raw)
			},
			"cut off":     func(file string) { w.fail(os.Truncate(file, 5000)) },
			"empty":       func(file string) { w.put(file, nil) },
			"a directory": func(file string) { w.fail(os.Remove(file)); w.fail(os.MkdirAll(filepath.Join(file, "x"), 0o700)) },
			"of a later state": func(string) {
				w.exec("UPDATE bank SET batch = batch - 1 WHERE id = $1", b.ID)
				w.exec("UPDATE bank_entry SET batch = batch - 1 WHERE bank_id = $1 AND batch > 1", b.ID)
			},
			"of another way here": func(string) { w.exec("DELETE FROM audit_event WHERE subject = $1", b.ID) },
			"of another database": func(string) { w.exec("UPDATE bank SET id = id || 'x' WHERE name = 'EMPTY'") },
		} {
			w.bank("EMPTY", 31)
			w.add(b, Entry{Kind: KindPDQ, Value: text(flip(hash, len(name)))})
			dir := w.TempDir()
			w.snapshot(w.openIn(dir))
			spoil(snapshotIn(dir))
			x := w.openIn(dir)
			if x.Fault() == nil {
				w.Errorf("%s: no fault is told", name)
			}
			w.same(x, values[3], 1)
			if name != "a directory" {
				w.snapshot(x)
				if again := w.openIn(dir); again.Fault() != nil || w.reads(dir) != 0 {
					w.Errorf("%s: the next snapshot is of no use: %v", name, again.Fault())
				}
			}
			w.exec("DELETE FROM bank WHERE name = 'EMPTY'")
		}
	})
}

func (w *world) put(file string, raw []byte) {
	w.Helper()
	w.fail(os.WriteFile(file, raw, 0o600))
}

func (w *world) fail(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// TestSaveWhileBanksChange: whatever was on its way, nothing is missing after the next Open.
func TestSaveWhileBanksChange(t *testing.T) {
	each(t, func(w *world) {
		dir := w.TempDir()
		b, _ := w.sample("BANK", 100)
		x := w.openIn(dir)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 20 {
				w.snapshot(x)
				time.Sleep(time.Millisecond)
			}
		}()
		r := rand.New(rand.NewPCG(5, 6))
		var list []any
		for i := range 40 {
			value := text(randomBits(r))
			w.add(b, Entry{Kind: KindPDQ, Value: value})
			list = append(list, value, 1)
			if i%3 == 0 {
				w.refresh(x)
			}
		}
		<-done
		w.same(w.openIn(dir), list...)
	})
}
