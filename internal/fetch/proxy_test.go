package fetch

import (
	"context"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// proxyLog is what a proxy of this test was asked to reach.
type proxyLog struct {
	mu    sync.Mutex
	asked []string
}

func (l *proxyLog) add(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked = append(l.asked, s)
}

func (l *proxyLog) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := strings.Join(l.asked, " ")
	l.asked = nil
	return s
}

func splice(a, b net.Conn) {
	go func() { io.Copy(a, b); a.Close() }()
	io.Copy(b, a)
	b.Close()
}

// httpProxy forwards and tunnels; names lead where to says.
func httpProxy(t *testing.T, to map[string]string, log *proxyLog) *httptest.Server {
	forward := &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, to[address])
	}}
	t.Cleanup(forward.CloseIdleConnections)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := (&http.Request{Header: http.Header{"Authorization": r.Header["Proxy-Authorization"]}}).BasicAuth()
		log.add(r.Method + ":" + r.Host + ":" + user + ":" + password)
		if user != "unit" {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method == http.MethodConnect {
			far, err := net.Dial("tcp", to[r.Host])
			if err != nil {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			near, _, _ := w.(http.Hijacker).Hijack()
			io.WriteString(near, "HTTP/1.1 200 Connection established\r\n\r\n")
			go splice(near, far)
			return
		}
		r.RequestURI = ""
		r.Header.Del("Proxy-Authorization")
		resp, err := forward.RoundTrip(r)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		defer resp.Body.Close()
		w.WriteHeader(resp.StatusCode)
		io.Copy(w, resp.Body)
	})
}

// socksProxy speaks just enough of RFC 1928, without authentication.
func socksProxy(t *testing.T, to map[string]string, log *proxyLog) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go socksServe(conn, to, log)
		}
	}()
	return l.Addr().String()
}

func socksServe(near net.Conn, to map[string]string, log *proxyLog) {
	defer near.Close()
	b := make([]byte, 300)
	io.ReadFull(near, b[:2])
	io.ReadFull(near, b[:b[1]])
	near.Write([]byte{5, 0})
	io.ReadFull(near, b[:5]) // version, CONNECT, reserved, 3 for a name, its length
	n := int(b[4])
	if b[3] != 3 {
		return
	}
	io.ReadFull(near, b[:n+2])
	address := net.JoinHostPort(string(b[:n]), portText(binary.BigEndian.Uint16(b[n:])))
	log.add(address)
	far, err := net.Dial("tcp", to[address])
	if err != nil {
		near.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0}) // connection refused
		return
	}
	near.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	splice(near, far)
}

func portText(p uint16) string {
	if p == 443 {
		return "443"
	}
	return "80"
}

func TestVantages(t *testing.T) {
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello from "+r.Host) })
	plain := serve(t, hello)
	secure := httptest.NewTLSServer(hello) // its certificate is good for example.com
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	to := map[string]string{"example.com:80": addr(plain), "example.com:443": addr(secure), "closed.example:443": closed.Addr().String()}
	log := &proxyLog{}
	d := newDoor(t, Config{RootCAs: roots, Timeout: 10 * time.Second, Hosts: map[string]string{"example.com:443": addr(secure)}, Vantages: []Vantage{
		{"http", "http://unit:pass@" + addr(httpProxy(t, to, log))},
		{"wrong", "http://nobody:pass@" + addr(httpProxy(t, to, log))},
		{"socks", "socks5h://" + socksProxy(t, to, log)},
		{"down", "socks5://" + closed.Addr().String()},
		{"down-http", "http://" + closed.Addr().String()},
		{"here", ""},
	}})
	for _, c := range []struct {
		vantage, url string
		fault        Fault
		asked        string
	}{
		{"here", "https://example.com/", "", ""},
		{"http", "http://example.com/", "", "GET:example.com:unit:pass"},
		{"http", "https://example.com/", "", "CONNECT:example.com:443:unit:pass"},
		{"http", "https://closed.example/", Refused, "CONNECT:closed.example:443:unit:pass"},
		{"http", "http://10.0.0.1/", Blocked, ""},
		{"http", "https://0xa9fea9fe/", Blocked, ""},
		{"wrong", "https://example.com/", Proxy, "CONNECT:example.com:443:nobody:pass"},
		{"socks", "http://example.com/", "", "example.com:80"},
		{"socks", "https://example.com/", "", "example.com:443"},
		{"socks", "https://closed.example/", Refused, "closed.example:443"},
		{"socks", "http://router.lan/", Blocked, ""},
		{"down", "http://example.com/", Proxy, ""},
		{"down-http", "http://example.com/", Proxy, ""},
		{"down-http", "https://example.com/", Proxy, ""},
	} {
		r, err := d.Do(t.Context(), Request{URL: c.url, Vantage: c.vantage, KeepRaw: true})
		asked := log.take()
		if Why(err) != c.fault || asked != c.asked {
			t.Errorf("%s from %s: fault %q, proxy asked for %q, want %q and %q: %v", c.url, c.vantage, Why(err), asked, c.fault, c.asked, err)
			continue
		}
		if err != nil {
			continue
		}
		hop := r.Hops[0]
		if string(r.Body) != "hello from example.com" || r.TLS != strings.HasPrefix(c.url, "https") || hop.RemoteIP.IsValid() != (c.vantage == "here") {
			t.Errorf("%s from %s: %q, TLS %v, from %v", c.url, c.vantage, r.Body, r.TLS, hop.RemoteIP)
		}
		if !strings.HasPrefix(string(hop.ResponseRaw), "HTTP/1.1 200 OK\r\n") || strings.Contains(string(hop.RequestRaw), "Proxy-Authorization") {
			t.Errorf("%s from %s: raw %q … %q", c.url, c.vantage, hop.RequestRaw, hop.ResponseRaw)
		}
	}
	if _, err := d.Do(t.Context(), Request{URL: "http://example.com/", Vantage: "nowhere"}); err == nil {
		t.Error("an unknown vantage was taken")
	}
}
