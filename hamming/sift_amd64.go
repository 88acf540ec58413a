package hamming

import (
	"unsafe"

	"golang.org/x/sys/cpu"
)

// vector is whether the processor has what the assembly needs: AVX2, and the
// instructions that find and clear the lowest bit.
var vector = cpu.X86.HasAVX2 && cpu.X86.HasBMI1

// siftAVX2 is [siftPlain], and asks for the rows of what it finds. It looks at
// the places of as many spans after the last as there are in ahead.
//
//go:noescape
func siftAVX2(spans []span, next *uint16, row *uint32, found *[room]uint64) (done, n int)

// farAVX2 counts the strings at the beginning that are farther than radius from
// q. It may leave out up to three at the end.
//
//go:noescape
func farAVX2(strings []Bits, q *Bits, radius int) int

// prefetch asks for the memory at base + place<<shift of each place, which takes
// about a tenth of the time of waiting for one after another.
//
//go:noescape
func prefetch(base unsafe.Pointer, places []uint32, shift uint)

// siftSpans is siftPlain, fast.
func (x *Index) siftSpans(spans []span, found *[room]uint64) (done, n int) {
	if vector {
		return siftAVX2(spans, &x.nexts[0], &x.rowsOf[0], found)
	}
	return siftPlain(spans, x.nexts, found)
}

// far is farAVX2 where there is such a thing, and else 0.
func far(strings []Bits, q *Bits, radius int) int {
	if vector {
		return farAVX2(strings, q, min(radius, Width))
	}
	return 0
}
