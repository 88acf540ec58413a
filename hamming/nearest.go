package hamming

import (
	"cmp"
	"math"
	"runtime"
	"slices"
)

// Nearest appends to dst the k entries nearest to q, exactly and in order: by
// distance, and those of equal distance by key. If there are fewer than k, it
// appends all.
//
// It searches within growing radii as long as the tables make that cheaper than
// reading everything once. So it is quick where the k-th entry is within about
// 50 bits, and takes as long as reading all strings (some ms a million) where it
// is not.
func (x *Index) Nearest(q Bits, k int, dst []Hit) []Hit {
	one := [1]part{{Index: x}}
	return nearest(one[:], permute(q), k, dst)
}

// Nearest is [Index.Nearest] over the entries of this moment.
func (l *Live) Nearest(q Bits, k int, dst []Hit) []Hit {
	v := l.now.Load()
	parts := make([]part, 0, len(v.segments)+1)
	for _, s := range v.segments {
		parts = append(parts, part{s.Index, s.dead, s.from})
	}
	n := v.tail.n.Load()
	newest := rows{bits: v.tail.bits[:n], keys: v.tail.keys[:n]}
	parts = append(parts, part{Index: &Index{rows: newest}, dead: v.tail.dead})
	dst = nearest(parts, permute(q), k, dst)
	runtime.KeepAlive(v)
	return dst
}

// nearest expects q permuted.
func nearest(parts []part, q Bits, k int, dst []Hit) []Hit {
	look := takeSample(parts, q)
	if k = min(k, look.rows); k <= 0 {
		return dst
	}
	b := best{k: k, hits: dst, old: len(dst), worst: Hit{Distance: Width, Key: math.MaxUint64}}
	b.worst.Distance = look.bound(k)
	for radius := chunks - 1; tablesWin(parts, min(radius, b.worst.Distance), &look); radius += chunks / 2 {
		radius = min(radius, b.worst.Distance)
		for _, p := range parts {
			b.hits = p.search(q, radius, b.hits, p.dead)
		}
		if len(b.hits)-b.old >= k || radius == b.worst.Distance {
			b.cut()
			return b.hits
		}
		b.hits = b.hits[:b.old]
	}
	for _, p := range parts {
		b.scan(&p, q)
	}
	b.cut()
	return b.hits
}

// sample says how far some of the rows are from the query, so that a search
// need not begin with no idea: near[d] of them are within d bits. Counting them
// takes a few microseconds.
type sample struct {
	near [Width + 1]int
	rows int // in all parts
}

const (
	sampleRuns = 16 // places of an index where rows are counted
	sampleRun  = 64 // rows at each
)

func takeSample(parts []part, q Bits) sample {
	var s sample
	for i := range parts {
		p := &parts[i]
		s.rows += len(p.keys)
		for run := range sampleRuns {
			from := len(p.keys) * run / sampleRuns
			for row := from; row < min(from+sampleRun, len(p.keys)*(run+1)/sampleRuns); row++ {
				if !p.dead.has(row) {
					s.near[Distance(p.bits[row], q)]++
				}
			}
		}
	}
	for d := range Width {
		s.near[d+1] += s.near[d]
	}
	return s
}

// bound is a distance within which k rows lie for certain, as far as counted.
func (s *sample) bound(k int) int {
	for d, n := range s.near {
		if n >= k {
			return d
		}
	}
	return Width
}

// tablesWin foretells whether searching within radius is worth a try: it costs
// at most half of reading everything, for it may be in vain, and does not fetch
// a good part of all rows one by one.
func tablesWin(parts []part, radius int, look *sample) bool {
	if look.near[radius]*32 > look.near[Width] {
		return false
	}
	probes, rows := 0, 0
	for _, p := range parts {
		probes += p.searchCost(radius)
		rows += len(p.keys)
	}
	return probes < costRow*rows/2
}

// searchCost foretells the nanoseconds of a search.
func (x *Index) searchCost(radius int) int {
	scan := costRow * len(x.keys)
	if x.width == 0 || radius >= (reachMost+1)*chunks {
		return scan
	}
	buckets := 0
	for c := range chunks {
		for d := range (radius + 1 + c) / chunks {
			buckets += choose(x.width, d)
		}
	}
	return min(scan, buckets*(costBucket+costEntry*len(x.keys)>>x.width))
}

// best has the k nearest so far at most, in hits[old:], and sometimes more.
type best struct {
	k, old int
	hits   []Hit
	worst  Hit // what is not before this one is not wanted
}

// scan reads all of p.
func (b *best) scan(p *part, q Bits) {
	for i := 0; ; i++ {
		var d int
		if i, d = nextWithin(p.bits, i, &q, b.worst.Distance); i < 0 {
			return
		}
		h := Hit{p.keys[i], d}
		if p.dead.has(i) || byDistance(h, b.worst) > 0 {
			continue
		}
		// Cutting only when there are twice as many makes it cheap.
		if b.hits = append(b.hits, h); len(b.hits)-b.old >= 2*b.k+64 {
			b.cut()
		}
	}
}

// cut leaves the k nearest, in order.
func (b *best) cut() {
	found := b.hits[b.old:]
	slices.SortFunc(found, byDistance)
	if len(found) >= b.k {
		b.worst = found[b.k-1]
		b.hits = b.hits[:b.old+b.k]
	}
}

func byDistance(a, b Hit) int {
	return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.Key, b.Key))
}
