package fetch

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/argine/argine/internal/problem"
)

// insideAddresses are hosts of URLs that must never be connected to.
var insideAddresses = []string{
	"127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1",
	"169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "198.18.0.1", "224.0.0.1", "255.255.255.255",
	"[::1]", "[::]", "[fc00::1]", "[fd00:ec2::254]", "[fe80::1]", "[ff02::1]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]",
	"[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]",
	"2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "①②⑦.0.0.1", "127.0.0.1.", "localhost",
}

func TestGuardRefusesInsideAddresses(t *testing.T) {
	d, err := New(Config{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range insideAddresses {
		_, err := d.Do(t.Context(), Request{URL: "http://" + host + "/"})
		if Why(err) != Blocked || !problem.Is(err, problem.Refused) {
			t.Errorf("%s: %v", host, err)
		}
	}
}

func TestGuardLetsPublicAddressesPass(t *testing.T) {
	strict, loop := newGuard(false), newGuard(true)
	for _, a := range []string{"8.8.8.8:443", "[2606:4700::1111]:80", "168.63.129.17:8080"} {
		network := "tcp4"
		if netip.MustParseAddrPort(a).Addr().Is6() {
			network = "tcp6"
		}
		if err := strict.control(network, a, nil); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	if err := loop.control("tcp4", "127.0.0.1:80", nil); err != nil {
		t.Error(err)
	}
	if err := loop.control("tcp4", "10.0.0.1:80", nil); err == nil {
		t.Error("allowing loopback opened a private network")
	}
	if err := strict.control("udp4", "8.8.8.8:53", nil); err == nil {
		t.Error("a network other than TCP passed")
	}
}

// dnsServer answers every A question with the address, or with "no such name" if it is zero.
func dnsServer(t *testing.T, answer netip.Addr) *net.Resolver {
	t.Helper()
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			q := m.Questions[0]
			switch {
			case !answer.IsValid():
				m.RCode = dnsmessage.RCodeNameError
			case q.Type == dnsmessage.TypeA:
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
					Body:   &dnsmessage.AResource{A: answer.As4()},
				}}
			}
			packed, _ := m.Pack()
			pc.WriteTo(packed, from)
		}
	}()
	var dialer net.Dialer
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

func TestGuardLooksAfterResolution(t *testing.T) {
	var asked atomic.Int32
	s := serve(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	_, port, _ := net.SplitHostPort(addr(s))
	for _, c := range []struct {
		answer   string
		loopback bool
		want     Fault
	}{{"127.0.0.1", true, ""}, {"127.0.0.1", false, Blocked}, {"10.0.0.1", true, Blocked}, {"169.254.169.254", false, Blocked}, {"", false, DNS}} {
		var a netip.Addr
		if c.answer != "" {
			a = netip.MustParseAddr(c.answer)
		}
		d, err := New(Config{Resolver: dnsServer(t, a), AllowLoopback: c.loopback})
		if err != nil {
			t.Fatal(err)
		}
		defer d.Close()
		_, err = d.Do(t.Context(), Request{URL: "http://public.example:" + port + "/"})
		if Why(err) != c.want {
			t.Errorf("name → %q: fault %q, want %q: %v", c.answer, Why(err), c.want, err)
		}
	}
	if asked.Load() != 1 {
		t.Errorf("the server was asked %d times, want once", asked.Load())
	}
}

func TestGuardLooksAtEachRedirect(t *testing.T) {
	to := ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
	d := newDoor(t, Config{Hosts: map[string]string{"meta.example:80": "169.254.169.254:80"}})
	for url, want := range map[string]Fault{
		"http://169.254.169.254/latest/meta-data/": Blocked,
		"http://10.0.0.1/":                         Blocked,
		"http://0xa000001/":                        Blocked,
		"http://meta.example/":                     Blocked, // mapped, and yet guarded
		"http://public.example:25/":                Blocked,
		"file:///etc/passwd":                       Redirects,
		"http:///":                                 Redirects,
	} {
		to = url
		r, err := d.Do(t.Context(), Request{URL: s.URL, FollowRedirects: true})
		if Why(err) != want || len(r.Hops) != 1 || r.Status != 302 {
			t.Errorf("%s: %v after %d hops", url, err, len(r.Hops))
		}
	}
}

func TestGuardOfNamesThatAProxyResolves(t *testing.T) {
	g := newGuard(false)
	for _, host := range append([]string{"router", "nas.local", "metadata.google.internal", "a.localhost", "x.lan"}, insideAddresses...) {
		u, err := parseTarget("http://" + host + "/")
		if err != nil {
			t.Fatal(err)
		}
		if err := g.throughProxy(u.Hostname()); Why(err) != Blocked {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{"clips.example", "abcdefghij.onion", "8.8.8.8"} {
		if err := g.throughProxy(host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// TestADoorToTheInside reaches the networks that the operator names and no others.
func TestADoorToTheInside(t *testing.T) {
	g := newGuard(false, netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fc00::/7"))
	for address, want := range map[string]bool{"10.1.2.3:8080": true, "192.168.7.7:80": true, "[fd00::1]:443": true, "127.0.0.1:80": false, "169.254.169.254:80": false, "172.16.0.1:80": false} {
		network := "tcp4"
		if address[0] == '[' {
			network = "tcp6"
		}
		if got := g.control(network, address, nil) == nil; got != want {
			t.Errorf("%s: let through: %v", address, got)
		}
	}
}
