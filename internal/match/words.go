package match

import (
	"math"
	"slices"
	"sync"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/minhash"
	"github.com/argine/argine/tlsh"
)

const (
	// textJaccard is the least share of shingles in common with which two texts are nearly
	// the same; the index below is made for it.
	textJaccard = 0.7
	// leastAgain is how many shingles a text needs to tie an item to an earlier one, some
	// twenty words. Shorter ones people write again without knowing of each other; a bank's
	// keeper, though, may well have chosen one, so banks ask for minhash.Least alone.
	leastAgain = 64
	// tlshRadius is the distance, the lengths left aside, up to which exchanges hold two texts
	// to be the same. At 50 one pair of different texts in 1,500 would be (see package tlsh),
	// and a bank of 10,000 would match every page.
	tlshRadius = 30
)

// texts finds texts by their signatures.
type texts struct{ index *minhash.Index[uint64] }

func newTexts() finder {
	index, err := minhash.NewIndex[uint64](minhash.SevenTenths)
	if err != nil {
		panic(err) // the banding is the package's own
	}
	return &texts{index}
}

// insert leaves out a text that is too short to be told from others.
func (t *texts) insert(key uint64, text []byte) error {
	if s, ok := minhash.Sign(string(text)); ok {
		t.index.Insert(key, s)
	}
	return nil
}

// insertSigned adds a text of which the signature is known.
func (t *texts) insertSigned(key uint64, signature string) error {
	s, err := minhash.Parse(signature)
	if err == nil {
		t.index.Insert(key, s)
	}
	return err
}

func (t *texts) remove(key uint64) { t.index.Remove(key) }
func (t *texts) len() int          { return t.index.Len() }

// has need not tell: to insert a text again changes nothing.
func (t *texts) has(uint64) bool { return false }

func (t *texts) near(text []byte) ([]uint64, error) {
	s, ok := minhash.Sign(string(text))
	if !ok {
		return nil, nil
	}
	var keys []uint64
	for _, c := range t.index.Search(s) {
		keys = append(keys, c.Key)
	}
	return keys[:min(len(keys), mostCandidates)], nil
}

func compareTexts(query, bank []byte) (likeness, bool, error) {
	q, b := minhash.Shingles(string(query)), minhash.Shingles(string(bank))
	j := minhash.Jaccard(q, b)
	enough := len(q) >= minhash.Least && len(b) >= minhash.Least
	return likeness{int(math.Round(100 - 100*j)), millionths(100 * minhash.Within(b, q)), millionths(100 * minhash.Within(q, b))}, enough && j >= textJaccard, nil
}

// digests finds TLSH digests by comparing with each: there are none that share a part.
type digests struct {
	mu   sync.RWMutex
	keys map[uint64]tlsh.Digest
}

func newDigests() finder { return &digests{keys: map[uint64]tlsh.Digest{}} }

func (d *digests) insert(key uint64, digest []byte) error {
	parsed, err := tlsh.Parse(string(digest))
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.keys[key] = parsed
	return nil
}

func (d *digests) remove(key uint64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.keys, key)
}

func (d *digests) has(key uint64) bool {
	d.mu.RLock()
	defer d.mu.RUnlock()
	_, ok := d.keys[key]
	return ok
}

func (d *digests) len() int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return len(d.keys)
}

func (d *digests) near(digest []byte) ([]uint64, error) {
	asked, err := tlsh.Parse(string(digest))
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "%.80q is no TLSH digest; write T1 and 70 hexadecimal digits", digest)
	}
	var keys []uint64
	d.mu.RLock()
	defer d.mu.RUnlock()
	for key, kept := range d.keys {
		if asked.DistanceWithoutLength(kept) <= tlshRadius {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func compareTLSH(query, bank []byte) (l likeness, ok bool, err error) {
	q, err := tlsh.Parse(string(query))
	if err != nil {
		return l, false, err
	}
	b, err := tlsh.Parse(string(bank))
	if err != nil {
		return l, false, err
	}
	l.distance = q.DistanceWithoutLength(b)
	return l, l.distance <= tlshRadius, nil
}
