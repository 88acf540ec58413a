package hamming

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Live is a set of entries that changes while it is searched. Searches take no
// lock and never wait; a change is visible to every search that begins after
// the call returned. Writers take turns among themselves, for microseconds: no
// call waits for a merge.
//
// It is a log-structured merge tree. New entries land in a short tail that
// searches read through. A full tail becomes a segment without tables; eight of
// those become an index of their own, and indexes of like size are merged into
// a larger one beside the readers, so that there are few of them (about one for
// each trebling of the entries) and each entry is indexed anew only a few times
// in its life. A removed entry is marked, and leaves its memory with the next
// merge, which comes when a quarter of its segment is gone.
//
// The memory is Go's own: what a merge replaced is free for other use when the
// last search that sees it has ended and the garbage is collected.
type Live struct {
	now  atomic.Pointer[view]
	live atomic.Int64

	write  sync.Mutex
	merges int        // running
	calm   *sync.Cond // on write: merges became 0
}

// view is what a search sees. The slice is never changed, only replaced.
//
// The strings of a segment may lie in a mapped file, which goes away with the
// segment. The compiler does not know that reading them needs the segment, so
// whoever took a view without the lock keeps it alive until the end.
type view struct {
	segments []*segment // oldest first
	tail     *tail
}

// NewLive begins with the entries, which may be none, and keeps nothing of the
// slice.
func NewLive(entries []Entry) *Live {
	if len(entries) == 0 {
		return liveFrom(nil)
	}
	return liveFrom(newSegment(rowsByKey(entries)))
}

// liveFrom begins with a segment, which may be nil.
func liveFrom(first *segment) *Live {
	l := &Live{}
	l.calm = sync.NewCond(&l.write)
	v := &view{tail: newTail()}
	if first != nil {
		v.segments = []*segment{first}
		l.live.Store(int64(first.Len()))
	}
	l.now.Store(v)
	return l
}

// Insert adds an entry. It replaces nothing: to move a key, remove it first.
func (l *Live) Insert(e Entry) {
	b := permute(e.Bits)
	l.write.Lock()
	defer l.write.Unlock()
	l.insert(b, e.Key)
}

// insert takes b permuted. The caller holds l.write.
func (l *Live) insert(b Bits, key uint64) {
	v := l.now.Load()
	l.live.Add(1)
	if v.tail.add(b, key) {
		l.append(v.tail.sorted(), newTail())
	}
}

// append puts a segment of r without tables behind the others, and tail in the
// place of the tail. The caller holds l.write.
func (l *Live) append(r rows, tail *tail) {
	v := l.now.Load()
	next := &view{segments: v.segments, tail: tail}
	if len(r.keys) > 0 {
		next.segments = append(slices.Clip(next.segments), plainSegment(r))
	}
	l.now.Store(next)
	l.tidy()
}

// InsertAll adds the entries and keeps nothing of the slice. From a few thousand
// entries on it makes an index of them itself, outside of the lock, and spares
// the merges that would have made one of so many insertions.
func (l *Live) InsertAll(entries []Entry) {
	if len(entries) <= tailRows {
		l.write.Lock()
		defer l.write.Unlock()
		for _, e := range entries {
			l.insert(permute(e.Bits), e.Key)
		}
		return
	}
	made := newSegment(rowsByKey(entries))
	l.write.Lock()
	defer l.write.Unlock()
	v := l.now.Load()
	l.live.Add(int64(len(entries)))
	l.now.Store(&view{segments: append(slices.Clip(v.segments), made), tail: v.tail})
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
	dst = v.tail.search(q, radius, dst)
	runtime.KeepAlive(v)
	return dst
}

// Len is the number of entries.
func (l *Live) Len() int { return int(l.live.Load()) }

// Size is the memory that the entries hold, in bytes, without what a running
// merge needs besides: up to as much again, if all entries are being merged.
// What [OpenLive] mapped counts too, though the system can take it back.
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
