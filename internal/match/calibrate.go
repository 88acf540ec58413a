package match

import "github.com/argine/argine/internal/report"

// At is how many items a bank matched at one distance, and what people then decided on them.
// An item counts once, at the nearest of its matches.
type At struct {
	Distance                   int // bits
	Confirmed, Rejected, Waits int
}

// Precision is the share of the decided items that people confirmed, with its 95 per cent
// interval (Wilson's). Decided is 0 where nobody has decided yet, and the shares say nothing then.
type Precision struct {
	Decided          int
	Share, Low, High float64 // 0 to 1
}

// Advice is what the decisions say of a bank's radius.
type Advice struct {
	Radius int    // bits; -1 while nothing can be advised
	Why    string // too_few, unsure_near, good_throughout, unproved_beyond
}

// The rule: going outwards, the radius may take in a distance as long as, of the items decided
// in the band of bits that ends there, the share confirmed is surely above the floor. Below
// that, more than every second match would be a false alarm for a person to look at. One band
// of a few bits has decisions enough where a single distance has not.
const (
	bandBits     = 4
	floorOfShare = 0.5
	leastDecided = 30
)

// PrecisionOf sums up some distances.
func PrecisionOf(list ...At) (p Precision) {
	confirmed := 0
	for _, a := range list {
		confirmed += a.Confirmed
		p.Decided += a.Confirmed + a.Rejected
	}
	if p.Decided == 0 {
		return p
	}
	p.Share = float64(confirmed) / float64(p.Decided)
	p.Low, p.High = report.Wilson(p.Share, float64(p.Decided))
	return p
}

// Advise proposes a radius from what was decided so far; list is by distance, ascending. It
// never goes beyond what the bank's radius let people see.
func Advise(list []At, radius int) Advice {
	if PrecisionOf(list...).Decided < leastDecided {
		return Advice{-1, "too_few"}
	}
	best := -1
	for end := bandBits - 1; ; end += bandBits {
		band := within(list, end-bandBits+1, min(end, radius))
		p := PrecisionOf(band...)
		switch {
		case p.Decided > 0 && p.Low < floorOfShare && best < 0:
			return Advice{-1, "unsure_near"}
		case p.Decided > 0 && p.Low < floorOfShare:
			return Advice{best, "unproved_beyond"}
		case p.Decided > 0:
			best = min(end, radius)
		}
		if end >= radius {
			return Advice{best, "good_throughout"}
		}
	}
}

func within(list []At, from, to int) (some []At) {
	for _, a := range list {
		if a.Distance >= from && a.Distance <= to {
			some = append(some, a)
		}
	}
	return some
}
