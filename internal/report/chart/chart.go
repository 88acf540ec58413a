// Package chart draws the report's charts: pure functions from figures to SVG.
//
// A chart needs nothing around it. Colours are presentation attributes, so it can be saved
// by itself and passes a Content-Security-Policy that forbids inline styles; text takes the
// colour of the text around it, which makes one drawing right on light and dark paper. Each
// shape of a series also has a class (s0, s1 …) by which a style sheet may adjust it.
//
// A drawing that shrinks makes its letters shrink too. So a chart is drawn for a width: the
// page asks for a wide and a narrow one and shows what fits. Lengths are CSS pixels.
//
// Every chart carries a title and a description for those who hear the page. The figures
// themselves stand in a table beside it; that is the page's duty, not the chart's.
package chart

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Frame is what every chart has.
type Frame struct {
	ID    string // unique in the page; letters, digits and hyphens
	Title string
	Desc  string // what there is to see, in a sentence or two
	Width int    // 320 to 1,000
}

// narrow charts put labels above instead of beside.
const narrow = 520

const (
	letter = 12.0 // size of ordinary text
	small  = 11.0
	wide   = 0.55 // mean width of a letter as a share of its size, for common fonts
)

// colours of the series. Told apart by people who do not see all colours (after Okabe and
// Ito, "Color Universal Design", 2008), and at least 3:1 against white and near-black paper.
var colours = [...]string{"#0b8a6a", "#2f78c4", "#b8860b", "#9467bd", "#cf4a4a", "#7f8893"}

func colour(series int) string { return colours[series%len(colours)] }

// Series is the number of colours that there are.
const Series = len(colours)

// drawing gathers the shapes of one chart.
type drawing struct{ strings.Builder }

// finish wraps the shapes in their frame.
func (d *drawing) finish(f Frame, height float64) template.HTML {
	id := template.HTMLEscapeString(f.ID)
	return template.HTML(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 %d %s" width="%d" height="%s" role="img" aria-labelledby="%s-t %s-d" font-family="inherit" font-size="%s" fill="currentColor"><title id="%s-t">%s</title><desc id="%s-d">%s</desc>%s</svg>`,
		f.Width, num(height), f.Width, num(height), id, id, num(letter), id, template.HTMLEscapeString(f.Title), id, template.HTMLEscapeString(f.Desc), d.String()))
}

func (d *drawing) rect(x, y, w, h float64, series int, hint string) {
	fmt.Fprintf(d, `<rect class="s%d" x="%s" y="%s" width="%s" height="%s" fill="%s">%s</rect>`, series%Series, num(x), num(y), num(w), num(h), colour(series), tip(hint))
}

// cell is a field whose strength says how much, from 0 to 1.
func (d *drawing) cell(x, y, w, h, strength float64, hint string) {
	fmt.Fprintf(d, `<rect class="s1" x="%s" y="%s" width="%s" height="%s" rx="2" fill="%s" fill-opacity="%s">%s</rect>`, num(x), num(y), num(w), num(h), colour(1), num(0.06+0.56*strength), tip(hint))
}

// track is the ground that a bar lies on.
func (d *drawing) track(x, y, w, h float64) {
	fmt.Fprintf(d, `<rect x="%s" y="%s" width="%s" height="%s" fill="currentColor" fill-opacity="0.08"/>`, num(x), num(y), num(w), num(h))
}

func (d *drawing) line(x1, y1, x2, y2, opacity float64) {
	fmt.Fprintf(d, `<line x1="%s" y1="%s" x2="%s" y2="%s" stroke="currentColor" stroke-opacity="%s"/>`, num(x1), num(y1), num(x2), num(y2), num(opacity))
}

// text writes at a baseline; anchor is start, middle or end.
func (d *drawing) text(x, y, size float64, anchor, s string) {
	fmt.Fprintf(d, `<text x="%s" y="%s" font-size="%s" text-anchor="%s">%s</text>`, num(x), num(y), num(size), anchor, template.HTMLEscapeString(s))
}

func (d *drawing) strong(x, y, size float64, anchor, s string) {
	fmt.Fprintf(d, `<text x="%s" y="%s" font-size="%s" font-weight="600" text-anchor="%s">%s</text>`, num(x), num(y), num(size), anchor, template.HTMLEscapeString(s))
}

// tip is what a pointer that rests on a shape shows.
func tip(s string) string {
	if s == "" {
		return ""
	}
	return "<title>" + template.HTMLEscapeString(s) + "</title>"
}

// num writes a length with at most one decimal, an opacity with two.
func num(x float64) string {
	if math.Abs(x) < 1 {
		return strconv.FormatFloat(math.Round(x*100)/100, 'f', -1, 64)
	}
	return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64)
}

// width estimates how wide a text is.
func width(s string, size float64) float64 { return float64(len([]rune(s))) * size * wide }

// clip shortens a text to a width.
func clip(s string, room, size float64) string {
	letters := []rune(s)
	n := int(room / (size * wide))
	if len(letters) <= n || n < 2 {
		return s
	}
	return strings.TrimSpace(string(letters[:n-1])) + "…"
}
