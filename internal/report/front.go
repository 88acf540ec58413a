package report

import (
	"fmt"
	"strings"
)

// front is the first page: what a press officer may say, each rate with its denominator.
func front(s *summary) *page {
	r := s.report
	gone := s.total.gone()
	p := &page{
		Title: s.action.name, Theme: s.action.theme, Leads: s.action.leads, AsOf: when(s.now),
		Period: when(s.action.opens) + " to " + when(s.action.closes), Rules: glossary, Report: r,
	}
	p.Tiles = []tile{
		{number(r.Items), "items", "on " + plural(r.Platforms, "platform", "platforms") + " in " + plural(r.Languages, "language", "languages")},
		{number(r.Delivered), "delivered", "of " + number(r.Referred) + " referred"},
		{percent(gone, r.Delivered), "no longer there", number(gone) + " of " + number(r.Delivered) + " delivered"},
		{medianTile(s), "median to removal", "at most; of " + plural(len(s.total.minutes), "item", "items") + " seen gone"},
	}
	p.Says = append(p.Says,
		say(fmt.Sprintf("*%s* handed in *%s* in %s. They are found on *%s* and are in *%s*; %s had been handed in already and did not have to be looked at twice.",
			plural(r.Units, "unit", "units"), plural(r.Items, "item", "items"), plural(r.Contributions, "contribution", "contributions"),
			plural(r.Platforms, "platform", "platforms"), plural(r.Languages, "language", "languages"), plural(max(0, r.Duplicates), "contribution", "contributions"))),
		say(fmt.Sprintf("Two people assessed *%s of %s* (%s). They rejected %s as no terrorist content and did not agree on %s.",
			number(r.Assessed), plural(r.Items, "item", "items"), rate(r.Assessed, r.Items), number(r.Rejected), number(r.Disputed))),
		say(fmt.Sprintf("%s referred to platforms. Before that, %s held so as not to disturb an investigation, and pre-flight checks stopped %s.",
			stressed(was(r.Referred)), was(r.Held), plural(r.Blocked, "item", "items"))))
	if r.Delivered > 0 {
		p.Says = append(p.Says, outcome(s)...)
	} else {
		p.Says = append(p.Says, say("Nothing has been delivered yet, so nothing can be said about removals."))
	}
	p.Says = append(p.Says,
		say(stressed(carries(r.Reuploads))+" again something that had been seen gone before."), lostSays(r.Lost))
	return p
}

func was(n int) string {
	if n == 1 {
		return "1 item was"
	}
	return number(n) + " items were"
}

func carries(n int) string {
	if n == 1 {
		return "1 item carries"
	}
	return number(n) + " items carry"
}

func medianTile(s *summary) string {
	if len(s.total.minutes) == 0 {
		return "–"
	}
	return minutes(s.report.MedianMinutesToRemoval)
}

// outcome says what became of what was delivered.
func outcome(s *summary) []sentence {
	r, gone := s.report, s.total.gone()
	hidden := r.Verified.GeoBlocked + r.Verified.LoginWall
	list := []sentence{
		say(fmt.Sprintf("*%s of %s* referred items reached their platform (%s).", number(r.Delivered), number(r.Referred), rate(r.Delivered, r.Referred))),
		say(fmt.Sprintf("When we looked last, *%s of %s* delivered items were no longer there (*%s*; 95\u00a0%% confidence interval %s). %s hidden from some by country or sign-in (%s), %s still up (%s)%s.",
			number(gone), number(r.Delivered), percent(gone, r.Delivered), interval(gone, r.Delivered),
			was(hidden), percent(hidden, r.Delivered), was(r.Verified.StillUp), percent(r.Verified.StillUp, r.Delivered), unsure(r.Verified.Unknown))),
		say(fmt.Sprintf("The platforms say that they removed or disabled *%s* (%s) and refused %s (%s); they ask for clarification about %s and have not answered about %s.",
			number(r.Answered.Removed), percent(r.Answered.Removed, r.Delivered), number(r.Answered.Refused), percent(r.Answered.Refused, r.Delivered),
			number(r.Answered.Clarification), number(r.Answered.None))),
	}
	if n := len(s.total.minutes); n > 0 {
		list = append(list, say(fmt.Sprintf("Half of the %s that were ever seen gone were gone within *%s* of delivery. This is an upper bound: we look at intervals, and the removal came before the look.",
			plural(n, "item", "items"), minutes(r.MedianMinutesToRemoval))))
	}
	return list
}

// stressed stresses the count at the beginning of a text.
func stressed(text string) string {
	count, rest, _ := strings.Cut(text, " ")
	noun, rest, _ := strings.Cut(rest, " ")
	return "*" + count + " " + noun + "* " + rest
}

func unsure(n int) string {
	if n == 0 {
		return ""
	}
	return "; of " + plural(n, "item", "items") + " we cannot tell"
}

func lostSays(lost int) sentence {
	if lost == 0 {
		return say("Nothing was lost: each item that was handed in is accounted for.")
	}
	return say(fmt.Sprintf("*%s not accounted for.* Have the records checked before these figures are used.", was(lost)))
}
