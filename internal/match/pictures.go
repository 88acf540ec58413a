package match

import (
	"encoding/hex"
	"slices"
	"sync"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// pictures is a set of PDQ hashes that only grows. Any number of goroutines may use it.
type pictures struct {
	live *hamming.Live // the key of a hash is its place in hashes

	mu     sync.RWMutex
	hashes []hamming.Bits
}

// near is a hash of the set and its distance from the one asked for, in bits.
type near struct {
	hash     string
	distance int
}

// newPictures takes over the list, which may hold repeats.
func newPictures(list []hamming.Bits) *pictures {
	slices.SortFunc(list, func(a, b hamming.Bits) int { return slices.Compare(a[:], b[:]) })
	list = slices.Clip(slices.Compact(list))
	entries := make([]hamming.Entry, len(list))
	for i, b := range list {
		entries[i] = hamming.Entry{Bits: b, Key: uint64(i)}
	}
	return &pictures{live: hamming.NewLive(entries), hashes: list}
}

// add puts hashes into the set that are not in it. It lets go of the lock between them:
// lookups happen inside write transactions and must not wait for a whole bank.
func (p *pictures) add(list ...hamming.Bits) {
	for _, b := range list {
		p.addOne(b)
	}
}

func (p *pictures) addOne(b hamming.Bits) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.live.Search(b, 0, nil)) > 0 {
		return
	}
	p.hashes = append(p.hashes, b)
	p.live.Insert(hamming.Entry{Bits: b, Key: uint64(len(p.hashes) - 1)})
}

// near finds the hashes of the set within radius of one, nearest first.
func (p *pictures) near(to hamming.Bits, radius int) []near {
	hits := p.live.Search(to, radius, nil)
	if len(hits) == 0 {
		return nil
	}
	list := make([]near, len(hits))
	p.mu.RLock()
	for i, hit := range hits {
		raw := p.hashes[hit.Key].Bytes()
		list[i] = near{hex.EncodeToString(raw[:]), hit.Distance}
	}
	p.mu.RUnlock()
	slices.SortFunc(list, func(a, b near) int { return a.distance - b.distance })
	return list
}

// bitsOf reads a hash as it is stored.
func bitsOf(text string) (hamming.Bits, error) {
	h, err := pdq.ParseHash(text)
	if err != nil {
		return hamming.Bits{}, problem.Wrap(err, problem.Internal, "a stored PDQ hash cannot be read")
	}
	return hamming.FromBytes(h), nil
}
