package quickjpeg

import "math/bits"

// store readies the coefficients of a progressive picture.
func (d *Decoder) store() {
	for i := range d.components {
		c := &d.components[i]
		n := c.across * c.v * d.downMCUs
		if cap(c.present) < n {
			c.stored, c.present = make([]int16, 64*n), make([]uint64, n)
			continue
		}
		c.stored, c.present = c.stored[:64*n], c.present[:n]
		clear(c.stored)
		clear(c.present)
	}
}

// progress reads one scan of a progressive picture.
func (d *Decoder) progress(p *pass) bool {
	if p.first > p.last || p.last > 63 || p.low > 13 || p.high != 0 && p.high != p.low+1 ||
		p.first == 0 && p.last != 0 || p.first != 0 && p.count != 1 {
		return false
	}
	for _, which := range p.components[:p.count] {
		c := &d.components[which]
		if p.first > 0 && !c.ac.known || p.first == 0 && p.high == 0 && !c.dc.known {
			return false
		}
		c.seen = c.seen || p.first == 0
	}
	if p.count == 1 {
		return d.progressAlone(p, &d.components[p.components[0]])
	}
	mcu, restarts := 0, 0
	for y := range d.downMCUs {
		for x := range d.acrossMCUs {
			if d.interval > 0 && mcu > 0 && mcu%d.interval == 0 {
				if !d.nextInterval(restarts) {
					return false
				}
				restarts++
			}
			mcu++
			for _, which := range p.components[:p.count] {
				c := &d.components[which]
				for b := range c.h * c.v {
					at := (y*c.v+b/c.h)*c.across + x*c.h + b%c.h
					if !d.bits.mean(p, c, &c.stored[64*at]) {
						return false
					}
				}
			}
		}
		if d.bits.over() {
			return false
		}
	}
	return true
}

// progressAlone reads a scan of one component. Its MCU is a block, and blocks
// that lie wholly outside the picture are not in it (A.2.2).
func (d *Decoder) progressAlone(p *pass, c *component) bool {
	across := (d.Width*c.h + 8*d.frame[0].h - 1) / (8 * d.frame[0].h)
	down := (d.Height*c.v + 8*d.frame[0].v - 1) / (8 * d.frame[0].v)
	block, restarts, run := 0, 0, 0
	for y := range down {
		for x := range across {
			if d.interval > 0 && block > 0 && block%d.interval == 0 {
				if run != 0 || !d.nextInterval(restarts) {
					return false
				}
				restarts++
			}
			block++
			at := y*c.across + x
			switch {
			case p.first == 0:
				if !d.bits.mean(p, c, &c.stored[64*at]) {
					return false
				}
			case p.high > 0:
				run = d.bits.refine(p, c.ac, (*[64]int16)(c.stored[64*at:]), &c.present[at], run)
			case run > 0:
				run--
			default:
				run = d.bits.band(p, c.ac, (*[64]int16)(c.stored[64*at:]), &c.present[at])
			}
			if run < 0 {
				return false
			}
		}
		if d.bits.over() {
			return false
		}
	}
	return run == 0
}

// reconstruct makes samples of the coefficients when all scans are read.
func (d *Decoder) reconstruct() error {
	for i := range d.components {
		if c := &d.components[i]; !c.seen || !d.quant[c.quant].known {
			return ErrDeclined
		}
	}
	for y := range d.downMCUs {
		for i := range d.components {
			c, stride, out := &d.components[i], d.planes.stride[i], d.line(i, y)
			quant, n := d.stepsOf(c), d.size()
			for v := range c.v {
				for x := range c.across {
					at := (y*c.v+v)*c.across + x
					last := dequantise((*[64]int16)(c.stored[64*at:]), c.present[at], quant, &d.coeffs)
					d.inverse(last, out[n*(v*stride+x):], stride)
				}
			}
		}
		d.done(y)
	}
	return nil
}

// dequantise gives the last index in zigzag order that may be other than zero.
func dequantise(b *[64]int16, present uint64, quant *[64]step, out *block) int {
	out[0] = int64(b[0]) * quant[0].factor
	for rest := present; rest != 0; rest &= rest - 1 {
		k := bits.TrailingZeros64(rest) & 63
		q := &quant[k]
		out[q.at&31] += int64(b[k]) * q.factor
	}
	return max(0, bits.Len64(present)-1)
}
