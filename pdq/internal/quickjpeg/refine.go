package quickjpeg

import "math/bits"

// mean reads a DC coefficient, or one more bit of it.
func (r *bitReader) mean(p *pass, c *component, dc *int16) bool {
	if p.high > 0 {
		w := r.fill(r.buf)
		*dc |= int16(w.next(1) << p.low)
		r.window = w.drop(1)
		return true
	}
	difference, ok := r.difference(c.dc)
	c.predicted += difference
	v := c.predicted << p.low
	*dc = int16(v)
	return ok && v == int32(int16(v))
}

// endOfBand is the number of blocks from this one on that have no more
// coefficients in the band.
func (w window) endOfBand(buf []byte, size int) (window, int) {
	w = w.fill(buf)
	return w.drop(size), 1<<size + int(w.next(size))
}

// band reads a block's coefficients of a band for the first time. It gives the
// number of blocks after this one that have none, or −1.
func (r *bitReader) band(p *pass, code *huffman, b *[64]int16, present *uint64) int {
	buf, w, mask, more := r.buf, r.window, *present, 0
	for k := p.first; k <= p.last; k++ {
		w = w.fill(buf)
		e := code.table[w.word>>(64-quick)]
		if e>>valueAt != 0 {
			w = w.drop(int(e & lengthMask))
		} else {
			w, e = w.slow(code, e)
		}
		run, size := int(e>>runAt&15), int(e>>sizeAt&15)
		if size == 0 {
			if run < 15 {
				w, more = w.endOfBand(buf, run)
				more-- // this one
				break
			}
			k += 15
			continue
		}
		k += run
		v := e >> valueAt << p.low
		if size > mostAC || k > p.last || v != int32(int16(v)) {
			return -1
		}
		b[k&63] = int16(v)
		mask |= 1 << (k & 63)
	}
	r.window, *present = w, mask
	return more
}

// refine adds a bit to the coefficients of a band (G.1.2.3): one bit for each
// that is not zero, and where a code says so, new ones among the zeros. run is
// the number of blocks, with this one, that get no new ones. It gives the
// number after this one, or −1.
func (r *bitReader) refine(p *pass, code *huffman, b *[64]int16, present *uint64, run int) int {
	buf, w, mask, over := r.buf, r.window, *present, int16(0)
	for k := p.first; run > 0 || k <= p.last; {
		to, value := p.last+1, int32(0) // up to where this code reaches
		if run == 0 {
			w = w.fill(buf)
			e := code.table[w.word>>(64-quick)]
			if e>>valueAt != 0 {
				w = w.drop(int(e & lengthMask))
			} else {
				w, e = w.slow(code, e)
			}
			zeros, size := int(e>>runAt&15), e>>sizeAt&15
			if value = e >> valueAt; size > 1 {
				return -1
			} else if size == 0 && zeros < 15 {
				w, run = w.endOfBand(buf, zeros)
			} else if to = landing(mask, k, zeros); to > p.last {
				return -1
			}
		}
		for known := mask & (1<<to - 1) &^ (1<<k - 1); known != 0; known &= known - 1 {
			w = w.fill(buf)
			// Minus a bit where the coefficient is negative, and nothing where
			// the bit that is read is 0.
			c := &b[bits.TrailingZeros64(known)&63]
			sign := *c >> 15
			sum := *c + (1<<p.low^sign-sign)&int16(int64(w.word)>>63)
			over |= sum ^ *c
			*c = sum
			w = w.drop(1)
		}
		if to > p.last {
			run--
			break
		}
		if value != 0 {
			b[to&63] = int16(value << p.low)
			mask |= 1 << to
		}
		k = to + 1
	}
	r.window, *present = w, mask
	if over < 0 {
		return -1 // a coefficient has left 16 bits
	}
	return run
}

// landing is the index behind so many zeros from k on, that of another zero.
func landing(present uint64, k, zeros int) int {
	free := ^present >> k
	for range zeros {
		free &= free - 1
	}
	return k + bits.TrailingZeros64(free)
}
