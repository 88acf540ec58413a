package match

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

var hash = hamming.Bits{0x0123456789abcdef, 0xfedcba9876543210, 0x5555aaaa5555aaaa, 0x0f0f0f0ff0f0f0f0}

func TestWhatMatches(t *testing.T) {
	each(t, func(w *world) {
		m := picture(7, hash)
		poor, blank := picture(8, hash), medium{sha256: fmt.Sprintf("%064x", 9), md5: fmt.Sprintf("%032x", 9)}
		poor.quality = 49
		edge := picture(10, hash)
		edge.quality = 50
		b := w.bank("WIDE", 31,
			Entry{Kind: KindPDQ, Value: text(hash), Label: "same"}, Entry{Kind: KindPDQ, Value: text(flip(hash, 31)), Label: "edge"}, Entry{Kind: KindPDQ, Value: text(flip(hash, 32)), Label: "out"},
			Entry{Kind: KindSHA256, Value: m.sha256, Label: "bytes"}, Entry{Kind: KindMD5, Value: poor.md5, Label: "poor"}, Entry{Kind: KindMD5, Value: blank.md5, Label: "sound"},
			Entry{Kind: KindSHA256, Value: text(hash), Label: "a digest that reads like the hash"}, Entry{Kind: KindPDQ, Value: m.sha256, Label: "a hash that reads like the digest"})
		w.bank("NARROW", 8, Entry{Kind: KindPDQ, Value: text(flip(hash, 8)), Label: "narrow"}, Entry{Kind: KindPDQ, Value: text(flip(hash, 9)), Label: "too far for this bank"})
		w.bank("OWN", 63, Entry{Kind: KindPDQ, Value: text(flip(hash, 63)), Label: "far"})
		x := w.open()
		for _, tt := range []struct {
			name   string
			medium medium
			want   []string
		}{
			{"all ways", m, []string{"pdq 0 same", "pdq 31 edge", "pdq 63 far", "pdq 8 narrow", "sha256 0 bytes"}},
			{"poor picture: digests only", poor, []string{"md5 0 poor"}},
			{"just good enough", edge, []string{"pdq 0 same", "pdq 31 edge", "pdq 63 far", "pdq 8 narrow"}},
			{"no picture", blank, []string{"md5 0 sound"}},
		} {
			target := w.item(tt.medium.sha256[60:], tt.medium)
			if diff := cmp.Diff(tt.want, brief(w.find(x, target))); diff != "" {
				w.Errorf("%s (-want +got):\n%s", tt.name, diff)
			}
		}
		w.retractAndDisable(x, b)
	})
}

// retractAndDisable: what no longer counts does not appear, without the index being told.
func (w *world) retractAndDisable(x *Index, b Bank) {
	w.Helper()
	target := w.item("later", picture(7, hash))
	w.audited(func(tx *sqldb.Tx) error {
		entries, err := sqldb.Column[id.Entry](tx, "SELECT id FROM bank_entry WHERE bank_id = $1 AND label IN ('same', 'bytes')", b.ID)
		if err != nil {
			return err
		}
		n, err := Retract(tx, keeper, b.ID, "a test", entries...)
		if n != 2 {
			w.Errorf("retracted %d entries, want 2", n)
		}
		if again, _ := Retract(tx, keeper, b.ID, "a test", entries...); again != 0 {
			w.Errorf("retracted %d entries a second time", again)
		}
		return err
	})
	if n := w.add(b, Entry{Kind: KindPDQ, Value: text(hash), Label: "same"}); n != 0 {
		w.Error("a retracted entry came back by importing it again")
	}
	want := []string{"pdq 31 edge", "pdq 63 far", "pdq 8 narrow"}
	if diff := cmp.Diff(want, brief(w.find(x, target))); diff != "" {
		w.Errorf("after retraction (-want +got):\n%s", diff)
	}
	w.audited(func(tx *sqldb.Tx) error { b.Enabled = false; _, err := SetBank(tx, keeper, b); return err })
	want = []string{"pdq 63 far", "pdq 8 narrow"}
	if diff := cmp.Diff(want, brief(w.find(x, target))); diff != "" {
		w.Errorf("after disabling (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, brief(w.find(w.open(), target))); diff != "" {
		w.Errorf("after opening anew (-want +got):\n%s", diff)
	}
	w.audited(func(tx *sqldb.Tx) error { b.Enabled = true; _, err := SetBank(tx, keeper, b); return err })
	if got := brief(w.find(x, target)); !slices.Contains(got, "pdq 31 edge") {
		w.Errorf("after enabling again: %q", got)
	}
}

func TestWhatIsAReupload(t *testing.T) {
	each(t, func(w *world) {
		x := w.open()
		poor, sound := picture(5, flip(hash, 2)), medium{sha256: fmt.Sprintf("%064x", 6)}
		poor.quality = 49
		w.item("same", picture(1, hash), sound)
		w.item("altered", picture(2, flip(hash, 31)))
		w.item("far", picture(3, flip(hash, 32)))
		w.item("standing", picture(1, hash))
		w.item("back", picture(1, hash))
		w.item("late", picture(1, hash))
		w.item("atonce", picture(1, hash))
		w.item("poor", poor)
		w.item("both", picture(4, flip(hash, 20)), picture(2, flip(hash, 31)), picture(7, flip(hash, 10)))
		for _, name := range []string{"same", "altered", "far", "poor", "both"} {
			w.gone(id.Item("itm_"+name), day(3))
		}
		w.gone("itm_back", time.Time{})
		w.gone("itm_late", day(5).Add(time.Microsecond))
		w.gone("itm_atonce", day(5))
		w.clock.at = day(5)
		again := w.item("again", picture(1, hash))
		nothing := w.item("nothing")
		alike := w.item("alike", poor, sound)
		w.clock.at = day(9) // the jobs come late: what was gone by then does not count
		want := []string{"itm_altered 31", "itm_both 10", "itm_same 0"}
		found := w.find(x, again)
		if diff := cmp.Diff(want, ties(found)); diff != "" {
			w.Errorf("re-uploads (-want +got):\n%s", diff)
		}
		if first := found.Reuploads[0]; !first.GoneAt.Equal(day(3)) || first.SHA256 != first.EarlierSHA256 || first.Earlier != "itm_same" {
			w.Errorf("the closest tie is %+v", first)
		}
		if diff := cmp.Diff(want, ties(w.find(w.open(), again))); diff != "" {
			w.Errorf("with an index opened anew (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{"itm_poor 0", "itm_same 0"}, ties(w.find(x, alike))); diff != "" {
			w.Errorf("by digests (-want +got):\n%s", diff)
		}
		if got := w.find(x, nothing); len(got.Matches)+len(got.Reuploads) != 0 {
			w.Errorf("an item without media has %+v", got)
		}
	})
}

func TestTiesAreBounded(t *testing.T) {
	each(t, func(w *world) {
		w.together(func() {
			for i := range maxEarlier + 5 {
				w.gone(w.item(fmt.Sprintf("n%03d", i), picture(1, hash)), day(2).Add(time.Duration(i)*time.Minute))
			}
		})
		w.clock.at = day(4)
		found := w.find(w.open(), w.item("again", picture(1, hash)))
		if n := len(found.Reuploads); n != maxEarlier {
			w.Fatalf("%d ties, want %d", n, maxEarlier)
		}
		if got := found.Reuploads[0].Earlier; got != id.Item(fmt.Sprintf("itm_n%03d", maxEarlier+4)) {
			w.Errorf("the first is %s, want the one that went last", got)
		}
	})
}

// TestFindMissesNothing compares with looking at every entry and every item.
func TestFindMissesNothing(t *testing.T) {
	each(t, func(w *world) {
		run := 0
		w.many(func(t *rapid.T) {
			run++
			w.clock.at = day(2 * run)
			newRound(w, t, run).compare(t)
		})
	})
}

// inBank is an entry and the radius of its bank.
type inBank struct {
	Entry
	radius int
}

// apart counts differing bits one by one; 256 where a value is no hash.
func apart(t *rapid.T, a, b string) (n int) {
	x, y := new(big.Int), new(big.Int)
	if _, ok := x.SetString(a, 16); !ok || len(b) != 64 {
		return 256
	}
	if _, ok := y.SetString(b, 16); !ok {
		t.Fatalf("%q is not hexadecimal", b)
	}
	x.Xor(x, y)
	for i := range 256 {
		n += int(x.Bit(i))
	}
	return n
}

// round is one made-up state: a few hashes that lie near each other, in banks and in items.
type round struct {
	*world
	run     int
	x       *Index
	entries []inBank
	earlier map[id.Item]medium
	gone    map[id.Item]bool
	target  id.Item
	media   []medium
	known   map[string]medium // by SHA-256
	base    hamming.Bits
}

func newRound(w *world, t *rapid.T, run int) *round {
	r := &round{world: w, run: run, earlier: map[id.Item]medium{}, gone: map[id.Item]bool{}, known: map[string]medium{}, base: randomBits(rand.New(rand.NewPCG(uint64(run), 1)))}
	if rapid.Bool().Draw(t, "open first") {
		r.x = w.open()
	}
	w.together(func() { r.fill(t) })
	if r.x == nil {
		r.x = w.open()
	}
	w.clock.at = w.clock.at.Add(time.Minute)
	for range rapid.IntRange(0, 3).Draw(t, "media") {
		if m := r.draw(t); !slices.Contains(r.media, m) {
			r.media = append(r.media, m)
		}
	}
	w.together(func() { r.target = w.item(fmt.Sprintf("r%d", run), r.media...) })
	return r
}

// draw makes a picture up to 70 bits from the base; the same bytes are the same picture.
func (r *round) draw(t *rapid.T) medium {
	bits := flip(r.base, rapid.IntRange(0, 70).Draw(t, "bits"))
	m := picture(r.run<<8+rapid.IntRange(0, 40).Draw(t, "bytes"), bits)
	m.quality = rapid.SampledFrom([]int{49, 50, 100}).Draw(t, "quality")
	if old, ok := r.known[m.sha256]; ok {
		return old
	}
	r.known[m.sha256] = m
	return m
}

// fill makes banks with entries, and earlier items of which some are gone.
func (r *round) fill(t *rapid.T) {
	for b := range rapid.IntRange(0, 3).Draw(t, "banks") {
		radius := rapid.IntRange(0, 63).Draw(t, "radius")
		bank := r.bank(fmt.Sprintf("B_%d_%d", r.run, b), radius)
		for range rapid.IntRange(0, 6).Draw(t, "entries") {
			m := r.draw(t)
			e := rapid.SampledFrom([]Entry{{Kind: KindPDQ, Value: m.pdq}, {Kind: KindSHA256, Value: m.sha256}, {Kind: KindMD5, Value: m.md5}}).Draw(t, "entry")
			e.Label = fmt.Sprintf("%s %s", bank.Name, e.Value)
			if r.add(bank, e) == 1 {
				r.entries = append(r.entries, inBank{e, radius})
			}
		}
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "items") {
		m := r.draw(t)
		target := r.item(fmt.Sprintf("r%d_%d", r.run, i), m)
		r.earlier[target] = m
		if rapid.Bool().Draw(t, "gone") {
			r.world.gone(target, r.clock.at.Add(time.Second))
			r.gone[target] = true
		}
	}
}

func (r *round) compare(t *rapid.T) {
	var matches []string
	nearest := map[id.Item]int{}
	for _, m := range r.media {
		for _, e := range r.entries {
			d := apart(t, m.pdq, e.Value)
			switch {
			case e.Kind == KindSHA256 && e.Value == m.sha256, e.Kind == KindMD5 && e.Value == m.md5:
				matches = append(matches, fmt.Sprintf("%s 0 %s", e.Kind, e.Label))
			case e.Kind == KindPDQ && m.quality >= 50 && d <= e.radius:
				matches = append(matches, fmt.Sprintf("pdq %d %s", d, e.Label))
			}
		}
		for target, old := range r.earlier {
			d := 0
			if m.sha256 != old.sha256 {
				if d = apart(t, m.pdq, old.pdq); d > 31 || m.quality < 50 || old.quality < 50 {
					continue
				}
			}
			if had, ok := nearest[target]; r.gone[target] && (!ok || d < had) {
				nearest[target] = d
			}
		}
	}
	var again []string
	for target, d := range nearest {
		again = append(again, fmt.Sprintf("%s %d", target, d))
	}
	slices.Sort(matches)
	slices.Sort(again)
	found := r.find(r.x, r.target)
	if diff := cmp.Diff(matches, brief(found)); diff != "" {
		t.Fatalf("matches (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(again, ties(found)); diff != "" {
		t.Fatalf("re-uploads (-want +got):\n%s", diff)
	}
}
