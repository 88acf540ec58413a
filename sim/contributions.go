package sim

import (
	"math/rand/v2"
	"strings"
)

const (
	unitCount = 5
	textUnit  = 3 // hands in pasted text, where odd spellings would not survive

	sameShare    = 0.25 // of the items are handed in by a second unit in the same letters
	variantShare = 0.22 // of the items are handed in again in other letters
	oddShare     = 0.30 // of the items are first seen in other letters than the canonical ones
)

// handing is one unit's handing-in of one link.
type handing struct {
	unit, wave, item int
	url              string
}

// handIn settles who hands in what. Within a unit no two links are the same letter for letter.
func (w *World) handIn() {
	rng := w.stream("contributions", 0)
	seen := map[string]bool{}
	give := func(unit, i int, link string) bool {
		key := string(rune('0'+unit)) + link
		if seen[key] {
			return false
		}
		seen[key] = true
		w.handed = append(w.handed, handing{unit, w.items[i].wave, i, link})
		return true
	}
	for _, i := range rng.Perm(len(w.items)) {
		it := &w.items[i]
		first := weighted(rng, []int{30, 25, 20, 15, 10})
		if owner := w.owner(i); owner == first {
			first = (first + 1) % unitCount // an interest does not hold what its owner alone hands in
		}
		link := it.url
		if rng.Float64() < oddShare {
			link = w.variant(rng, it, first == textUnit)
		}
		give(first, i, link)
		if rng.Float64() < sameShare {
			w.giveSame(rng, give, first, i, link)
		}
		if rng.Float64() < variantShare {
			for range 1 + rng.IntN(2) {
				w.giveVariant(rng, give, i)
			}
		}
	}
}

func (w *World) giveSame(rng *rand.Rand, give func(int, int, string) bool, first, i int, link string) {
	second := (first + 1 + rng.IntN(unitCount-1)) % unitCount
	if second == textUnit && !survives(link) {
		link = w.items[i].url
	}
	give(second, i, link)
}

func (w *World) giveVariant(rng *rand.Rand, give func(int, int, string) bool, i int) {
	unit := rng.IntN(unitCount)
	for range 20 {
		link := w.variant(rng, &w.items[i], unit == textUnit)
		if link != w.items[i].url && give(unit, i, link) {
			return
		}
	}
}

// survives reports whether a link comes out of pasted text as it went in.
func survives(link string) bool {
	return strings.HasPrefix(link, "http") && !strings.ContainsAny(link, "%#")
}
