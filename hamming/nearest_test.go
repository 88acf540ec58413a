package hamming_test

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

// bruteNearest sorts everything.
func bruteNearest(entries []hamming.Entry, q hamming.Bits, k int) []hamming.Hit {
	all := brute(entries, q, hamming.Width)
	slices.SortFunc(all, byDistance)
	return all[:max(0, min(k, len(all)))]
}

func TestNearestProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawKind(t, 0, 1, 2, 50, 1030, 1500)
		x, l := hamming.Build(entries), hamming.NewLive(entries)
		gone := map[uint64]bool{}
		for range rapid.SampledFrom([]int{0, 3, 400}).Draw(t, "removed") {
			if len(entries) > 0 {
				key := entries[(len(gone)*37)%len(entries)].Key
				gone[key] = true
				l.Remove(key)
			}
		}
		left := slices.DeleteFunc(slices.Clone(entries), func(e hamming.Entry) bool { return gone[e.Key] })
		for range 2 {
			q := drawQuery(t, entries)
			k := rapid.SampledFrom([]int{-1, 0, 1, 2, 10, 100, 3000, math.MaxInt}).Draw(t, "k")
			before := []hamming.Hit{{Key: 99, Distance: 300}}
			got := x.Nearest(q, k, slices.Clone(before))
			if want := append(before, bruteNearest(entries, q, k)...); !slices.Equal(got, want) {
				t.Fatalf("Index: k = %d: %v, want %v", k, got, want)
			}
			if got, want := l.Nearest(q, k, nil), bruteNearest(left, q, k); !slices.Equal(got, want) {
				t.Fatalf("Live: k = %d: %v, want %v", k, got, want)
			}
		}
	})
}

// TestNearestAtEveryDistance plants one string at a time: whatever its distance,
// by tables or by reading all, it must come first.
func TestNearestAtEveryDistance(t *testing.T) {
	entries := uniform(31, 5000)
	r := source(32)
	for d := 0; d < 80; d += 3 {
		q := draw(r)
		entries[d*50].Bits = near(r, q, d)
		x := hamming.Build(entries[:1100+d*49])
		want := bruteNearest(entries[:1100+d*49], q, 3)
		if got := x.Nearest(q, 3, nil); !slices.Equal(got, want) {
			t.Fatalf("distance %d: %v, want %v", d, got, want)
		}
	}
}

// TestNearestOfManyEqual must choose the lowest keys.
func TestNearestOfManyEqual(t *testing.T) {
	entries := make([]hamming.Entry, 3000)
	for i := range entries {
		entries[i].Key = uint64(3000 - i)
	}
	got := hamming.Build(entries).Nearest(hamming.Bits{1}, 3, nil)
	want := []hamming.Hit{{Key: 1, Distance: 1}, {Key: 2, Distance: 1}, {Key: 3, Distance: 1}}
	if !slices.Equal(got, want) {
		t.Errorf("Nearest = %v, want %v", got, want)
	}
}
