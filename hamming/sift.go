package hamming

import "math/bits"

// group is a number of buckets to be read together. Nearly every bucket is a
// cache miss, twice: to find where it starts, and to read it. Filling a group
// takes each kind of miss in a loop without branches, so that the processor
// waits for many of them at once; then sift finds all in its cache.
type group struct {
	chunk, flips int // whose buckets, and how many bits from the query's own
	n, cost      int
	span         [32]struct{ lo, hi uint32 }
	warm         uint16 // meaningless; keeps the compiler from dropping loads
}

// fill takes buckets of chunk c from the front of todo and reports how many.
func (g *group) fill(x *Index, h *hunt, c, d int, todo []uint16) int {
	t := &x.table[c]
	home, low := chunk(&h.q, c), uint16(1<<x.width-1)
	g.chunk, g.flips, g.n = c, d, min(len(todo), len(g.span))
	g.cost = costBucket * g.n
	for i, flip := range todo[:g.n] {
		b := int((home ^ flip) & low)
		g.span[i].lo, g.span[i].hi = t.start[b], t.start[b+1]
	}
	for _, s := range g.span[:g.n] {
		// In bounds even for an empty last bucket: next has lanes to spare.
		g.cost += costEntry * int(s.hi-s.lo)
		g.warm ^= t.next[s.lo]
	}
	return g.n
}

// lanes is how many 16-bit chunks are filtered at once, side by side in a word.
const lanes = 4

// spread has v in each lane.
func spread(v uint16) uint64 { return uint64(v) * 0x0001_0001_0001_0001 }

// within sets the top bit of each lane in which x and q differ in at most as
// many bits as room was made for: room is spread(0x7fff - most), so that a
// count above most carries into the top bit.
func within(x, q, room uint64) uint64 {
	x ^= q
	x -= x >> 1 & 0x5555_5555_5555_5555
	x = x&0x3333_3333_3333_3333 + x>>2&0x3333_3333_3333_3333
	x = (x + x>>4) & 0x0f0f_0f0f_0f0f_0f0f
	x = (x + x>>8) & 0x001f_001f_001f_001f
	return ^(x + room) & 0x8000_8000_8000_8000
}

// sift filters the entries of the group by their following chunk, and compares
// the strings of those that pass.
func (x *Index) sift(h *hunt, g *group, dst []Hit) []Hit {
	t := &x.table[g.chunk]
	following := spread(chunk(&h.q, g.chunk+1))
	room := spread(uint16(0x7fff - (h.limit(g.chunk) - g.flips)))
	for _, span := range g.span[:g.n] {
		for at := span.lo; at < span.hi; at += lanes {
			n := t.next[at : at+lanes]
			word := uint64(n[0]) | uint64(n[1])<<16 | uint64(n[2])<<32 | uint64(n[3])<<48
			for pass := within(word, following, room); pass != 0; pass &= pass - 1 {
				// Lanes beyond the bucket belong to other entries.
				entry := at + uint32(bits.TrailingZeros64(pass))/16
				if entry < span.hi {
					dst = x.compare(h, g.chunk, int(t.row[entry]), dst)
				}
			}
		}
	}
	return dst
}

// compare appends the row if it is a match that no earlier chunk leads to.
func (x *Index) compare(h *hunt, c, row int, dst []Hit) []Hit {
	s := &x.bits[row]
	d := Distance(*s, h.q)
	if d > h.radius || h.dead.has(row) || !x.first(h, s, c) {
		return dst
	}
	return append(dst, Hit{x.keys[row], d})
}

// limit is what the pigeonring leaves for chunks c and c+1 together.
func (h *hunt) limit(c int) int {
	return h.reach[c] + h.reach[(c+1)%chunks] + 1
}

// first reports whether c is the first chunk by which the probes come upon s:
// a string within reach of several chunks is reported once, and no search has
// to remember what it saw.
func (x *Index) first(h *hunt, s *Bits, c int) bool {
	low := uint16(1<<x.width - 1)
	for e := range c {
		d := bits.OnesCount16((chunk(s, e) ^ chunk(&h.q, e)) & low)
		if d <= h.reach[e] && d+bits.OnesCount16(chunk(s, e+1)^chunk(&h.q, e+1)) <= h.limit(e) {
			return false
		}
	}
	return true
}
