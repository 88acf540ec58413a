package fetch

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// parseTarget reads a URL as a browser would: a host that is a number in any of the old
// notations (2130706433, 0x7f.1, 0177.0.0.1) is the IPv4 address it stands for, so that the
// guard, the proxy and the resolver all see the same thing. A user and password in the URL
// are dropped: a browser sends them only when asked.
func parseTarget(raw string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil {
		return nil, &Error{Fault: BadURL, Err: err}
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, faultf(BadURL, "scheme %q is neither http nor https", u.Scheme)
	}
	host, err := cleanHost(u.Hostname())
	if err != nil {
		return nil, &Error{Fault: BadURL, Err: err}
	}
	port := u.Port()
	if port != "" {
		n, err := strconv.ParseUint(port, 10, 16)
		if err != nil {
			return nil, &Error{Fault: BadURL, Err: err}
		}
		if badPorts[uint16(n)] {
			return nil, faultf(Blocked, "port %d belongs to another protocol", n)
		}
	}
	u.User = nil
	switch {
	case port != "":
		u.Host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		u.Host = "[" + host + "]"
	default:
		u.Host = host
	}
	return u, nil
}

func cleanHost(host string) (string, error) {
	if host == "" {
		return "", faultf(BadURL, "no host")
	}
	if strings.Contains(host, ":") {
		addr, err := netip.ParseAddr(host)
		if err != nil || addr.Zone() != "" {
			return "", faultf(BadURL, "%q is not an IPv6 address without a zone", host)
		}
		return addr.String(), nil
	}
	for i := range len(host) {
		if host[i] >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(host) // also folds ①②⑦ to 127
			if err != nil {
				return "", err
			}
			host = ascii
			break
		}
	}
	host = strings.ToLower(host)
	addr, numeric, ok := numericHost(host)
	switch {
	case numeric && !ok:
		return "", faultf(BadURL, "%q is not an IPv4 address", host)
	case numeric:
		return addr.String(), nil
	}
	return host, nil
}

// numericHost reads the IPv4 notations of the WHATWG URL standard ("IPv4 parser"): one to
// four parts, each decimal, octal (0…) or hexadecimal (0x…), the last filling what is left.
// numeric says that the host ends in a number and so cannot be a name.
func numericHost(host string) (addr netip.Addr, numeric, ok bool) {
	parts := strings.Split(strings.TrimSuffix(host, "."), ".")
	final := parts[len(parts)-1]
	if _, err := part(final); err != nil && (final == "" || strings.Trim(final, "0123456789") != "") {
		return addr, false, false
	}
	if len(parts) > 4 {
		return addr, true, false
	}
	var value uint64
	for i, p := range parts {
		n, err := part(p)
		if err != nil {
			return addr, true, false
		}
		if i < len(parts)-1 {
			if n > 255 {
				return addr, true, false
			}
			value |= n << (8 * (3 - i))
			continue
		}
		if n >= 1<<(8*(4-i)) {
			return addr, true, false
		}
		value |= n
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true, true
}

func part(s string) (uint64, error) {
	switch {
	case s == "0x":
		return 0, nil
	case strings.HasPrefix(s, "0x"):
		return strconv.ParseUint(s[2:], 16, 64)
	case len(s) > 1 && s[0] == '0':
		return strconv.ParseUint(s[1:], 8, 64)
	}
	return strconv.ParseUint(s, 10, 64)
}
