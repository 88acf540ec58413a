package hamming

import (
	"math/bits"
	"testing"
)

// TestPermute: trading places is linear over exclusive or, so it is a
// permutation if each single bit lands on a place of its own.
func TestPermute(t *testing.T) {
	var all Bits
	apart := 0
	for i := range Width {
		var one Bits
		one[i/64] = 1 << (i % 64)
		p := permute(one)
		if n := Distance(p, Bits{}); n != 1 {
			t.Fatalf("bit %d became %d bits", i, n)
		}
		for w := range all {
			all[w] |= p[w]
		}
		if p != one {
			apart++
		}
	}
	if all != (Bits{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}) {
		t.Error("two bits land on one place")
	}
	if apart < Width*9/10 {
		t.Errorf("only %d bits move", apart)
	}
}

// TestPermuteSpreads: the bits of one chunk, which are neighbours in a picture,
// end up in many chunks.
func TestPermuteSpreads(t *testing.T) {
	for c := range chunks {
		var s Bits
		s[c/4] = 0xffff << (c % 4 * chunkBits)
		p := permute(s)
		for d := range chunks {
			if n := bits.OnesCount16(chunk(&p, d)); n > 5 {
				t.Errorf("%d bits of chunk %d end up in chunk %d", n, c, d)
			}
		}
	}
}

// TestPermuteStays pins the permutation: segments joined from rows that were
// permuted otherwise would find nothing.
func TestPermuteStays(t *testing.T) {
	got := permute(Bits{1, 2, 4, 8})
	if want := (Bits{0, 0x2000000000004, 0, 0x80100000}); got != want {
		t.Errorf("permute = %#x, want %#x", got, want)
	}
}
