package match

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"sync"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/blob"
)

// likeness is how like one thing's features are to those of an entry of a bank.
type likeness struct {
	distance   int // bits, of videos and sounds their mean; of texts per cent that only one has
	share      int // of the entry that is in the thing, in millionths
	queryShare int // of the thing that is in the entry
}

// finder finds things by parts that they share with others. Any number of goroutines may
// search it while one changes it. What it finds are candidates: compare decides.
type finder interface {
	insert(key uint64, features []byte) error
	remove(key uint64)
	has(key uint64) bool
	len() int
	near(features []byte) ([]uint64, error)
}

// sort is one kind of fingerprint that is found by features.
type sort struct {
	kind    string
	finder  func() finder
	compare func(query, bank []byte) (likeness, bool, error) // and whether it is a match
}

// sorts are all of them.
var sorts = []sort{
	{KindVPDQ, newFilms, compareFilms},
	{KindSound, newSounds, compareSounds},
	{KindText, newTexts, compareTexts},
	{KindTLSH, newDigests, compareTLSH},
}

func sortOf(kind string) (sort, bool) {
	i := slices.IndexFunc(sorts, func(s sort) bool { return s.kind == kind })
	if i < 0 {
		return sort{}, false
	}
	return sorts[i], true
}

// parts finds things by strings of 256 bits near to theirs.
type parts struct {
	live *hamming.Live // of each thing, all parts under its key

	mu   sync.RWMutex
	keys map[uint64]bool
}

func newParts() parts { return parts{live: hamming.NewLive(nil), keys: map[uint64]bool{}} }

func (p *parts) put(key uint64, all []hamming.Bits) {
	entries := make([]hamming.Entry, len(all))
	for i, b := range all {
		entries[i] = hamming.Entry{Bits: b, Key: key}
	}
	p.live.InsertAll(entries)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys[key] = true
}

func (p *parts) remove(key uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keys[key] {
		p.live.Remove(key)
		delete(p.keys, key)
	}
}

func (p *parts) has(key uint64) bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.keys[key]
}

func (p *parts) len() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.keys)
}

// mostCandidates is how many things are compared whole with one that is looked up, those
// that share most with it first. A black frame or a known jingle is in thousands.
const mostCandidates = 500

// vote gives the things that have parts near some of the query's, by how many.
func (p *parts) vote(query []hamming.Bits, radius int) []uint64 {
	votes := map[uint64]int{}
	var hits []hamming.Hit
	for _, b := range query {
		hits = p.live.Search(b, radius, hits[:0])
		for _, hit := range hits {
			votes[hit.Key]++
		}
	}
	keys := slices.SortedFunc(maps.Keys(votes), func(a, b uint64) int { return cmp.Or(votes[b]-votes[a], cmp.Compare(a, b)) })
	return keys[:min(len(keys), mostCandidates)]
}

// millionths says a percentage in whole numbers.
func millionths(percent float64) int { return int(math.Round(percent * 10_000)) }

// largestFeatures bounds what is read of one thing's features, in bytes: some fifty hours of
// film at a frame a second, and longer than any text that is kept.
const largestFeatures = 16 << 20

// features reads what stands behind a value: a blob, but TLSH is its own.
func (x *Index) features(ctx context.Context, kind, value string) ([]byte, error) {
	if kind == KindTLSH {
		return []byte(value), nil
	}
	sum, err := blob.Parse(value)
	if err != nil {
		return nil, err
	}
	return x.store.Bytes(ctx, sum, largestFeatures)
}
