package quickjpeg

import "slices"

// A pass is the head of a scan: which components, which band of coefficients,
// and which of their bits.
type pass struct {
	components  [3]int
	count       int
	first, last int  // of the band, in zigzag order
	high, low   uint // bits: how many are known, how many stay unknown
}

// scan reads one scan.
func (d *Decoder) scan() error {
	head, ok := d.segment()
	if !ok {
		return ErrDeclined
	}
	var p pass
	if !d.readPass(head, &p) || !d.restart() {
		return ErrDeclined
	}
	ok = false
	switch {
	case d.progressive:
		ok = d.progress(&p)
	case p.count == len(d.components):
		ok = d.sequential(&p)
	}
	if !ok || d.bits.over() {
		return ErrDeclined
	}
	return nil
}

func (d *Decoder) readPass(s []byte, p *pass) bool {
	if len(s) < 1 {
		return false
	}
	p.count = int(s[0])
	if p.count < 1 || p.count > len(d.components) || len(s) != 4+2*p.count {
		return false
	}
	for i := range p.count {
		id, tables := s[1+2*i], s[2+2*i]
		which := slices.IndexFunc(d.components, func(c component) bool { return c.id == id })
		if which < 0 || slices.Contains(p.components[:i], which) || tables>>4 > 3 || tables&15 > 3 {
			return false
		}
		p.components[i] = which
		d.components[which].dc = &d.codes[0][tables>>4]
		d.components[which].ac = &d.codes[1][tables&15]
	}
	s = s[1+2*p.count:]
	p.first, p.last, p.high, p.low = int(s[0]), int(s[1]), uint(s[2]>>4), uint(s[2]&15)
	if !d.progressive {
		p.first, p.last, p.high, p.low = 0, 63, 0, 0 // whatever stands there
	}
	return true
}

// sequential reads the one scan of a picture that is not progressive.
func (d *Decoder) sequential(p *pass) bool {
	for i := range d.components {
		c := &d.components[i]
		if !c.dc.known || !c.ac.known || !d.quant[c.quant].known {
			return false
		}
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
				if !d.unit(which, x, y) {
					return false
				}
			}
		}
		if d.bits.over() {
			return false
		}
		d.done(y)
	}
	return true
}

// unit reads the blocks of one component in an MCU.
func (d *Decoder) unit(which, x, y int) bool {
	c := &d.components[which]
	quant, n := d.stepsOf(c), d.size()
	stride := d.planes.stride[which]
	out := d.line(which, y)[n*x*c.h:]
	for v := range c.v {
		for h := range c.h {
			last := d.bits.read(c, quant, &d.coeffs)
			if last < 0 {
				clear(d.coeffs[:])
				return false
			}
			d.inverse(last, out[n*(v*stride+h):], stride)
		}
	}
	return true
}

func (d *Decoder) stepsOf(c *component) *[64]step {
	if d.small {
		return &d.quant[c.quant].small
	}
	return &d.quant[c.quant].steps
}

// inverse makes samples of coeffs.
func (d *Decoder) inverse(last int, out []byte, stride int) {
	if d.small {
		inverseSmall(&d.coeffs, last, out, stride)
	} else {
		inverse(&d.coeffs, last, out, stride)
	}
}
