//go:build !amd64

package hamming

import "unsafe"

func (x *Index) siftSpans(spans []span, found *[room]uint64) (done, n int) {
	return siftPlain(spans, x.nexts, found)
}

func far([]Bits, *Bits, int) int { return 0 }

func prefetch(unsafe.Pointer, []uint32, uint) {}
