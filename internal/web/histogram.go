package web

import "github.com/argine/argine/client"

// histogram is the drawing of a calibration: a column for each distance in bits, in which
// confirmed items stand below, those that wait above them, rejected ones on top.
type histogram struct {
	Width, Height float64
	Columns       []column
	Ticks         []tick
	Radius        float64 // where the bank's radius ends
	Proposed      float64 // where the proposed one would; below 0 while there is none
	Most          int     // items in the highest column
}

type column struct {
	client.DistanceCount
	X, Width                   float64
	Confirmed, Waits, Rejected part
}

// part is a piece of a column.
type part struct{ Y, Height float64 }

type tick struct {
	X    float64
	Bits int
}

const (
	histogramWidth  = 640.0
	histogramHeight = 160.0
	histogramFoot   = 20.0 // room for the ticks below
	narrowest       = 32   // distances that are drawn at least, so that radii can be compared
)

func histogramOf(c client.Calibration) histogram {
	n := max(c.Radius+1, narrowest)
	for _, d := range c.Distances {
		n = max(n, d.Distance+1)
	}
	h := histogram{Width: histogramWidth, Height: histogramHeight + histogramFoot, Proposed: -1}
	step := histogramWidth / float64(n)
	for _, d := range c.Distances {
		h.Most = max(h.Most, d.Confirmed+d.Waits+d.Rejected)
	}
	for _, d := range c.Distances {
		h.Columns = append(h.Columns, h.column(d, step))
	}
	for bits := 0; bits < n; bits += 8 {
		h.Ticks = append(h.Ticks, tick{(float64(bits) + .5) * step, bits})
	}
	h.Radius = float64(c.Radius+1) * step
	if c.Proposed != nil {
		h.Proposed = float64(*c.Proposed+1) * step
	}
	return h
}

func (h histogram) column(d client.DistanceCount, step float64) column {
	out := column{DistanceCount: d, X: float64(d.Distance)*step + step/10, Width: step * 8 / 10}
	y := histogramHeight
	put := func(n int) part {
		height := histogramHeight * float64(n) / float64(h.Most)
		y -= height
		return part{y, height}
	}
	out.Confirmed, out.Waits, out.Rejected = put(d.Confirmed), put(d.Waits), put(d.Rejected)
	return out
}
