package chart

import "html/template"

// Bar is one bar of a chart of bars.
type Bar struct {
	Label  string
	Value  int
	Text   string // what stands at its end: the value, and what share it is of what
	Series int
}

const (
	barHeight = 18.0
	barGap    = 8.0
)

// Bars draws one bar for each value, from the same start, to the scale of the largest or of
// whole where that is larger: then the ground behind each bar shows the whole.
func Bars(f Frame, whole int, bars []Bar) template.HTML {
	var d drawing
	l := layoutBars(f, bars)
	for _, b := range bars {
		whole = max(whole, b.Value)
	}
	y := 2.0
	for _, b := range bars {
		y = d.labelRow(l, y, b.Label)
		length := 0.0
		if whole > 0 {
			length = l.length * float64(b.Value) / float64(whole)
		}
		if b.Value > 0 {
			length = max(length, 1.5) // one of many is still to be seen
		}
		d.track(l.start, y, l.length, barHeight)
		if b.Value > 0 {
			d.rect(l.start, y, length, barHeight, b.Series, b.Label+": "+b.Text)
		}
		d.text(l.start+l.length+8, y+barHeight-5, letter, "start", b.Text)
		y += barHeight + barGap
	}
	return d.finish(f, y)
}

// layout is where the columns of a chart of rows are.
type layout struct {
	label  float64 // width of the labels' column; 0: they stand above the bars
	start  float64 // where bars begin
	length float64 // and how long the longest is
}

func layoutBars(f Frame, bars []Bar) layout {
	end := 0.0
	for _, b := range bars {
		end = max(end, width(b.Text, letter))
	}
	return rows(f, end+12)
}

// rows leaves room for the text at the end of bars.
func rows(f Frame, end float64) layout {
	l := layout{}
	if f.Width >= narrow {
		l.label, l.start = 190, 200
	}
	l.length = max(40, float64(f.Width)-l.start-end)
	return l
}

// labelRow writes the label of a row beside its bar, or above it, and gives the bar's y.
func (d *drawing) labelRow(l layout, y float64, label string) float64 {
	if l.label > 0 {
		d.text(l.label, y+barHeight-5, letter, "end", clip(label, l.label, letter))
		return y
	}
	d.text(0, y+letter-1, letter, "start", label)
	return y + letter + 5
}
