package match

import (
	"encoding/hex"
	"slices"
	"sync"

	"github.com/argine/argine/hamming"
)

// pictures is a set of PDQ hashes that only grows. Any number of goroutines may use it.
type pictures struct {
	live *hamming.Live // the key of a hash is its place in hashes

	mu     sync.RWMutex
	hashes []hamming.Bits
}

func newPictures(list []hamming.Bits) *pictures {
	p := &pictures{live: hamming.NewLive(nil)}
	p.add(list...)
	return p
}

// add puts hashes into the set that are not in it. It lets go of the lock between them, so
// that who learns one does not wait for all; only the first are taken at once.
func (p *pictures) add(list ...hamming.Bits) {
	if p.first(list) {
		return
	}
	for _, b := range list {
		p.addOne(b)
	}
}

// first fills an empty set with the list, which may hold repeats.
func (p *pictures) first(list []hamming.Bits) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.hashes) > 0 {
		return false
	}
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b hamming.Bits) int { return slices.Compare(a[:], b[:]) })
	p.hashes = slices.Clip(slices.Compact(list))
	entries := make([]hamming.Entry, len(p.hashes))
	for i, b := range p.hashes {
		entries[i] = hamming.Entry{Bits: b, Key: uint64(i)}
	}
	p.live.InsertAll(entries)
	return true
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

// near finds the hashes of the set within radius of one, with their distances in bits.
func (p *pictures) near(to hamming.Bits, radius int) map[string]int {
	hits := p.live.Search(to, radius, nil)
	list := make(map[string]int, len(hits))
	p.mu.RLock()
	defer p.mu.RUnlock()
	for _, hit := range hits {
		raw := p.hashes[hit.Key].Bytes()
		list[hex.EncodeToString(raw[:])] = hit.Distance
	}
	return list
}
