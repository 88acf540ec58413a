package link

import "strings"

// match tries the pattern on a link.
func (p *pattern) match(l *parts) (*captures, bool) {
	rest := l.path[1:]
	caps := captures{}
	for i, seg := range p.segments {
		if isRest(seg) {
			if rest == "" {
				return nil, false
			}
			caps.vars = append(caps.vars, capture{seg[0].name, rest, inPath, true})
			break
		}
		text, after, more := strings.Cut(rest, "/")
		if more == (i == len(p.segments)-1) || !caps.take(seg, text, inPath) {
			return nil, false
		}
		rest = after
	}
	for _, want := range p.query {
		if !caps.takeField(want, l.query) {
			return nil, false
		}
	}
	if p.fragment != nil {
		if !caps.take(p.fragment, l.fragment, inFragment) {
			return nil, false
		}
		caps.fragment = true
	}
	return &caps, true
}

func (c *captures) takeField(want field, query []pair) bool {
	for i, q := range query {
		if q.name == want.name && c.take(want.value, q.value, inQueryValue) {
			c.used = append(c.used, i)
			return true
		}
	}
	return false
}

// take matches all of s and keeps what the names took; on failure nothing is kept.
func (c *captures) take(pieces []piece, s string, from component) bool {
	if len(pieces) == 0 {
		return s == ""
	}
	first, others := pieces[0], pieces[1:]
	if first.name == "" {
		rest, ok := strings.CutPrefix(s, first.text)
		return ok && c.take(others, rest, from)
	}
	if len(others) == 0 {
		if !first.fits(s, from) {
			return false
		}
		c.vars = append(c.vars, capture{name: first.name, raw: first.fold(s), from: from})
		return true
	}
	before := len(c.vars)
	for end := 0; ; end++ { // others begins with text
		i := strings.Index(s[end:], others[0].text)
		if i < 0 {
			c.vars = c.vars[:before]
			return false
		}
		end += i
		if !first.fits(s[:end], from) {
			continue
		}
		c.vars = append(c.vars[:before], capture{name: first.name, raw: first.fold(s[:end]), from: from})
		if c.take(others, s[end:], from) {
			return true
		}
	}
}

// fits reports whether the name may take s. A slash separates in a fragment as in a path.
func (p piece) fits(s string, from component) bool {
	if s == "" || from == inFragment && strings.Contains(s, "/") {
		return false
	}
	switch p.sort {
	case "int":
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		}
	case "hex":
		for i := range len(s) {
			if _, ok := hexDigit(s[i]); !ok {
				return false
			}
		}
	}
	return true
}

func (p piece) fold(s string) string {
	if p.sort == "lower" {
		return foldCase(s)
	}
	return s
}
