package quickjpeg

// read reads a sequential block, multiplied by its quantisation. It gives the
// last index in zigzag order that may be other than zero, or −1. This is where
// the time goes.
func (r *bitReader) read(c *component, quant *[64]step, out *block) int {
	difference, ok := r.difference(c.dc)
	c.predicted += difference
	if !ok || c.predicted != int32(int16(c.predicted)) {
		return -1
	}
	out[0] = int64(c.predicted) * quant[0].factor
	buf, w, table := r.buf, r.window, &c.ac.table
	last := 0
	for k := 1; k < 64; k++ {
		w = w.fill(buf)
		e := table[w.word>>(64-quick)]
		if e>>valueAt != 0 {
			w = w.drop(int(e & lengthMask))
		} else {
			w, e = w.slow(c.ac, e)
			if size := e >> sizeAt & 15; size == 0 {
				run := e >> runAt & 15
				if run == 15 {
					k += 15
					continue
				}
				if run == 0 {
					break
				}
				return -1
			} else if size > mostAC {
				return -1
			}
		}
		k += int(e >> runAt & 15)
		if k > 63 {
			return -1
		}
		q := &quant[k]
		out[q.at&31] += int64(e>>valueAt) * q.factor
		last = k
	}
	r.window = w
	return last
}
