package hamming

import (
	"runtime"
	"slices"
)

const (
	// crowd is how many times the size of all younger segments together a
	// segment must have to be left alone. Larger means fewer segments to search,
	// and more merging.
	crowd = 2

	// plainMost is the number of segments without tables from which they are
	// worth an index: reading eight thousand strings takes longer than a few
	// probes, and each entry is spared three small merges.
	plainMost = 8

	// lateMost is how many late removals a merge applies while writers wait.
	lateMost = 64
)

// merge replaces neighbouring segments by one. It reads them without the lock;
// late has the keys removed meanwhile, which it applies before it publishes.
type merge struct {
	from []*segment
	late []uint64 // belongs to Live.write
}

// wasteful reports whether a quarter of the segment's rows are dead.
func (s *segment) wasteful() bool { return s.gone > s.Len()/4 }

// tidy starts every merge that is due. Merges of different segments run side by
// side, so that a long one does not let small segments pile up. The caller
// holds l.write.
func (l *Live) tidy() {
	segments := l.now.Load().segments
	idle := 0 // that many at the end are not being merged
	for idle < len(segments) && segments[len(segments)-1-idle].into == nil {
		idle++
	}
	if from := due(segments[len(segments)-idle:]); len(from) > 0 {
		l.start(from)
	}
	for i, s := range segments {
		if s.into == nil && s.wasteful() {
			l.start(segments[i : i+1])
		}
	}
}

// due is how much of the end of segments is to become one.
func due(segments []*segment) []*segment {
	plain := 0
	for _, s := range segments {
		if s.width == 0 {
			plain++
		}
	}
	from, younger := len(segments), 0
	for i, s := range slices.Backward(segments) {
		if s.width == 0 && plain < plainMost {
			continue
		}
		if s.Len() < crowd*younger {
			from = i
		}
		younger += s.Len()
	}
	return segments[from:]
}

// start sets a merge going. The caller holds l.write.
func (l *Live) start(from []*segment) {
	m := &merge{from: from}
	parts := make([]part, len(from))
	for i, s := range from {
		s.into = m
		parts[i] = part{s.Index, s.dead, s.from}
	}
	l.merges++
	go func() {
		made := newSegment(join(parts))
		runtime.KeepAlive(parts)
		l.finish(m, made)
	}()
}

// finish publishes what m made.
func (l *Live) finish(m *merge, made *segment) {
	l.write.Lock()
	defer l.write.Unlock()
	for len(m.late) > lateMost {
		// Nobody else sees made yet: no need to let writers wait.
		late := m.late
		m.late = nil
		l.write.Unlock()
		made.removeAll(late)
		l.write.Lock()
	}
	made.removeAll(m.late)
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

// join puts the rows together that were not removed, ordered by key. Halving
// the list keeps a row from being copied once for each part.
func join(parts []part) rows {
	switch len(parts) {
	case 0:
		return rows{}
	case 1:
		return interleave(parts[0], part{Index: &Index{}})
	case 2:
		return interleave(parts[0], parts[1])
	}
	half := len(parts) / 2
	return interleave(joined(parts[:half]), joined(parts[half:]))
}

func joined(parts []part) part {
	if len(parts) == 1 {
		return parts[0]
	}
	return part{Index: &Index{rows: join(parts)}}
}

// alive counts the rows that were not removed.
func (p *part) alive() int {
	if p.dead == nil {
		return len(p.keys)
	}
	n := 0
	for i := range p.keys {
		if !p.dead.has(i) {
			n++
		}
	}
	return n
}

// interleave merges two parts by key.
func interleave(a, b part) rows {
	// A row may be removed between counting and copying: to cuts the rest off.
	all, to := makeRows(a.alive()+b.alive()), 0
	i, j := 0, 0
	for i < len(a.keys) || j < len(b.keys) {
		from, at := &a, &i
		if i == len(a.keys) || j < len(b.keys) && b.keys[j] < a.keys[i] {
			from, at = &b, &j
		}
		if !from.dead.has(*at) {
			all.bits[to], all.keys[to] = from.bits[*at], from.keys[*at]
			to++
		}
		*at++
	}
	return rows{bits: all.bits[:to], keys: all.keys[:to]}
}
