package minhash

import "slices"

const (
	firstSegment   = 1 << 10
	largestSegment = 1 << 18
)

// short is a signature as an index keeps it. Two numbers that differ agree in their lower 16
// bits once in 65,536 times, which no estimate notices.
type short [Size]uint16

func shorten(s *Signature) (out short) {
	for i, v := range s {
		out[i] = uint16(v)
	}
	return out
}

func (s *short) agree(o *short) (n int) {
	for i := range s {
		if s[i] == o[i] {
			n++
		}
	}
	return n
}

// segment holds up to size texts, in one hash table for each band whose entries are chained
// by number: heads has the first text of each bucket, next the text after a text, both from
// 1, so that 0 is none.
type segment[K comparable] struct {
	banding     Banding
	size        int // a power of two
	heads, next []uint32
	signatures  []short
	keys        []K
	used        int      // slots that ever held a text
	free        []uint32 // those of them that hold none now
}

func newSegment[K comparable](b Banding, size int) *segment[K] {
	return &segment[K]{banding: b, size: size, heads: make([]uint32, b.Bands*size), next: make([]uint32, b.Bands*size), signatures: make([]short, size), keys: make([]K, size)}
}

// head is where in heads the bucket of a band stands.
func (g *segment[K]) head(s *short, band int) int {
	h := uint64(band + 1)
	for _, v := range s[band*g.banding.Rows : (band+1)*g.banding.Rows] {
		h = (h ^ uint64(v)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return band*g.size + int(mix(h)&uint64(g.size-1))
}

func (g *segment[K]) insert(key K, s *Signature) (slot uint32, ok bool) {
	switch {
	case len(g.free) > 0:
		slot = g.free[len(g.free)-1]
		g.free = g.free[:len(g.free)-1]
	case g.used < g.size:
		slot = uint32(g.used)
		g.used++
	default:
		return 0, false
	}
	g.keys[slot], g.signatures[slot] = key, shorten(s)
	for band := range g.banding.Bands {
		at := g.head(&g.signatures[slot], band)
		g.next[band*g.size+int(slot)] = g.heads[at]
		g.heads[at] = slot + 1
	}
	return slot, true
}

func (g *segment[K]) remove(slot uint32) {
	for band := range g.banding.Bands {
		link := &g.heads[g.head(&g.signatures[slot], band)]
		for *link != slot+1 {
			link = &g.next[band*g.size+int(*link-1)]
		}
		*link = g.next[band*g.size+int(slot)]
	}
	var none K
	g.keys[slot], g.signatures[slot] = none, short{}
	g.free = append(g.free, slot)
}

// seen marks the texts that one search met, so that one that agrees in many bands is
// compared once.
type seen struct {
	bits  []uint64
	slots []uint32
}

func (m *seen) add(slot uint32) {
	if bit := uint64(1) << (slot & 63); m.bits[slot>>6]&bit == 0 {
		m.bits[slot>>6] |= bit
		m.slots = append(m.slots, slot)
	}
}

func (g *segment[K]) search(s *short, m *seen, out []Candidate[K]) []Candidate[K] {
	if words := g.size/64 + 1; len(m.bits) < words {
		m.bits = slices.Grow(m.bits, words-len(m.bits))[:words]
	}
	for band := range g.banding.Bands {
		next := g.next[band*g.size : (band+1)*g.size]
		for n := g.heads[g.head(s, band)]; n != 0; n = next[n-1] {
			m.add(n - 1)
		}
	}
	for _, slot := range m.slots {
		m.bits[slot>>6] = 0
		if estimate := float64(g.signatures[slot].agree(s)) / Size; estimate >= g.banding.Least {
			out = append(out, Candidate[K]{g.keys[slot], estimate})
		}
	}
	m.slots = m.slots[:0]
	return out
}
