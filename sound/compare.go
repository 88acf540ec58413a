package sound

import (
	"cmp"
	"math/bits"
	"slices"

	"github.com/argine/argine/hamming"
)

const (
	// MinWords is the shortest stretch that is believed, five seconds. Its 1,280 bits are
	// worth a ninth of that, since neighbouring words have most of their sound in common
	// (Haitsma and Kalker: three times the deviation of independent bits): different sounds
	// differ in 50 ± 4 % of them.
	MinWords = 40
	// MaxErrorRate is six such deviations below one half: one alignment in 10⁹ of different
	// sounds. Chromaprint's own matcher allows 0.31 and Haitsma and Kalker 0.35, the latter
	// over 8,192 bits; coding costs 0.09.
	MaxErrorRate = 0.25
)

// Result is what two recordings have in common.
type Result struct {
	QueryPercent float64 // of the query's length, what is in a span
	BankPercent  float64
	Spans        []Span // in the order of the query
}

// Span is a stretch that both have.
type Span struct {
	Query, Bank Interval
	ErrorRate   float64 // share of bits that differ
}

// Interval is in seconds.
type Interval struct{ From, To float64 }

// Pair proposes an alignment: a window of the query and one of the bank's recording are
// within the radius. Both by their first word.
type Pair struct{ Query, Bank int }

// Compare finds what two recordings have in common.
func Compare(query, bank Print) Result {
	var entries []hamming.Entry
	for _, w := range bank.Windows(Stride) {
		entries = append(entries, hamming.Entry{Bits: w.Bits, Key: uint64(w.Word)})
	}
	index := hamming.Build(entries)
	var pairs []Pair
	var hits []hamming.Hit
	for _, w := range query.Windows(1) {
		hits = index.Search(w.Bits, Radius, hits[:0])
		for _, h := range hits {
			pairs = append(pairs, Pair{w.Word, int(h.Key)})
		}
	}
	return Tally(query, bank, pairs)
}

// mostAlignments are tried of one recording against another, those with most pairs first.
// Music that repeats itself proposes one for each repetition.
const (
	mostAlignments = 2000
	mostSpans      = 100
)

// Tally is the result for recordings whose windows within the radius are known.
func Tally(query, bank Print, pairs []Pair) Result {
	votes := map[int]int{}
	for _, p := range pairs {
		votes[p.Bank-p.Query]++
	}
	offsets := make([]int, 0, len(votes))
	for o := range votes {
		offsets = append(offsets, o)
	}
	slices.SortFunc(offsets, func(a, b int) int { return cmp.Or(votes[b]-votes[a], a-b) })
	a := aligner{query, bank, query.quiet(), bank.quiet()}
	var found []stretch
	for _, o := range offsets[:min(len(offsets), mostAlignments)] {
		found = append(found, a.stretches(o)...)
	}
	found = best(found)
	var r Result
	covered := [2]map[int]bool{{}, {}}
	for _, s := range found {
		r.Spans = append(r.Spans, s.span())
		for i := range s.words {
			covered[0][s.query+i], covered[1][s.bank+i] = true, true
		}
	}
	if len(found) > 0 {
		r.QueryPercent = 100 * float64(len(covered[0])) / float64(len(query))
		r.BankPercent = 100 * float64(len(covered[1])) / float64(len(bank))
	}
	return r
}

// stretch is a span in words.
type stretch struct{ query, bank, words, errors int }

func (s stretch) span() Span {
	at := func(word int) Interval { return Interval{Seconds(word), Seconds(word + s.words)} }
	return Span{at(s.query), at(s.bank), float64(s.errors) / float64(32*s.words)}
}

const (
	allowed = 32 * MaxErrorRate // bits of a word
	giveUp  = 20 * allowed      // bits over what is allowed after which a stretch has ended: about 20 foreign words
)

// aligner looks for stretches in two recordings.
type aligner struct {
	query, bank           Print
	quietQuery, quietBank []bool
}

// stretches finds where, with words shifted by offset, the errors stay below what is
// allowed: runs of greatest sum of (allowed - errors), ended by a drop of giveUp from their
// height, as in the search for local alignments of genes (X-drop, Altschul 1990). Silence
// that both have speaks neither for nor, much, against.
func (a aligner) stretches(offset int) []stretch {
	var out []stretch
	first, last := max(0, -offset), min(len(a.query), len(a.bank)-offset)
	for i := first; i < last; {
		sum, height, errors, telling := 0, 0, 0, 0
		top, believed := stretch{query: i, bank: i + offset}, false
		for j := i; j < last && sum > height-giveUp && sum >= 0; j++ {
			e := bits.OnesCount32(a.query[j] ^ a.bank[j+offset])
			errors += e
			if a.quietQuery[j] || a.quietBank[j+offset] {
				sum += min(-1, allowed-e)
			} else {
				telling++
				sum += allowed - e
			}
			if sum > height {
				height, top.words, top.errors = sum, j+1-i, errors
				believed = telling >= MinWords
			}
		}
		if believed {
			out = append(out, top)
		}
		i += max(1, top.words)
	}
	return out
}

// best leaves of stretches that overlap in both recordings the one with most words in order.
func best(found []stretch) []stretch {
	slices.SortFunc(found, func(a, b stretch) int {
		score := func(s stretch) int { return allowed*s.words - s.errors }
		return cmp.Or(score(b)-score(a), a.query-b.query, a.bank-b.bank)
	})
	var out []stretch
	for _, s := range found {
		if len(out) == mostSpans {
			break
		}
		if !slices.ContainsFunc(out, func(o stretch) bool {
			return s.query < o.query+o.words && o.query < s.query+s.words && s.bank < o.bank+o.words && o.bank < s.bank+s.words
		}) {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b stretch) int { return cmp.Or(a.query-b.query, a.bank-b.bank) })
	return out
}
