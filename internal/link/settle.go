package link

import "strings"

// relax drops what means nothing in the path of a platform that is known.
func (p *parts) relax(set *ruleSet) {
	if !set.ExactPath {
		p.path = escape(p.path, inLoosePath)
		for strings.Contains(p.path, "//") {
			p.path = strings.ReplaceAll(p.path, "//", "/")
		}
		if len(p.path) > 1 {
			p.path = strings.TrimSuffix(p.path, "/")
		}
	}
	if set.CaseInsensitivePath {
		p.path = foldCase(p.path)
	}
}

// settle drops what does not tell things apart and writes the canonical form.
func (p *parts) settle(at place, rule *pathRule, caps *captures) Canonical {
	var used []int
	if caps != nil {
		used = caps.used
	}
	p.query = keepQuery(p.query, at.set, used)
	if caps == nil || !caps.fragment {
		p.fragment = route(p.fragment)
	}
	p.settleScheme(at.set)
	c := Canonical{URL: p.String(), Host: p.host, Site: site(p.host)}
	if at.set != nil {
		c.Platform, c.Shortener = at.set.name, at.set.Shortener
	}
	c.Kind, c.Page = p.guess(at.content)
	if rule != nil {
		c.Kind, c.Page = KindPost, PageItem
		if rule.kind != "" {
			c.Kind = rule.kind
		}
		if rule.page != "" {
			c.Page = rule.page
		}
	}
	return c
}

// settleScheme merges http and https; the package comment has the reasons.
func (p *parts) settleScheme(set *ruleSet) {
	switch {
	case set != nil && set.Scheme != "":
		p.scheme = set.Scheme
		p.defaultPort()
	case p.port != "":
	case isAddress(p.host) || strings.HasSuffix(p.host, ".onion"):
		p.scheme = "http"
	default:
		p.scheme = "https"
	}
}

// route returns the part of a fragment that matters on any page: the route of an
// application that is all script, without tracking.
func route(fragment string) string {
	if fragment == "" || fragment[0] != '!' && fragment[0] != '/' {
		return ""
	}
	path, query, _ := strings.Cut(fragment, "?")
	if strings.Trim(path, "!/") == "" && query == "" {
		return ""
	}
	if query == "" {
		return path
	}
	kept := make([]string, 0, 4)
	for field := range strings.SplitSeq(query, "&") {
		name, _, _ := strings.Cut(field, "=")
		if field != "" && !tracks(name) {
			kept = append(kept, field)
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}

// String writes the link.
func (p *parts) String() string {
	var out strings.Builder
	out.Grow(len(p.scheme) + len(p.host) + len(p.path) + 40)
	out.WriteString(p.scheme)
	out.WriteString("://")
	out.WriteString(p.host)
	if p.port != "" {
		out.WriteByte(':')
		out.WriteString(p.port)
	}
	out.WriteString(p.path)
	writeQuery(&out, p.query)
	if p.fragment != "" {
		out.WriteByte('#')
		out.WriteString(p.fragment)
	}
	return out.String()
}
