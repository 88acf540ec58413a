package sim

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// fate is what people and the gate make of an item.
type fate uint8

const (
	fateReferred fate = iota
	fateRejected
	fateFramed        // rejected too: it quotes what a group says, in a protected purpose
	fateDisputed      // one of the two people errs
	fateFalsePositive // both err: it is referred, and the platform refuses
	fateUnreachable   // nothing could be captured, so both say no
	fateHome
	fateSearch
	fateProtected
	fateNoCapture // nothing could be captured, yet both say yes
	fateOrder
	fateHeldLink  // a unit's interest covers the account
	fateHeldMedia // a unit's interest covers a medium
)

// item is one piece of content with all that will happen to it.
type item struct {
	platform int
	wave     int
	token    string
	account  string
	words    string // of a search page
	url      string // canonical
	lang     int
	fate     fate
	tagged   bool    // the text names a made-up group
	errs     [2]bool // the first, the second person decides wrongly
	media    []medium
	outcome  outcome
	answers  []plannedAnswer
	origin   int // the item whose medium it carries again, -1 for none
}

// captured reports whether there is anything to capture.
func (it *item) captured() bool { return it.fate != fateUnreachable && it.fate != fateNoCapture }

// passes reports whether the item is referred.
func (it *item) passes() bool { return it.fate == fateReferred || it.fate == fateFalsePositive }

// held reports whether deconfliction stops it.
func (it *item) held() bool { return it.fate == fateHeldLink || it.fate == fateHeldMedia }

// blockedBy is the pre-flight rule that stops it, "" for none.
func (it *item) blockedBy() string {
	switch it.fate {
	case fateHome:
		return "home_page"
	case fateSearch:
		return "search_page"
	case fateProtected:
		return "protected_host"
	case fateNoCapture:
		return "no_capture"
	case fateOrder:
		return "existing_order"
	}
	return ""
}

// listed reports whether it is a page of its own, with a text of its own.
func (it *item) listed() bool { return it.fate != fateHome && it.fate != fateSearch }

func (w *World) makeItems() {
	w.items = make([]item, 0, w.cfg.Items)
	for p := range w.platforms {
		for range w.platforms[p].size {
			w.items = append(w.items, item{platform: p, wave: 1, origin: -1})
		}
	}
	w.stream("order of items", 0).Shuffle(len(w.items), func(i, j int) { w.items[i], w.items[j] = w.items[j], w.items[i] })
	rng := w.stream("items", 0)
	for i := range w.items {
		it := &w.items[i]
		p := &w.platforms[it.platform]
		it.account = p.accounts[rng.IntN(len(p.accounts))]
		it.token = token(rng, i, p.style.numeric)
		it.lang = rng.IntN(len(languages))
		if main := languageIndex(p.Language); main >= 0 && rng.IntN(10) < 6 {
			it.lang = main
		}
	}
}

// token makes what names an item in its link: no two are alike, because the number of the
// item is in it.
func token(rng *rand.Rand, i int, numeric bool) string {
	if numeric {
		return strconv.Itoa(4_000_000_000 + i*1009 + rng.IntN(1009))
	}
	const letters = "bcdfghjkmnpqrstvwxz" // no vowels, so no words
	var out strings.Builder
	for range 5 {
		out.WriteByte(letters[rng.IntN(len(letters))])
	}
	out.WriteString(strconv.Itoa(100 + i))
	for range 3 {
		out.WriteByte(letters[rng.IntN(len(letters))])
	}
	return out.String()
}

// settleFates plants the bad ones among items where they can be, and leaves the rest to be referred.
func (w *World) settleFates() {
	taken := make([]bool, len(w.items))
	w.reserve(taken)
	next := 0
	pick := func(n int, suits func(*item) bool, set func(*item)) {
		for i := next; i < len(w.items) && n > 0; i++ {
			if taken[i] || !suits(&w.items[i]) {
				continue
			}
			taken[i] = true
			set(&w.items[i])
			n--
		}
		for next < len(taken) && taken[next] {
			next++
		}
	}
	any := func(*item) bool { return true }
	fated := func(f fate) func(*item) { return func(it *item) { it.fate = f } }
	homes := map[int]bool{}
	pick(min(w.atLeast(.004), len(w.platforms)-4), func(it *item) bool { return !homes[it.platform] }, func(it *item) {
		homes[it.platform], it.fate = true, fateHome
	})
	pick(w.atLeast(.006), func(it *item) bool { return w.platforms[it.platform].style.account }, fated(fateHeldLink))
	pick(w.atLeast(.004), any, fated(fateSearch))
	pick(w.atLeast(.003), any, fated(fateNoCapture))
	pick(w.atLeast(.005), any, fated(fateOrder))
	pick(w.atLeast(.006), any, fated(fateHeldMedia))
	pick(w.atLeast(.012), any, fated(fateDisputed))
	pick(w.atLeast(.010), any, fated(fateFalsePositive))
	pick(w.atLeast(.022), any, fated(fateUnreachable))
	pick(w.atLeast(.090), any, fated(fateRejected))
	pick(w.atLeast(.045), any, fated(fateFramed))
	w.settleSight()
}

// reserve takes the items of platforms with a part to play out of the lottery.
func (w *World) reserve(taken []bool) {
	protected, bouncing := 0, map[int]int{}
	for i := range w.items {
		it := &w.items[i]
		switch p := &w.platforms[it.platform]; {
		case p.protected && protected < w.atLeast(.006):
			taken[i], it.fate = true, fateProtected
			protected++
		case p.protected:
			taken[i], it.fate = true, fateRejected
		case p.bounces && bouncing[it.platform] < 3:
			taken[i] = true
			bouncing[it.platform]++
		}
	}
}

// settleSight says what an honest person sees, and who errs.
func (w *World) settleSight() {
	rng := w.stream("sight", 0)
	seen := map[int]int{}
	for i := range w.items {
		it := &w.items[i]
		switch it.fate {
		case fateRejected, fateUnreachable, fateHome, fateSearch, fateFalsePositive:
		default:
			it.tagged = true
		}
		switch it.fate {
		case fateDisputed:
			it.tagged = rng.IntN(2) == 0
			it.errs[rng.IntN(2)] = true
		case fateHome, fateSearch, fateFalsePositive:
			it.errs = [2]bool{true, true}
		case fateHeldLink:
			it.account = "watch" + accountWords[i%len(accountWords)] + strconv.Itoa(i)
		}
		if !it.listed() { // it speaks its platform's language
			it.lang = max(0, languageIndex(w.platforms[it.platform].Language))
		}
		if it.fate == fateSearch {
			it.words = accountWords[rng.IntN(len(accountWords))] + " " + strconv.Itoa(i)
		}
		if it.fate == fateReferred && seen[it.lang] == 0 && i < 40 { // every language is there
			it.lang = len(seen) % len(languages)
		}
		if it.captured() {
			seen[it.lang]++
		}
	}
}

// settleWaves chooses the items of the second day.
func (w *World) settleWaves() {
	rng := w.stream("waves", 0)
	for _, i := range rng.Perm(len(w.items))[:int(waveShare*float64(len(w.items))+0.5)] {
		w.items[i].wave = 2
	}
}

// receivedAt is when a platform has an item's referral, if work takes no time.
func (w *World) receivedAt(it *item) time.Time {
	return w.WaveAt(it.wave).Add(w.platforms[it.platform].backoff())
}

// delivered reports whether the item reaches its platform.
func (w *World) delivered(it *item) bool { return it.passes() && !w.platforms[it.platform].bounces }
