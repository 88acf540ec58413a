package warc

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var leadingWWW = regexp.MustCompile(`^(https?://)www\d*\.`)

// SURT turns a URL into the key of an index: lower case, without scheme and
// "www.", the host back to front and the query sorted, so that all pages of a
// domain stand together ("https://www.host.example/b?z&a" becomes
// "example,host)/b?a&z"). The rules are those of warcio, whose readers have to
// find the key. What is no http URL stays as it is.
func SURT(raw string) string {
	if !strings.HasPrefix(raw, "http:") && !strings.HasPrefix(raw, "https:") {
		return oneWord(raw)
	}
	u, err := url.Parse(strings.ToLower(leadingWWW.ReplaceAllString(raw, "$1")))
	if err != nil || u.Host == "" {
		return oneWord(raw)
	}
	host := strings.Split(u.Hostname(), ".")
	slices.Reverse(host)
	key := strings.Join(host, ",")
	if strings.Contains(u.Hostname(), ":") { // an IPv6 address keeps its brackets
		key = "[" + u.Hostname() + "]"
	}
	if p := u.Port(); p != "" && !(u.Scheme == "http" && p == "80") && !(u.Scheme == "https" && p == "443") {
		key += ":" + p
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	key += ")" + path
	if u.RawQuery != "" {
		args := strings.Split(u.RawQuery, "&")
		slices.Sort(args)
		key += "?" + strings.Join(args, "&")
	}
	return oneWord(key)
}

// oneWord keeps a key free of what separates the parts of an index line.
func oneWord(s string) string {
	return strings.NewReplacer(" ", "%20", "\t", "%09", "\r", "%0D", "\n", "%0A").Replace(s)
}
