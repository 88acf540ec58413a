package match

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TestOffUntil: an entry that is switched off until a moment matches never before it and
// always from then on, whether or not the index or the timer were asked meanwhile.
func TestOffUntil(t *testing.T) {
	each(t, func(w *world) {
		locality := "T1" + strings.Repeat("A4", 35)
		b := w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "looks"}, Entry{Kind: KindSHA256, Value: picture(1, hash).sha256, Label: "bytes"},
			Entry{Kind: KindTLSH, Value: locality, Label: "text"}, Entry{Kind: KindPDQ, Value: text(flip(hash, 9)), Label: "awake"})
		asks := []Query{{KindPDQ, text(hash), nil, 0}, {KindSHA256, picture(1, hash).sha256, nil, -1}, {KindTLSH, locality, nil, -1}}
		target := w.item("carries", picture(1, hash))
		x, late := w.open(), w.open()
		until := w.clock.at.Add(time.Hour).Add(123 * time.Microsecond)
		all := []id.Entry{w.entry("looks").ID, w.entry("bytes").ID, w.entry("text").ID}
		off := func(until time.Time, entries ...id.Entry) (n int) {
			w.audited(func(tx *sqldb.Tx) (err error) { n, err = OffUntil(tx, keeper, b.ID, until, entries...); return err })
			return n
		}
		if n := off(until, append(all, all[0])...); n != 3 {
			w.Errorf("%d are off", n)
		}
		w.refresh(x)
		answers := func(when string, x *Index, want int) {
			w.Helper()
			for _, q := range asks {
				if got := w.answers(x, q); len(got) != want {
					w.Errorf("%s, %s: %q, want %d", when, q.Kind, got, want)
				}
			}
			found, err := Find(w.Context(), x, target)
			if got := brief(found); err != nil || len(got) != 1+2*want {
				w.Errorf("%s the item matches %q, %v", when, got, err)
			}
		}
		answers("at once", x, 0)
		w.clock.at = until.Add(-time.Microsecond)
		answers("just before", x, 0)
		answers("just before, opened anew", w.open(), 0)
		if list := w.retro(x, b); len(list) != 0 {
			w.Errorf("looking back found %+v", list)
		}
		w.refresh(late)
		w.clock.at = until
		answers("at the moment", x, 1)
		answers("at the moment, refreshed before", late, 1)
		answers("at the moment, opened anew", w.open(), 1)
		w.clock.at = until.Add(-time.Second) // a clock that is put back
		answers("before it again", x, 0)
		w.clock.at = until
		w.wakes(b, x, 3)
		answers("after it was woken", x, 1)
		w.clock.at = until.Add(-time.Second)
		answers("woken, and the clock put back", x, 1)
	})
}

// wakes takes the moment off entries whose time has come, and looks for them.
func (w *world) wakes(b Bank, x *Index, want int) {
	w.Helper()
	before := w.again(b)
	var jobs []RetroJob
	w.audited(func(tx *sqldb.Tx) (err error) { jobs, err = Wake(tx, audit.System, tx.Now, 10); return err })
	if fmt.Sprint(jobs) != fmt.Sprint([]RetroJob{{Bank: b.ID, Batch: before.Batch + 1}}) {
		w.Errorf("jobs %+v", jobs)
	}
	if list := w.retro(x, b); len(list) != 1 || len(list[0].Matches) != want-1 { // nothing carries the text
		w.Errorf("looking back found %+v", list)
	}
	w.audited(func(tx *sqldb.Tx) (err error) {
		tx.Audited() // nothing is left to do
		jobs, err = Wake(tx, audit.System, tx.Now, 10)
		return err
	})
	if now := w.again(b); len(jobs) != 0 || now.Entries != before.Entries || now.Retracted != 0 {
		w.Errorf("woken again: %+v; %+v", jobs, now)
	}
	if got := w.events(string(b.ID)); fmt.Sprint(got) != "[bank.added bank.imported bank.entry_off bank.entry_restored]" {
		w.Errorf("events %q", got)
	}
}

// TestOffAndOut: switching off, taking out and taking back follow one another in any order.
func TestOffAndOut(t *testing.T) {
	each(t, func(w *world) {
		e := Entry{Kind: KindPDQ, Value: text(hash), Label: "one"}
		b := w.bank("BANK", 31, e)
		e = w.entry("one")
		x, ask := w.open(), Query{KindPDQ, text(hash), nil, -1}
		later := w.clock.at.Add(time.Hour)
		off := func(tx *sqldb.Tx) (int, error) { return OffUntil(tx, keeper, b.ID, later, e.ID) }
		out := func(tx *sqldb.Tx) (int, error) { return Retract(tx, keeper, b.ID, "a test", e.ID) }
		back := func(tx *sqldb.Tx) (int, error) { a, err := Restore(tx, keeper, b.ID, e.ID); return a.New, err }
		steps := []struct {
			name                 string
			do                   func(*sqldb.Tx) (int, error)
			changed, in, matches int
		}{
			{"off", off, 1, 1, 0}, {"off again", off, 1, 1, 0}, {"back", back, 1, 1, 1}, {"back again", back, 0, 1, 1}, {"off", off, 1, 1, 0}, {"out", out, 1, 0, 0},
			{"out again", out, 0, 0, 0}, {"off", off, 1, 1, 0}, {"out", out, 1, 0, 0}, {"back", back, 1, 1, 1}, {"off", off, 1, 1, 0},
		}
		for i, s := range steps {
			var n int
			w.audited(func(tx *sqldb.Tx) (err error) { tx.Audited(); n, err = s.do(tx); return err })
			w.refresh(x)
			if now := w.again(b); n != s.changed || now.Entries != s.in || now.Entries+now.Retracted != 1 || len(w.answers(x, ask)) != s.matches {
				w.Errorf("step %d, %s: %d changed, %d in the bank, %d out, matches %q", i, s.name, n, now.Entries, now.Retracted, w.answers(x, ask))
			}
		}
		w.audited(func(tx *sqldb.Tx) error { _, err := out(tx); return err })
		w.clock.at = later.Add(time.Hour) // taken out, it does not come back by itself
		w.refresh(x)
		w.audited(func(tx *sqldb.Tx) error {
			tx.Audited()
			if jobs, err := Wake(tx, audit.System, tx.Now, 10); len(jobs) != 0 || err != nil {
				w.Errorf("woken: %+v, %v", jobs, err)
			}
			if _, err := off(tx); !problem.Is(err, problem.Invalid) {
				w.Errorf("off until the past: %v", err)
			}
			return nil
		})
		if got := w.answers(x, ask); len(got) != 0 {
			w.Errorf("what was taken out matches: %q", got)
		}
	})
}

// TestWhatExpiredAsleepStaysOut: the moment of an entry comes after its expiry, and nobody has
// retracted it yet, as when the program stood still or thousands expire at once.
func TestWhatExpiredAsleepStaysOut(t *testing.T) {
	each(t, func(w *world) {
		until := w.clock.at.Add(2 * time.Hour)
		b := w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "one", ExpiresAt: w.clock.at.Add(time.Hour)})
		e := w.entry("one")
		w.audited(func(tx *sqldb.Tx) error { _, err := OffUntil(tx, keeper, b.ID, until, e.ID); return err })
		w.clock.at = until
		w.audited(func(tx *sqldb.Tx) error {
			tx.Audited()
			jobs, err := Wake(tx, audit.System, tx.Now, 10)
			if len(jobs) != 0 {
				w.Errorf("woken: %+v", jobs)
			}
			return err
		})
		if got := w.answers(w.open(), Query{KindPDQ, text(hash), nil, -1}); len(got) != 0 {
			w.Errorf("it matches %q after its expiry", got)
		}
		w.audited(func(tx *sqldb.Tx) error {
			if n, err := Expire(tx, audit.System, tx.Now, 10); n != 1 || err != nil {
				w.Errorf("%d are retracted: %v", n, err)
			}
			return nil
		})
	})
}

// TestASleeperInTheSnapshot: memory that comes from a file knows what is switched off.
func TestASleeperInTheSnapshot(t *testing.T) {
	each(t, func(w *world) {
		dir := t.TempDir()
		b := w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "one"})
		until := w.clock.at.Add(time.Hour)
		w.audited(func(tx *sqldb.Tx) error {
			_, err := OffUntil(tx, keeper, b.ID, until, w.entryLabelled(tx, "one"))
			return err
		})
		x := w.openIn(dir)
		w.snapshot(x)
		x = w.openIn(dir)
		ask := Query{KindPDQ, text(hash), nil, -1}
		got := [][]string{w.answers(x, ask)}
		w.clock.at = until
		got = append(got, w.answers(x, ask))
		if diff := cmp.Diff([][]string{{}, {"BANK 0"}}, got); diff != "" {
			w.Error(diff)
		}
	})
}

func (w *world) entryLabelled(tx *sqldb.Tx, label string) id.Entry {
	w.Helper()
	found, err := sqldb.Column[id.Entry](tx, "SELECT id FROM bank_entry WHERE label = $1", label)
	if err != nil || len(found) != 1 {
		w.Fatal(slices.Clone(found), err)
	}
	return found[0]
}
