package report

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/argine/argine/internal/report/chart"
)

// maxMatrix is how many units a matrix has room for: those that share the most.
const maxMatrix = 12

func (s *summary) duplicates() section {
	r, h := s.report, s.handed
	out := section{ID: "duplicates", Title: "Duplicates avoided"}
	out.Says = []sentence{say(fmt.Sprintf("*%s of %s* named an item that was there already (%s): %s an item of another unit, %s an item of the same unit under another form of its link. Each would have been assessed and sent twice.",
		number(r.Duplicates), plural(r.Contributions, "contribution", "contributions"), percent(r.Duplicates, r.Contributions), number(h.between), number(h.within)))}
	units := table{Caption: "Contributions by unit", Columns: append(texts("Unit", "Country"), figures("Contributions", "Items", "Items of this unit alone", "Share alone")...)}
	for _, u := range h.units {
		units.add(u.name, u.country, number(u.contributions), number(u.items), number(u.alone), percent(u.alone, u.items))
	}
	if len(h.units) > 1 {
		out.Figures = []figure{matrix(h.units)}
	}
	out.Tables = []table{units.done("Nothing was contributed.")}
	return out
}

// matrix shows how many items each two units had in common; on the diagonal, what a unit
// had alone.
func matrix(units []*unit) figure {
	list := slices.Clone(units)
	note := "On the diagonal: items that the unit alone handed in. Elsewhere: items that both did; an item of three units counts in three fields."
	if len(list) > maxMatrix {
		slices.SortStableFunc(list, func(a, b *unit) int { return (b.items - b.alone) - (a.items - a.alone) })
		list = list[:maxMatrix]
		note += fmt.Sprintf(" The %d units that share most are shown.", maxMatrix)
	}
	most := 1
	for _, u := range list {
		for _, n := range u.with {
			most = max(most, n)
		}
	}
	var columns []string
	var rows []chart.HeatRow
	twin := table{Note: note, Columns: texts("Unit")}
	for i, u := range list {
		columns = append(columns, string(rune('A'+i)))
		name := string(rune('A'+i)) + " · " + u.name
		row, cells := chart.HeatRow{Label: name}, []string{name}
		for j, other := range list {
			c := chart.Cell{Text: number(u.alone), Hint: u.name + " alone: " + number(u.alone)}
			if i != j {
				n := u.with[other.id]
				c = chart.Cell{Strength: float64(n) / float64(most), Text: number(n), Hint: u.name + " and " + other.name + ": " + number(n)}
			}
			row.Cells = append(row.Cells, c)
			cells = append(cells, c.Text)
		}
		rows, twin.Rows = append(rows, row), append(twin.Rows, cells)
	}
	twin.Columns = append(twin.Columns, figures(columns...)...)
	return draw("duplicates-matrix", "Items that two units both handed in", "A field of counts with the units as rows and columns; the darker, the more they had in common.", twin,
		func(f chart.Frame) template.HTML { return chart.Heat(f, columns, rows) })
}
