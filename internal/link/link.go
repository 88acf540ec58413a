// Package link turns what people paste into canonical links.
//
// Two units that hand in the same post rarely hand in the same characters: one copied
// from a telephone, one from a newsletter with tracking parameters, one defanged it for
// an e-mail. Canonical maps all of these to one form, and that form is the identity of an
// item. Two errors are possible and they are not equal: a missed variant costs a duplicate,
// a false merge loses an item. So what is known of no platform in particular is changed
// only where the standards say that it means nothing (WHATWG URL, RFC 3986 section 6.2.2,
// UTS 46); everything else must be said by the Rules of a platform, which are data.
//
// The canonical link is an identity, and in most cases opens in a browser too. What is
// fetched, and what stands in a notice, is the exact link that was seen.
//
// What canonicalisation does to every link:
//   - http and https become https, because a platform that answers on both shows the same
//     on both. Exceptions: a platform whose rules say otherwise; an IP address and .onion,
//     which hardly ever have a certificate (http); an explicit port, on which only one of
//     the two can be spoken (kept as it is).
//   - the host is lower-case ASCII (UTS 46), without a trailing dot; the default port goes.
//   - dot segments are resolved; percent-encoded unreserved characters are decoded,
//     everything that is no URL character is encoded, hexadecimal digits are upper-case.
//   - the query is read as a form: "+" is a space, "a=" is "a", order by name (values of
//     one name keep their order). Well-known tracking parameters go.
//   - the fragment goes, unless it is a route of a page that is all script ("#!…", "#/…")
//     or a rule names it.
package link

import (
	"github.com/argine/argine/internal/problem"
)

// MaxLength is the longest link that is read, in bytes. Longer ones are not links that
// anyone could send to a platform.
const MaxLength = 8 << 10

// Kinds of thing that a link can name.
const (
	KindPost    = "post"
	KindAccount = "account"
	KindChannel = "channel"
	KindFile    = "file"
	KindSite    = "site"
)

// Sorts of page. Only PageItem is one thing; pre-flight refuses the others.
const (
	PageItem    = "item"
	PageHome    = "home"
	PageSearch  = "search"
	PageListing = "listing"
)

// Canonical is the one form of a link and what the form alone says about it.
type Canonical struct {
	URL       string `json:"url"`
	Host      string `json:"host"`                // without port; ASCII
	Site      string `json:"site"`                // registrable domain of Host (public suffix list), or Host itself
	Platform  string `json:"platform"`            // name of the rules that were used, "" when there are none
	Kind      string `json:"kind"`                // post, account, channel, file, site
	Page      string `json:"page"`                // item, home, search, listing
	Shortener bool   `json:"shortener,omitempty"` // leads elsewhere: a capture may find out where
}

// rounds bounds how often one link is rewritten. Rules are checked for loops when they
// are compiled; this is for those that only an unusual link sets off.
const rounds = 8

// unwraps bounds how many redirect pages may stand around a link.
const unwraps = 3

// Canonical returns the canonical form of one link, which may be defanged or without
// scheme. Every error is problem.Invalid and says what to do.
func (b *Book) Canonical(raw string) (Canonical, error) {
	return b.canonical(raw, unwraps)
}

func (b *Book) canonical(raw string, unwraps int) (Canonical, error) {
	p, err := split(raw)
	if err != nil {
		return Canonical{}, err
	}
	for range rounds {
		at := b.locate(p.host, p.port)
		if at.set == nil {
			return p.settle(at, nil, nil), nil
		}
		p.relax(at.set)
		rule, caps := at.match(p)
		switch {
		case rule != nil && rule.unwrap != "":
			if target, ok := p.wrapped(rule.unwrap); ok && unwraps > 0 {
				if inner, err := b.canonical(target, unwraps-1); err == nil {
					return inner, nil
				}
			}
		case rule != nil && rule.to != nil:
			next, ok := rule.to.render(p, at, caps)
			if ok && !next.equal(p) {
				p = next
				continue
			}
		}
		if at.moves(p) {
			p.host, p.port = at.host, at.port
			continue
		}
		return p.settle(at, rule, caps), nil
	}
	return Canonical{}, problem.New(problem.Invalid, "the rules of its platform rewrite the link %.80q without end; correct the rules, then contribute the link again", raw)
}

// wrapped returns the link that a redirect page carries in a parameter.
func (p *parts) wrapped(name string) (string, bool) {
	for _, q := range p.query {
		if q.name == name && hasScheme(unescape(q.value)) {
			return unescape(q.value), true
		}
	}
	return "", false
}
