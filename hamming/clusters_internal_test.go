package hamming

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTwoWaysToClusters: by all pairs and by flooding, the same comes out, on
// data of which the one way or the other would not have been chosen.
func TestTwoWaysToClusters(t *testing.T) {
	bySize := func(a, b []uint64) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), slices.Compare(a, b))
	}
	for seed := range uint64(2) {
		r := rand.New(rand.NewPCG(seed, 0))
		entries := drawn(1200)
		// Some near each other, in a few balls or in chains of ever more bits.
		for i := 1; i < 600; i++ {
			entries[i].Bits = entries[i/200*200].Bits
			if seed%2 == 1 {
				entries[i].Bits = entries[i-1].Bits
			}
			for range r.IntN(36) {
				bit := r.IntN(Width)
				entries[i].Bits[bit/64] ^= 1 << (bit % 64)
			}
		}
		r.Shuffle(len(entries), func(i, j int) { entries[i].Bits, entries[j].Bits = entries[j].Bits, entries[i].Bits })
		x := Build(entries)
		for _, radius := range []int{16, 31, 63} {
			a, b := x.linked(radius), x.flooded(radius)
			slices.SortFunc(a, bySize)
			slices.SortFunc(b, bySize)
			if !slices.EqualFunc(a, b, slices.Equal[[]uint64]) || radius >= 31 && len(a) == 0 {
				t.Errorf("seed %d, radius %d: %d clusters by pairs, %d by flooding", seed, radius, len(a), len(b))
			}
		}
	}
}
