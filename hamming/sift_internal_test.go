package hamming

import (
	"math/bits"
	"slices"
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
		for lane := range 4 {
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

// siftAll calls sift until all spans are done. It works on a copy.
func siftAll(spans []span, sift func([]span, *[room]uint64) (int, int)) (all []uint64) {
	spans = append(make([]span, 0, len(spans)+ahead), spans...)
	var found [room]uint64
	for len(spans) > 0 {
		done, n := sift(spans, &found)
		all = append(all, found[:n]...)
		spans = spans[done:]
	}
	return all
}

// TestSiftAgrees: the assembly, the plain Go and counting bit by bit find the
// same entries, be spans empty, short, long, or so full of matches that they do
// not fit at once.
func TestSiftAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "entries")
		alike := rapid.Uint16().Draw(t, "alike") // bits that differ between chunks
		r, home := drawn(n), rapid.Uint16().Draw(t, "home")
		x := &Index{nexts: make([]uint16, n+lanes), rowsOf: make([]uint32, n)}
		for i := range x.nexts {
			x.nexts[i] = home ^ uint16(r[i%n].Bits[i/n%4])&alike
		}
		var spans []span
		var want []uint64
		for range rapid.IntRange(0, 40).Draw(t, "spans") {
			at := rapid.IntRange(0, n).Draw(t, "at")
			size := min(rapid.SampledFrom([]int{0, 1, 3, 15, 16, 17, 40, 3000}).Draw(t, "size"), n-at)
			most := rapid.IntRange(0, 2*reachMost+1).Draw(t, "most")
			spans = append(spans, span{uint64(at), uint32(size), home, uint16(most + 1)})
			for e := at; e < at+size; e++ {
				if bits.OnesCount16(x.nexts[e]^home) <= most {
					want = append(want, uint64(e))
				}
			}
		}
		plain := siftAll(spans, func(s []span, found *[room]uint64) (int, int) {
			return siftPlain(s, x.nexts, found)
		})
		if !slices.Equal(plain, want) {
			t.Fatalf("plain: %d entries, want %d", len(plain), len(want))
		}
		if fast := siftAll(spans, x.siftSpans); !slices.Equal(fast, want) {
			t.Fatalf("assembly: %d entries, want %d", len(fast), len(want))
		}
	})
}

// TestFar: no string that is left out is within the radius, and at most three of
// those before the first that is are left for others to look at.
func TestFar(t *testing.T) {
	if far(make([]Bits, 8), &Bits{1}, 0) == 0 {
		t.Skip("no assembly for this processor")
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "strings")
		radius := rapid.IntRange(0, Width).Draw(t, "radius")
		var q Bits
		strings := make([]Bits, n)
		for i := range strings {
			for w := range q {
				strings[i][w] = rapid.SampledFrom([]uint64{0, 1, ^uint64(0), 0x8000_0000_0000_0001}).Draw(t, "word")
			}
		}
		want := slices.IndexFunc(strings, func(s Bits) bool { return Distance(s, q) <= radius })
		got := far(strings, &q, radius)
		if want < 0 && (got > n || got < n-3) || want >= 0 && (got > want || got < want&^3) {
			t.Fatalf("%d of %d strings are far, and the first that is not is %d", got, n, want)
		}
	})
}
