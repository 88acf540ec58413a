package link

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/argine/argine/internal/problem"
)

// parts is a link taken apart, each part percent-encoded in its normal form.
type parts struct {
	scheme, host, port string // port "" for the default of the scheme
	path               string // begins with a slash
	query              []pair // in order of name
	fragment           string
}

// pair is one parameter; an absent and an empty value are the same.
type pair struct{ name, value string }

func (p *parts) equal(q *parts) bool {
	return p.scheme == q.scheme && p.host == q.host && p.port == q.port && p.path == q.path &&
		p.fragment == q.fragment && slices.Equal(p.query, q.query)
}

func invalid(format string, args ...any) error {
	return problem.New(problem.Invalid, format, args...)
}

// split takes a pasted link apart as a browser would (WHATWG URL, "basic URL parser"),
// and refuses what cannot be a public page.
func split(raw string) (*parts, error) {
	s, err := clean(raw)
	if err != nil {
		return nil, err
	}
	scheme, rest, err := cutScheme(s)
	if err != nil {
		return nil, err
	}
	end := strings.IndexAny(rest, `/\?#`)
	if end < 0 {
		end = len(rest)
	}
	authority, rest := rest[:end], rest[end:]
	if strings.Contains(authority, "@") {
		return nil, invalid("the link %.80q carries a user name or password before the host; take out everything up to the @", raw)
	}
	p := &parts{scheme: scheme}
	if p.host, p.port, err = splitHostPort(authority); err != nil {
		return nil, err
	}
	p.defaultPort()
	rest, fragment, _ := strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	p.path = escape(resolve(path), inPath)
	p.query = splitQuery(query)
	p.fragment, _, _ = strings.Cut(escape(fragment, inFragment), ":~:") // a text directive names no thing
	return p, nil
}

// clean takes off what surrounds a pasted link and undoes defanging.
func clean(raw string) (string, error) {
	s := strings.TrimFunc(raw, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' })
	if len(s) > MaxLength {
		return "", invalid("the link is %d bytes long and at most %d are read; check that it is one link", len(s), MaxLength)
	}
	if !utf8.ValidString(s) {
		return "", invalid("the link %.80q is not valid UTF-8; copy it again from the browser's address line", s)
	}
	s = unwrap(visible(s))
	if defanged(s) {
		s = unwrap(Refang(s))
	}
	if s == "" {
		return "", invalid("there is no link here; paste one that begins with https://")
	}
	for _, r := range s {
		if unicode.IsSpace(r) {
			return "", invalid("the link %.80q has a space or a line break inside; write it as %%20, or give two links on two lines", s)
		}
		if unicode.IsControl(r) {
			return "", invalid("the link %.80q has a control character inside; copy it again from the browser's address line", s)
		}
	}
	return s, nil
}

// unwrap takes off one pair of angle brackets or quotation marks around a link.
func unwrap(s string) string {
	for _, pair := range [...][2]string{{"<", ">"}, {`"`, `"`}, {"'", "'"}, {"“", "”"}, {"«", "»"}} {
		if inner, ok := strings.CutPrefix(s, pair[0]); ok {
			if inner, ok = strings.CutSuffix(inner, pair[1]); ok {
				return strings.TrimSpace(inner)
			}
		}
	}
	return s
}

// cutScheme separates the scheme. Without one it is https, as browsers do, or http where
// a port other than 443 is given.
func cutScheme(s string) (scheme, rest string, err error) {
	i := strings.IndexAny(s, ":/?#\\")
	if i < 0 || s[i] != ':' || strings.HasPrefix(s, "[") {
		return bareScheme(s)
	}
	name, after := strings.ToLower(s[:i]), s[i+1:]
	if name == "http" || name == "https" {
		return name, strings.TrimLeft(after, `/\`), nil
	}
	if after != "" && after[0] >= '0' && after[0] <= '9' && name != "javascript" && name != "data" && name != "tel" {
		return bareScheme(s) // host:port
	}
	return "", "", invalid("%.80q begins with %q, and only links with http and https can be looked at; give the link of the page itself", s, name+":")
}

func bareScheme(s string) (scheme, rest string, err error) {
	rest = strings.TrimPrefix(s, "//")
	end := strings.IndexAny(rest, `/\?#`)
	if end < 0 {
		end = len(rest)
	}
	host, port := cutPort(rest[:end])
	last := host[strings.LastIndexByte(host, '.')+1:]
	numeric := strings.Trim(last, "0123456789") == "" && strings.Count(host, ".") != 3
	if !strings.ContainsAny(host, ".。．｡") && !strings.HasPrefix(host, "[") || numeric {
		return "", "", invalid("%.80q has no host name; paste the whole link, beginning with https://", s)
	}
	if port != "" && port != "443" {
		return "http", rest, nil
	}
	return "https", rest, nil
}

func hasScheme(s string) bool {
	low := strings.ToLower(s[:min(len(s), 8)])
	return strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://")
}

// defaultPort drops the port that the scheme implies.
func (p *parts) defaultPort() {
	if p.scheme == "http" && p.port == "80" || p.scheme == "https" && p.port == "443" {
		p.port = ""
	}
}

// resolve removes dot segments, written plainly or percent-encoded, and takes a
// backslash for a slash (WHATWG URL, "path state").
func resolve(path string) string {
	if path == "" {
		return "/"
	}
	if !strings.ContainsAny(path, `\.%`) {
		return path
	}
	path = strings.ReplaceAll(path, `\`, "/")
	segments := strings.Split(path[1:], "/")
	out := make([]string, 0, len(segments))
	for i, seg := range segments {
		last := i == len(segments)-1
		switch dots(seg) {
		case 2:
			out = out[:max(0, len(out)-1)]
		case 1:
		default:
			out = append(out, seg)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// dots returns 1 for ".", 2 for "..", in any encoding, and 0 for everything else.
func dots(seg string) int {
	n := 0
	for seg != "" {
		switch {
		case seg[0] == '.':
			seg = seg[1:]
		case len(seg) >= 3 && strings.EqualFold(seg[:3], "%2e"):
			seg = seg[3:]
		default:
			return 0
		}
		if n++; n > 2 {
			return 0
		}
	}
	return n
}

// portNumber normalises a port; "" stays "".
func portNumber(s string) (string, bool) {
	if s == "" {
		return "", true
	}
	if strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	n, err := strconv.ParseUint(s, 10, 16)
	return strconv.FormatUint(n, 10), err == nil
}
