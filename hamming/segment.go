package hamming

import (
	"cmp"
	"slices"
	"sync/atomic"
)

// bitmap marks rows. One goroutine at a time may set bits, while any number
// read them. A nil bitmap marks nothing.
type bitmap []atomic.Uint64

func makeBitmap(n int) bitmap { return make(bitmap, (n+63)/64) }

func (m bitmap) has(i int) bool {
	return m != nil && m[i>>6].Load()>>(i&63)&1 != 0
}

// set reports whether the bit was clear before.
func (m bitmap) set(i int) bool {
	w := &m[i>>6]
	old := w.Load()
	w.Store(old | 1<<(i&63))
	return old>>(i&63)&1 == 0
}

// segment is an index whose rows stand in the order of their keys, so that a
// key is found without a map, and the marks of those removed since.
type segment struct {
	*Index
	dead bitmap
	from *mapping // the file in whose memory the index lies, or nil

	// Both belong to Live.write.
	gone int    // bits set in dead
	into *merge // the merge that is reading this segment, or nil
}

// newSegment takes over r, which must be ordered by key.
func newSegment(r rows) *segment { return segmentOf(indexRows(r), nil) }

// plainSegment is newSegment without tables, for few rows that are about to be
// merged.
func plainSegment(r rows) *segment { return segmentOf(&Index{rows: r}, nil) }

func segmentOf(x *Index, from *mapping) *segment {
	return &segment{Index: x, dead: makeBitmap(x.Len()), from: from}
}

// part is what a search over several indexes reads of one of them.
type part struct {
	*Index
	dead bitmap
	from *mapping
}

// frozen has the marks of this moment, whatever is removed later. The caller
// holds Live.write.
func (s *segment) frozen() part {
	p := part{Index: s.Index, from: s.from}
	if s.gone > 0 {
		p.dead = makeBitmap(s.Len())
		for i := range s.dead {
			p.dead[i].Store(s.dead[i].Load())
		}
	}
	return p
}

// remove marks every row of key and reports how many it marked.
func (s *segment) remove(key uint64) int {
	i, _ := slices.BinarySearch(s.keys, key)
	n := 0
	for ; i < len(s.keys) && s.keys[i] == key; i++ {
		if s.dead.set(i) {
			n++
		}
	}
	s.gone += n
	return n
}

func (s *segment) removeAll(keys []uint64) {
	for _, key := range keys {
		s.remove(key)
	}
}

// tailRows is the number of newest entries that searches read one by one:
// few enough to cost a search 2 µs at most.
const tailRows = 1024

// tail takes the newest entries. One goroutine at a time appends; a reader
// sees the rows below n, which never change again.
type tail struct {
	rows
	n    atomic.Int64
	dead bitmap
}

func newTail() *tail {
	return &tail{rows: makeRows(tailRows), dead: makeBitmap(tailRows)}
}

// add takes b permuted and reports whether the tail is now full.
func (t *tail) add(b Bits, key uint64) bool {
	i := t.n.Load()
	t.bits[i], t.keys[i] = b, key
	t.n.Store(i + 1)
	return i+1 == tailRows
}

func (t *tail) remove(key uint64) int {
	n := 0
	for i, k := range t.keys[:t.n.Load()] {
		if k == key && t.dead.set(i) {
			n++
		}
	}
	return n
}

func (t *tail) search(q Bits, radius int, dst []Hit) []Hit {
	n := t.n.Load()
	seen := rows{bits: t.bits[:n], keys: t.keys[:n]}
	return seen.scan(&hunt{q: q, radius: radius, dead: t.dead}, dst)
}

// sorted copies the rows that were not removed, in the order of their keys.
func (t *tail) sorted() rows {
	n := t.n.Load()
	return rows{bits: t.bits[:n], keys: t.keys[:n]}.byKey(t.dead)
}

// byKey copies the rows that are not dead, in the order of their keys.
func (r rows) byKey(dead bitmap) rows {
	order := make([]uint32, 0, len(r.keys))
	for i := range r.keys {
		if !dead.has(i) {
			order = append(order, uint32(i))
		}
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(r.keys[a], r.keys[b]) })
	made := makeRows(len(order))
	for to, from := range order {
		made.bits[to], made.keys[to] = r.bits[from], r.keys[from]
	}
	return made
}
