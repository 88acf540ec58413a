package minhash

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"sync"
)

// Banding is how an index divides signatures: into bands of some rows. Two texts are
// candidates for each other when all rows of at least one band agree and the whole
// signatures agree in at least the share Least.
//
// The chance that texts of a Jaccard index become candidates is an S-curve, nearly 0 below
// the threshold that it is made for and nearly 1 above; Chance gives it. Of the two here:
//
//	Jaccard       0.1   0.2   0.3   0.4   0.5   0.6   0.7   0.8
//	Half          0.00  0.00  0.04  0.75  1.00  1.00  1.00  1.00
//	SevenTenths   0.00  0.00  0.00  0.00  0.04  0.72  1.00  1.00
//
// Without Least, Half would look at 4 % of all texts of Jaccard 0.1, which costs time and
// gives nothing.
type Banding struct {
	Bands, Rows int
	Least       float64
}

// For near-duplicates: of 1,000 pairs of just the named Jaccard index 5 (Half) and 1
// (SevenTenths) are missed, of those well above none. Least is three standard deviations of
// the estimate below.
var (
	Half        = Banding{Bands: 42, Rows: 3, Least: 0.367}
	SevenTenths = Banding{Bands: 32, Rows: 4, Least: 0.578}
)

// Chance is the probability that two texts of a Jaccard index are candidates. It takes the
// bands and the whole signature for independent of each other, which makes it a little low.
func (b Banding) Chance(jaccard float64) float64 {
	band := 1 - math.Pow(1-math.Pow(jaccard, float64(b.Rows)), float64(b.Bands))
	if jaccard <= 0 || jaccard >= 1 {
		return band
	}
	enough, term := 0.0, math.Pow(1-jaccard, Size) // the binomial distribution's upper part
	for k := range Size + 1 {
		if float64(k)/Size >= b.Least {
			enough += term
		}
		term *= jaccard / (1 - jaccard) * float64(Size-k) / float64(k+1)
	}
	return band * enough
}

func (b Banding) ok() bool {
	return b.Bands > 0 && b.Rows > 0 && b.Bands*b.Rows <= Size && b.Least >= 0 && b.Least <= 1
}

// Index finds the candidates for a text among many. Any number of goroutines may use it at
// once; searches run beside each other, and a change waits for them for as long as one takes.
//
// It keeps the lower 16 bits of each number of a signature: 256 bytes a text, and about as
// much again for the bands, so a million texts take 0.7 GB with Half. Give texts with
// the same plain form one key: texts that are alike in a band hang in one chain.
type Index[K comparable] struct {
	banding Banding

	mu       sync.RWMutex
	segments []*segment[K]
	where    map[K]place
	scratch  sync.Pool // of *seen
}

// place is where a text stands.
type place struct {
	segment int32
	slot    uint32
}

// Candidate is a text that may be near the one that was searched for.
type Candidate[K comparable] struct {
	Key      K
	Estimate float64 // of the Jaccard index, from the lower 16 bits of the signatures
}

// NewIndex makes an empty index. Bands times rows are at most Size.
func NewIndex[K comparable](b Banding) (*Index[K], error) {
	if !b.ok() {
		return nil, errors.New("minhash: a banding has at most 128 rows in all its bands, and a least share of 0 to 1")
	}
	return &Index[K]{banding: b, where: map[K]place{}, scratch: sync.Pool{New: func() any { return new(seen) }}}, nil
}

// Len is the count of texts.
func (x *Index[K]) Len() int {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.where)
}

// Insert adds a text, or gives a known key another signature.
func (x *Index[K]) Insert(key K, s Signature) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.remove(key)
	for i, seg := range x.segments {
		if slot, ok := seg.insert(key, &s); ok {
			x.where[key] = place{int32(i), slot}
			return
		}
	}
	// Each segment is as large as all before it, up to a bound, so that nothing is ever moved.
	size := firstSegment
	if n := len(x.segments); n > 0 {
		size = min(2*x.segments[n-1].size, largestSegment)
	}
	seg := newSegment[K](x.banding, size)
	slot, _ := seg.insert(key, &s)
	x.where[key] = place{int32(len(x.segments)), slot}
	x.segments = append(x.segments, seg)
}

// Remove takes a text out and reports whether it was there.
func (x *Index[K]) Remove(key K) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.remove(key)
}

func (x *Index[K]) remove(key K) bool {
	at, ok := x.where[key]
	if ok {
		x.segments[at.segment].remove(at.slot)
		delete(x.where, key)
	}
	return ok
}

// Search returns the candidates for a text, those that agree most first.
func (x *Index[K]) Search(s Signature) []Candidate[K] {
	var out []Candidate[K]
	query := shorten(&s)
	marks := x.scratch.Get().(*seen)
	x.mu.RLock()
	for _, seg := range x.segments {
		out = seg.search(&query, marks, out)
	}
	x.mu.RUnlock()
	x.scratch.Put(marks)
	slices.SortStableFunc(out, func(a, b Candidate[K]) int { return cmp.Compare(b.Estimate, a.Estimate) })
	return out
}
