package jpegtest

// A pass is one scan.
type pass struct {
	planes      []int
	first, last int
	high, low   int
}

// scans writes the data. A progressive picture has its DC in two scans and its
// AC in four.
func (e *encoder) scans() {
	all := make([]int, len(e.planes))
	for i := range all {
		all[i] = i
	}
	if !e.Progressive {
		e.scan(pass{all, 0, 63, 0, 0})
		return
	}
	e.scan(pass{all, 0, 0, 0, 1})
	for i := range e.planes {
		e.scan(pass{[]int{i}, 1, 5, 0, 2})
		e.scan(pass{[]int{i}, 6, 63, 0, 2})
		e.scan(pass{[]int{i}, 1, 63, 2, 1})
	}
	e.scan(pass{all, 0, 0, 1, 0})
	for i := range e.planes {
		e.scan(pass{[]int{i}, 1, 63, 1, 0})
	}
}

func (e *encoder) scan(p pass) {
	head := []byte{byte(len(p.planes))}
	for _, i := range p.planes {
		head = append(head, byte(i+1), 0)
	}
	e.segment(0xda, append(head, byte(p.first), byte(p.last), byte(p.high<<4|p.low))...)
	s := &scanner{pass: p}
	mcus := e.order(p)
	for n, blocks := range mcus {
		if e.Interval > 0 && n > 0 && n%e.Interval == 0 {
			s.restart(byte(0xd0 + (n/e.Interval-1)%8))
		}
		for _, at := range blocks {
			s.block(&e.planes[at.plane].blocks[at.block], at.plane, e.Progressive)
		}
	}
	s.endBand()
	s.align()
	e.out = append(e.out, s.out...)
}

type place struct{ plane, block int }

// order lists the blocks of each MCU (A.2).
func (e *encoder) order(p pass) (mcus [][]place) {
	if len(p.planes) == 1 {
		i := p.planes[0]
		c := &e.planes[i]
		across := (e.width*c.h + 8*e.Across - 1) / (8 * e.Across)
		down := (e.height*c.v + 8*e.Down - 1) / (8 * e.Down)
		for y := range down {
			for x := range across {
				mcus = append(mcus, []place{{i, y*c.across + x}})
			}
		}
		return mcus
	}
	for y := range e.downMCUs {
		for x := range e.acrossMCUs {
			var mcu []place
			for _, i := range p.planes {
				c := &e.planes[i]
				for b := range c.h * c.v {
					mcu = append(mcu, place{i, (y*c.v+b/c.h)*c.across + x*c.h + b%c.h})
				}
			}
			mcus = append(mcus, mcu)
		}
	}
	return mcus
}

// A scanner writes the blocks of a scan.
type scanner struct {
	writer
	pass
	mean  [4]int // of the block before, for each plane
	run   int    // blocks that end at once and are not yet written
	after []int  // correction bits that belong behind that run
}

// restart ends an interval.
func (s *scanner) restart(marker byte) {
	s.endBand()
	s.align()
	s.out = append(s.out, 0xff, marker)
	s.mean = [4]int{}
}

func (s *scanner) block(b *[64]int, plane int, progressive bool) {
	switch {
	case !progressive:
		s.dc(b[0], plane)
		s.ac(b, false)
	case s.first == 0 && s.high == 0:
		s.dc(b[0]>>s.low, plane)
	case s.first == 0:
		s.bits(b[0]>>s.low, 1)
	case s.high == 0:
		s.ac(b, true)
	default:
		s.refine(b)
	}
}

func (s *scanner) dc(v, plane int) {
	diff := v - s.mean[plane]
	s.mean[plane] = v
	s.symbol(dcCode, byte(sizeOf(diff)))
	s.number(diff, sizeOf(diff))
}

// shifted drops low bits towards zero (G.1.2.1).
func shifted(v, low int) int {
	if v < 0 {
		return -(-v >> low)
	}
	return v >> low
}

func (s *scanner) ac(b *[64]int, runs bool) {
	zeros := 0
	for k := max(1, s.first); k <= s.last; k++ {
		v := shifted(b[k], s.low)
		if v == 0 {
			zeros++
			continue
		}
		s.endBand()
		for ; zeros > 15; zeros -= 16 {
			s.symbol(acCode, 0xf0)
		}
		s.symbol(acCode, byte(zeros<<4|sizeOf(v)))
		s.number(v, sizeOf(v))
		zeros = 0
	}
	switch {
	case zeros > 0 && runs:
		s.endLater(nil)
	case zeros > 0:
		s.symbol(acCode, 0x00)
	}
}

// endLater notes that a block has nothing more but corrections.
func (s *scanner) endLater(corrections []int) {
	s.run++
	s.after = append(s.after, corrections...)
	if s.run == 1<<15-1 {
		s.endBand()
	}
}

// endBand writes the run of blocks that end at once, and their corrections.
func (s *scanner) endBand() {
	if s.run > 0 {
		size := sizeOf(s.run) - 1
		s.symbol(acCode, byte(size<<4))
		s.bits(s.run, size)
	}
	for _, bit := range s.after {
		s.bits(bit, 1)
	}
	s.run, s.after = 0, nil
}

// refine writes one more bit of a band (G.1.2.3).
func (s *scanner) refine(b *[64]int) {
	newest := 0 // the last coefficient that becomes other than zero
	for k := s.first; k <= s.last; k++ {
		if v := shifted(b[k], s.low); v == 1 || v == -1 {
			newest = k
		}
	}
	zeros, corrections := 0, []int(nil)
	for k := s.first; k <= s.last; k++ {
		v := shifted(b[k], s.low)
		size := max(v, -v)
		if size > 1 {
			corrections = append(corrections, size&1)
			continue
		}
		if size == 0 {
			zeros++
			// Sixteen zeros are written where the sixteenth stands, with the
			// corrections of what lies among them.
			if zeros == 16 && k < newest {
				s.new(0xf0, -1, corrections)
				zeros, corrections = 0, nil
			}
			continue
		}
		s.new(byte(zeros<<4|1), (v+1)/2, corrections)
		zeros, corrections = 0, nil
	}
	if zeros > 0 || len(corrections) > 0 {
		s.endLater(corrections)
	}
}

// new writes a symbol, the sign of a coefficient if it is 0 or 1, and bits.
func (s *scanner) new(symbol byte, sign int, corrections []int) {
	s.endBand()
	s.symbol(acCode, symbol)
	if sign >= 0 {
		s.bits(sign, 1)
	}
	for _, bit := range corrections {
		s.bits(bit, 1)
	}
}
