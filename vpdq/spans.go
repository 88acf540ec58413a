package vpdq

import (
	"cmp"
	"math"
	"slices"

	"github.com/argine/argine/pdq"
)

// Span is a stretch in which two films run alike, at the same speed.
type Span struct {
	Query, Bank Interval
	Frames      int // that are in both, a still picture counting once
}

// Interval is from the time of the first to that of the last frame, in seconds.
type Interval struct{ From, To float64 }

const (
	stillBits = 8       // frames that differ in no more show a still picture
	maxGap    = 3.0     // seconds without a found frame that end a span: logos and fades are shorter
	slack     = 2.0     // seconds by which the times of the two films may run apart within a span
	mostCells = 1 << 20 // pairs of stretches that are looked at; loops of loops have more
	mostSpans = 100
)

// spans finds the stretches. Every pair of frames votes for the offset between the films at
// which they coincide; along an offset the votes are joined to stretches; of stretches that
// overlap in both films, the longest stays. (A Hough transform, as in Wang's matching of
// sounds, 2003.) A still picture votes once, or ten minutes of it would vote a million times.
func spans(query, bank, q, b []Feature, pairs []Pair, o Options) []Span {
	if len(pairs) == 0 {
		return nil
	}
	inQuery, inBank := runsOf(query, o.MinQuality), runsOf(bank, o.MinQuality)
	bins := map[int][]cell{}
	for c := range cellsOf(inQuery, inBank, q, b, pairs) {
		offset := math.Floor(inBank.list[c.bank].From - inQuery.list[c.query].From)
		for _, at := range []float64{offset, offset - slack/2} { // bins overlap, so that no span falls between two
			bins[int(at)] = append(bins[int(at)], c)
		}
	}
	var found []Span
	for _, cells := range bins {
		found = append(found, chains(cells, inQuery.list, inBank.list)...)
	}
	return longest(found)
}

// runs are a film's stretches of the same picture, of sufficient quality.
type runs struct {
	list []Interval
	with map[pdq.Hash][]int // in which stretches a hash is seen
}

func runsOf(film []Feature, minQuality int) runs {
	r := runs{with: map[pdq.Hash][]int{}}
	var head pdq.Hash
	for _, f := range film {
		if f.Quality < minQuality {
			continue
		}
		if len(r.list) == 0 || head.Distance(f.Hash) > stillBits || f.Second < r.list[len(r.list)-1].To {
			head = f.Hash
			r.list = append(r.list, Interval{f.Second, f.Second})
		}
		last := len(r.list) - 1
		r.list[last].To = f.Second
		if in := r.with[f.Hash]; len(in) == 0 || in[len(in)-1] != last {
			r.with[f.Hash] = append(in, last)
		}
	}
	return r
}

// cell is a stretch of the query and one of the bank's film that show the same.
type cell struct{ query, bank int }

func cellsOf(inQuery, inBank runs, q, b []Feature, pairs []Pair) map[cell]bool {
	cells := map[cell]bool{}
	for _, p := range pairs {
		for _, i := range inQuery.with[q[p.Query].Hash] {
			for _, j := range inBank.with[b[p.Bank].Hash] {
				if len(cells) == mostCells {
					return cells
				}
				cells[cell{i, j}] = true
			}
		}
	}
	return cells
}

// chains joins the cells of about one offset wherever no long gap is between them.
func chains(cells []cell, query, bank []Interval) []Span {
	slices.SortFunc(cells, func(a, b cell) int { return cmp.Or(a.query-b.query, a.bank-b.bank) })
	var out []Span
	var inBank map[int]bool // stretches of the bank's film in the newest span
	frames := 0             // stretches of the query in it
	for i, c := range cells {
		from, to := query[c.query], bank[c.bank]
		both := min(from.To-from.From, to.To-to.From)
		if i == 0 || from.From-out[len(out)-1].Query.To > maxGap || to.From-out[len(out)-1].Bank.To > maxGap {
			out = append(out, Span{Interval{from.From, from.From}, Interval{to.From, to.From}, 0})
			inBank, frames = map[int]bool{}, 0
		}
		if frames == 0 || cells[i-1].query != c.query {
			frames++
		}
		inBank[c.bank] = true
		s := &out[len(out)-1]
		s.Query.To, s.Bank.To = max(s.Query.To, from.From+both), max(s.Bank.To, to.From+both)
		s.Bank.From = min(s.Bank.From, to.From)
		s.Frames = min(frames, len(inBank))
	}
	return out
}

// longest leaves of spans that are about the same part of both films only the best.
func longest(found []Span) []Span {
	slices.SortFunc(found, func(a, b Span) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.Query.From, b.Query.From), cmp.Compare(a.Bank.From, b.Bank.From), b.Frames-a.Frames)
	})
	var out []Span
	for _, s := range found {
		again := slices.ContainsFunc(out, func(o Span) bool { return o.Query.near(s.Query) && o.Bank.near(s.Bank) })
		if !again && len(out) < mostSpans {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.Query.From, b.Query.From), cmp.Compare(a.Bank.From, b.Bank.From))
	})
	return out
}

// weight prefers what is long, has many frames, and lasts as long in one film as in the other.
func (s Span) weight() float64 {
	query, bank := s.Query.To-s.Query.From, s.Bank.To-s.Bank.From
	return float64(s.Frames) + min(query, bank) - math.Abs(query-bank)
}

// near reports whether no long gap is between two intervals.
func (i Interval) near(o Interval) bool { return i.From <= o.To+maxGap && o.From <= i.To+maxGap }
