package hamming_test

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

// brute is the oracle: every entry, one after another.
func brute(entries []hamming.Entry, q hamming.Bits, radius int) []hamming.Hit {
	var hits []hamming.Hit
	for _, e := range entries {
		d := 0
		for w := range q {
			d += bits.OnesCount64(q[w] ^ e.Bits[w])
		}
		if d <= radius {
			hits = append(hits, hamming.Hit{Key: e.Key, Distance: d})
		}
	}
	return hits
}

func sorted(hits []hamming.Hit) []hamming.Hit {
	hits = slices.Clone(hits)
	slices.SortFunc(hits, func(a, b hamming.Hit) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Distance, b.Distance))
	})
	return hits
}

// fataler is what *testing.T and *rapid.T share.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func same(t fataler, got, want []hamming.Hit, what string, args ...any) {
	t.Helper()
	got, want = sorted(got), sorted(want)
	if !slices.Equal(got, want) {
		t.Fatalf(what+": hits differ (-want +got):\n%s", append(args, gocmp.Diff(want, got))...)
	}
}

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func draw(r *rand.Rand) hamming.Bits {
	return hamming.Bits{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
}

// near flips exactly d different bits.
func near(r *rand.Rand, b hamming.Bits, d int) hamming.Bits {
	for _, i := range r.Perm(hamming.Width)[:d] {
		b[i/64] ^= 1 << (i % 64)
	}
	return b
}

// uniform draws n strings evenly.
func uniform(seed uint64, n int) []hamming.Entry {
	r, all := source(seed), make([]hamming.Entry, n)
	for i := range all {
		all[i] = hamming.Entry{Bits: draw(r), Key: uint64(i)}
	}
	return all
}

// clustered draws families of about fifty strings, each up to 40 bits from the
// first of its family: a bank full of re-uploads.
func clustered(seed uint64, n int) []hamming.Entry {
	r, all := source(seed), make([]hamming.Entry, n)
	heads := make([]hamming.Bits, n/50+1)
	for i := range heads {
		heads[i] = draw(r)
	}
	for i := range all {
		b := heads[r.IntN(len(heads))]
		for range r.IntN(41) {
			bit := r.IntN(hamming.Width)
			b[bit/64] ^= 1 << (bit % 64)
		}
		all[i] = hamming.Entry{Bits: b, Key: uint64(i)}
	}
	return all
}

// skewed draws strings whose bits are mostly clear: crowded buckets.
func skewed(seed uint64, n int) []hamming.Entry {
	r, all := source(seed), make([]hamming.Entry, n)
	for i := range all {
		a, b, c := draw(r), draw(r), draw(r)
		for w := range a {
			all[i].Bits[w] = a[w] & b[w] & c[w]
		}
		all[i].Key = uint64(i)
	}
	return all
}

// TestSearchProperty lets rapid choose the data, the size, the query's distance
// from a stored string, and the radius, and compares with the oracle.
func TestSearchProperty(t *testing.T) {
	makers := map[string]func(uint64, int) []hamming.Entry{
		"uniform": uniform, "clustered": clustered, "skewed": skewed,
	}
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SampledFrom([]string{"uniform", "clustered", "skewed"}).Draw(t, "data")
		n := rapid.SampledFrom([]int{0, 1, 2, 1023, 1024, 1500, 3000, 9000}).Draw(t, "n")
		seed := rapid.Uint64().Draw(t, "seed")
		entries := makers[data](seed, n)
		x := hamming.Build(entries)
		r := source(seed + 1)
		for range 8 {
			q := draw(r)
			if n > 0 && rapid.Bool().Draw(t, "near") {
				away := rapid.IntRange(0, 80).Draw(t, "away")
				q = near(r, entries[r.IntN(n)].Bits, away)
			}
			radius := rapid.OneOf(rapid.IntRange(0, 64), rapid.IntRange(-1, 257)).Draw(t, "radius")
			same(t, x.Search(q, radius, nil), brute(entries, q, radius), "%s n=%d radius=%d", data, n, radius)
		}
	})
}

// TestEveryRadius plants strings at each distance from the query among many
// others: at radius r exactly those up to r must come back.
func TestEveryRadius(t *testing.T) {
	entries := uniform(3, 20_000)
	r := source(4)
	q := draw(r)
	for d := range hamming.Width + 1 {
		entries[d*70].Bits = near(r, q, d)
	}
	x := hamming.Build(entries)
	for radius := range hamming.Width {
		same(t, x.Search(q, radius, nil), brute(entries, q, radius), "radius %d", radius)
	}
}
