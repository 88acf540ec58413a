package report

import (
	"slices"
	"strings"
)

// group adds up items that are looked at together: of one platform, language, track or ideology, or all.
type group struct {
	name                                      string
	items, referred, delivered, undeliverable int
	rejected                                  int    // found not to be terrorist content
	verified                                  [6]int // of delivered items, in the order of verifiedNames
	answered                                  [4]int // of delivered items, in the order of answeredNames
	goneBy                                    [4]int // of answered: those that the newest look did not find any more
	life                                      life
	minutes                                   []float64 // from delivery to the first look that found it gone
}

var (
	verifiedNames = []string{"Removed", "Account gone", "Geo-blocked", "Login wall", "Still up", "Unknown"}
	answeredNames = []string{"Removed or disabled", "Refused or impossible", "Asks for clarification", "No answer"}
)

func (g *group) add(r record) {
	g.items++
	if r.stage == "rejected" {
		g.rejected++
	}
	if r.handed == "approved" {
		g.referred++
	}
	switch r.delivery {
	case "undeliverable":
		g.undeliverable++
	case "delivered":
		g.delivered++
		g.verified[verifiedPlace(r.verdict)]++
		g.answered[answeredPlace(r.answer)]++
		if verifiedPlace(r.verdict) <= 1 {
			g.goneBy[answeredPlace(r.answer)]++
		}
		g.look(r)
	}
}

// look adds when a delivered item was first seen gone, or until when it was not.
func (g *group) look(r record) {
	if r.deliveredAt.IsZero() {
		return
	}
	if !r.goneAt.IsZero() {
		after := max(0, r.goneAt.Sub(r.deliveredAt))
		g.minutes = append(g.minutes, after.Minutes())
		g.life.gone(after.Hours())
		return
	}
	if !r.lookedAt.IsZero() {
		g.life.there(r.lookedAt.Sub(r.deliveredAt).Hours())
	}
}

// gone is how many delivered items the newest look did not find any more.
func (g *group) gone() int { return g.verified[0] + g.verified[1] }

func verifiedPlace(verdict string) int {
	switch verdict {
	case "removed", "soft_404", "redirected_home":
		return 0
	case "account_gone":
		return 1
	case "geo_blocked":
		return 2
	case "login_wall":
		return 3
	case "still_up":
		return 4
	}
	return 5
}

func answeredPlace(answer string) int {
	switch answer {
	case "removed", "disabled":
		return 0
	case "refused", "impossible":
		return 1
	case "clarification":
		return 2
	}
	return 3
}

// in finds the group of a key, or begins it.
func in(groups map[string]*group, key, name string) *group {
	g := groups[key]
	if g == nil {
		g = &group{name: name}
		groups[key] = g
	}
	return g
}

// merge adds another group to this one.
func (g *group) merge(o *group) {
	g.items += o.items
	g.rejected += o.rejected
	g.referred += o.referred
	g.delivered += o.delivered
	g.undeliverable += o.undeliverable
	for i, n := range o.verified {
		g.verified[i] += n
	}
	for i, n := range o.answered {
		g.answered[i] += n
		g.goneBy[i] += o.goneBy[i]
	}
	g.life.merge(o.life)
	g.minutes = append(g.minutes, o.minutes...)
}

// largest lists groups, most delivered first, then most items; what is beyond n is one
// group of others.
func largest(groups map[string]*group, n int) []*group {
	list := make([]*group, 0, len(groups))
	for _, g := range groups {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *group) int {
		if a.delivered != b.delivered {
			return b.delivered - a.delivered
		}
		if a.items != b.items {
			return b.items - a.items
		}
		return strings.Compare(a.name, b.name)
	})
	if len(list) <= n+1 { // a group of others that is one other has a name
		return list
	}
	others := &group{name: plural(len(list)-n, "other", "others")}
	for _, g := range list[n:] {
		others.merge(g)
	}
	return append(list[:n:n], others)
}
