package hamming

import "math/bits"

// Costs in rough nanoseconds, measured at a million strings, to choose between
// the tables and reading everything. They steer speed only.
const (
	costRow    = 2  // a string read in order
	costEntry  = 1  // a bucket entry filtered
	costBucket = 30 // going to a bucket
	costFound  = 15 // fetching the string of an entry that passes
)

// reachMost is the widest reach of a chunk that the tables serve: radius 63.
// One more would visit 40,000 buckets, about as slow as reading everything.
const reachMost = 3

// flips[d] has every way to change d bits of a chunk, in ascending order, so
// that those of a narrower bucket name come first.
var flips = allFlips()

func allFlips() (f [reachMost + 1][]uint16) {
	for m := range 1 << chunkBits {
		if d := bits.OnesCount16(uint16(m)); d <= reachMost {
			f[d] = append(f[d], uint16(m))
		}
	}
	return f
}

// choose is the number of ways to choose d of w bits, for d up to reachMost.
func choose(w uint, d int) int {
	n := int(w)
	return [...]int{1, n, n * (n - 1) / 2, n * (n - 1) * (n - 2) / 6}[d]
}

// hunt is one search: what is looked for, and the reach of each chunk.
type hunt struct {
	q      Bits // permuted
	radius int
	reach  [chunks]int // -1: the chunk need not be looked at
	dead   bitmap      // rows not to report; may be nil
}

// search expects q permuted. Rows whose bit is set in dead are left out.
func (x *Index) search(q Bits, radius int, dst []Hit, dead bitmap) []Hit {
	if radius < 0 {
		return dst
	}
	h := hunt{q: q, radius: radius, dead: dead}
	if x.width == 0 || radius >= (reachMost+1)*chunks {
		return x.scan(&h, dst)
	}
	// Hermite's identity: the terms (radius+1+c)/16 sum up to radius+1.
	for c := range h.reach {
		h.reach[c] = (radius+1+c)/chunks - 1
	}
	budget := len(x.bits) * costRow
	if x.probesCost(&h) < budget {
		if found, ok := x.probe(&h, dst, budget); ok {
			return found
		}
	}
	return x.scan(&h, dst)
}

// scan reads everything.
func (r *rows) scan(h *hunt, dst []Hit) []Hit {
	for i := 0; ; i++ {
		var d int
		if i, d = nextWithin(r.bits, i, &h.q, h.radius); i < 0 {
			return dst
		}
		if !h.dead.has(i) {
			dst = append(dst, Hit{r.keys[i], d})
		}
	}
}

// stretch is how many strings are read at once, some 50 µs: the garbage collector
// cannot stop assembly.
const stretch = 1 << 15

// nextWithin finds the first string from place i on that is within radius of
// q, and its distance; -1 is none. Small, so that all of it stays in registers.
func nextWithin(strings []Bits, i int, q *Bits, radius int) (int, int) {
	q0, q1, q2, q3 := q[0], q[1], q[2], q[3]
	for i < len(strings) {
		i += far(strings[i:min(i+stretch, len(strings))], q, radius)
		for end := min(i+4, len(strings)); i < end; i++ {
			s := &strings[i]
			d := bits.OnesCount64(s[0]^q0) + bits.OnesCount64(s[1]^q1) +
				bits.OnesCount64(s[2]^q2) + bits.OnesCount64(s[3]^q3)
			if d <= radius {
				return i, d
			}
		}
	}
	return -1, 0
}

// probesCost foretells the cost of the probes on evenly spread strings.
func (x *Index) probesCost(h *hunt) int {
	buckets := 0
	for _, t := range h.reach {
		for d := 0; d <= t; d++ {
			buckets += choose(x.width, d)
		}
	}
	return buckets * (costBucket + costEntry*len(x.bits)>>x.width)
}
