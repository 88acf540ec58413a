package chart

import (
	"fmt"
	"html/template"
	"math"
	"strings"
)

// Curve is a share over time that changes in steps: it is known only at the points.
type Curve struct {
	Name   string
	Points []Point // in the order of time
	Band   bool    // draw the interval of confidence
}

// Point is what is known at one moment.
type Point struct {
	Hours     float64 // since the start
	Share     float64 // 0 to 1
	Low, High float64 // interval of confidence of the share
	Hint      string
}

// Tick is a mark on the axis of time.
type Tick struct {
	Hours float64
	Label string
}

const (
	axisLeft   = 44.0
	axisTop    = 10.0
	axisBottom = 42.0
	markRoom   = 48.0 // at the right, for the last share
)

// plane says where a moment and a share are.
type plane struct{ left, right, top, bottom, last float64 }

// x is on a logarithmic axis that begins at 0: log(1 + hours).
func (p plane) x(hours float64) float64 {
	return p.left + (p.right-p.left)*math.Log1p(hours)/math.Log1p(p.last)
}

func (p plane) y(share float64) float64 { return p.bottom - (p.bottom-p.top)*share }

// Steps draws curves of shares over time since a start, on a logarithmic axis.
func Steps(f Frame, ticks []Tick, curves []Curve) template.HTML {
	var d drawing
	height := 250.0
	if f.Width >= narrow {
		height = 320
	}
	names := []string{}
	for _, c := range curves {
		names = append(names, c.Name)
	}
	p := plane{left: axisLeft, right: float64(f.Width) - markRoom, top: axisTop, last: 1}
	if len(curves) > 1 {
		p.top += d.legend(f, names)
		height += p.top - axisTop
	}
	p.bottom = height - axisBottom
	for _, t := range ticks {
		p.last = max(p.last, t.Hours)
	}
	d.axes(f, p, ticks)
	for i, c := range curves {
		d.curve(p, c, i, len(curves) == 1)
	}
	return d.finish(f, height)
}

func (d *drawing) axes(f Frame, p plane, ticks []Tick) {
	for i := range 5 {
		share := float64(i) / 4
		d.line(p.left, p.y(share), p.right, p.y(share), 0.15)
		d.text(p.left-8, p.y(share)+4, small, "end", fmt.Sprintf("%d %%", i*25))
	}
	room := p.left - 100
	for _, t := range ticks {
		x := p.x(t.Hours)
		d.line(x, p.top, x, p.bottom+5, 0.1)
		if half := width(t.Label, small) / 2; x-half > room {
			d.text(x, p.bottom+19, small, "middle", t.Label)
			room = x + half + 4
		}
	}
	d.text((p.left+p.right)/2, p.bottom+37, small, "middle", "time since delivery (logarithmic)")
}

func (d *drawing) curve(p plane, c Curve, series int, mark bool) {
	if len(c.Points) == 0 {
		return
	}
	if c.Band {
		d.band(p, c, series)
	}
	var path strings.Builder
	fmt.Fprintf(&path, "M%s %s", num(p.x(0)), num(p.y(0)))
	for _, pt := range c.Points {
		fmt.Fprintf(&path, "H%sV%s", num(p.x(pt.Hours)), num(p.y(pt.Share)))
	}
	fmt.Fprintf(d, `<path class="l%d" d="%s" fill="none" stroke="%s" stroke-width="2.5" stroke-linejoin="round"/>`, series%Series, path.String(), colour(series))
	for _, pt := range c.Points {
		fmt.Fprintf(d, `<circle class="s%d" cx="%s" cy="%s" r="3.5" fill="%s">%s</circle>`, series%Series, num(p.x(pt.Hours)), num(p.y(pt.Share)), colour(series), tip(pt.Hint))
	}
	if last := c.Points[len(c.Points)-1]; mark {
		d.strong(p.x(last.Hours)+8, p.y(last.Share)+4, letter, "start", fmt.Sprintf("%.0f %%", last.Share*100))
	}
}

// band is the interval of confidence, as a field of steps behind the curve.
func (d *drawing) band(p plane, c Curve, series int) {
	var path strings.Builder
	for i, pt := range c.Points {
		if i == 0 {
			fmt.Fprintf(&path, "M%s %s", num(p.x(pt.Hours)), num(p.y(pt.High)))
			continue
		}
		fmt.Fprintf(&path, "H%sV%s", num(p.x(pt.Hours)), num(p.y(pt.High)))
	}
	for i := len(c.Points) - 2; i >= 0; i-- {
		fmt.Fprintf(&path, "V%sH%s", num(p.y(c.Points[i].Low)), num(p.x(c.Points[i].Hours)))
	}
	fmt.Fprintf(d, `<path class="s%d" d="%sZ" fill="%s" fill-opacity="0.16"/>`, series%Series, path.String(), colour(series))
}
