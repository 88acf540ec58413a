package sim

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"time"
)

// plant says by which kind of fingerprint a family stands in the bank.
type plant uint8

const (
	plantNone plant = iota
	plantPDQ
	plantSHA256
	plantMD5
)

// family is a medium with all that resembles it.
type family struct {
	plant plant
	owner int // unit with an interest in it, plus one; 0 for none
}

// nearEnough is the largest distance of an altered copy from its original that is used:
// well inside the radius of 31, so that what must be found is certain.
const nearEnough = 26

func (w *World) newFamily(p plant) int {
	w.families = append(w.families, family{plant: p})
	return len(w.families) - 1
}

func (w *World) newFamilies(n int, p func(i int) plant) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = w.newFamily(p(i))
	}
	return out
}

// plantOf makes seven of ten planted families known by PDQ, two by SHA-256, one by MD5.
func plantOf(i int) plant {
	return []plant{plantPDQ, plantPDQ, plantSHA256, plantPDQ, plantPDQ, plantMD5, plantPDQ, plantPDQ, plantSHA256, plantPDQ}[i%10]
}

// settleMedia gives each page its pictures. The two waves draw from separate pools, so
// that a page of wave 2 resembles one of wave 1 only where that is meant.
func (w *World) settleMedia() {
	rng := w.stream("carry", 0)
	n := w.cfg.Items
	none := func(int) plant { return plantNone }
	shared := [3][]int{1: w.newFamilies(n/4+8, none), 2: w.newFamilies(n/16+4, none)}
	planted := [3][]int{1: w.newFamilies(n/28+12, plantOf), 2: w.newFamilies(n/100+6, plantOf)}
	for i := range w.items {
		it := &w.items[i]
		if !it.captured() || !it.listed() {
			continue
		}
		w.fill(rng, it, shared[it.wave], planted[it.wave])
	}
	w.settleHeldMedia()
	w.settleReuploads(rng)
	w.nearOnly()
}

// fill gives one page its pictures: none to three, many of them seen elsewhere too.
func (w *World) fill(rng *rand.Rand, it *item, shared, planted []int) {
	for range weighted(rng, []int{12, 50, 28, 10}) {
		f := 0
		if rng.IntN(100) < 55 {
			f = shared[int(float64(len(shared))*rng.Float64()*rng.Float64())] // some are seen much more often
		} else {
			f = w.newFamily(plantNone)
		}
		it.carry(medium{family: f})
	}
	switch it.fate {
	case fateRejected, fateFalsePositive:
		return // people would see the match
	case fateDisputed:
		if !it.tagged {
			return
		}
	}
	if rng.IntN(100) >= 26 {
		return
	}
	f := planted[rng.IntN(len(planted))]
	m := medium{family: f}
	if w.families[f].plant == plantPDQ {
		m.form = form(rng.IntN(int(forms)))
	}
	it.carry(m)
	if it.fate == fateReferred && rng.IntN(6) == 0 {
		it.tagged = false // only the match tells
	}
}

// carry adds a medium, unless one of its family is there.
func (it *item) carry(m medium) {
	if !slices.ContainsFunc(it.media, func(have medium) bool { return have.family == m.family }) {
		it.media = append(it.media, m)
	}
}

// settleHeldMedia gives media in which a unit has an interest to pairs of items.
func (w *World) settleHeldMedia() {
	f, left := 0, 0
	for i := range w.items {
		if it := &w.items[i]; it.fate == fateHeldMedia {
			if left == 0 {
				f, left = w.newFamily(plantNone), 2
				w.families[f].owner = 1 + i%unitCount
			}
			left--
			it.carry(medium{family: f})
		}
	}
}

// settleReuploads ties pages of wave 2 to pages of wave 1 that are gone by then, and a
// few to pages that are not, which must not be found.
func (w *World) settleReuploads(rng *rand.Rand) {
	var later []int
	gone, kept := map[int][]int{}, []int{}
	goneAll := 0
	for _, i := range rng.Perm(len(w.items)) {
		it := &w.items[i]
		switch {
		case it.wave == 2 && it.fate == fateReferred:
			later = append(later, i)
		case it.wave == 1 && w.goneByThen(it):
			gone[it.platform] = append(gone[it.platform], i)
			goneAll++
		case it.wave == 1 && it.captured() && it.listed() && it.fate != fateRejected && it.fate != fateFalsePositive && it.outcome.then == stateUp:
			kept = append(kept, i)
		}
	}
	n := min(goneAll, len(later), max(w.atLeast(0), len(later)*3/10))
	for k, i := range later[:n] {
		w.reupload(rng, w.sourceFor(rng, gone, w.items[i].platform), i, k)
	}
	for k := 0; k < min(w.atLeast(.008), len(later)-n, len(kept)); k++ {
		m := medium{family: w.newFamily(plantNone)}
		w.items[kept[k]].carry(m)
		w.items[later[n+k]].carry(m)
	}
}

// sourceFor takes a page that is gone: of the same platform four times in ten, if there is one.
func (w *World) sourceFor(rng *rand.Rand, gone map[int][]int, platform int) int {
	if rng.IntN(10) >= 4 || len(gone[platform]) == 0 {
		platform = rng.IntN(len(w.platforms))
		for len(gone[platform]) == 0 {
			platform = (platform + 1) % len(w.platforms)
		}
	}
	i := gone[platform][0]
	gone[platform] = gone[platform][1:]
	return i
}

// reupload lets item to carry again what item from carried, the same bytes or altered.
func (w *World) reupload(rng *rand.Rand, from, to, k int) {
	p := plantNone
	if k%3 == 0 {
		p = plantPDQ
	}
	f := w.newFamily(p)
	w.items[from].carry(medium{family: f})
	m := medium{family: f}
	if k%2 == 1 {
		m.form = form(1 + rng.IntN(int(forms)-1))
	}
	w.items[to].carry(m)
	w.items[to].origin = from
}

// goneByThen reports whether a look has seen the item gone before wave 2 comes: gone for
// good, and not merely out of sight for those who are not signed in or elsewhere.
func (w *World) goneByThen(it *item) bool {
	return w.delivered(it) && isGone(it.outcome.then) && it.outcome.until == 0 && it.outcome.after < 24*time.Hour
}

// nearOnly replaces altered copies that came out too far from their original, in this
// world, by exact ones. It hashes on all processors.
func (w *World) nearOnly() {
	used := map[medium]bool{}
	var families []int
	byFamily := map[int][]medium{}
	for i := range w.items {
		for _, m := range w.items[i].media {
			if m.form == formOriginal || used[m] {
				continue
			}
			used[m] = true
			if byFamily[m.family] == nil {
				families = append(families, m.family)
			}
			byFamily[m.family] = append(byFamily[m.family], m)
		}
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		wg.Go(func() {
			for i := k; i < len(families); i += workers {
				original, _ := w.media.pdq(medium{family: families[i]})
				for _, m := range byFamily[families[i]] {
					altered, quality := w.media.pdq(m)
					mu.Lock()
					used[m] = original.Distance(altered) <= nearEnough && quality >= 50
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	for i := range w.items {
		for k, m := range w.items[i].media {
			if m.form != formOriginal && !used[m] {
				w.items[i].media[k].form = formOriginal
			}
		}
	}
}
