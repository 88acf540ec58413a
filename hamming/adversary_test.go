package hamming_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

// kinds of data, among them some made to defeat buckets, pigeonholes, rings and
// samples. Each gives n entries; keys repeat in some.
var kinds = map[string]func(seed uint64, n int) []hamming.Entry{
	"uniform":   uniform,
	"clustered": clustered,
	"skewed":    skewed,
	"all equal": func(seed uint64, n int) []hamming.Entry {
		b := draw(source(seed))
		return each(n, func(int) hamming.Bits { return b })
	},
	// Many share one bucket of every chunk, whatever the permutation.
	"three words equal": func(seed uint64, n int) []hamming.Entry {
		b := draw(source(seed))
		return each(n, func(i int) hamming.Bits { return hamming.Bits{b[0], b[1], b[2], uint64(i)} })
	},
	"complement pairs": func(seed uint64, n int) []hamming.Entry {
		r, b := source(seed), draw(source(seed))
		return each(n, func(i int) hamming.Bits {
			if i%2 == 1 {
				return complement(b)
			}
			b = near(r, b, 1+r.IntN(20))
			return b
		})
	},
	// Each a few bits from the one before: long thin clusters.
	"chain": func(seed uint64, n int) []hamming.Entry {
		r, b := source(seed), draw(source(seed))
		return each(n, func(int) hamming.Bits {
			b = near(r, b, 25+r.IntN(10))
			return b
		})
	},
	"one ball, shared keys": func(seed uint64, n int) []hamming.Entry {
		r, b := source(seed), draw(source(seed))
		all := each(n, func(int) hamming.Bits { return near(r, b, r.IntN(34)) })
		for i := range all {
			all[i].Key = r.Uint64N(uint64(n/3 + 1))
		}
		return all
	},
}

var kindNames = slices.Sorted(func(yield func(string) bool) {
	for name := range kinds {
		if !yield(name) {
			return
		}
	}
})

func each(n int, make func(i int) hamming.Bits) []hamming.Entry {
	var all []hamming.Entry
	for i := range n {
		all = append(all, hamming.Entry{Bits: make(i), Key: uint64(i)})
	}
	return all
}

// drawKind lets rapid choose the data.
func drawKind(t *rapid.T, sizes ...int) []hamming.Entry {
	kind := rapid.SampledFrom(kindNames).Draw(t, "data")
	n := rapid.SampledFrom(sizes).Draw(t, "n")
	return kinds[kind](rapid.Uint64().Draw(t, "seed"), n)
}

// drawQuery is near a stored string, or anywhere.
func drawQuery(t *rapid.T, entries []hamming.Entry) hamming.Bits {
	r := source(rapid.Uint64().Draw(t, "query"))
	if len(entries) == 0 || rapid.Bool().Draw(t, "anywhere") {
		return draw(r)
	}
	return near(r, entries[r.IntN(len(entries))].Bits, rapid.IntRange(0, 90).Draw(t, "away"))
}

func drawRadius(t *rapid.T) int {
	return rapid.OneOf(rapid.IntRange(0, 64), rapid.IntRange(-1, 257)).Draw(t, "radius")
}

// everyRadius is each that the tables serve, the first that they do not, and the last ones.
var everyRadius = func() (all []int) {
	for radius := range 65 {
		all = append(all, radius)
	}
	return append(all, 255, 256)
}()

// TestKindsOfData: every structure over the same data says the same, at every radius.
func TestKindsOfData(t *testing.T) {
	const n = 1500
	for _, kind := range kindNames {
		t.Run(kind, func(t *testing.T) {
			entries := kinds[kind](7, n)
			x, l := hamming.Build(entries), hamming.NewLive(nil)
			l.InsertAll(entries[:n/2])
			for _, e := range entries[n/2:] {
				l.Insert(e)
			}
			path := t.TempDir() + "/index"
			if err := l.Save(path, nil); err != nil {
				t.Fatal(err)
			}
			mapped, _, err := hamming.OpenLive(path)
			if err != nil {
				t.Fatal(err)
			}
			r := source(8)
			for i, q := range []hamming.Bits{entries[n/2].Bits, complement(entries[0].Bits), near(r, entries[n-1].Bits, 16), draw(r)} {
				for _, radius := range everyRadius {
					want := brute(entries, q, radius)
					same(t, x.Search(q, radius, nil), want, "query %d, radius %d", i, radius)
					same(t, l.Search(q, radius, nil), want, "live, query %d, radius %d", i, radius)
					same(t, mapped.Search(q, radius, nil), want, "mapped, query %d, radius %d", i, radius)
				}
			}
		})
	}
}

// byDistance is the order of Nearest.
func byDistance(a, b hamming.Hit) int {
	return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Key, b.Key))
}
