package match

import (
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
)

// Local is a bank held in memory alone: for matching where there is no database.
type Local struct {
	entries  []Entry
	features map[int]string // by place in entries, of those that are found by features
	exact    map[fingerprint][]int
	pictures *hamming.Index    // keys are places in entries
	likely   map[string]finder // by kind; keys are places in entries
}

// fingerprint is one value of one kind.
type fingerprint struct{ kind, value string }

// LocalHit is an entry of a Local that matches.
type LocalHit struct {
	Entry             Entry
	Distance          int // bits; of texts per cent
	Share, QueryShare int // as of Hit
}

// ReadLocal reads a file of fingerprints as ReadEntries does. Lines that cannot be used are
// handed to bad, and the others make up the bank, but for what was retracted or has expired.
func ReadLocal(contentType string, r io.Reader, now time.Time, bad func(EntryLine)) (*Local, error) {
	l := &Local{features: map[int]string{}, exact: map[fingerprint][]int{}, likely: map[string]finder{}}
	var hashes []hamming.Entry
	err := ReadEntries(contentType, r, func(line EntryLine) error {
		if line.Err != nil {
			bad(line)
			return nil
		}
		if !line.RetractedAt.IsZero() || !line.ExpiresAt.IsZero() && !line.ExpiresAt.After(now) {
			return nil
		}
		if line.Kind != KindPDQ {
			return l.add(line)
		}
		b, err := bitsOf(line.Value)
		hashes = append(hashes, hamming.Entry{Bits: b, Key: uint64(len(l.entries))})
		l.entries = append(l.entries, line.Entry)
		return err
	})
	l.pictures = hamming.Build(hashes)
	return l, err
}

// add takes in an entry that is no picture.
func (l *Local) add(line EntryLine) error {
	at := len(l.entries)
	l.entries = append(l.entries, line.Entry)
	s, found := sortOf(line.Kind)
	if !found {
		key := fingerprint{line.Kind, line.Value}
		l.exact[key] = append(l.exact[key], at)
		return nil
	}
	if l.likely[line.Kind] == nil {
		l.likely[line.Kind] = s.finder()
	}
	l.features[at] = cmp.Or(line.Features, line.Value)
	return l.likely[line.Kind].insert(uint64(at), []byte(l.features[at]))
}

// Len is how many entries there are.
func (l *Local) Len() int { return len(l.entries) }

// Lookup finds the entries that a fingerprint matches, nearest first: pictures within a
// radius in bits, digests where they are equal, and the others by their features.
func (l *Local) Lookup(kind, value string, radius int) ([]LocalHit, error) {
	if radius < 0 || radius > maxRadius {
		return nil, problem.New(problem.Invalid, "a radius of %d bits is not served; choose 0 to %d, usually 31", radius, maxRadius)
	}
	value, err := inForm(kind, value)
	if err != nil {
		return nil, err
	}
	found, err := l.lookup(kind, value, radius)
	slices.SortFunc(found, func(a, b LocalHit) int {
		return cmp.Or(a.Distance-b.Distance, b.Share-a.Share, cmp.Compare(a.Entry.Value, b.Entry.Value), cmp.Compare(a.Entry.Label, b.Entry.Label))
	})
	return found, err
}

func (l *Local) lookup(kind, value string, radius int) (found []LocalHit, err error) {
	if kind == KindPDQ {
		asked, err := bitsOf(value)
		if err != nil {
			return nil, err
		}
		for _, hit := range l.pictures.Search(asked, radius, nil) {
			found = append(found, LocalHit{Entry: l.entries[hit.Key], Distance: hit.Distance})
		}
		return found, nil
	}
	if l.likely[kind] != nil {
		return l.alike(kind, value)
	}
	for _, at := range l.exact[fingerprint{kind, value}] {
		found = append(found, LocalHit{Entry: l.entries[at]})
	}
	return found, nil
}

// alike compares with the entries that have parts in common with what is asked.
func (l *Local) alike(kind, value string) (found []LocalHit, err error) {
	s, _ := sortOf(kind)
	near, err := l.likely[kind].near([]byte(value))
	for _, at := range near {
		like, ok, err := s.compare([]byte(value), []byte(l.features[int(at)]))
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, LocalHit{l.entries[at], like.distance, like.share, like.queryShare})
		}
	}
	return found, err
}
