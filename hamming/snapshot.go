package hamming

import "runtime"

// Snapshot is the entries of a [Live] as they were at one moment. Taking it
// costs microseconds, and a bit for each entry where some were removed; it keeps
// the memory of that moment until it is dropped.
type Snapshot struct {
	parts []part
}

// Snapshot is taken between two changes: whoever makes the changes can note how
// far they went, and write the file meanwhile.
func (l *Live) Snapshot() *Snapshot {
	l.write.Lock()
	defer l.write.Unlock()
	v := l.now.Load()
	s := &Snapshot{}
	for _, from := range v.segments {
		s.parts = append(s.parts, from.frozen())
	}
	if r := v.tail.sorted(); len(r.keys) > 0 {
		s.parts = append(s.parts, part{Index: &Index{rows: r}})
	}
	return s
}

// Index is the entries in one index, in the order of their keys. It takes as
// long as [Build], unless nothing changed since the last merge of all.
func (s *Snapshot) Index() *Index {
	if x := s.whole(); x != nil && s.parts[0].from == nil {
		return x
	}
	x := indexRows(join(s.parts))
	runtime.KeepAlive(s)
	return x
}

// Save writes the entries by [WriteFile], for [OpenLive] to begin with.
func (s *Snapshot) Save(path string, note []byte) error {
	x := s.whole()
	if x == nil {
		x = s.Index()
	}
	err := WriteFile(path, x, note)
	runtime.KeepAlive(s)
	return err
}

// whole is the one index that already has all entries and no others, or nil.
func (s *Snapshot) whole() *Index {
	if len(s.parts) != 1 || s.parts[0].dead != nil {
		return nil
	}
	if x := s.parts[0].Index; x.width == widthFor(x.Len()) {
		return x
	}
	return nil
}

// Save writes the entries of this moment to a file; see [Snapshot.Save]. Others
// search and change them meanwhile.
func (l *Live) Save(path string, note []byte) error { return l.Snapshot().Save(path, note) }
