// Package fetch is the only door through which Argine speaks to the world: captures,
// probes, webhooks and (by Dial) mail all leave here.
//
// The links that Argine opens were written by people who may wish it harm. So the door
// looks at every address after its name was resolved, at the moment of connecting, and
// again for each redirect; a name that resolves to the public internet at first and to
// the inside of our network a second later (DNS rebinding) gains nothing. Everything that
// the other side can stretch is limited: wire bytes, decoded bytes, headers, time, hops.
// And since thousands of links may lie on one platform, each host is asked by few
// connections at once and not faster than a set interval.
//
// The door speaks HTTP/1.1 only. That makes the bytes on the wire the evidence itself:
// what KeepRaw returns can be put into a WARC record as it is (ISO 28500, 6.3).
package fetch

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/argine/argine/internal/problem"
)

// Config is everything that can be set about a Door. The zero value is a safe door with
// the limits written here.
type Config struct {
	// UserAgent is sent as it is. To identify the unit, give a name and a contact:
	// "Argine (+https://unit.example/contact)". Empty sends that of a common browser.
	UserAgent string

	// AllowLoopback lets 127.0.0.0/8 and ::1 through the guard. Only the demo and tests
	// set it, and the demo says so on screen.
	AllowLoopback bool

	// Inside are networks of the operator's own that this door may reach besides. A door with
	// any is only for addresses that the operator set, never for what strangers wrote.
	Inside []netip.Prefix

	// Hosts works as a hosts file does: "clips.example:80" or "*.example:443" leads to
	// "127.0.0.1:8081". The longest pattern wins. The mapped address still has to pass
	// the guard. A name asked for through a proxy is resolved there and not here.
	Hosts map[string]string

	Resolver *net.Resolver  // nil: that of the system
	RootCAs  *x509.CertPool // nil: those of the system

	MaxBytes     int64         // body on the wire, per hop; 0: 32 MiB
	MaxDecoded   int64         // body after decompression; 0: 64 MiB
	Timeout      time.Duration // a whole request with its redirects, without waiting for a turn; 0: 30 s
	MaxRedirects int           // 0: 10

	PerHost      int           // requests to one host at once; 0: 4
	HostInterval time.Duration // from the start of a request to a host to the start of the next; 0: none

	// Vantages are the places from which one can look: a proxy each. The empty name is
	// always there and goes out directly.
	Vantages []Vantage

	Now func() time.Time // stamps Hop.Time; nil: time.Now. Limits always run on real time.
}

// Vantage is a place to look from.
type Vantage struct {
	Name string
	// Proxy is "http://", "socks5://" or "socks5h://" with optional user and password; ""
	// goes out directly. The proxy resolves the names, so it, and not this door, must keep
	// names away from addresses inside its network. Its own address is not guarded: it
	// comes from the operator, and Tor's, for one, is on loopback.
	Proxy string
}

const (
	maxHeaderBytes = 256 << 10
	idleTimeout    = 20 * time.Second // shorter than the keep-alive of common servers
	// browserAgent is an extended-support Firefox, the most ordinary one that stays so for a year.
	browserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
)

func (c Config) withDefaults() Config {
	orInt := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	orBytes := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	orBytes(&c.MaxBytes, 32<<20)
	orBytes(&c.MaxDecoded, 64<<20)
	orInt(&c.MaxRedirects, 10)
	orInt(&c.PerHost, 4)
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.UserAgent == "" {
		c.UserAgent = browserAgent
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// Door is the way out. Use one for the whole program: it holds the turns of each host and
// the kept connections. Safe for use by many goroutines.
type Door struct {
	cfg   Config
	guard guard
	hosts hosts
	turns *turns
	ways  map[string]*way // by name of vantage
}

// New opens a door.
func New(cfg Config) (*Door, error) {
	cfg = cfg.withDefaults()
	hosts, err := newHosts(cfg.Hosts)
	if err != nil {
		return nil, err
	}
	d := &Door{
		cfg:   cfg,
		guard: newGuard(cfg.AllowLoopback, cfg.Inside...),
		hosts: hosts,
		turns: newTurns(cfg.PerHost, cfg.HostInterval),
		ways:  map[string]*way{},
	}
	for _, v := range append([]Vantage{{}}, cfg.Vantages...) {
		if _, twice := d.ways[v.Name]; twice {
			return nil, problem.New(problem.Invalid, "two vantages are named %q; the empty name is taken by the direct way", v.Name)
		}
		if d.ways[v.Name], err = d.newWay(v); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// Dial connects for a protocol other than HTTP, such as SMTP: directly, through the same
// guard and the same Hosts. Errors are those of Do.
func (d *Door) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialCtx, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
	defer cancel()
	conn, err := d.dial(dialCtx, network, address)
	if err != nil {
		return nil, fault(ctx, address, err)
	}
	return conn, nil
}

// Close drops the kept connections. Requests under way end by their own contexts.
func (d *Door) Close() {
	for _, w := range d.ways {
		for _, rt := range []*http.Transport{w.kept, w.fresh} {
			rt.CloseIdleConnections()
		}
	}
}
