package hamming

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// Live is a set of entries that changes while it is searched. Searches take no
// lock and never wait; a change is visible to every search that begins after
// the call returned. Writers take turns among themselves.
//
// It is a log-structured merge tree. New entries land in a short tail that
// searches read through. A full tail becomes a segment, an index of its own;
// segments of like size are merged into a larger one beside the readers, so
// that there are few of them (about one for each trebling of the entries) and
// each entry is indexed anew only a few times in its life. A removed entry is
// marked, and leaves its memory with the next merge.
type Live struct {
	now  atomic.Pointer[view]
	live atomic.Int64

	write  sync.Mutex
	merges int        // running
	calm   *sync.Cond // on write: merges became 0
}

// view is what a search sees. The slice is never changed, only replaced.
type view struct {
	segments []*segment // oldest first
	tail     *tail
}

// NewLive begins with the entries, which may be none, and keeps nothing of the
// slice.
func NewLive(entries []Entry) *Live {
	l := &Live{}
	l.calm = sync.NewCond(&l.write)
	v := &view{tail: newTail()}
	if len(entries) > 0 {
		v.segments = []*segment{newSegment(rowsByKey(entries))}
	}
	l.now.Store(v)
	l.live.Store(int64(len(entries)))
	return l
}

// Insert adds an entry. It replaces nothing: to move a key, remove it first.
func (l *Live) Insert(e Entry) {
	b := permute(e.Bits)
	l.write.Lock()
	defer l.write.Unlock()
	v := l.now.Load()
	l.live.Add(1)
	if !v.tail.add(b, e.Key) {
		return
	}
	full := &view{segments: v.segments, tail: newTail()}
	if r := v.tail.sorted(); len(r.keys) > 0 {
		full.segments = append(slices.Clip(full.segments), newSegment(r))
	}
	l.now.Store(full)
	l.tidy()
}

// Remove takes out every entry of key and reports how many there were.
func (l *Live) Remove(key uint64) int {
	l.write.Lock()
	defer l.write.Unlock()
	v := l.now.Load()
	n := v.tail.remove(key)
	untidy := false
	for _, s := range v.segments {
		m := s.remove(key)
		if m > 0 && s.into != nil {
			s.into.late = append(s.into.late, key)
		}
		n += m
		untidy = untidy || m > 0 && s.wasteful()
	}
	l.live.Add(int64(-n))
	if untidy {
		l.tidy()
	}
	return n
}

// Search is [Index.Search] over the entries of this moment.
func (l *Live) Search(q Bits, radius int, dst []Hit) []Hit {
	q = permute(q)
	v := l.now.Load()
	for _, s := range v.segments {
		dst = s.search(q, radius, dst, s.dead)
	}
	return v.tail.search(q, radius, dst)
}

// Len is the number of entries.
func (l *Live) Len() int { return int(l.live.Load()) }

// Size is the memory that the entries hold, in bytes, without what a running
// merge needs besides.
func (l *Live) Size() int64 {
	v := l.now.Load()
	n := int64(tailRows * (32 + 8))
	for _, s := range v.segments {
		n += s.Size() + int64(len(s.dead))*8
	}
	return n
}

// Settle waits until no merge is running: for a test, a measurement, or a
// program that ends. Nothing else needs it.
func (l *Live) Settle() {
	l.write.Lock()
	defer l.write.Unlock()
	for l.merges > 0 {
		l.calm.Wait()
	}
}

func rowsByKey(entries []Entry) rows {
	byKey := func(a, b Entry) int { return cmp.Compare(a.Key, b.Key) }
	if !slices.IsSortedFunc(entries, byKey) {
		entries = slices.Clone(entries)
		slices.SortFunc(entries, byKey)
	}
	r := makeRows(len(entries))
	for i, e := range entries {
		r.bits[i], r.keys[i] = permute(e.Bits), e.Key
	}
	return r
}
