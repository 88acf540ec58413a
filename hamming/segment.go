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

	// Both belong to Live.write.
	gone int    // bits set in dead
	into *merge // the merge that is reading this segment, or nil
}

// newSegment takes over r, which must be ordered by key.
func newSegment(r rows) *segment {
	return &segment{Index: indexRows(r), dead: makeBitmap(len(r.keys))}
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
	var order []int
	for i := range int(t.n.Load()) {
		if !t.dead.has(i) {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(t.keys[a], t.keys[b]) })
	r := makeRows(len(order))
	for to, from := range order {
		r.bits[to], r.keys[to] = t.bits[from], t.keys[from]
	}
	return r
}
