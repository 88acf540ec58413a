package hamming

import (
	"fmt"
	"unsafe"
)

// layoutVersion names what lies in the sections of an Index. Whoever keeps them
// must refuse those of another version: only building anew makes them right.
const layoutVersion = 1

// sectionCount is how many sections an Index has: strings, keys, and the
// starts, next chunks and rows of all tables.
const sectionCount = 5

// sections is the memory of the index, as it lies on a little-endian machine.
// An index without tables has empty ones for them.
func (x *Index) sections() [][]byte {
	return [][]byte{raw(x.bits), raw(x.keys), raw(x.starts), raw(x.nexts), raw(x.rowsOf)}
}

// fromSections makes an index of n entries from what sections gave, and width
// (Index.width) as it was then. It copies nothing: the sections must begin at
// multiples of eight, and neither change nor go away while the index is used.
// It checks lengths and whatever a search relies on to stay within them.
func fromSections(n int, width uint, s [][]byte) (*Index, error) {
	if len(s) != sectionCount {
		return nil, fmt.Errorf("hamming: %d sections instead of %d", len(s), sectionCount)
	}
	if n < 0 || width != widthFor(n) {
		return nil, fmt.Errorf("hamming: buckets of %d bits do not belong to %d entries", width, n)
	}
	x := &Index{width: width}
	starts, nexts, rows := tableLengths(n, width)
	for _, err := range []error{
		overlay(&x.bits, s[0], n), overlay(&x.keys, s[1], n),
		overlay(&x.starts, s[2], starts), overlay(&x.nexts, s[3], nexts), overlay(&x.rowsOf, s[4], rows),
	} {
		if err != nil {
			return nil, err
		}
	}
	x.cut()
	if err := x.checkStarts(); err != nil {
		return nil, err
	}
	return x, nil
}

// checkStarts reports whether each bucket begins where the one before it ends.
func (x *Index) checkStarts() error {
	for c, t := range x.table {
		last := uint32(0)
		for _, at := range t.start {
			if at < last || int(at) > len(x.keys) {
				return fmt.Errorf("hamming: table %d has a bucket outside of its entries", c)
			}
			last = at
		}
	}
	return nil
}

// raw is the memory of a slice.
func raw[T any](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(*new(T))))
}

// overlay points to at the n values that lie in b.
func overlay[T any](to *[]T, b []byte, n int) error {
	size := int(unsafe.Sizeof(*new(T)))
	if len(b) != n*size {
		return fmt.Errorf("hamming: a section of %d bytes where %d belong", len(b), n*size)
	}
	at := unsafe.Pointer(unsafe.SliceData(b))
	if uintptr(at)%8 != 0 {
		return fmt.Errorf("hamming: a section does not begin at a multiple of eight")
	}
	*to = unsafe.Slice((*T)(at), n)
	return nil
}
