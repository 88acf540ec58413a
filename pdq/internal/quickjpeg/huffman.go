package quickjpeg

const (
	quick = 11 // bits that the table of a code looks at

	mostDC = 11 // bits of a difference of DC, for samples of 8 bits (F.1.2.1)
	mostAC = 10 // and of another coefficient (F.1.2.2)
)

// A huffman is one code.
type huffman struct {
	known bool
	// table is indexed by the next bits. An entry has the number of bits it
	// stands for in bits 0 to 4, a run in 5 to 8, a size in 9 to 12, and from
	// 16 on the value of the coefficient, if its bits are among those seen.
	// Without a value the bits are those of the code alone. 0: a code is
	// longer, or there is none.
	table [1 << quick]int32

	// For the long codes: the first 16-bit word beyond the codes of a length,
	// and what makes a code of this length an index of symbols.
	limit   [17]int32
	offset  [17]int32
	symbols [256]byte
}

const (
	lengthMask = 31
	runAt      = 5
	sizeAt     = 9
	valueAt    = 16
)

// build derives the code from the number of codes of each length, 1 to 16, and
// the symbols in order. It says false if there are more codes than fit.
func (h *huffman) build(counts [16]byte, symbols []byte, ac bool) bool {
	clear(h.table[:])
	copy(h.symbols[:], symbols)
	code, index := int32(0), int32(0)
	for i, count := range counts {
		length := i + 1
		h.offset[length] = index - code
		if code+int32(count) > 1<<length {
			return false
		}
		for range count {
			if length <= quick {
				h.enter(code, length, h.symbols[index], ac)
			}
			code, index = code+1, index+1
		}
		h.limit[length] = code << (16 - length)
		code <<= 1
	}
	h.known = true
	return true
}

// enter fills the part of the table that begins with a code.
func (h *huffman) enter(code int32, length int, symbol byte, ac bool) {
	run, size := int32(symbol>>4), int(symbol&15)
	if !ac {
		run, size = 0, int(symbol)
		if size > mostDC {
			return // found, and refused, as a long code
		}
	}
	rest := quick - length
	for tail := range int32(1) << rest {
		entry := int32(length) | run<<runAt | int32(size)<<sizeAt
		if ac && size > 0 && size <= rest {
			value := extend(uint32(tail>>(rest-size)), size)
			entry = int32(length+size) | run<<runAt | int32(size)<<sizeAt | value<<valueAt
		}
		h.table[code<<rest|tail] = entry
	}
}

// long finds the symbol of a code longer than the table knows, from the next 16
// bits. The length is 0 if there is no such code.
func (h *huffman) long(next int32) (symbol byte, length int) {
	for length := 1; length <= 16; length++ {
		if next < h.limit[length] {
			return h.symbols[(h.offset[length]+next>>(16-length))&255], length
		}
	}
	return 0, 0
}

// extend is the number that size bits stand for (F.2.2.1): the upper half of
// them themselves, the lower half negative.
func extend(bits uint32, size int) int32 {
	v := int32(bits)
	if v < 1<<size>>1 {
		v -= 1<<size - 1
	}
	return v
}
