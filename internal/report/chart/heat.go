package chart

import "html/template"

// HeatRow is one row of a field of cells.
type HeatRow struct {
	Label string
	Cells []Cell
}

// Cell is one field. An empty one was not observed, which is not the same as nothing.
type Cell struct {
	Strength float64 // 0 to 1
	Text     string
	Hint     string
	Empty    bool
}

const heatHeight = 24.0

// Heat draws rows of cells; the stronger the colour, the more. The figure stands in each.
func Heat(f Frame, columns []string, list []HeatRow) template.HTML {
	var d drawing
	label := 122.0
	if f.Width >= narrow {
		label = 200
	}
	w := min((float64(f.Width)-label)/float64(max(1, len(columns))), 84)
	for i, c := range columns {
		d.text(label+w*(float64(i)+0.5), letter, small, "middle", c)
	}
	y := letter + 7
	for _, row := range list {
		d.text(label-8, y+heatHeight-8, letter, "end", clip(row.Label, label-8, letter))
		for i, c := range row.Cells {
			d.field(label+w*float64(i), y, w, c)
		}
		y += heatHeight + 2
	}
	return d.finish(f, y)
}

func (d *drawing) field(x, y, w float64, c Cell) {
	if c.Empty {
		d.text(x+w/2, y+heatHeight-8, small, "middle", "·")
		return
	}
	d.cell(x+1, y, w-2, heatHeight, min(1, max(0, c.Strength)), c.Hint)
	d.text(x+w/2, y+heatHeight-8, small, "middle", c.Text)
}
