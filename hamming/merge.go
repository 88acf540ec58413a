package hamming

import "slices"

// crowd is how many times the size of all younger segments together a segment
// must have to be left alone. Larger means fewer segments to search, and more
// merging.
const crowd = 2

// merge replaces neighbouring segments by one. It reads them without the lock;
// late has the keys removed meanwhile, which it applies before it publishes.
type merge struct {
	from []*segment
	late []uint64
}

// wasteful reports whether a quarter of the segment's rows are dead.
func (s *segment) wasteful() bool { return s.gone > s.Len()/4 }

// tidy starts every merge that is due. Merges of different segments run side by
// side, so that a long one does not let small segments pile up. The caller
// holds l.write.
func (l *Live) tidy() {
	segments := l.now.Load().segments
	from, younger := len(segments), 0
	for i := len(segments) - 1; i >= 0 && segments[i].into == nil; i-- {
		if segments[i].Len() < crowd*younger {
			from = i
		}
		younger += segments[i].Len()
	}
	if from < len(segments) {
		l.start(segments[from:])
	}
	for i, s := range segments {
		if s.into == nil && s.wasteful() {
			l.start(segments[i : i+1])
		}
	}
}

// start sets a merge going. The caller holds l.write.
func (l *Live) start(from []*segment) {
	m := &merge{from: from}
	for _, s := range from {
		s.into = m
	}
	l.merges++
	go func() { l.finish(m, newSegment(join(from))) }()
}

// finish publishes what m made.
func (l *Live) finish(m *merge, made *segment) {
	l.write.Lock()
	defer l.write.Unlock()
	for _, key := range m.late {
		made.remove(key)
	}
	v := l.now.Load()
	at := slices.Index(v.segments, m.from[0])
	next := slices.Clone(v.segments[:at])
	if made.Len() > made.gone {
		next = append(next, made)
	}
	next = append(next, v.segments[at+len(m.from):]...)
	l.now.Store(&view{segments: next, tail: v.tail})
	l.merges--
	l.tidy()
	if l.merges == 0 {
		l.calm.Broadcast()
	}
}

// join puts the rows together that were not removed, ordered by key. It begins
// with the youngest segments, which are the smallest.
func join(from []*segment) rows {
	var all rows
	for _, s := range slices.Backward(from) {
		all = interleave(s, all)
	}
	return all
}

func interleave(s *segment, young rows) rows {
	n := 0
	for i := range s.keys {
		if !s.dead.has(i) {
			n++
		}
	}
	// A row may be removed between counting and copying: to cuts the rest off.
	all, to, y := makeRows(n+len(young.keys)), 0, 0
	put := func(b Bits, key uint64) {
		all.bits[to], all.keys[to] = b, key
		to++
	}
	for i, key := range s.keys {
		if s.dead.has(i) {
			continue
		}
		for ; y < len(young.keys) && young.keys[y] < key; y++ {
			put(young.bits[y], young.keys[y])
		}
		put(s.bits[i], key)
	}
	copy(all.bits[to:], young.bits[y:])
	to += copy(all.keys[to:], young.keys[y:])
	return rows{bits: all.bits[:to], keys: all.keys[:to]}
}
