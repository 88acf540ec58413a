package recheck

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// mediaKey names a medium. Where the path ends in a file name, the query is a signature or
// a size, and changes.
func mediaKey(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return raw
	}
	last := u.Path[strings.LastIndexByte(u.Path, '/')+1:]
	if strings.Contains(last, ".") {
		return u.Host + u.Path
	}
	return u.Host + u.Path + "?" + u.RawQuery
}

// toHome tells whether the look was led from an item to the home page of its site.
func (v *view) toHome() bool {
	from, err := url.Parse(v.seen.URL)
	to, err2 := url.Parse(v.seen.Final)
	if err != nil || err2 != nil || !homePath(to) {
		return false
	}
	if !homePath(from) {
		return sameSite(from.Hostname(), to.Hostname())
	}
	name, under := strings.CutSuffix(from.Hostname(), "."+to.Hostname()) // an account with a host of its own
	return under && name != "www" && name != "m"
}

var homeNames = []string{"", "index.html", "index.htm", "index.php", "home", "start", "main"}

// harmlessKeys are parameters that tell why somebody was led home, and name no content.
var harmlessKeys = []string{"ref", "from", "error", "reason", "lang", "hl", "src", "source", "msg", "status", "redirect", "next", "notfound", "removed"}

func homePath(u *url.URL) bool {
	for key := range u.Query() {
		if !slices.Contains(harmlessKeys, strings.ToLower(key)) && !strings.HasPrefix(key, "utm_") {
			return false
		}
	}
	path := strings.ToLower(strings.Trim(u.Path, "/"))
	if first, rest, _ := strings.Cut(path, "/"); len(first) == 2 || len(first) == 5 && (first[2] == '-' || first[2] == '_') {
		path = rest // a language: /en/, /pt-br/home
	}
	return slices.Contains(homeNames, path)
}

func sameSite(a, b string) bool {
	if a == b {
		return true
	}
	siteA, err := publicsuffix.EffectiveTLDPlusOne(a)
	siteB, err2 := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && err2 == nil && siteA == siteB
}

var loginNames = []string{"login", "log-in", "signin", "sign-in", "sign_in", "auth", "authenticate", "session", "anmelden", "connexion", "logowanie", "accedi"}

func loginPath(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	for part := range strings.SplitSeq(strings.ToLower(u.Path), "/") {
		if name, _, _ := strings.Cut(part, "."); slices.Contains(loginNames, name) {
			return true
		}
	}
	return false
}
