package link

import (
	"errors"
	"fmt"
	"strings"
)

// pattern is a compiled PathRule.Match.
type pattern struct {
	source   string
	segments [][]piece // of the path; the last may be one piece that takes the rest
	query    []field
	fragment []piece // nil: any fragment, or none
}

// field is a parameter that must be there.
type field struct {
	name  string
	value []piece
}

// piece is literal text, or a name that takes characters.
type piece struct {
	text string // when name is ""
	name string
	sort string // "", "int", "hex", "lower"
	rest bool   // "{name...}"
}

// captures is what a pattern took from a link.
type captures struct {
	vars     []capture
	used     []int // indices of the parameters that the pattern names
	fragment bool  // the pattern names the fragment
}

type capture struct {
	name string
	raw  string // percent-encoded as in its component
	from component
	rest bool
}

func compilePattern(s string, fold bool) (pattern, error) {
	p := pattern{source: s}
	if !strings.HasPrefix(s, "/") {
		return p, errors.New(`must begin with "/"`)
	}
	rest, fragment, hasFragment := strings.Cut(s, "#")
	path, query, _ := strings.Cut(rest, "?")
	if fold {
		path = foldOutside(path)
	}
	for seg := range strings.SplitSeq(path[1:], "/") {
		pieces, err := compilePieces(seg, inLoosePath)
		if err != nil {
			return p, err
		}
		if n := len(p.segments); n > 0 && isRest(p.segments[n-1]) {
			return p, errors.New("{name...} must be the last of the path")
		}
		p.segments = append(p.segments, pieces)
	}
	if query != "" {
		for f := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(f, "=")
			pieces, err := compilePieces(value, inQueryValue)
			if err != nil {
				return p, err
			}
			p.query = append(p.query, field{escape(name, inQueryName), pieces})
		}
	}
	var err error
	if hasFragment {
		p.fragment, err = compilePieces(fragment, inFragment)
	}
	return p, err
}

// foldOutside lower-cases the literal text of a pattern and leaves the names alone.
func foldOutside(s string) string {
	var out strings.Builder
	for s != "" {
		text, rest, found := strings.Cut(s, "{")
		out.WriteString(foldCase(text))
		if !found {
			break
		}
		name, after, _ := strings.Cut(rest, "}")
		out.WriteString("{" + name + "}")
		s = after
	}
	return out.String()
}

func isRest(seg []piece) bool { return len(seg) == 1 && seg[0].rest }

// compilePieces compiles one segment, value or fragment. At most two names, with text
// between them, so that matching is never worse than linear times two.
func compilePieces(s string, c component) ([]piece, error) {
	out := []piece{}
	names := 0
	for s != "" {
		text, rest, found := strings.Cut(s, "{")
		if text != "" {
			out = append(out, piece{text: escape(text, c)})
		}
		if !found {
			return out, nil
		}
		inner, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("has %q without }", "{"+rest)
		}
		p := piece{}
		p.name, p.rest = strings.CutSuffix(inner, "...")
		p.name, p.sort, _ = strings.Cut(p.name, ":")
		if p.name == "" || p.sort != "" && p.sort != "int" && p.sort != "hex" && p.sort != "lower" {
			return nil, fmt.Errorf("has {%s}; write {name}, {name:int}, {name:hex}, {name:lower} or {name...}", inner)
		}
		if names++; names > 2 {
			return nil, errors.New("has more than two names in one segment")
		}
		if len(out) > 0 && out[len(out)-1].name != "" {
			return nil, errors.New("has two names with no text between them")
		}
		if p.rest && (len(out) > 0 || after != "" || c != inLoosePath) {
			return nil, errors.New("{name...} must be a whole segment of the path")
		}
		out = append(out, p)
		s = after
	}
	return out, nil
}

// all calls f for every piece of the pattern.
func (p pattern) all(f func(piece)) {
	for _, seg := range p.segments {
		for _, x := range seg {
			f(x)
		}
	}
	for _, q := range p.query {
		for _, x := range q.value {
			f(x)
		}
	}
	for _, x := range p.fragment {
		f(x)
	}
}

// lowers reports whether a name makes lower-case, which is a rewriting.
func (p pattern) lowers() bool {
	found := false
	p.all(func(x piece) { found = found || x.sort == "lower" })
	return found
}

// sample is a made-up link that the pattern matches.
func (p pattern) sample() string {
	s := p.source
	p.all(func(x piece) {
		if x.name == "" {
			return
		}
		full, value := x.name, "Sample"
		if x.sort != "" {
			full += ":" + x.sort
		}
		switch {
		case x.rest:
			full, value = full+"...", "some/Path"
		case x.sort == "int":
			value = "17"
		case x.sort == "hex":
			value = "c0de"
		}
		s = strings.ReplaceAll(s, "{"+full+"}", value)
	})
	return s
}
