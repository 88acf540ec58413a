package match

import (
	"math"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/vpdq"
)

// Two videos match when most of either is in the other, or when they run alike for a while:
// an extract is found in a compilation, a compilation by each of its parts, and two
// compilations by what they have in common.
const (
	filmPercent = 80.0 // of the distinct frames of either
	filmSeconds = 3.0  // from the first to the last frame of a stretch that both have
)

// films finds videos by frames within vpdq.Radius.
type films struct{ parts }

func newFilms() finder { return &films{newParts()} }

func (f *films) insert(key uint64, features []byte) error {
	frames, err := framesOf(features)
	if err == nil {
		f.put(key, frames)
	}
	return err
}

func (f *films) near(features []byte) ([]uint64, error) {
	frames, err := framesOf(features)
	if err != nil {
		return nil, err
	}
	return f.vote(frames, vpdq.Radius), nil
}

func framesOf(features []byte) (frames []hamming.Bits, err error) {
	film, err := vpdq.Parse(features)
	for _, frame := range vpdq.Distinct(film, vpdq.MinQuality) {
		frames = append(frames, hamming.FromBytes(frame.Hash))
	}
	return frames, err
}

func compareFilms(query, bank []byte) (l likeness, ok bool, err error) {
	q, err := vpdq.Parse(query)
	if err != nil {
		return l, false, err
	}
	b, err := vpdq.Parse(bank)
	if err != nil {
		return l, false, err
	}
	pairs, mean := alikeFrames(vpdq.Distinct(q, vpdq.MinQuality), vpdq.Distinct(b, vpdq.MinQuality))
	r := vpdq.Tally(q, b, pairs, vpdq.Defaults())
	ok = r.QueryPercent >= filmPercent || r.BankPercent >= filmPercent
	for _, s := range r.Spans {
		ok = ok || s.Bank.To-s.Bank.From >= filmSeconds
	}
	return likeness{mean, millionths(r.BankPercent), millionths(r.QueryPercent)}, ok, nil
}

// alikeFrames pairs the frames that are the same, and gives the mean distance, in bits, of
// the query's from the closest of the bank's.
func alikeFrames(query, bank []vpdq.Feature) (pairs []vpdq.Pair, mean int) {
	entries := make([]hamming.Entry, len(bank))
	for i, frame := range bank {
		entries[i] = hamming.Entry{Bits: hamming.FromBytes(frame.Hash), Key: uint64(i)}
	}
	index := hamming.Build(entries)
	var hits []hamming.Hit
	sum, n := 0, 0
	for i, frame := range query {
		hits = index.Search(hamming.FromBytes(frame.Hash), vpdq.Radius, hits[:0])
		closest := hamming.Width
		for _, hit := range hits {
			pairs = append(pairs, vpdq.Pair{Query: i, Bank: int(hit.Key)})
			closest = min(closest, hit.Distance)
		}
		if len(hits) > 0 {
			sum, n = sum+closest, n+1
		}
	}
	if n == 0 {
		return nil, 0
	}
	return pairs, int(math.Round(float64(sum) / float64(n)))
}
