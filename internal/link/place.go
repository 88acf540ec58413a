package link

import "strings"

// place is where the rules put a host.
type place struct {
	set        *ruleSet // nil when no platform knows the host
	alias      bool     // general rules apply
	seen       string   // the host as given, without prefixes that mean nothing
	host, port string   // canonical
	content    bool     // the sub-domain names the thing
}

// locate finds the platform of a host: exactly, or without a meaningless first label, or
// below a "*." entry, in this order.
func (b *Book) locate(host, port string) place {
	if b == nil || len(b.exact) == 0 {
		return place{}
	}
	if at, ok := b.lookup(host, port); ok {
		return at
	}
	rest := host
	for range 2 { // www.m.x.example
		label, tail, ok := strings.Cut(rest, ".")
		if !ok {
			break
		}
		rest = tail
		at, ok := b.lookup(rest, port)
		if !ok {
			at, ok = b.lookupBelow(rest, port)
		}
		if ok && has(at.set.HostPrefixes, label) {
			return at
		}
	}
	at, _ := b.lookupBelow(host, port)
	return at
}

func (b *Book) lookup(host, port string) (place, bool) {
	e, ok := entry{}, false
	if port != "" {
		e, ok = b.exact[host+":"+port]
	}
	if ok {
		at := place{set: e.set, alias: e.alias, seen: host, host: host, port: port}
		if e.alias {
			at.host, at.port = e.set.host, e.set.port
		}
		return at, true
	}
	if e, ok = b.exact[host]; !ok {
		return place{}, false
	}
	at := place{set: e.set, alias: e.alias, seen: host, host: host, port: port}
	if e.alias {
		at.host = e.set.host
		if port == "" {
			at.port = e.set.port
		}
	}
	return at, true
}

func (b *Book) lookupBelow(host, port string) (place, bool) {
	for base := host; ; {
		_, tail, ok := strings.Cut(base, ".")
		if !ok {
			return place{}, false
		}
		base = tail
		e, ok := b.below[base]
		if !ok {
			continue
		}
		at := place{set: e.set, alias: e.alias, seen: host, host: host, port: port}
		if !e.alias {
			return at, true
		}
		if e.set.SubdomainIsContent {
			at.content = true
			if e.set.wild != base {
				at.host = strings.TrimSuffix(host, base) + e.set.wild
			}
			return at, true
		}
		at.host = e.set.host
		if port == "" {
			at.port = e.set.port
		}
		return at, true
	}
}

// moves reports whether the link is not yet on its canonical host.
func (at place) moves(p *parts) bool { return p.host != at.host || p.port != at.port }

// match returns the first rule that fits, with what it captured. On a host that is not
// the canonical one, only rules that name the host count: the others get their turn when
// the link stands on the canonical host.
func (at place) match(p *parts) (*pathRule, *captures) {
	moves := at.moves(p)
	for i := range at.set.paths {
		r := &at.set.paths[i]
		if r.host == "" && (!at.alias || moves) {
			continue
		}
		if r.host != "" && !r.names(at.seen, p.port) {
			continue
		}
		if caps, ok := r.match.match(p); ok {
			return r, caps
		}
	}
	return nil, nil
}

// names reports whether the rule is for this host.
func (r *pathRule) names(host, port string) bool {
	if base, ok := strings.CutPrefix(r.host, "*."); ok {
		return strings.HasSuffix(host, base) && len(host) > len(base) && host[len(host)-len(base)-1] == '.'
	}
	return r.host == host || port != "" && r.host == host+":"+port
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
