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
		plural(s.report.Platforms, "platform", "platforms"), topPlatforms))}
	out.charts("platform", "platform", top)
	all := largest(s.platforms, len(s.platforms))
	out.Tables = []table{outcomes("Platform and outcome", "Platform", all), counts("Platform", all)}
	return out
}

func (s *summary) byLanguage() section {
	all := largest(s.languages, len(s.languages))
	out := section{ID: "languages", Title: "By language"}
	out.Says = []sentence{say("The language is the page's, as its capture found it.")}
	out.charts("language", "language", all)
	out.Tables = []table{outcomes("Language and outcome", "Language", all), counts("Language", all)}
	return out
}

func (s *summary) byTrack() section {
	out := section{ID: "tracks", Title: "By legal track"}
	out.Says = []sentence{say("Voluntary referrals (recital 40 of Regulation (EU) 2021/784), removal orders (its Article 3), notices (Article 16 of Regulation (EU) 2022/2065) and orders to act (its Article 9) have their own law, clocks and counters and are not to be added up. All other figures of this report are of referrals; an item on several tracks is counted here on the first that it went out on.")}
	var list []*group
	for _, track := range []string{"referral", "order", "notice", "act_order"} {
		list = append(list, in(s.tracks, track, trackName(track)))
	}
	out.charts("track", "legal track", list)
	out.Tables = []table{outcomes("Track and outcome", "Track", list), counts("Track", list)}
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

// outcomes are the rates of each group: how far its items came, and how fast they went.
func outcomes(caption, of string, groups []*group) table {
	t := table{Caption: caption, Columns: append(texts(of), figures("Items", "Referred", "Delivered", "Undeliv\u00aderable", "No longer there", "Share of delivered", "95\u00a0% interval", "Median to removal")...),
		Note: "No longer there: removed or account gone, by the newest look. Median: from delivery to the first look that found an item gone, of those ever seen gone; an upper bound."}
	for _, g := range groups {
		typical := "–"
		if len(g.minutes) > 0 {
			typical = minutes(median(g.minutes))
		}
		t.Rows = append(t.Rows, []string{g.name, number(g.items), number(g.referred), number(g.delivered), number(g.undeliverable), number(g.gone()),
			percent(g.gone(), g.delivered), interval(g.gone(), g.delivered), typical})
	}
	return t
}

// counts sets what we found beside what the platform said, of what was delivered.
func counts(of string, groups []*group) table {
	t := table{Caption: "Delivered items: what the newest look found, and what the platform said", Columns: append(texts(of), figures(append([]string{"Delivered"}, verifiedNames...)...)...)}
	t.Columns = append(t.Columns, figures("Says removed", "Says refused", "Asks", "No answer")...)
	for _, g := range groups {
		if g.delivered == 0 {
			continue
		}
		row := []string{g.name, number(g.delivered)}
		for _, n := range append(g.verified[:], g.answered[:]...) {
			row = append(row, number(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
