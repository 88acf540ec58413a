package hamming

import (
	"math/bits"
	"unsafe"
)

const (
	lanes = 16  // chunks filtered at once; so many may be read beyond a bucket
	room  = 256 // entries that may pass before they are looked at
	ahead = 16  // spans of which memory is asked for before they are read
)

// span is a bucket that is to be read, or what is left of it.
type span struct {
	at    uint64 // its first entry, counted through all tables
	n     uint32
	query uint16 // the query's following chunk
	over  uint16 // an entry passes if its own differs in fewer bits
}

// group is a number of buckets to be read together. Nearly every step of a
// search is a cache miss of its own: where a bucket starts, its following
// chunks, the row of an entry that passes, its string. So each step is taken for
// the whole group before the next, and memory is asked for ahead of time: the
// processor then waits for twenty lines at once.
type group struct {
	n      int
	bucket [272]uint32 // places in Index.starts; 272 is a whole search at radius 31
	span   [272 + ahead]span
	found  [room]uint64
	row    [room]uint32
}

// probe visits the buckets within reach. Crowded buckets use up the budget;
// probe then gives up and reports false.
func (x *Index) probe(h *hunt, dst []Hit, budget int) ([]Hit, bool) {
	var g group
	ok := true
	for c, reach := range h.reach {
		for d := 0; d <= reach; d++ {
			for todo := flips[d][:choose(x.width, d)]; len(todo) > 0; {
				todo = todo[g.add(x, h, c, d, todo):]
				if g.n < len(g.bucket) {
					continue
				}
				if dst, ok = x.visit(h, &g, dst, &budget); !ok {
					return nil, false
				}
			}
		}
	}
	return x.visit(h, &g, dst, &budget)
}

// add takes buckets of chunk c from the front of todo, d bits from the query's
// own, and reports how many there was room for.
func (g *group) add(x *Index, h *hunt, c, d int, todo []uint16) int {
	s := span{
		at:    uint64(c) * uint64(len(x.keys)),
		query: chunk(&h.q, c+1),
		over:  uint16(h.limit(c) - d + 1),
	}
	low := uint16(1<<x.width - 1)
	home, table := chunk(&h.q, c)&low, uint32(c)*(1<<x.width+1)
	n := min(len(todo), len(g.bucket)-g.n)
	buckets, spans := g.bucket[g.n:][:n], g.span[g.n:][:n]
	for i, flip := range todo[:n] {
		buckets[i], spans[i] = table+uint32(home^flip), s
	}
	g.n += n
	return n
}

// visit reads the buckets of the group, and empties it.
func (x *Index) visit(h *hunt, g *group, dst []Hit, budget *int) ([]Hit, bool) {
	prefetch(unsafe.Pointer(&x.starts[0]), g.bucket[:g.n], 2)
	entries := 0
	for i, b := range g.bucket[:g.n] {
		lo, hi := x.starts[b], x.starts[b+1]
		g.span[i].at += uint64(lo)
		g.span[i].n = hi - lo
		entries += int(hi - lo)
	}
	*budget -= g.n*costBucket + entries*costEntry
	for spans := g.span[:g.n]; len(spans) > 0; {
		if *budget < 0 {
			return nil, false
		}
		done, n := x.siftSpans(spans, &g.found)
		spans = spans[done:]
		*budget -= n * costFound
		dst = x.compare(h, g, n, dst)
	}
	g.n = 0
	return dst, true
}

// compare appends those of the n entries found that are matches and that no
// earlier chunk leads to.
func (x *Index) compare(h *hunt, g *group, n int, dst []Hit) []Hit {
	for i, entry := range g.found[:n] {
		g.row[i] = x.rowsOf[entry]
	}
	prefetch(unsafe.Pointer(&x.bits[0]), g.row[:n], 5)
	for i, row := range g.row[:n] {
		s := &x.bits[row]
		d := Distance(*s, h.q)
		if d > h.radius || h.dead.has(int(row)) {
			continue
		}
		if c := int(g.found[i] / uint64(len(x.keys))); x.first(h, s, c) {
			dst = append(dst, Hit{x.keys[row], d})
		}
	}
	return dst
}

// siftPlain finds the entries of the spans that pass. It goes on until all are
// done, or found might not hold any more; then it reports how many spans are
// done, and leaves in the next what is left of it.
func siftPlain(spans []span, next []uint16, found *[room]uint64) (done, n int) {
	for ; done < len(spans); done++ {
		s := &spans[done]
		query, space := spread(s.query), spread(0x7fff-(s.over-1))
		for s.n > 0 {
			if n > room-4 {
				return done, n
			}
			four := next[s.at : s.at+4]
			word := uint64(four[0]) | uint64(four[1])<<16 | uint64(four[2])<<32 | uint64(four[3])<<48
			for pass := within(word, query, space); pass != 0; pass &= pass - 1 {
				// Lanes beyond the span belong to other entries.
				if lane := uint32(bits.TrailingZeros64(pass)) / 16; lane < s.n {
					found[n] = s.at + uint64(lane)
					n++
				}
			}
			step := min(4, s.n)
			s.at += uint64(step)
			s.n -= step
		}
	}
	return done, n
}

// spread has v in each of four lanes of 16 bits.
func spread(v uint16) uint64 { return uint64(v) * 0x0001_0001_0001_0001 }

// within sets the top bit of each lane in which x and q differ in at most some
// number of bits: space is spread(0x7fff - most), so that a count above most
// carries into the top bit.
func within(x, q, space uint64) uint64 {
	x ^= q
	x -= x >> 1 & 0x5555_5555_5555_5555
	x = x&0x3333_3333_3333_3333 + x>>2&0x3333_3333_3333_3333
	x = (x + x>>4) & 0x0f0f_0f0f_0f0f_0f0f
	x = (x + x>>8) & 0x001f_001f_001f_001f
	return ^(x + space) & 0x8000_8000_8000_8000
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
