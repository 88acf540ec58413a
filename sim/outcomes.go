package sim

import (
	"math/rand/v2"
	"time"
)

// state is what a page shows at one moment.
type state uint8

const (
	stateUp       state = iota
	stateNotFound       // 404
	stateGone           // 410
	stateSoft           // "not found", with status 200
	stateAccount        // the account is gone
	stateLogin          // only for those who are signed in
	stateGeo            // 451
	stateHome           // leads to the home page
	stateAway           // 503
	stateCut            // the connection is closed
	stateLocked         // only for those who are signed in, on a page of its own
)

// outcome is how a page changes after its platform has the referral.
type outcome struct {
	then  state
	after time.Duration
	until time.Duration // then it is up again; 0: never
}

// at is what the page shows so long after the platform received the referral.
func (o outcome) at(since time.Duration) state {
	if o.then == stateUp || since < o.after || o.until > 0 && since >= o.until {
		return stateUp
	}
	return o.then
}

// show is what an item's page shows now. received is zero while the platform has nothing.
func (it *item) show(received, now time.Time) state {
	if !it.captured() {
		return stateCut
	}
	if received.IsZero() || now.Before(received) {
		return stateUp
	}
	return it.outcome.at(now.Sub(received))
}

// plannedAnswer is what the platform will say, and when, counted from its receipt.
type plannedAnswer struct {
	kind   string
	reason int
	after  time.Duration
}

// rounds are when a platform's people sit down to answer, counted from the receipt.
var rounds = []time.Duration{55 * time.Minute, 200 * time.Minute, 8 * time.Hour, 14 * time.Hour, 25 * time.Hour, 42 * time.Hour}

// roundAfter is the first sitting at or after d.
func roundAfter(d time.Duration) time.Duration {
	for _, r := range rounds {
		if r > d {
			return r
		}
	}
	return rounds[len(rounds)-1]
}

// spans lie between the looks of the schedule, ten minutes clear of each.
var spans = [...][2]int{{10, 50}, {70, 168}, {192, 348}, {374, 700}, {735, 1420}, {1455, 2400}} // minutes

func within(rng *rand.Rand, span int) time.Duration {
	s := spans[span]
	return time.Duration(s[0]+rng.IntN(s[1]-s[0]+1)) * time.Minute
}

// temper is how a platform takes referrals.
type temper struct {
	name   string
	gone   int           // per cent of the items that go
	spans  [6]int        // weights of how soon
	first  time.Duration // earliest answer
	silent int           // per cent without answer
	asks   bool          // asks for clarification first
}

var tempers = [...]temper{
	{name: "swift", gone: 95, spans: [6]int{60, 30, 10, 0, 0, 0}, silent: 5},
	{name: "steady", gone: 88, spans: [6]int{25, 40, 20, 10, 5, 0}, silent: 15},
	{name: "slow", gone: 78, spans: [6]int{0, 10, 15, 25, 30, 20}, first: 7 * time.Hour, silent: 25},
	{name: "refuser", gone: 45, spans: [6]int{15, 35, 30, 20, 0, 0}, first: 3 * time.Hour, silent: 5},
	{name: "asker", gone: 62, spans: [6]int{5, 15, 20, 40, 20, 0}, asks: true, silent: 5},
	{name: "mute", gone: 55, spans: [6]int{20, 20, 20, 20, 20, 0}, silent: 100},
	{name: "swift", gone: 92, spans: [6]int{45, 40, 15, 0, 0, 0}, silent: 10},
	{name: "steady", gone: 85, spans: [6]int{30, 40, 20, 10, 0, 0}, silent: 10},
}

func weighted(rng *rand.Rand, weights []int) int {
	sum := 0
	for _, x := range weights {
		sum += x
	}
	n := rng.IntN(sum)
	for i, x := range weights {
		if n -= x; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// certain are the outcomes that every world has some of: what the page does, and the answers.
var certain = []struct {
	then  state
	until time.Duration
	says  []string
}{
	{then: stateNotFound, says: []string{"removed"}},
	{then: stateGone, says: []string{"removed"}},
	{then: stateSoft, says: []string{"removed"}},
	{then: stateAccount, says: []string{"disabled"}},
	{then: stateLogin, says: []string{"disabled"}},
	{then: stateLocked, says: []string{"disabled"}},
	{then: stateGeo, says: []string{"disabled"}},
	{then: stateHome, says: []string{"removed"}},
	{then: stateAway},
	{then: stateNotFound, until: 80 * time.Hour, says: []string{"removed"}}, // it comes back
	{then: stateAway, until: 1, says: []string{"refused"}},                  // away for one look only
	{says: []string{"refused"}},
	{says: []string{"clarification"}},
	{},
	{says: []string{"removed"}}, // says so, and it is still there
	{then: stateNotFound},       // without a word
	{then: stateNotFound, says: []string{"clarification", "removed"}},
}

// settleOutcomes says what becomes of everything that is delivered.
func (w *World) settleOutcomes() {
	rng := w.stream("outcomes", 0)
	few := w.atLeast(0)
	n := 0
	for _, i := range rng.Perm(len(w.items)) {
		it := &w.items[i]
		if !w.delivered(it) {
			continue
		}
		if it.fate == fateFalsePositive {
			it.answers = it.say(rng, w.platforms[it.platform].temper.first, 0, "refused")
			continue
		}
		if n < few*len(certain) {
			w.settleCertain(rng, it, n%len(certain))
			n++
			continue
		}
		w.settleByTemper(rng, it)
	}
}

func (w *World) settleCertain(rng *rand.Rand, it *item, which int) {
	c := certain[which]
	it.outcome = outcome{then: w.possible(it, c.then), until: c.until}
	switch {
	case c.then == stateAway && c.until > 0:
		it.outcome.after, it.outcome.until = 310*time.Minute, 430*time.Minute // the look at 6 h
	case c.then == stateAway:
		it.outcome.after = 100 * time.Hour // the last look
	case c.until > 0:
		it.outcome.after = within(rng, 0)
	case c.then != stateUp:
		it.outcome.after = within(rng, rng.IntN(4))
	}
	it.answers = it.say(rng, 0, it.outcome.after, c.says...)
}

// possible replaces what a platform cannot do: on a blog every account has a home of its own.
func (w *World) possible(it *item, s state) state {
	if s == stateHome && w.platforms[it.platform].style.blog {
		return stateSoft
	}
	return s
}

var (
	goneStates  = []state{stateNotFound, stateGone, stateSoft, stateAccount, stateHome, stateGeo, stateLogin, stateLocked}
	goneWeights = []int{44, 14, 12, 9, 7, 6, 5, 3}
)

func (w *World) settleByTemper(rng *rand.Rand, it *item) {
	t := &w.platforms[it.platform].temper
	goes, speaks := rng.IntN(100) < t.gone, rng.IntN(100) >= t.silent
	if goes {
		it.outcome = outcome{then: w.possible(it, goneStates[weighted(rng, goneWeights)]), after: within(rng, weighted(rng, t.spans[:]))}
	}
	if !speaks {
		return
	}
	says := []string{"removed"}
	switch {
	case goes && (it.outcome.then == stateGeo || it.outcome.then == stateLogin || it.outcome.then == stateLocked):
		says[0] = "disabled"
	case !goes && t.asks && rng.IntN(2) == 0:
		says[0] = "clarification"
	case !goes:
		says[0] = "refused"
	}
	if t.asks && says[0] != "clarification" && it.outcome.after > rounds[0] {
		says = []string{"clarification", says[0]}
	}
	it.answers = it.say(rng, t.first, it.outcome.after, says...)
}

// say plans answers: questions come at the first sitting, the last word after the deed.
func (it *item) say(rng *rand.Rand, first, deed time.Duration, kinds ...string) []plannedAnswer {
	out := []plannedAnswer{}
	for i, kind := range kinds {
		a := plannedAnswer{kind: kind, reason: rng.IntN(100), after: roundAfter(max(first, deed))}
		if i+1 < len(kinds) {
			a.after = rounds[0]
		} else if len(kinds) > 1 {
			a.after = max(a.after, rounds[1])
		}
		out = append(out, a)
	}
	return out
}
