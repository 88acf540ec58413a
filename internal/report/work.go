package report

import (
	"fmt"
	"html/template"

	"github.com/argine/argine/internal/report/chart"
)

// work is how far the items came.
func (s *summary) work() section {
	r := s.report
	passed := s.stages["cleared"] + s.stages["drafted"] + s.stages["approved"]
	steps := []struct {
		name string
		n    int
	}{
		{"Handed in", r.Items}, {"Captured", r.Captured}, {"Matched a bank", r.Matched}, {"Assessed by two people", r.Assessed},
		{"Referred", r.Referred}, {"Delivered", r.Delivered}, {"No longer there", s.total.gone()},
	}
	var bars []chart.Bar
	twin := table{Columns: append(texts("Step"), figures("Items", "Share of all items", "95 % interval")...)}
	for _, step := range steps {
		bars = append(bars, chart.Bar{Label: step.name, Value: step.n, Text: number(step.n) + " · " + percent(step.n, r.Items), Series: 1})
		twin.Rows = append(twin.Rows, []string{step.name, number(step.n), percent(step.n, r.Items), interval(step.n, r.Items)})
	}
	out := section{ID: "work", Title: "How far the items came"}
	out.Says = append(out.Says, say(fmt.Sprintf("Shares are of all %s. Items need not match a bank to go on; a match is only a proposal.", plural(r.Items, "item", "items"))))
	if passed > 0 {
		out.Says = append(out.Says, say(fmt.Sprintf("%s cleared or in a referral that has not reached its platform yet.", was(passed))))
	}
	out.Figures = []figure{draw("work-funnel", "Items by step of the work", fmt.Sprintf("Bars from %d items handed in to %d that are no longer there.", r.Items, s.total.gone()), twin,
		func(f chart.Frame) template.HTML { return chart.Bars(f, r.Items, bars) })}
	out.Tables = []table{s.stageTable()}
	return out
}

// stages in the order of the work, and what it means to be in one.
var stages = []struct{ name, means string }{
	{"contributed", "waits for its capture"}, {"captured", "waits for fingerprints and matching"}, {"unreachable", "no page was found; waits for a person"},
	{"ready", "waits for a person"}, {"assessed", "waits for a second person"}, {"disputed", "the two people do not agree"}, {"rejected", "no terrorist content"},
	{"confirmed", "waits for deconfliction"}, {"held", "somebody has an interest in it"}, {"cleared", "waits for a referral"}, {"blocked", "stopped by pre-flight"},
	{"drafted", "waits for approval by another person"}, {"approved", "waits for its delivery"}, {"delivered", "the platform has it"}, {"undeliverable", "the platform could not be reached"},
	{"ordered", "a removal order was drafted on it; it is on no other track"},
}

func (s *summary) stageTable() table {
	t := table{Caption: "Where the items stand now", Columns: append(texts("Stage", "Meaning"), figures("Items", "Share")...), Note: "Each item is in one stage."}
	for _, stage := range stages {
		if n := s.stages[stage.name]; n > 0 {
			t.Rows = append(t.Rows, []string{stage.name, stage.means, number(n), percent(n, s.report.Items)})
		}
	}
	return t
}
