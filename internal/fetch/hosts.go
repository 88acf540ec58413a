package fetch

import (
	"net"
	"net/netip"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// hosts leads names to fixed addresses; see Config.Hosts.
type hosts map[string]string

func newHosts(entries map[string]string) (hosts, error) {
	h := hosts{}
	for key, value := range entries {
		host, port, err := net.SplitHostPort(key)
		if err != nil || host == "" || port == "" {
			return nil, problem.New(problem.Invalid, "host entry %q: write a name and a port, as in clips.example:80 or *.example:443", key)
		}
		if _, err := netip.ParseAddrPort(value); err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "host entry %q leads to %q: write an IP address and a port, as in 127.0.0.1:8081", key, value)
		}
		h[strings.ToLower(key)] = value
	}
	return h, nil
}

// lookup returns where address ("name:port") leads: to itself unless an entry says otherwise.
func (h hosts) lookup(address string) string {
	host, port, err := net.SplitHostPort(address)
	if len(h) == 0 || err != nil {
		return address
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if to, ok := h[net.JoinHostPort(host, port)]; ok {
		return to
	}
	for rest := host; ; {
		_, parent, ok := strings.Cut(rest, ".")
		if !ok {
			return address
		}
		if to, ok := h["*."+parent+":"+port]; ok {
			return to
		}
		rest = parent
	}
}
