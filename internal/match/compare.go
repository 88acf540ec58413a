package match

import "github.com/argine/argine/hamming"

// Nearness is how near two fingerprints of one kind lie.
type Nearness struct {
	Match             bool // by what is usual for the kind
	Distance          int  // bits; for digests 0 or 1, for texts per cent
	Shares            bool // Share and QueryShare say more than Distance
	Share, QueryShare int  // of the second that is in the first, and the other way round, in millionths
}

// usualRadius is how far two pictures that count as the same may lie apart, as the hash's
// authors recommend.
const usualRadius = 31

// Compare tells how near two fingerprints lie, whatever is in the banks.
func Compare(kind, a, b string) (n Nearness, err error) {
	if a, err = inForm(kind, a); err != nil {
		return n, err
	}
	if b, err = inForm(kind, b); err != nil {
		return n, err
	}
	if s, found := sortOf(kind); found {
		like, ok, err := s.compare([]byte(a), []byte(b))
		return Nearness{ok, like.distance, HasFeatures(kind), like.share, like.queryShare}, err
	}
	if kind != KindPDQ {
		if a != b {
			n.Distance = 1
		}
		n.Match = a == b
		return n, nil
	}
	first, err := bitsOf(a)
	if err != nil {
		return n, err
	}
	second, err := bitsOf(b)
	n.Distance = hamming.Distance(first, second)
	n.Match = n.Distance <= usualRadius
	return n, err
}

// inForm brings a fingerprint into the form in which it is compared: features, where its
// kind has them.
func inForm(kind, value string) (string, error) {
	if HasFeatures(kind) {
		_, features, err := cleanFeatures(kind, value)
		return features, err
	}
	return cleanValue(kind, value)
}
