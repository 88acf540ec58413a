package sim

import (
	"slices"
	"time"

	"github.com/argine/argine/client"
)

// Truth is what the after-action report must say, under the names of client.Report. The
// median is of the minutes from delivery to the first look that found an item gone, over
// delivered items that were ever seen gone.
type Truth struct {
	Items         int `json:"items"`
	Platforms     int `json:"platforms"`
	Languages     int `json:"languages"`
	Units         int `json:"units"`
	Contributions int `json:"contributions"`
	Duplicates    int `json:"duplicates"`
	Captured      int `json:"captured"`
	Unreachable   int `json:"unreachable"`
	Media         int `json:"media"`
	Matched       int `json:"matched"`
	Assessed      int `json:"assessed"`
	Rejected      int `json:"rejected"`
	Disputed      int `json:"disputed"`
	Held          int `json:"held"`
	Blocked       int `json:"blocked"`
	Referred      int `json:"referred"`
	Delivered     int `json:"delivered"`
	Undeliverable int `json:"undeliverable"`

	Answered client.ReportAnswers  `json:"answered"`
	Verified client.ReportVerified `json:"verified"`
	Verdicts map[string]int        `json:"verdicts"`
	Blocks   map[string]int        `json:"blocks"`

	Ideologies map[string]client.ReportIdeology `json:"ideologies"`

	Reuploads              int     `json:"reuploads"`
	MedianMinutesToRemoval float64 `json:"median_minutes_to_removal"`
	Lost                   int     `json:"lost"`
}

// Truth is the world's own account of what must come out. It counts what is in the world
// when both waves have been handed in and the last look has been taken, and work takes no
// time; it knows nothing of the product.
func (w *World) Truth() Truth { return w.truth }

// schedule is when looks are taken after delivery. An item that is gone is looked at once
// more, at the last step.
var schedule = []time.Duration{time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour, 7 * 24 * time.Hour}

// verdicts are the product's names for what a look finds.
var verdicts = map[state]string{
	stateUp: "still_up", stateNotFound: "removed", stateGone: "removed", stateSoft: "soft_404", stateAccount: "account_gone",
	stateLogin: "login_wall", stateLocked: "login_wall", stateGeo: "geo_blocked", stateHome: "redirected_home", stateAway: "unknown", stateCut: "unknown",
}

// noVerdicts has a zero for each verdict, as the report does.
func noVerdicts() map[string]int {
	out := map[string]int{}
	for _, verdict := range verdicts {
		out[verdict] = 0
	}
	return out
}

// isGone reports whether nobody sees the content any more. Behind a login wall or a
// geo-block it is there for some, and a fault tells nothing.
func isGone(s state) bool {
	switch s {
	case stateNotFound, stateGone, stateSoft, stateAccount, stateHome:
		return true
	}
	return false
}

func (w *World) computeTruth() Truth {
	t := Truth{Items: len(w.items), Units: unitCount, Contributions: len(w.handed), Assessed: len(w.items), Verdicts: noVerdicts(), Blocks: map[string]int{}, Ideologies: noIdeologies()}
	t.Duplicates = t.Contributions - t.Items
	platforms, langs, media := map[int]bool{}, map[int]bool{}, map[medium]bool{}
	goneAt := map[int]time.Time{}
	var minutes []float64
	for i := range w.items {
		it := &w.items[i]
		platforms[it.platform] = true
		if it.captured() {
			t.Captured++
			langs[it.lang] = true
			for _, m := range it.media {
				media[m] = true
			}
			if w.matches(it) {
				t.Matched++
			}
		}
		w.countDecision(it, &t)
		w.countIdeology(i, &t)
		if !w.delivered(it) {
			continue
		}
		last, gone := it.looks()
		t.countVerdict(last)
		t.countAnswer(it)
		if gone > 0 {
			goneAt[i] = w.receivedAt(it).Add(gone)
			minutes = append(minutes, gone.Minutes())
		}
	}
	t.Platforms, t.Languages, t.Media = len(platforms), len(langs), len(media)
	t.Unreachable = t.Items - t.Captured
	t.Reuploads = w.countReuploads(goneAt)
	t.MedianMinutesToRemoval = median(minutes)
	return t
}

// countDecision follows the item through people, deconfliction and the gate.
func (w *World) countDecision(it *item, t *Truth) {
	switch {
	case it.fate == fateDisputed:
		t.Disputed++
	case it.fate == fateRejected || it.fate == fateFramed || it.fate == fateUnreachable:
		t.Rejected++
	case it.held():
		t.Held++
	case it.blockedBy() != "":
		t.Blocked++
		t.Blocks[it.blockedBy()]++
	case w.delivered(it):
		t.Referred++
		t.Delivered++
	default:
		t.Referred++
		t.Undeliverable++
	}
}

// looks takes the looks of the schedule at a delivered item: what the last one finds, and
// how long after delivery one first found it gone, whatever came later; 0 for never.
func (it *item) looks() (last state, gone time.Duration) {
	for k, step := range schedule {
		if gone > 0 && k+1 < len(schedule) {
			continue
		}
		if last = it.outcome.at(step); isGone(last) && gone == 0 {
			gone = step
		}
	}
	return last, gone
}

func (t *Truth) countVerdict(s state) {
	verdict := verdicts[s]
	t.Verdicts[verdict]++
	switch verdict {
	case "removed", "soft_404", "redirected_home":
		t.Verified.Removed++
	case "account_gone":
		t.Verified.AccountGone++
	case "geo_blocked":
		t.Verified.GeoBlocked++
	case "login_wall":
		t.Verified.LoginWall++
	case "still_up":
		t.Verified.StillUp++
	default:
		t.Verified.Unknown++
	}
}

// countAnswer counts the newest answer.
func (t *Truth) countAnswer(it *item) {
	if len(it.answers) == 0 {
		t.Answered.None++
		return
	}
	switch it.answers[len(it.answers)-1].kind {
	case "removed", "disabled":
		t.Answered.Removed++
	case "refused":
		t.Answered.Refused++
	default:
		t.Answered.Clarification++
	}
}

// matches reports whether one of the item's media is in the bank.
func (w *World) matches(it *item) bool {
	return slices.ContainsFunc(it.media, func(m medium) bool {
		p := w.families[m.family].plant
		return p == plantPDQ || p != plantNone && m.form == formOriginal
	})
}

// countReuploads counts the pages that carry a medium, or one like it, that was on a page
// which a look had seen gone before this one was handed in.
func (w *World) countReuploads(goneAt map[int]time.Time) int {
	gone := map[int]time.Time{} // by family: the earliest
	for i, at := range goneAt {
		for _, m := range w.items[i].media {
			if first, ok := gone[m.family]; !ok || at.Before(first) {
				gone[m.family] = at
			}
		}
	}
	n := 0
	for i := range w.items {
		it := &w.items[i]
		if it.captured() && slices.ContainsFunc(it.media, func(m medium) bool {
			at, ok := gone[m.family]
			return ok && at.Before(w.WaveAt(it.wave))
		}) {
			n++
		}
	}
	return n
}

// median is the middle value, or the mean of the two in the middle.
func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
