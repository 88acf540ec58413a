package hamming_test

import (
	"cmp"
	"runtime"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

// brutePairs compares each with each; a pair's lower key comes first.
func brutePairs(entries []hamming.Entry, radius int) []hamming.Pair {
	var all []hamming.Pair
	for i, a := range entries {
		for _, b := range entries[i+1:] {
			if d := hamming.Distance(a.Bits, b.Bits); d <= radius {
				all = append(all, hamming.Pair{A: min(a.Key, b.Key), B: max(a.Key, b.Key), Distance: d})
			}
		}
	}
	slices.SortFunc(all, comparePairs)
	return all
}

func comparePairs(a, b hamming.Pair) int {
	return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B), cmp.Compare(a.Distance, b.Distance))
}

func pairsOf(x *hamming.Index, radius int) []hamming.Pair {
	var all []hamming.Pair
	for p := range x.Pairs(radius) {
		all = append(all, hamming.Pair{A: min(p.A, p.B), B: max(p.A, p.B), Distance: p.Distance})
	}
	slices.SortFunc(all, comparePairs)
	return all
}

func TestPairsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawKind(t, 0, 1, 2, 3, 20, 60)
		radius := drawRadius(t)
		got, want := pairsOf(hamming.Build(entries), radius), brutePairs(entries, radius)
		if !slices.Equal(got, want) {
			t.Fatalf("radius %d: %d pairs, want %d", radius, len(got), len(want))
		}
	})
}

// TestPairsByTables: enough entries that there are tables, at radii on both
// sides of each change of the chunks' reach.
func TestPairsByTables(t *testing.T) {
	for kind, radii := range map[string][]int{
		"clustered": {0, 15, 16, 31, 63, 64}, "chain": {31, 63}, "three words equal": {2},
	} {
		entries := kinds[kind](43, 1030)
		x, all := hamming.Build(entries), brutePairs(entries, slices.Max(radii))
		for _, radius := range radii {
			want := slices.DeleteFunc(slices.Clone(all), func(p hamming.Pair) bool { return p.Distance > radius })
			if got := pairsOf(x, radius); !slices.Equal(got, want) {
				t.Fatalf("%s, radius %d: %d pairs, want %d", kind, radius, len(got), len(want))
			}
		}
	}
}

// TestPairsBreak: breaking off leaves no goroutine behind.
func TestPairsBreak(t *testing.T) {
	x := hamming.Build(kinds["all equal"](1, 1200))
	before := runtime.NumGoroutine()
	n := 0
	for range x.Pairs(31) {
		if n++; n == 5000 {
			break
		}
	}
	func() {
		defer func() { _ = recover() }()
		for range x.Pairs(31) {
			panic("the loop body")
		}
	}()
	for range 500 { // the last of them may be about to return
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// bruteClusters joins the ends of each pair.
func bruteClusters(entries []hamming.Entry, radius int) [][]uint64 {
	of := make([]int, len(entries))
	for i := range of {
		of[i] = i
	}
	for i, a := range entries {
		for j, b := range entries[:i] {
			if hamming.Distance(a.Bits, b.Bits) <= radius && of[i] != of[j] {
				for k, was := 0, of[i]; k < len(of); k++ {
					if of[k] == was {
						of[k] = of[j]
					}
				}
			}
		}
	}
	members := map[int][]uint64{}
	for i, c := range of {
		members[c] = append(members[c], entries[i].Key)
	}
	var all [][]uint64
	for _, keys := range members {
		if len(keys) > 1 {
			slices.Sort(keys)
			all = append(all, keys)
		}
	}
	slices.SortFunc(all, func(a, b []uint64) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), slices.Compare(a, b))
	})
	return all
}

func TestClustersProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := drawKind(t, 0, 1, 2, 3, 60, 60, 300, 1030)
		radius := drawRadius(t)
		got, want := hamming.Build(entries).Clusters(radius), bruteClusters(entries, radius)
		if !slices.EqualFunc(got, want, slices.Equal[[]uint64]) {
			t.Fatalf("radius %d: clusters %v, want %v", radius, got, want)
		}
	})
}

// TestClustersOfTwoBalls is too much for anything that goes through all pairs:
// 2 million. Half of the rows are alone.
func TestClustersOfTwoBalls(t *testing.T) {
	const n = 4000
	r, entries := source(41), uniform(42, n)
	a, b := draw(r), draw(r)
	for i := range n / 2 {
		entries[i].Bits = a
		if i%2 == 0 {
			entries[i].Bits = b
		}
		entries[i].Bits[i%4] ^= 1 << (i % 64)
	}
	r.Shuffle(n, func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	got := hamming.Build(entries).Clusters(31)
	if len(got) != 2 || len(got[0]) != n/4 || len(got[1]) != n/4 {
		t.Errorf("%d clusters, want 2 of %d", len(got), n/4)
	}
}
