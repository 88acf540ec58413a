package report

import (
	"fmt"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/law"
)

// SmallBase is the number of items below which a share is shown with a caution: of 29 items that
// all held, the 95 per cent interval begins at 88 per cent.
const SmallBase = 30

// noIdeologies has all ideologies, nothing of each decided.
func noIdeologies() map[string]client.ReportIdeology {
	out := map[string]client.ReportIdeology{}
	for _, i := range law.Ideologies() {
		out[i.Name] = client.ReportIdeology{}
	}
	return out
}

// byIdeology shows whether items of all kinds fared alike: how many of those that two people
// decided were terrorist content, and what became of them.
func (s *summary) byIdeology() section {
	out := section{ID: "ideologies", Title: "By ideology"}
	out.Says = []sentence{say("As the people named it who decided an item, in the terms of Europol's yearly report on terrorism in the Union. It is counted, and nothing is matched, ranked or decided by it. Shares that differ are a question and not an answer: what units look for differs, too.")}
	all := largest(s.ideology, len(s.ideology))
	if len(all) == 0 {
		out.Says = append(out.Says, say("Nothing is decided yet, so there is nothing to count."))
		return out
	}
	t := table{Caption: "Ideology and decision", Columns: append(texts("Ideology"), append(figures("Decided by two people", "Terrorist content", "Share of decided", "95\u00a0% interval"), texts("Caution")...)...),
		Note: fmt.Sprintf("Caution: of fewer than %d decided items nothing should be concluded.", SmallBase)}
	for _, g := range all {
		few := ""
		if g.items < SmallBase {
			few = "few items"
		}
		t.Rows = append(t.Rows, []string{g.name, number(g.items), number(g.items - g.rejected), percent(g.items-g.rejected, g.items), interval(g.items-g.rejected, g.items), few})
	}
	out.Tables = []table{t, outcomes("Ideology and outcome", "Ideology", all)}
	return out
}
