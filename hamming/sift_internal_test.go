package hamming

import (
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// TestWithin: each lane answers for itself, whatever its neighbours hold.
func TestWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, q := rapid.Uint64().Draw(t, "x"), rapid.Uint64().Draw(t, "q")
		x ^= q & rapid.Uint64().Draw(t, "alike") // more lanes near the limit
		most := rapid.IntRange(0, 2*reachMost+1).Draw(t, "most")
		got := within(x, q, spread(uint16(0x7fff-most)))
		for lane := range lanes {
			n := bits.OnesCount16(uint16((x ^ q) >> (16 * lane)))
			if pass := got>>(16*lane+15)&1 != 0; pass != (n <= most) {
				t.Fatalf("lane %d differs in %d bits: pass = %v at most %d", lane, n, pass, most)
			}
		}
		if got&^0x8000_8000_8000_8000 != 0 {
			t.Fatalf("stray bits in %#x", got)
		}
	})
}
