package hamming

import (
	"slices"
	"testing"
)

// TestPlainSearch: a processor without AVX2 finds the same, in the same order.
func TestPlainSearch(t *testing.T) {
	if !vector {
		t.Skip("this processor has no AVX2")
	}
	defer func() { vector = true }()
	entries := drawn(20_000)
	for i := range entries[:5000] {
		entries[i].Bits[0], entries[i].Bits[2] = 0, 0 // crowded buckets
	}
	x := Build(entries)
	for i := range 10 {
		q := entries[i*1999].Bits
		for _, radius := range []int{0, 15, 31, 40, 52, 63, 64, 90, 128, 256} {
			vector = true
			fast := x.Search(q, radius, nil)
			vector = false
			if plain := x.Search(q, radius, nil); !slices.Equal(fast, plain) || len(fast) == 0 {
				t.Fatalf("radius %d: %d hits by assembly, %d by plain Go", radius, len(fast), len(plain))
			}
		}
	}
}
