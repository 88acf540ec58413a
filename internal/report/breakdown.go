package report

import (
	"fmt"
	"html/template"

	"github.com/argine/argine/internal/report/chart"
)

// topPlatforms are shown by themselves; the rest is one row of others in charts, while the
// table has all.
const topPlatforms = 20

func (s *summary) byPlatform() section {
	top := largest(s.platforms, topPlatforms)
	out := section{ID: "platforms", Title: "By platform"}
	out.Says = []sentence{say(fmt.Sprintf("%s; charts show the %d with the most delivered items and sum up the others, the table has all. Small numbers make wide intervals: the table gives them.",
		plural(len(s.platforms), "platform", "platforms"), topPlatforms))}
	out.charts("platform", "platform", top)
	out.Tables = []table{outcomes("Platform and outcome", "Platform", largest(s.platforms, len(s.platforms)))}
	return out
}

func (s *summary) byLanguage() section {
	all := largest(s.languages, len(s.languages))
	out := section{ID: "languages", Title: "By language"}
	out.Says = []sentence{say("The language is the page's, as its capture found it.")}
	out.charts("language", "language", all)
	out.Tables = []table{outcomes("Language and outcome", "Language", all)}
	return out
}

func (s *summary) byTrack() section {
	out := section{ID: "tracks", Title: "By legal track"}
	out.Says = []sentence{say("Voluntary referrals, removal orders and notices have their own law, clocks and counters and are never added up.")}
	var list []*group
	for _, track := range []string{"referral", "order", "notice"} {
		list = append(list, in(s.tracks, track, trackName(track)))
	}
	out.charts("track", "legal track", list)
	out.Tables = []table{outcomes("Track and outcome", "Track", list)}
	return out
}

// charts adds what the newest looks found, and how fast, for groups.
func (out *section) charts(id, of string, groups []*group) {
	var stacks []chart.Stack
	for _, g := range groups {
		if g.delivered > 0 {
			stacks = append(stacks, chart.Stack{Label: g.name, Parts: g.verified[:], Text: "of " + number(g.delivered)})
		}
	}
	if len(stacks) == 0 {
		out.Says = append(out.Says, say("Nothing was delivered, so there is nothing to draw."))
		return
	}
	desc := "One divided bar for each " + of + ": the shares of delivered items that are removed, gone with their account, geo-blocked, behind a login wall, still up, or unknown."
	out.Figures = append(out.Figures, draw(id+"-verified", "What the newest look found, by "+of, desc, verifiedTable(groups),
		func(f chart.Frame) template.HTML { return chart.Stacks(f, verifiedNames, stacks) }))
	if f := pace(id+"-pace", "Per cent of delivered items seen gone by each look, by "+of, groups); f.ID != "" {
		out.Figures = append(out.Figures, f)
	}
}

func verifiedTable(groups []*group) table {
	t := table{Columns: append(texts("Of"), figures(append([]string{"Delivered"}, verifiedNames...)...)...)}
	for _, g := range groups {
		row := []string{g.name, number(g.delivered)}
		for _, n := range g.verified {
			row = append(row, number(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// outcomes is the whole record of each group.
func outcomes(caption, of string, groups []*group) table {
	t := table{Caption: caption, Columns: append(texts(of), figures("Items", "Referred", "Delivered", "Un­deliverable", "No longer there", "Share of delivered", "95 % interval",
		"Median to removal", "Still up", "Says removed", "Says refused", "Asks", "Silent")...),
		Note: "No longer there: removed or account gone, by the newest look. Median: from delivery to the first look that found an item gone, of those ever seen gone; an upper bound."}
	for _, g := range groups {
		typical := "–"
		if len(g.minutes) > 0 {
			typical = minutes(median(g.minutes))
		}
		t.Rows = append(t.Rows, []string{g.name, number(g.items), number(g.referred), number(g.delivered), number(g.undeliverable), number(g.gone()),
			percent(g.gone(), g.delivered), interval(g.gone(), g.delivered), typical, number(g.verified[4]),
			number(g.answered[0]), number(g.answered[1]), number(g.answered[2]), number(g.answered[3])})
	}
	return t
}
