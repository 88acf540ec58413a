package fetch

import (
	"net/netip"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// guard decides which addresses may be connected to: those of the public internet. The
// library brings the IANA special-purpose registries (private, loopback, link-local,
// shared, documentation, multicast, NAT64, 6to4, Teredo); the metadata services of most
// clouds lie inside them.
type guard struct {
	*ssrf.Guardian
	loopback bool
}

// azureWire is where Azure's platform answers its virtual machines, metadata among it: the
// one metadata address that looks public
// (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
var azureWire = netip.MustParsePrefix("168.63.129.16/32")

func newGuard(loopback bool, inside ...netip.Prefix) guard {
	options := []ssrf.Option{ssrf.WithAnyPort(), ssrf.WithDeniedV4Prefixes(azureWire)}
	if loopback {
		inside = append(inside, netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128"))
	}
	var v4, v6 []netip.Prefix // the library takes each list once
	for _, p := range inside {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	options = append(options, ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return guard{ssrf.New(options...), loopback}
}

// control is for net.Dialer: it sees the address that the socket is about to connect to,
// after every resolution.
func (g guard) control(network, address string, _ syscall.RawConn) error {
	if err := g.Safe(network, address, nil); err != nil {
		return &Error{Fault: Blocked, Err: err}
	}
	return nil
}

// insideNames are suffixes that by RFC or by custom never name anything public:
// RFC 6761, RFC 6762, RFC 8375, and ICANN's reservation of .internal (2024).
var insideNames = []string{".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet"}

// throughProxy judges a host that a proxy will resolve, where all we see is its name.
func (g guard) throughProxy(host string) error {
	if addr, err := netip.ParseAddr(host); err == nil {
		if err := g.SafeAddr(addr.Unmap()); err != nil {
			return &Error{Fault: Blocked, Err: err}
		}
		return nil
	}
	name := strings.TrimSuffix(host, ".")
	if g.loopback && (name == "localhost" || strings.HasSuffix(name, ".localhost")) {
		return nil
	}
	inside := !strings.Contains(name, ".")
	for _, suffix := range insideNames {
		inside = inside || strings.HasSuffix(name, suffix)
	}
	if inside {
		return faultf(Blocked, "%q is a name of the inside of a network", host)
	}
	return nil
}

// badPorts are those that browsers refuse for HTTP, because a request can be made to look
// like a sentence of the protocol that lives there (Fetch standard, "bad port").
var badPorts = func() map[uint16]bool {
	m := map[uint16]bool{}
	for _, p := range []uint16{
		0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
		111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532, 540,
		548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566,
		6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
	} {
		m[p] = true
	}
	return m
}()
