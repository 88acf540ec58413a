package link

import (
	"net/netip"
	"strings"

	"github.com/nlnwa/whatwg-url/url"
	"golang.org/x/net/publicsuffix"
	"golang.org/x/text/unicode/norm"
)

// cutPort separates a port, if there is one; it does not judge either.
func cutPort(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		return s[:i], s[i+1:]
	}
	return s, ""
}

func joinPort(host, port string) string {
	if port == "" {
		return host
	}
	return host + ":" + port
}

// splitHostPort normalises "host" or "host:port".
func splitHostPort(s string) (host, port string, err error) {
	raw, port := cutPort(s)
	port, ok := portNumber(port)
	if !ok {
		return "", "", invalid("the port in %.80q is not a number up to 65535; correct it or take it out", s)
	}
	host, err = normalHost(raw)
	return host, port, err
}

// normalHost returns the ASCII form of a host name or address. Plain names, nearly all of
// them, take a short way; a test holds it against the WHATWG parser.
func normalHost(s string) (string, error) {
	if s == "" {
		return "", invalid("the link has no host; paste the whole link, beginning with https://")
	}
	if strings.HasPrefix(s, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(s[1:], "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(s, "]") {
			return "", invalid("%.80q is not an IPv6 address; correct it", s)
		}
		return "[" + addr.String() + "]", nil
	}
	if !plainHost(s) {
		return oddHost(s)
	}
	host := strings.ToLower(strings.TrimSuffix(s, "."))
	return host, checkHost(host)
}

// plainHost reports whether lower-casing is all that UTS 46 and the WHATWG rules do to s.
func plainHost(s string) bool {
	start := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			c := s[i] | 0x20
			if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && s[i] != '-' {
				return false
			}
			continue
		}
		if label := s[start:i]; len(label) >= 4 && (label[2] == '-' && label[3] == '-') {
			return false // punycode, or a label that UTS 46 looks at more closely
		}
		start = i + 1
	}
	s = strings.TrimSuffix(s, ".")
	last := s[strings.LastIndexByte(s, '.')+1:]
	return last != "" && last[0]|0x20 >= 'a' && last[0]|0x20 <= 'z' // else maybe an IPv4 address
}

// oddHost handles international names, escapes, and addresses in all their spellings.
func oddHost(s string) (string, error) {
	u, err := url.Parse("https://" + s + "/")
	if err != nil || u.Username() != "" || u.Port() != "" || u.Pathname() != "/" {
		return "", invalid("%.80q is not a host name; check the part of the link between https:// and the next slash", s)
	}
	host := strings.TrimSuffix(u.Hostname(), ".")
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last != "" && last[0] >= '0' && last[0] <= '9' {
		// The parser takes a sign before a part of an address, which makes 1.2.3.-1 into 1.2.2.255.
		addr, err := netip.ParseAddr(host)
		if err != nil || strings.ContainsAny(norm.NFKC.String(unescape(s)), "+-") {
			return "", invalid("%.80q is neither a host name nor an address; correct it", s)
		}
		return addr.String(), nil
	}
	return host, checkHost(host)
}

// checkHost wants letters, digits, hyphens and underscores (browsers take more, but no
// registry gives it out), applies the limits of RFC 1035 section 2.3.4 to a name, and wants a dot in it.
func checkHost(host string) error {
	if strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" {
		return invalid("the host %.80q has characters that no host name has; copy the link again", host)
	}
	if !strings.Contains(host, ".") {
		return invalid("the host %.80q is a single word, which names nothing on the public internet; paste the whole link", host)
	}
	if len(host) > 253 {
		return invalid("the host name is longer than the 253 characters that the DNS allows; copy the link again")
	}
	for rest, more := host, true; more; {
		var label string
		label, rest, more = strings.Cut(rest, ".")
		if label == "" || len(label) > 63 {
			return invalid("the host %.80q has an empty label or one of more than 63 characters; copy the link again", host)
		}
	}
	return nil
}

// isAddress reports whether a normalised host is an IP address.
func isAddress(host string) bool {
	c := host[len(host)-1]
	return c == ']' || c >= '0' && c <= '9' && host[0] >= '0' && host[0] <= '9' && isIPv4(host)
}

func isIPv4(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Is4()
}

// site returns the registrable domain of a host, for grouping hosts without rules. A host
// that is itself a public suffix, or an address, is its own.
func site(host string) string {
	if isAddress(host) {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// plainLabel reports whether s can be one label of a host name.
func plainLabel(s string) bool {
	return s != "" && len(s) <= 63 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" &&
		s[0] != '-' && s[len(s)-1] != '-'
}
