package quickjpeg

import (
	"bytes"
	"encoding/binary"
)

// A bitReader reads bits from the top of each byte on. Beyond the end it reads
// zeros, and over says so afterwards.
type bitReader struct {
	buf  []byte // padding bytes of zero follow the data
	size int    // of the data
	window
}

// A window is where a reader stands. Loops copy it: as a value of three words,
// changed only by assignment, it lives in registers.
type window struct {
	word uint64 // the next bits from the top; those beyond have are of no account
	have int
	at   int // the next byte of the data
}

const padding = 8

func (r *bitReader) reset(buf []byte) {
	*r = bitReader{buf: buf, size: len(buf) - padding}
}

// fill makes have at least 56 where it is less than 32. The bits of word beyond
// have are the next ones in truth, or zero, so they can be put there again.
func (w window) fill(buf []byte) window {
	if w.have < 32 {
		if w.at+8 <= len(buf) {
			w.word |= binary.BigEndian.Uint64(buf[w.at:]) >> (w.have & 63)
		}
		n := (63 - w.have) >> 3
		w.at += n
		w.have += 8 * n
	}
	return w
}

// next gives n bits, at most 16. There must be as many.
func (w window) next(n int) uint32 { return uint32(w.word >> 32 >> (32 - n&31)) }

func (w window) drop(n int) window {
	w.word <<= n & 63
	w.have -= n
	return w
}

// difference reads what a DC coefficient differs by from the one before.
func (r *bitReader) difference(h *huffman) (int32, bool) {
	r.window = r.fill(r.buf)
	e := h.table[r.word>>(64-quick)]
	size, length := int(e>>sizeAt&15), int(e&lengthMask)
	if e == 0 {
		var symbol byte
		if symbol, length = h.long(int32(r.word >> 48)); length == 0 || symbol > mostDC {
			return 0, false
		}
		size = int(symbol)
	}
	w := r.drop(length)
	v := extend(w.next(size), size)
	r.window = w.drop(size)
	return v, true
}

// slow completes an entry of a table for AC that has no value, and drops its
// bits. Where there is no code, the entry has a size that is too large.
func (w window) slow(h *huffman, e int32) (window, int32) {
	length := int(e & lengthMask)
	if e == 0 {
		var symbol byte
		if symbol, length = h.long(int32(w.word >> 48)); length == 0 {
			return w, 15 << sizeAt
		}
		e = int32(symbol>>4)<<runAt | int32(symbol&15)<<sizeAt
	}
	w = w.drop(length)
	size := int(e >> sizeAt & 15)
	e |= extend(w.next(size), size) << valueAt
	return w.drop(size), e
}

// over says that more was read than there was.
func (r *bitReader) over() bool { return r.at*8-r.have > r.size*8 }

// left is the number of whole bytes not read.
func (r *bitReader) left() int { return (r.size*8 - (r.at*8 - r.have)) / 8 }

// restart readies the bits for the entropy-coded bytes from d.at on, up to the
// next marker, which d.at is left at.
func (d *Decoder) restart() bool {
	out, rest := d.clean[:0], d.data[d.at:]
	for {
		i := bytes.IndexByte(rest, 0xff)
		if i < 0 || i+1 == len(rest) {
			return false // there is always a marker
		}
		if rest[i+1] != 0 {
			out = append(out, rest[:i]...)
			rest = rest[i:]
			break
		}
		out = append(out, rest[:i+1]...)
		rest = rest[i+2:]
	}
	d.at = len(d.data) - len(rest)
	d.clean = append(out, make([]byte, padding)...)
	d.bits.reset(d.clean)
	for i := range d.components {
		d.components[i].predicted = 0
	}
	return true
}

// nextInterval goes on behind the restart marker that must come now.
func (d *Decoder) nextInterval(number int) bool {
	if d.bits.over() || d.bits.left() > 0 {
		return false
	}
	if d.at+2 > len(d.data) || d.data[d.at+1] != byte(markerRST0+number%8) {
		return false
	}
	d.at += 2
	return d.restart()
}
