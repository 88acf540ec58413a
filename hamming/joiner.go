package hamming

import "math/bits"

// joiner finds the pairs by the tables: both entries of a pair lie, in some
// table, in one bucket or in two buckets within reach of each other, just as a
// search would find the one from the other.
type joiner struct {
	x    *Index
	hunt // radius and reach
}

// joinStep is what comparing the next chunks of two entries costs, in
// nanoseconds, and joinVisit what it costs to go to a bucket for it.
const (
	joinStep  = 0.8
	joinVisit = 20
)

func newJoiner(x *Index, radius int) *joiner {
	j := &joiner{x: x, hunt: hunt{radius: radius}}
	for c := range j.reach {
		j.reach[c] = (radius+1+c)/chunks - 1
	}
	return j
}

// joinCost foretells the nanoseconds of a join on one core, rather too many; ok
// is false where tables cannot serve.
func (x *Index) joinCost(radius int) (cost float64, ok bool) {
	if x.width == 0 || radius < 0 || radius >= (reachMost+1)*chunks {
		return 0, false
	}
	for c, reach := range newJoiner(x, radius).reach {
		visits := 0
		for d := range reach + 1 {
			visits += choose(x.width, d)
		}
		// By Cauchy and Schwarz, no way to change bits lets the sizes of all
		// buckets and of those they become have a larger product.
		squares, start := 0.0, x.table[c].start
		for b := range 1 << x.width {
			size := float64(start[b+1] - start[b])
			squares += size * size
		}
		cost += float64(visits) / 2 * (squares*joinStep + joinVisit*float64(int(1)<<x.width))
	}
	return cost, true
}

// unit joins some buckets of one table with those that have a higher number.
func (j *joiner) unit(unit int, hand *handful) bool {
	per := 1 << j.x.width / twinsBuckets
	c, from := unit/per, unit%per*twinsBuckets
	for b := from; b < from+twinsBuckets; b++ {
		if !j.bucket(c, b, hand) {
			return false
		}
	}
	return true
}

func (j *joiner) bucket(c, b int, hand *handful) bool {
	start := j.x.table[c].start
	lo, hi := start[b], start[b+1]
	if lo == hi {
		return true
	}
	for d := range j.reach[c] + 1 {
		most := j.limit(c) - d
		for _, flip := range flips[d][:choose(j.x.width, d)] {
			other := b ^ int(flip)
			if other < b {
				continue
			}
			from, to := start[other], start[other+1]
			for at := lo; at < hi && from < to; at++ {
				if other == b {
					from = at + 1
				}
				if !j.entry(c, at, from, to, most, hand) {
					return false
				}
			}
		}
	}
	return true
}

// entry compares entry at of table c with the entries from from to to: first the
// following chunks, which may differ in most bits, side by side in a word.
func (j *joiner) entry(c int, at, from, to uint32, most int, hand *handful) bool {
	t := &j.x.table[c]
	following, room := spread(t.next[at]), spread(uint16(0x7fff-most))
	for ; from < to; from += 4 {
		n := t.next[from : from+4]
		word := uint64(n[0]) | uint64(n[1])<<16 | uint64(n[2])<<32 | uint64(n[3])<<48
		for pass := within(word, following, room); pass != 0; pass &= pass - 1 {
			// Lanes beyond the bucket belong to other entries.
			if i := from + uint32(bits.TrailingZeros64(pass))/16; i < to && !j.compare(c, t.row[at], t.row[i], hand) {
				return false
			}
		}
	}
	return true
}

// compare adds the pair if it is one, and no earlier table leads to it.
func (j *joiner) compare(c int, a, b uint32, hand *handful) bool {
	s := &j.x.bits[b]
	d := Distance(j.x.bits[a], *s)
	if d > j.radius {
		return true
	}
	h := &hand.hunt
	h.q, h.reach = j.x.bits[a], j.reach
	if !j.x.first(h, s, c) {
		return true
	}
	return hand.add(Pair{uint64(min(a, b)), uint64(max(a, b)), d})
}
