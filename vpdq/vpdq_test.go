package vpdq

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/pdq"
)

// scenes is a made-up film of seconds, cut every few seconds; within a scene a frame differs
// from the one before it by drift bits.
func scenes(seed uint64, seconds, every, drift int) []Feature {
	rng := rand.New(rand.NewPCG(seed, 1))
	film := make([]Feature, seconds)
	var h pdq.Hash
	for i := range film {
		if i%every == 0 {
			for j := range h {
				h[j] = byte(rng.Uint32())
			}
		} else {
			h = flip(rng, h, drift)
		}
		film[i] = Feature{h, 100, 30 * i, float64(i)}
	}
	return film
}

// flip changes n different bits.
func flip(rng *rand.Rand, h pdq.Hash, n int) pdq.Hash {
	for _, bit := range rng.Perm(256)[:n] {
		h[bit/8] ^= 1 << (bit % 8)
	}
	return h
}

// part is a film's stretch from one second, with every frame changed and on a new clock.
func part(rng *rand.Rand, film []Feature, from, count, bits int) []Feature {
	out := make([]Feature, count)
	for i := range out {
		f := film[from+i]
		out[i] = Feature{flip(rng, f.Hash, bits), 90, 25 * i, float64(i)}
	}
	return out
}

func TestAShortExtractIsFoundInALongCompilation(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	compilation := scenes(1, 1200, 7, 12)
	extract := part(rng, compilation, 613, 3, 20)
	got := Compare(extract, compilation, Defaults())
	want := []Span{{Interval{0, 2}, Interval{613, 615}, 3}}
	if diff := cmp.Diff(want, got.Spans); diff != "" || got.QueryPercent != 100 || got.BankPercent < 0.25 || got.BankPercent > 0.5 {
		t.Errorf("%+v %s", got, diff)
	}
	back := Compare(compilation, extract, Defaults())
	want = []Span{{Interval{613, 615}, Interval{0, 2}, 3}}
	if diff := cmp.Diff(want, back.Spans); diff != "" || back.BankPercent != 100 || back.QueryPercent != got.BankPercent {
		t.Errorf("%+v %s", back, diff)
	}
	if none := Compare(scenes(2, 3, 7, 12), compilation, Defaults()); none.QueryPercent != 0 || none.BankPercent != 0 || none.Spans != nil {
		t.Errorf("another film: %+v", none)
	}
}

func TestTwoExtractsInAnotherOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	film := scenes(5, 300, 10, 10)
	query := slices.Concat(scenes(6, 20, 10, 10), part(rng, film, 200, 30, 5), scenes(7, 20, 10, 10), part(rng, film, 40, 15, 5))
	for i := range query {
		query[i].Second = float64(i) + 0.4
	}
	got := Compare(query, film, Defaults())
	want := []Span{{Interval{20.4, 49.4}, Interval{200, 229}, 30}, {Interval{70.4, 84.4}, Interval{40, 54}, 15}}
	near := cmp.Comparer(func(a, b Interval) bool { return math.Abs(a.From-b.From) < 1.01 && math.Abs(a.To-b.To) < 1.01 })
	if diff := cmp.Diff(want, got.Spans, near); diff != "" {
		t.Error(diff)
	}
}

// Ten minutes of one picture in both films are one span, and not a million.
func TestAStillPicture(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	base := scenes(8, 1, 1, 0)[0].Hash
	still := func(from, count int) (film []Feature) {
		for i := range count {
			film = append(film, Feature{flip(rng, base, rng.IntN(4)), 80, 0, float64(from + i)})
		}
		return film
	}
	query := append(still(0, 600), scenes(10, 5, 1, 0)...)
	got := Compare(query, still(100, 400), Defaults())
	if len(got.Spans) != 1 || got.Spans[0].Query != (Interval{0, 399}) || got.Spans[0].Bank != (Interval{100, 499}) || got.Spans[0].Frames != 1 {
		t.Errorf("%+v", got.Spans)
	}
}

func TestPoorAndRepeatedFramesDoNotCount(t *testing.T) {
	a, b, c := pdq.Hash{1: 0xff, 9: 0xff}, pdq.Hash{20: 0xff, 21: 0xff, 22: 0xff, 23: 0xff, 24: 0xff}, pdq.Hash{}
	for i := range c {
		c[i] = 0xf0
	}
	film := []Feature{{a, 100, 0, 0}, {a, 100, 1, 1}, {b, 49, 2, 2}, {c, 50, 3, 3}, {b, 49, 4, 4}, {a, 10, 5, 5}}
	if got := Distinct(film, MinQuality); len(got) != 2 || got[0] != film[0] || got[1] != film[3] {
		t.Errorf("%v", got)
	}
	got := Compare(film, []Feature{{b, 100, 0, 0}, {a, 100, 1, 1}}, Defaults())
	if got.QueryPercent != 50 || got.BankPercent != 50 { // a of a and c; a of b and a
		t.Errorf("%+v", got)
	}
	if got := Compare(film, []Feature{{b, 49, 0, 0}}, Defaults()); got.QueryPercent != 0 || got.BankPercent != 0 {
		t.Errorf("nothing to compare with: %+v", got)
	}
	if got := Compare(nil, film, Defaults()); got.QueryPercent != 0 || got.BankPercent != 0 {
		t.Errorf("an empty film: %+v", got)
	}
}

func TestTheRadiusIsIncluded(t *testing.T) {
	rng := rand.New(rand.NewPCG(12, 1))
	film := scenes(3, 1, 1, 0)
	at := func(bits int) float64 {
		return Compare([]Feature{{flip(rng, film[0].Hash, bits), 50, 0, 0}}, film, Defaults()).QueryPercent
	}
	if at(31) != 100 || at(32) != 0 {
		t.Errorf("31 bits give %v, 32 give %v", at(31), at(32))
	}
}

// What Tally makes of the hits of an index is what Compare makes; order and repetition of
// the pairs do not matter.
func TestTallyIsCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		bank := scenes(rng.Uint64(), rapid.IntRange(0, 60).Draw(t, "bank"), rapid.IntRange(1, 9).Draw(t, "every"), rapid.IntRange(0, 20).Draw(t, "drift"))
		query := scenes(rng.Uint64(), rapid.IntRange(0, 20).Draw(t, "query"), 4, 9)
		if len(bank) > 0 {
			from := rng.IntN(len(bank))
			query = append(query, part(rng, bank, from, min(15, len(bank)-from), rapid.IntRange(0, 40).Draw(t, "bits"))...)
		}
		for i := range query {
			query[i].Second, query[i].Quality = float64(i), 40+rng.IntN(60)
		}
		o := Defaults()
		q, b := Distinct(query, o.MinQuality), Distinct(bank, o.MinQuality)
		var pairs []Pair
		found := map[pdq.Hash]bool{}
		for j := range b {
			for i := range q {
				if q[i].Hash.Distance(b[j].Hash) <= o.Radius {
					pairs = append(pairs, Pair{i, j}, Pair{i, j})
					found[q[i].Hash] = true
				}
			}
		}
		want := Compare(query, bank, o)
		if diff := cmp.Diff(want, Tally(query, bank, pairs, o)); diff != "" {
			t.Fatal(diff)
		}
		if len(q) > 0 && len(b) > 0 && math.Abs(want.QueryPercent-100*float64(len(found))/float64(len(q))) > 1e-9 {
			t.Fatalf("%v of %d in %d", want.QueryPercent, len(found), len(q))
		}
		if (len(pairs) > 0) != (len(want.Spans) > 0) {
			t.Fatalf("%d pairs, but the spans %v", len(pairs), want.Spans)
		}
	})
}

func TestShots(t *testing.T) {
	film := scenes(11, 20, 8, 12)
	for i := 10; i < 12; i++ {
		film[i].Quality = 3
	}
	got := Shots(film)
	want := []Shot{{0, 8, Interval{0, 7}}, {8, 2, Interval{8, 9}}, {10, 2, Interval{10, 11}}, {12, 4, Interval{12, 15}}, {16, 4, Interval{16, 19}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Shots(nil) != nil {
		t.Error("shots of nothing")
	}
}

func TestForms(t *testing.T) {
	film := scenes(13, 5, 2, 3)
	film[1].Quality, film[4].Second = 0, 1234.567
	for name, write := range map[string]func([]Feature) []byte{"lines": Format, "JSON": FormatJSON} {
		text := write(film)
		got, err := Parse(text)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := range got {
			if name == "JSON" {
				if got[i].Frame != i {
					t.Errorf("frame %d", got[i].Frame)
				}
				got[i].Frame = film[i].Frame
			}
		}
		if diff := cmp.Diff(film, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	hash := strings.Repeat("0a", 32)
	old := `{"30": {"quality": 100, "hash": "` + hash + `", "timestamp": 1.0}, "0": {"quality": 7, "hash": "` + hash + `", "timestamp": 0.0}}`
	got, err := Parse([]byte(old))
	if err != nil || len(got) != 2 || got[0].Frame != 0 || got[0].Quality != 7 || got[1].Frame != 30 || got[1].Second != 1 {
		t.Errorf("the old form: %v, %v", got, err)
	}
	if got, err := Parse([]byte(`["` + hash + `,100,1.23e+02"]`)); err != nil || got[0].Second != 123 {
		t.Errorf("three significant digits, as Python writes them: %v, %v", got, err)
	}
	if got, err := Parse([]byte(" \n")); got != nil || err != nil {
		t.Errorf("nothing: %v, %v", got, err)
	}
}

func TestWhatIsNoFilm(t *testing.T) {
	hash := strings.Repeat("0a", 32)
	for _, text := range []string{"x", "0,100," + hash, "0,101," + hash + ",0", "0,100,0a,0", "-1,100," + hash + ",0", "0,100," + hash + ",-1",
		"0,100," + hash + ",NaN", "0,100," + hash + ",Inf", "[1]", `["` + hash + `,100"]`, "[", `{"x": {}}`, `{"1": {"quality": 1}}`, `{"1": 2}`} {
		if got, err := Parse([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, got)
		}
	}
	_, err := Parse([]byte("0,100," + hash + ",0\n\n1,100," + hash + ",0"))
	if err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	film := scenes(13, 3, 2, 3)
	f.Add(Format(film))
	f.Add(FormatJSON(film))
	f.Add([]byte(`{"0": {"quality": 1, "hash": "", "timestamp": 0.1}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		film, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(Format(film))
		if err != nil || len(again) != len(film) {
			t.Fatalf("%d frames were written and %d read: %v", len(film), len(again), err)
		}
		Compare(film, film, Defaults())
	})
}

// The reference's own features are read and written to the letter, and a film is itself.
func TestReferenceFeatures(t *testing.T) {
	names, _ := filepath.Glob("../../shared/data/vpdq/*.txt")
	if len(names) == 0 {
		t.Skip("the reference data is not beside the repository (../shared/data/vpdq)")
	}
	films := map[string][]Feature{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if films[name], err = Parse(text); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if string(Format(films[name])) != string(text) {
			t.Errorf("%s is written differently", name)
		}
	}
	for a := range films {
		for b := range films {
			got := Compare(films[a], films[b], Defaults())
			if same := a == b; same != (got.QueryPercent == 100) || !same && got.QueryPercent > 5 {
				t.Errorf("%s in %s: %+v", a, b, got)
			}
		}
	}
}

// BenchmarkCompare is two films of twenty minutes, each frame with each.
func BenchmarkCompare(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	film := scenes(1, 1200, 7, 12)
	other := slices.Concat(scenes(2, 500, 7, 12), part(rng, film, 600, 200, 15), scenes(4, 500, 7, 12))
	for i := range other {
		other[i].Second = float64(i)
	}
	for b.Loop() {
		if len(Compare(other, film, Defaults()).Spans) != 1 {
			b.Fatal("not found")
		}
	}
}
