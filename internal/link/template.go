package link

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// template is a compiled PathRule.To: the form of link that a matched one is rewritten to.
type template struct {
	host     []piece // empty: the host where the link is
	path     []piece
	query    []field
	fragment []piece
}

func compileTemplate(s string, from pattern) (*template, error) {
	known := map[string]bool{}
	from.all(func(p piece) { known[p.name] = true })
	t := &template{}
	if rest, ok := strings.CutPrefix(s, "//"); ok {
		host, path, slash := strings.Cut(rest, "/")
		if !slash {
			return nil, errors.New("has a host and no path; add a slash")
		}
		t.host, s = literals(host), "/"+path
	}
	if !strings.HasPrefix(s, "/") {
		return nil, errors.New(`must begin with "/" or "//host/"`)
	}
	rest, fragment, _ := strings.Cut(s, "#")
	path, query, _ := strings.Cut(rest, "?")
	t.path, t.fragment = literals(path), literals(fragment)
	if query != "" {
		for f := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(f, "=")
			t.query = append(t.query, field{escape(name, inQueryName), literals(value)})
		}
	}
	all := slices.Concat(t.host, t.path, t.fragment)
	for _, f := range t.query {
		all = append(all, f.value...)
	}
	for _, p := range all {
		if p.name != "" && !known[p.name] {
			return nil, fmt.Errorf("uses {%s}, which match does not name", p.name)
		}
	}
	return t, nil
}

// literals splits text and names; what a name may be, its pattern has said.
func literals(s string) []piece {
	var out []piece
	for s != "" {
		text, rest, found := strings.Cut(s, "{")
		if text != "" {
			out = append(out, piece{text: text})
		}
		if !found {
			break
		}
		inner, after, _ := strings.Cut(rest, "}")
		name, _, _ := strings.Cut(strings.TrimSuffix(inner, "..."), ":")
		out = append(out, piece{name: name})
		s = after
	}
	return out
}

// render writes the rewritten link. It fails when something taken cannot stand where the
// template puts it (a host label, a dot segment); the link is then left as it is.
// Parameters and fragment that the pattern did not take come along.
func (t *template) render(p *parts, at place, caps *captures) (*parts, bool) {
	out := &parts{scheme: p.scheme, host: at.host, port: at.port, fragment: p.fragment}
	if !at.alias {
		out.host = at.set.host
		if at.set.port != "" {
			out.port = at.set.port
		}
	}
	if len(t.host) > 0 {
		host := strings.ToLower(caps.fill(t.host, inPath))
		for label := range strings.SplitSeq(host, ".") {
			if !plainLabel(label) {
				return nil, false
			}
		}
		out.host = host
	}
	out.path = caps.fill(t.path, inPath)
	if resolve(out.path) != out.path {
		return nil, false
	}
	for i, q := range p.query {
		if !slices.Contains(caps.used, i) {
			out.query = append(out.query, q)
		}
	}
	fresh := make([]pair, 0, len(t.query)+len(out.query))
	for _, f := range t.query {
		fresh = append(fresh, pair{f.name, caps.fill(f.value, inQueryValue)})
	}
	out.query = append(fresh, out.query...)
	sortQuery(out.query)
	if caps.fragment {
		out.fragment = ""
	}
	if len(t.fragment) > 0 {
		out.fragment = caps.fill(t.fragment, inFragment)
	}
	return out, true
}

// fill puts what was taken into the template, encoded for where it stands now.
func (c *captures) fill(pieces []piece, to component) string {
	var out strings.Builder
	for _, p := range pieces {
		if p.name == "" {
			out.WriteString(escape(p.text, to))
			continue
		}
		for _, v := range c.vars {
			if v.name != p.name {
				continue
			}
			if v.from == to || v.rest && to == inFragment {
				out.WriteString(v.raw)
			} else {
				out.WriteString(encode(unescape(v.raw), to))
			}
			break
		}
	}
	return out.String()
}
