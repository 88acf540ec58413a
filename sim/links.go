package sim

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
)

// settleLinks writes the canonical link of every item.
func (w *World) settleLinks() {
	for i := range w.items {
		it := &w.items[i]
		p := &w.platforms[it.platform]
		switch it.fate {
		case fateHome:
			it.url = "https://" + p.Host + "/"
		case fateSearch:
			it.url = "https://" + p.Host + p.style.search + "?q=" + url.PathEscape(it.words)
		default:
			it.url = "https://" + p.hostOf(it) + p.style.path(it.token, it.account)
			w.byToken[it.token] = i
		}
		w.byURL[it.url] = i
	}
}

// hostOf is the canonical host of an item.
func (p *Platform) hostOf(it *item) string {
	if p.style.blog && it.listed() {
		return it.account + "." + p.Host
	}
	return p.Host
}

var tracking = []string{"utm_source=newsletter&utm_medium=mail", "utm_campaign=spring", "fbclid=IwAR0%s", "gclid=Cj0%s", "igshid=%s", "ref_src=share", "mc_cid=%s"}

// variant writes the item's link as somebody else would have copied it. plain leaves out
// spellings that pasted text does not keep.
func (w *World) variant(rng *rand.Rand, it *item, plain bool) string {
	p := &w.platforms[it.platform]
	scheme, host, path := "https", p.hostOf(it), strings.TrimPrefix(it.url, "https://"+p.hostOf(it))
	if rng.IntN(4) == 0 {
		scheme = "http"
	}
	switch n := rng.IntN(10); {
	case n < 3 && p.style.hasShort() && it.listed():
		host, path = p.short, "/"+it.token
	case n < 6 && it.listed():
		forms := p.style.others(it.token, it.account)
		path = forms[rng.IntN(len(forms))]
	case it.fate == fateSearch:
		path = strings.ReplaceAll(path, "%20", "+")
	}
	if host != p.short {
		host = p.otherHost(rng, host)
	}
	if rng.IntN(2) == 0 {
		t := tracking[rng.IntN(len(tracking))]
		if strings.Contains(t, "%s") {
			t = fmt.Sprintf(t, shortCode(rng))
		}
		path += string("?&"[min(1, strings.Count(path, "?"))]) + t
	}
	if plain {
		return scheme + "://" + host + path
	}
	return respell(rng, scheme, host, path)
}

// otherHost is the host, or one that means the same.
func (p *Platform) otherHost(rng *rand.Rand, host string) string {
	switch rng.IntN(5) {
	case 0:
		return "www." + host
	case 1:
		return p.style.mobile + "." + host
	case 2:
		if !p.style.blog {
			return p.alias
		}
	}
	return host
}

// respell changes what browsers take for the same: case of scheme and host, the default
// port, percent-encoding of plain letters, a fragment.
func respell(rng *rand.Rand, scheme, host, path string) string {
	switch rng.IntN(6) {
	case 0:
		host = strings.ToUpper(host[:1]) + host[1:]
	case 1:
		host = strings.ToUpper(host)
		scheme = strings.ToUpper(scheme)
	case 2:
		host += map[string]string{"http": ":80", "https": ":443"}[scheme]
	case 3:
		if i := letterIn(path); i >= 0 {
			path = fmt.Sprintf("%s%%%02x%s", path[:i], path[i], path[i+1:])
		}
	case 4:
		path += "#comments"
	}
	return scheme + "://" + host + path
}

// letterIn finds a letter of the path, outside any escape.
func letterIn(path string) int {
	for i := 1; i < len(path) && path[i] != '?' && path[i] != '%'; i++ {
		if c := path[i]; c >= 'a' && c <= 'z' {
			return i
		}
	}
	return -1
}

func shortCode(rng *rand.Rand) string {
	const letters = "abcdefghijkmnpqrstuvwxyz23456789"
	b := make([]byte, 8)
	for i := range b {
		b[i] = letters[rng.IntN(len(letters))]
	}
	return string(b)
}

// where says what a request to one of the world's hosts is for.
type where struct {
	platform int
	account  string // of a sub-domain
	inbox    bool   // where referrals are received
}

// locate finds the platform of a host, with or without a port.
func (w *World) locate(host string) (where, bool) {
	host, _, _ = strings.Cut(host, ":")
	host = strings.TrimSuffix(lowerASCII(host), ".")
	at := where{}
	for range 3 {
		if i, ok := w.byHost[host]; ok {
			at.platform = i
			return at, true
		}
		label, rest, ok := strings.Cut(host, ".")
		if !ok {
			break
		}
		switch label {
		case "www", "m", "mobile":
		case "inbox":
			at.inbox = true
		default:
			at.account = label
		}
		host = rest
	}
	return where{}, false
}

// find returns the item that any form of its link names, or -1.
func (w *World) find(raw string) int {
	if i, ok := w.byURL[raw]; ok {
		return i
	}
	u, err := url.Parse(raw)
	if err != nil {
		return -1
	}
	at, ok := w.locate(u.Host)
	if !ok {
		return -1
	}
	return w.itemAt(at, u)
}

// itemAt finds the item of a platform that a path and query name, or -1.
func (w *World) itemAt(at where, u *url.URL) int {
	p := &w.platforms[at.platform]
	path := segments(u.Path)
	if len(path) == 0 && at.account == "" {
		return w.indexOf("https://" + p.Host + "/")
	}
	if "/"+strings.Join(path, "/") == p.style.search {
		return w.indexOf("https://" + p.Host + p.style.search + "?q=" + url.PathEscape(u.Query().Get("q")))
	}
	token := ""
	if len(path) == 1 && p.style.hasShort() {
		token = lowerASCII(path[0])
	}
	if t := p.style.token(path, u.Query()); t != "" {
		token = t
	}
	i, ok := w.byToken[token]
	if !ok || w.items[i].platform != at.platform {
		return -1
	}
	return i
}

func (w *World) indexOf(canonical string) int {
	if i, ok := w.byURL[canonical]; ok {
		return i
	}
	return -1
}

func segments(path string) []string {
	var out []string
	for s := range strings.SplitSeq(path, "/") {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
