package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"golang.org/x/net/proxy"

	"github.com/argine/argine/internal/problem"
)

// way is one vantage made ready: how to reach a host from there.
type way struct {
	proxied bool
	connect func(ctx context.Context, network, address string) (net.Conn, error) // to the host, through the proxy if any
	kept    *http.Transport                                                      // keeps connections
	// fresh opens one for each request. For POST and the like: when a kept connection breaks,
	// nobody can tell whether the host had acted already.
	fresh *http.Transport
}

func (d *Door) newWay(v Vantage) (*way, error) {
	w := &way{connect: d.dial}
	var forward *url.URL
	if v.Proxy != "" {
		u, err := url.Parse(v.Proxy)
		if err != nil || u.Hostname() == "" || u.Port() == "" {
			return nil, problem.New(problem.Invalid, "the proxy of vantage %q needs a scheme, a host and a port, as in socks5://127.0.0.1:9050", v.Name)
		}
		w.proxied = true
		switch u.Scheme {
		case "http":
			forward, w.connect = u, d.tunnel(u)
		case "socks5", "socks5h":
			w.connect = d.socks(u)
		default:
			return nil, problem.New(problem.Invalid, "vantage %q: a proxy is http, socks5 or socks5h, not %q", v.Name, u.Scheme)
		}
	}
	w.kept = d.transport(w, forward, false)
	w.fresh = d.transport(w, forward, true)
	return w, nil
}

// transport makes net/http speak over lines of ours. An HTTP proxy gets plain requests in
// absolute form and tunnels for https: many allow CONNECT to port 443 only.
func (d *Door) transport(w *way, forward *url.URL, fresh bool) *http.Transport {
	http1 := new(http.Protocols)
	http1.SetHTTP1(true)
	t := &http.Transport{
		Protocols:              http1,
		DisableCompression:     true, // decode.go does it, with a limit
		DisableKeepAlives:      fresh,
		MaxIdleConns:           512,
		MaxIdleConnsPerHost:    d.cfg.PerHost,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		// net/http takes the deadline off the context it dials with, so that another request may
		// use the connection; so there is one of ours.
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
			defer cancel()
			if forward != nil {
				return asLine(d.dialProxy(ctx, network, address))
			}
			return asLine(w.connect(ctx, network, address))
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			ctx, cancel := context.WithTimeout(ctx, d.cfg.Timeout)
			defer cancel()
			raw, err := w.connect(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return asLine(d.handshake(ctx, raw, address))
		},
	}
	if forward != nil {
		t.Proxy = func(r *http.Request) (*url.URL, error) {
			if r.URL.Scheme == "http" {
				return forward, nil
			}
			return nil, nil
		}
	}
	return t
}

func asLine(conn net.Conn, err error) (net.Conn, error) {
	if err != nil {
		return nil, err
	}
	return &line{Conn: conn}, nil
}

// dial connects directly. The guard sits in Control, so it sees each address that the
// resolver or Hosts gave.
func (d *Door) dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: d.cfg.Timeout, Resolver: d.cfg.Resolver, Control: d.guard.control}
	return dialer.DialContext(ctx, network, d.hosts.lookup(address))
}

// dialProxy connects to a proxy, which the operator named and the guard lets be.
func (d *Door) dialProxy(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: d.cfg.Timeout, Resolver: d.cfg.Resolver}
	conn, err := dialer.DialContext(ctx, network, d.hosts.lookup(address))
	if err != nil && ctx.Err() == nil {
		err = &Error{Fault: Proxy, Err: err}
	}
	return conn, err
}

func (d *Door) handshake(ctx context.Context, raw net.Conn, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	conn := tls.Client(raw, &tls.Config{
		ServerName: strings.TrimSuffix(host, "."),
		RootCAs:    d.cfg.RootCAs,
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"},
	})
	if err := conn.HandshakeContext(ctx); err != nil {
		raw.Close()
		if ctx.Err() == nil {
			err = &Error{Fault: TLS, Err: err}
		}
		return nil, err
	}
	return conn, nil
}

// tunnel asks an HTTP proxy for a connection through it (RFC 9110, 9.3.6).
func (d *Door) tunnel(via *url.URL) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := d.dialProxy(ctx, network, via.Host)
		if err != nil {
			return nil, err
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		err = askConnect(conn, via, address)
		if !stop() || err != nil {
			conn.Close()
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, err
		}
		return conn, nil
	}
}

func askConnect(conn net.Conn, via *url.URL, address string) error {
	ask := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: address}, Host: address, Header: http.Header{"User-Agent": {""}}}
	if via.User != nil {
		password, _ := via.User.Password()
		pair := base64.StdEncoding.EncodeToString([]byte(via.User.Username() + ":" + password))
		ask.Header.Set("Proxy-Authorization", "Basic "+pair)
	}
	if err := ask.Write(conn); err != nil {
		return &Error{Fault: Proxy, Err: err}
	}
	reader := bufio.NewReader(io.LimitReader(conn, maxHeaderBytes))
	answer, err := http.ReadResponse(reader, ask)
	switch {
	case err != nil:
		return &Error{Fault: Proxy, Err: err}
	case answer.StatusCode == http.StatusBadGateway, answer.StatusCode == http.StatusServiceUnavailable:
		return faultf(Refused, "the proxy says %s", answer.Status)
	case answer.StatusCode == http.StatusGatewayTimeout:
		return faultf(Timeout, "the proxy says %s", answer.Status)
	case answer.StatusCode != http.StatusOK:
		return faultf(Proxy, "the proxy says %s", answer.Status)
	case reader.Buffered() > 0:
		return faultf(Proxy, "the proxy spoke before the host was spoken to")
	}
	return nil
}

// socks connects through a SOCKS5 proxy, which also resolves the name (RFC 1928).
func (d *Door) socks(via *url.URL) func(ctx context.Context, network, address string) (net.Conn, error) {
	var auth *proxy.Auth
	if via.User != nil {
		password, _ := via.User.Password()
		auth = &proxy.Auth{User: via.User.Username(), Password: password}
	}
	// SOCKS5 fails only for bad networks and its result has DialContext: both by its documentation.
	client, _ := proxy.SOCKS5("tcp", via.Host, auth, proxyDialer(d.dialProxy))
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := client.(proxy.ContextDialer).DialContext(ctx, network, address)
		if err == nil || ctx.Err() != nil || Why(err) != "" {
			return conn, err
		}
		// The library gives the reply of the proxy (RFC 1928, 6) as text only.
		for _, reply := range []string{"connection refused", "host unreachable", "network unreachable", "TTL expired"} {
			if strings.HasSuffix(err.Error(), reply) {
				return nil, &Error{Fault: Refused, Err: err}
			}
		}
		return nil, &Error{Fault: Proxy, Err: err}
	}
}

// proxyDialer makes a dial function what x/net/proxy wants for reaching the proxy.
type proxyDialer func(ctx context.Context, network, address string) (net.Conn, error)

func (f proxyDialer) Dial(network, address string) (net.Conn, error) {
	return f(context.Background(), network, address)
}

func (f proxyDialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return f(ctx, network, address)
}
