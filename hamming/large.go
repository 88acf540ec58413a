package hamming

import "unsafe"

// hugePage is the size of a large page on the common 64-bit machines, in bytes.
const hugePage = 2 << 20

// settled is the size of a slice, in bytes, from which it will live so long that
// its pages are worth copying; smaller ones are soon merged into others.
const settled = 32 << 20

// large makes a slice of n for reading at random. Most reads of a search would
// miss the processor's table of 4 KiB pages and then wait twice; so the system
// is asked for large pages where the slice covers whole ones. T has no pointers.
func large[T any](n int) []T {
	s := make([]T, n)
	if n == 0 {
		return s
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&s[0])), n*int(unsafe.Sizeof(s[0])))
	head := int(-uintptr(unsafe.Pointer(&s[0])) % hugePage)
	if whole := (len(bytes) - head) / hugePage * hugePage; whole > 0 {
		adviseHuge(bytes[head : head+whole])
		if whole >= settled {
			collapse(bytes[head : head+whole])
		}
	}
	return s
}
