package report

import (
	"fmt"
	"html/template"

	"github.com/argine/argine/internal/report/chart"
)

// removal is how fast what was delivered went.
func (s *summary) removal() section {
	out := section{ID: "removal", Title: "Removal over time since delivery"}
	list := s.total.life.moments()
	if len(list) == 0 {
		out.Says = []sentence{say("No delivered item has been looked at yet.")}
		return out
	}
	out.Says = []sentence{
		say("The share of delivered items that a look had found gone (removed, soft 404, led home, account gone) by each look of the schedule. Items delivered less long ago count for as long as they were watched (Kaplan–Meier); the field is the 95 % confidence interval."),
		say("Between two looks nobody knows, so the true curve lies to the left. An item that came back later stays in this curve; what is there now is told by the newest looks below."),
	}
	curve := chart.Curve{Name: "All delivered items", Band: true}
	var ticks []chart.Tick
	twin := table{Columns: append(texts("Look due"), figures("Share gone", "95 % interval", "Seen gone so far", "Watched at this look")...)}
	for i, m := range list {
		hint := fmt.Sprintf("%s: %s gone (%s)", scheduleNames[i], percentOf(m.share), intervalOf(m.low, m.high))
		curve.Points = append(curve.Points, chart.Point{Hours: m.hours, Share: m.share, Low: m.low, High: m.high, Hint: hint})
		twin.Rows = append(twin.Rows, []string{scheduleNames[i], percentOf(m.share), intervalOf(m.low, m.high), number(m.gone), number(m.watched)})
	}
	for i, h := range schedule {
		ticks = append(ticks, chart.Tick{Hours: h, Label: scheduleNames[i]})
	}
	last := list[len(list)-1]
	desc := fmt.Sprintf("A rising curve of steps: %s gone by the look at %s, %s by the look at %s.", percentOf(list[0].share), scheduleNames[0], percentOf(last.share), scheduleNames[len(list)-1])
	out.Figures = []figure{draw("removal-curve", "Share of delivered items seen gone, by time since delivery", desc, twin,
		func(f chart.Frame) template.HTML { return chart.Steps(f, ticks, []chart.Curve{curve}) })}
	return out
}

// pace shows how fast the items of each group went.
func pace(id, title string, groups []*group) figure {
	twin := table{Columns: append(texts("Of"), figures(append([]string{"Watched"}, scheduleNames...)...)...),
		Note: "Per cent of delivered items seen gone by each look, with the number that were watched from the first on. A point: nobody has looked so late yet."}
	var rows []chart.HeatRow
	for _, g := range groups {
		list := g.life.moments()
		if len(list) == 0 {
			continue
		}
		row := chart.HeatRow{Label: g.name}
		cells := []string{g.name, number(list[0].watched)}
		for i, name := range scheduleNames {
			if i >= len(list) {
				row.Cells = append(row.Cells, chart.Cell{Empty: true})
				cells = append(cells, "·")
				continue
			}
			m := list[i]
			row.Cells = append(row.Cells, chart.Cell{Strength: m.share, Text: fmt.Sprintf("%.0f", m.share*100),
				Hint: fmt.Sprintf("%s, %s: %s gone (%s)", g.name, name, percentOf(m.share), intervalOf(m.low, m.high))})
			cells = append(cells, fmt.Sprintf("%.0f", m.share*100))
		}
		rows, twin.Rows = append(rows, row), append(twin.Rows, cells)
	}
	if len(rows) == 0 {
		return figure{}
	}
	return draw(id, title, "A field of per cents: one row each, one column for each look after delivery. The darker, the more were gone.", twin,
		func(f chart.Frame) template.HTML { return chart.Heat(f, scheduleNames, rows) })
}
