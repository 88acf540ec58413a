package report

import (
	"bytes"
	"embed"
	"html/template"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/report/chart"
)

// page is the whole HTML report.
type page struct {
	Style    template.CSS
	Title    string
	Theme    string
	Leads    string
	Period   string
	AsOf     string
	Units    []string // who contributed
	Tiles    []tile
	Says     []sentence // the first page, for those who read nothing else
	Sections []section
	Rules    []Rule
	Report   client.Report
}

// tile is one headline figure.
type tile struct{ Value, Label, Note string }

// sentence is plain text with stressed parts.
type sentence []run

type run struct {
	Text   string
	Strong bool
}

// say makes a sentence of a text in which *stars* stress. Only figures and fixed words go
// into it, never what others wrote.
func say(text string) sentence {
	var s sentence
	for i, part := range strings.Split(text, "*") {
		if part != "" {
			s = append(s, run{part, i%2 == 1})
		}
	}
	return s
}

// section is one part for the analyst.
type section struct {
	ID, Title string
	Says      []sentence
	Figures   []figure
	Tables    []table
}

// figure is a chart, drawn for two widths, and its twin in figures.
type figure struct {
	ID, Title    string
	Wide, Narrow template.HTML
	Twin         table
}

// table is figures in rows. The first cell of a row names it.
type table struct {
	Caption string
	Columns []column
	Rows    [][]string
	Note    string
	Fold    bool // shown only when asked for
	more    int  // rows that were offered, with those there was no room for
}

type column struct {
	Name string
	Text bool // words, not figures
}

// words are columns of text, figures of numbers.
func texts(names ...string) []column   { return columns(true, names) }
func figures(names ...string) []column { return columns(false, names) }

func columns(text bool, names []string) []column {
	out := make([]column, len(names))
	for i, n := range names {
		out[i] = column{n, text}
	}
	return out
}

const (
	wideChart   = 760 // pixels
	narrowChart = 344 // a telephone 390 wide, without its margins
)

// draw makes a figure by drawing its chart twice.
func draw(id, title, desc string, twin table, chartOf func(chart.Frame) template.HTML) figure {
	frame := chart.Frame{Title: title, Desc: desc}
	wide, narrow := frame, frame
	wide.ID, wide.Width = id+"-w", wideChart
	narrow.ID, narrow.Width = id+"-n", narrowChart
	if twin.Caption == "" {
		twin.Caption = title
	}
	return figure{ID: id, Title: title, Wide: chartOf(wide), Narrow: chartOf(narrow), Twin: twin}
}

//go:embed page
var files embed.FS

var pages = template.Must(template.ParseFS(files, "page/*.html"))

// render writes the page.
func render(p *page) ([]byte, error) {
	style, err := files.ReadFile("page/style.css")
	if err != nil {
		return nil, err
	}
	p.Style = template.CSS(style)
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, "page.html", p); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
