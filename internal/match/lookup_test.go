package match

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// answers says hits as "bank distance", in order.
func (w *world) answers(x *Index, q Query) []string {
	w.Helper()
	list, err := x.Lookup(w.Context(), q)
	if err != nil {
		w.Fatal(err)
	}
	out := []string{}
	for _, h := range list {
		out = append(out, fmt.Sprintf("%s %d", h.Bank, h.Distance))
	}
	return out
}

func (w *world) refresh(x *Index) {
	w.Helper()
	if err := x.Refresh(w.Context()); err != nil {
		w.Fatal(err)
	}
}

// entry finds the entry of a label.
func (w *world) entry(label string) (e Entry) {
	w.Helper()
	w.write(func(tx *sqldb.Tx) error {
		return tx.Row("SELECT id, number FROM bank_entry WHERE label = $1", label).Scan(&e.ID, &e.Number)
	})
	return e
}

func TestLookup(t *testing.T) {
	each(t, func(w *world) {
		single := w.bank("SINGLE", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "the only one"})
		w.bank("WIDE", 40, Entry{Kind: KindPDQ, Value: text(flip(hash, 40)), Label: "far"}, Entry{Kind: KindSHA256, Value: picture(1, hash).sha256},
			Entry{Kind: KindMD5, Value: picture(1, hash).md5}, Entry{Kind: KindSHA1, Value: strings.Repeat("0a", 20)}, Entry{Kind: KindSHA512, Value: strings.Repeat("0b", 64)})
		off := w.bank("OFF", 31, Entry{Kind: KindPDQ, Value: text(flip(hash, 1))})
		w.audited(func(tx *sqldb.Tx) error { off.Enabled = false; _, err := SetBank(tx, keeper, off); return err })
		x := w.open()
		for _, tt := range []struct {
			name string
			q    Query
			want []string
		}{
			{"each bank's radius", Query{KindPDQ, text(hash), nil, -1}, []string{"SINGLE 0", "WIDE 40"}},
			{"capitals", Query{KindPDQ, strings.ToUpper(text(hash)), nil, -1}, []string{"SINGLE 0", "WIDE 40"}},
			{"just outside", Query{KindPDQ, text(flip(hash, 32)), nil, -1}, []string{"WIDE 8"}},
			{"a radius of its own", Query{KindPDQ, text(flip(hash, 32)), nil, 32}, []string{"WIDE 8", "SINGLE 32"}},
			{"a narrow radius", Query{KindPDQ, text(flip(hash, 1)), nil, 0}, []string{}},
			{"some banks", Query{KindPDQ, text(hash), []string{"WIDE", "OFF"}, -1}, []string{"WIDE 40"}},
			{"no bank", Query{KindPDQ, text(hash), []string{}, -1}, []string{}},
			{"one that is not there", Query{KindPDQ, text(hash), []string{"NONE", "WIDE"}, -1}, []string{"WIDE 40"}},
			{"only one that is off", Query{KindPDQ, text(hash), []string{"OFF"}, 63}, []string{}},
			{"sha256", Query{KindSHA256, strings.ToUpper(picture(1, hash).sha256), nil, -1}, []string{"WIDE 0"}},
			{"md5", Query{KindMD5, picture(1, hash).md5, nil, -1}, []string{"WIDE 0"}},
			{"sha1", Query{KindSHA1, strings.Repeat("0A", 20), nil, -1}, []string{"WIDE 0"}},
			{"sha512", Query{KindSHA512, strings.Repeat("0b", 64), []string{"WIDE"}, -1}, []string{"WIDE 0"}},
			{"another bank's digest", Query{KindMD5, picture(1, hash).md5, []string{"SINGLE"}, -1}, []string{}},
			{"a hash as a digest", Query{KindSHA256, text(hash), nil, -1}, []string{}},
		} {
			if diff := cmp.Diff(tt.want, w.answers(x, tt.q)); diff != "" {
				w.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
		if got, _ := x.Lookup(w.Context(), Query{KindPDQ, text(hash), nil, -1}); got[0].Number != w.entry("the only one").Number {
			w.Errorf("the hit is %+v", got[0])
		}
		w.forget(x, single)
		for _, tt := range []struct {
			q    Query
			want problem.Kind
		}{
			{Query{KindPDQ, text(hash)[1:], nil, -1}, problem.Invalid}, {Query{KindPDQ, text(hash)[1:] + "g", nil, -1}, problem.Invalid}, {Query{KindPDQ, "", nil, -1}, problem.Invalid},
			{Query{KindMD5, text(hash), nil, -1}, problem.Invalid}, {Query{"crc32", "00", nil, -1}, problem.Invalid}, {Query{KindPDQ, text(hash), nil, 64}, problem.Invalid},
			{Query{KindPDQ, text(hash), nil, -2}, problem.Invalid},
		} {
			if got, err := x.Lookup(w.Context(), tt.q); !problem.Is(err, tt.want) {
				w.Errorf("%+v gives %v, %v", tt.q, got, err)
			}
		}
	})
}

// forget: what leaves a bank leaves memory, and comes back when it is restored.
func (w *world) forget(x *Index, b Bank) {
	w.Helper()
	ask, e := Query{KindPDQ, text(hash), []string{b.Name}, -1}, w.entry("the only one")
	w.audited(func(tx *sqldb.Tx) error { _, err := Retract(tx, keeper, b.ID, "a test", e.ID); return err })
	had := x.banked.Len()
	w.refresh(x)
	if got := w.answers(x, ask); len(got) != 0 || x.banked.Len() != had-1 {
		w.Errorf("after retraction: %q, %d of %d entries", got, x.banked.Len(), had)
	}
	w.audited(func(tx *sqldb.Tx) error { _, err := Restore(tx, keeper, b.ID, e.ID); return err })
	for range 2 {
		w.refresh(x)
		if got := w.answers(x, ask); len(got) != 1 || x.banked.Len() != had {
			w.Errorf("after taking back: %q, %d of %d entries", got, x.banked.Len(), had)
		}
	}
	w.add(b, Entry{Kind: KindPDQ, Value: text(flip(hash, 2)), ExpiresAt: w.clock.at.Add(time.Minute)})
	w.refresh(x)
	if got := w.answers(x, ask); len(got) != 2 {
		w.Errorf("before it expires: %q", got)
	}
	w.clock.at = w.clock.at.Add(time.Minute)
	w.refresh(x)
	if got := w.answers(x, ask); len(got) != 1 {
		w.Errorf("after it expired: %q", got)
	}
	if got := w.answers(w.open(), ask); len(got) != 1 {
		w.Errorf("after it expired and opening anew: %q", got)
	}
}

// TestLookupOfPicturesNeedsNoDatabase closes it.
func TestLookupOfPicturesNeedsNoDatabase(t *testing.T) {
	eachAlone(t, func(w *world) {
		w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash)}, Entry{Kind: KindMD5, Value: picture(1, hash).md5})
		x := w.open()
		w.db.Close()
		if got := w.answers(x, Query{KindPDQ, text(flip(hash, 3)), nil, -1}); len(got) != 1 {
			w.Errorf("hits %q", got)
		}
		if _, err := x.Lookup(w.Context(), Query{KindMD5, picture(1, hash).md5, nil, -1}); err == nil {
			w.Error("a digest was looked up without the database")
		}
	})
}

func TestFollowTakesInWhatIsNew(t *testing.T) {
	eachAlone(t, func(w *world) {
		x := w.open()
		ended := make(chan error)
		ctx, cancel := context.WithCancel(w.Context())
		defer cancel()
		go func() { ended <- x.Follow(ctx, time.Millisecond) }()
		w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash)})
		for began := time.Now(); len(x.Banks()) == 0 || len(w.answers(x, Query{KindPDQ, text(hash), nil, -1})) == 0; {
			if time.Since(began) > 20*time.Second {
				w.Fatal("the entry was not taken in")
			}
			time.Sleep(time.Millisecond)
		}
		if b := x.Banks()[0]; b.Name != "BANK" || b.Radius != 31 || !b.Enabled || b.Share != 1_000_000 || b.Slot == 0 {
			w.Errorf("the bank is seen as %+v", b)
		}
		for _, s := range x.Status() {
			if want := map[string]int{KindPDQ: 1}[s.Kind]; s.Size != want || !s.Present || s.BuiltTo.IsZero() {
				w.Errorf("status %+v", s)
			}
		}
		if err := x.Fault(); err != nil {
			w.Error(err)
		}
		w.db.Close()
		for began := time.Now(); x.Fault() == nil; time.Sleep(time.Millisecond) {
			if time.Since(began) > 20*time.Second {
				w.Fatal("that the database is gone was not told")
			}
		}
		cancel()
		if err := <-ended; err != nil {
			w.Error(err)
		}
	})
}

// TestLookupMissesNothing lets banks change in every way and compares with reading them whole.
func TestLookupMissesNothing(t *testing.T) {
	each(t, func(w *world) {
		run := 0
		w.many(func(t *rapid.T) {
			run++
			r := rand.New(rand.NewPCG(uint64(run), 7))
			base := randomBits(r)
			x := w.open()
			var banks []Bank
			for i := range rapid.IntRange(1, 3).Draw(t, "banks") {
				banks = append(banks, w.bank(fmt.Sprintf("R%d_%d", run, i), rapid.IntRange(0, 63).Draw(t, "radius")))
			}
			for range rapid.IntRange(1, 12).Draw(t, "steps") {
				w.change(t, rapid.SampledFrom(banks).Draw(t, "bank"), base)
				if rapid.Bool().Draw(t, "refresh") {
					w.refresh(x)
				}
			}
			w.refresh(x)
			q := Query{KindPDQ, text(flip(base, rapid.IntRange(0, 40).Draw(t, "bits"))), nil, rapid.IntRange(-1, 63).Draw(t, "radius")}
			got, err := x.Lookup(w.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(w.bruteForce(t, q), got); diff != "" {
				t.Fatalf("%+v (-want +got):\n%s", q, diff)
			}
		})
	})
}

// change makes one change to a bank.
func (w *world) change(t *rapid.T, b Bank, base [4]uint64) {
	w.clock.at = w.clock.at.Add(time.Second)
	w.audited(func(tx *sqldb.Tx) error {
		some, err := sqldb.Column[id.Entry](tx, "SELECT id FROM bank_entry WHERE bank_id = $1 ORDER BY value", b.ID)
		if err != nil {
			return err
		}
		if len(some) > 0 {
			some = some[rapid.IntRange(0, len(some)-1).Draw(t, "entry"):]
		}
		switch rapid.IntRange(0, 5).Draw(t, "change") {
		case 0:
			_, err = Retract(tx, keeper, b.ID, "a test", some...)
		case 1:
			_, err = Restore(tx, keeper, b.ID, some...)
		case 2:
			_, err = OffUntil(tx, keeper, b.ID, tx.Now.Add(time.Duration(rapid.IntRange(1, 5).Draw(t, "seconds"))*time.Second), some...)
		case 3:
			b.Enabled = rapid.Bool().Draw(t, "enabled")
			b.Radius = rapid.IntRange(0, 63).Draw(t, "radius")
			_, err = SetBank(tx, keeper, b)
		default:
			var list []Entry
			for range rapid.IntRange(1, 5).Draw(t, "entries") {
				e := Entry{Kind: KindPDQ, Value: text(flip(base, rapid.IntRange(0, 80).Draw(t, "bits")))}
				if rapid.Bool().Draw(t, "expires") {
					e.ExpiresAt = tx.Now.Add(time.Duration(rapid.IntRange(1, 5).Draw(t, "seconds")) * time.Second)
				}
				list = append(list, e)
			}
			_, err = AddEntries(tx, keeper, b.ID, list)
		}
		tx.Audited() // some of them change nothing
		return err
	})
}

// bruteForce reads all entries.
func (w *world) bruteForce(t *rapid.T, q Query) (list []Hit) {
	w.write(func(tx *sqldb.Tx) error {
		return tx.Each("SELECT e.number, e.value, b.name, b.share, b.radius FROM bank_entry e JOIN bank b ON b.id = e.bank_id WHERE e.kind = 'pdq' AND b.enabled AND e.retracted_at IS NULL AND (e.expires_at IS NULL OR e.expires_at > $1) AND (e.off_until IS NULL OR e.off_until <= $1)",
			[]any{sqldb.At(w.clock.at)}, func(scan sqldb.Scanner) error {
				var h Hit
				var value string
				var radius int
				err := scan(&h.Number, &value, &h.Bank, &h.Open, &radius)
				if q.Radius >= 0 {
					radius = q.Radius
				}
				if h.Distance = apart(t, q.Value, value); h.Distance <= radius {
					list = append(list, h)
				}
				return err
			})
	})
	slices.SortFunc(list, func(a, b Hit) int {
		if a.Distance != b.Distance {
			return a.Distance - b.Distance
		}
		return int(a.Number - b.Number)
	})
	return list
}
