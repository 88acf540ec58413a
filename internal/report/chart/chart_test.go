package chart

import (
	"encoding/xml"
	"errors"
	"flag"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

func frame(width int) Frame {
	return Frame{ID: "golden", Title: "A title with <signs> & more", Desc: "What there is to see.", Width: width}
}

func someBars() []Bar {
	return []Bar{{"Handed in", 2068, "2,068 · 100.0 %", 1}, {"A label that is far too long for its column at any width", 12, "12 · 0.6 %", 2}, {"None", 0, "0", 3}}
}

var someTicks = []Tick{{1, "1 h"}, {3, "3 h"}, {6, "6 h"}, {12, "12 h"}, {24, "24 h"}, {48, "48 h"}, {168, "7 d"}}

func someCurves() []Curve {
	return []Curve{{Name: "Referrals", Band: true, Points: []Point{{1, 0.1, 0.05, 0.18, "1 h: 10 %"}, {3, 0.4, 0.3, 0.5, ""}, {168, 0.8, 0.7, 0.9, ""}}},
		{Name: "Orders", Points: []Point{{1, 0.9, 0.8, 1, ""}, {3, 1, 0.9, 1, ""}}}}
}

// goldens are charts of which the drawings are kept.
func goldens() map[string]template.HTML {
	out := map[string]template.HTML{}
	for name, width := range map[string]int{"wide": 760, "narrow": 344} {
		f := frame(width)
		out["bars-"+name] = Bars(f, 2068, someBars())
		out["stacks-"+name] = Stacks(f, []string{"Removed", "Account gone", "Geo-blocked", "Login wall", "Still up", "Unknown"}, []Stack{{"Platform One", []int{8, 1, 0, 1, 2, 0}, "of 12"}, {"Platform Two", make([]int, 6), "of 0"}})
		out["heat-"+name] = Heat(f, []string{"1 h", "3 h"}, []HeatRow{{"French", []Cell{{0.2, "20", "20 %", false}, {Empty: true}}}, {"Greek", []Cell{{1, "100", "", false}, {0, "0", "", false}}}})
		out["steps-"+name] = Steps(f, someTicks, someCurves())
		out["step-"+name] = Steps(f, someTicks, someCurves()[:1])
	}
	return out
}

func TestGolden(t *testing.T) {
	for name, got := range goldens() {
		path := filepath.Join("testdata", name+".svg")
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil || string(want) != string(got) {
			t.Errorf("%s has changed (%v); look at it, then run the test with -update", path, err)
		}
	}
}

// TestWellFormed holds every drawing against the rules of XML, and against what a strict
// Content-Security-Policy forbids.
func TestWellFormed(t *testing.T) {
	for name, svg := range goldens() {
		wellFormed(t, name, svg)
		for _, bad := range []string{"style=", "<script", "<style", "href", "NaN", "Inf"} {
			if strings.Contains(string(svg), bad) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
		for _, need := range []string{`role="img"`, `aria-labelledby="golden-t golden-d"`, `<title id="golden-t">A title with &lt;signs&gt; &amp; more</title>`, `<desc id="golden-d">`} {
			if !strings.Contains(string(svg), need) {
				t.Errorf("%s lacks %s", name, need)
			}
		}
	}
}

type fails interface {
	Helper()
	Errorf(string, ...any)
}

func wellFormed(t fails, name string, svg template.HTML) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}

func TestAnyFiguresCanBeDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := frame(rapid.IntRange(320, 1000).Draw(t, "width"))
		label := rapid.StringMatching(`[\PC]{0,60}`)
		var bars []Bar
		var stacks []Stack
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			n := rapid.IntRange(0, 1_000_000).Draw(t, "n")
			bars = append(bars, Bar{label.Draw(t, "label"), n, "x", n % 9})
			stacks = append(stacks, Stack{label.Draw(t, "label"), []int{n, 0, rapid.IntRange(0, 5).Draw(t, "m")}, "y"})
		}
		for _, svg := range []template.HTML{Bars(f, 0, bars), Stacks(f, []string{"a", "b", "c"}, stacks), Heat(f, nil, nil), Steps(f, nil, nil)} {
			wellFormed(t, "a chart", svg)
			if strings.Contains(string(svg), "NaN") || strings.Contains(string(svg), `="-`) {
				t.Errorf("not a number, or a length below zero: %s", svg)
			}
		}
	})
}
