package fetch

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"time"

	"github.com/argine/argine/internal/problem"
)

// Request is what to ask for. Method "" is GET.
type Request struct {
	Method, URL     string
	Header          http.Header // added to, and before, our own User-Agent, Accept, Accept-Language and Accept-Encoding
	Body            []byte
	Vantage         string // "" goes out directly
	FollowRedirects bool
	KeepRaw         bool // fill Hop.RequestRaw and Hop.ResponseRaw
}

// Hop is one exchange with one URL.
type Hop struct {
	URL      string
	Time     time.Time  // when the request was about to be sent
	RemoteIP netip.Addr // zero through a proxy, which does not tell
	Status   int
	Header   http.Header
	// The bytes of the exchange as they were on the wire, inside TLS, with chunking and
	// content coding untouched; interim answers (1xx) are among them. A truncated answer ends
	// a little after MaxBytes. RequestRaw is without our password for a proxy.
	RequestRaw, ResponseRaw []byte
}

// Response is what came back.
type Response struct {
	Hops     []Hop  // at least one if err is nil; the last is what Status, Header and Body are of
	Final    string // URL of the last hop, or of the one that failed
	Status   int
	Header   http.Header
	Body     []byte // decoded, within the limits
	Encoding string // a content coding that could not be undone: Body is still in it

	// Truncated: Body ends at MaxBytes or MaxDecoded, or where its content coding is damaged.
	Truncated bool
	TLS       bool          // the last hop was https with a good certificate
	Duration  time.Duration // on the network, without waiting for turns
}

// Do asks, follows redirects if told to, and reads the answer. Any status is an answer and
// no error. On error the Response is there too, with the hops that were made; Why(err)
// tells the fault.
func (d *Door) Do(ctx context.Context, r Request) (*Response, error) {
	out := &Response{Final: r.URL}
	w := d.ways[r.Vantage]
	if w == nil {
		return out, problem.New(problem.Invalid, "there is no vantage %q; name one of the configuration", r.Vantage)
	}
	u, err := parseTarget(r.URL)
	if err != nil {
		return out, fault(ctx, r.URL, err)
	}
	t := &trip{door: d, way: w, url: u, method: r.Method, header: d.headers(r.Header), body: r.Body, keepRaw: r.KeepRaw, out: out}
	if t.method == "" {
		t.method = http.MethodGet
	}
	for {
		out.Final = t.url.String()
		if err := t.hop(ctx); err != nil {
			return out, fault(ctx, out.Final, err)
		}
		if !r.FollowRedirects || !isRedirect(out.Status) || out.Header.Get("Location") == "" {
			return out, nil
		}
		if len(out.Hops) > d.cfg.MaxRedirects {
			return out, fault(ctx, out.Final, faultf(Redirects, "more than %d", d.cfg.MaxRedirects))
		}
		if err := t.turn(out.Header.Get("Location")); err != nil {
			return out, fault(ctx, out.Final, err)
		}
	}
}

func (d *Door) headers(own http.Header) http.Header {
	h := http.Header{
		"User-Agent":      {d.cfg.UserAgent},
		"Accept":          {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
		"Accept-Language": {"en;q=0.8,*;q=0.5"},
		"Accept-Encoding": {acceptEncoding},
	}
	for name, values := range own {
		h[http.CanonicalHeaderKey(name)] = values
	}
	return h
}

func isRedirect(status int) bool {
	switch status {
	case 301, 302, 303, 307, 308:
		return true
	}
	return false
}

// trip is one Do on its way through the hops.
type trip struct {
	door    *Door
	way     *way
	url     *url.URL
	method  string
	header  http.Header
	body    []byte
	keepRaw bool
	out     *Response
}

// turn prepares the next hop to where a redirect points (RFC 9110, 15.4).
func (t *trip) turn(location string) error {
	ref, err := t.url.Parse(location)
	if err != nil {
		return &Error{Fault: Redirects, Err: err}
	}
	if ref.Scheme != "http" && ref.Scheme != "https" {
		return faultf(Redirects, "to the scheme %q", ref.Scheme)
	}
	t.out.Final = ref.String()
	next, err := parseTarget(t.out.Final)
	switch {
	case Why(err) == BadURL:
		return &Error{Fault: Redirects, Err: err}
	case err != nil:
		return err
	}
	status := t.out.Status
	if t.method != http.MethodHead && (status == 303 || t.method == http.MethodPost && status < 303) {
		t.method, t.body = http.MethodGet, nil
		t.header.Del("Content-Type")
	}
	if next.Scheme != t.url.Scheme || next.Host != t.url.Host {
		t.header.Del("Authorization") // meant for the one before
		t.header.Del("Cookie")
	}
	t.url = next
	return nil
}

// hop makes one exchange and adds it to the response, as far as it got.
func (t *trip) hop(ctx context.Context) error {
	if t.way.proxied {
		if err := t.door.guard.throughProxy(t.url.Hostname()); err != nil {
			return err
		}
	}
	done, err := t.door.turns.wait(ctx, t.url.Hostname())
	if err != nil {
		return err
	}
	defer done()
	start := time.Now()
	defer func() { t.out.Duration += time.Since(start) }()
	ctx, cancel := context.WithTimeout(ctx, t.door.cfg.Timeout-t.out.Duration)
	defer cancel()

	hop := Hop{URL: t.url.String(), Time: t.door.cfg.Now()}
	var rec *tape
	if t.keepRaw {
		rec = &tape{}
	}
	resp, err := t.send(ctx, &hop, rec)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	c, err := readBody(resp, t.door.cfg.MaxBytes, t.door.cfg.MaxDecoded, t.keepRaw)
	if rec != nil {
		hop.RequestRaw, hop.ResponseRaw = rec.lift()
	}
	hop.Status, hop.Header = resp.StatusCode, resp.Header
	out := t.out
	out.Hops = append(out.Hops, hop)
	out.Status, out.Header, out.TLS = hop.Status, hop.Header, t.url.Scheme == "https"
	out.Body, out.Encoding, out.Truncated = c.body, c.encoding, c.truncated
	return err
}

func (t *trip) send(ctx context.Context, hop *Hop, rec *tape) (*http.Response, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if rec != nil {
			rec.lay(info.Conn.(*line))
		}
		if addr, err := netip.ParseAddrPort(info.Conn.RemoteAddr().String()); err == nil && !t.way.proxied {
			hop.RemoteIP = addr.Addr().Unmap()
		}
	}})
	var body io.Reader
	if len(t.body) > 0 {
		body = bytes.NewReader(t.body)
	}
	req, err := http.NewRequestWithContext(ctx, t.method, t.url.String(), body)
	if err != nil {
		return nil, &Error{Fault: BadURL, Err: err}
	}
	req.Header = t.header
	switch t.method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return t.way.kept.RoundTrip(req)
	}
	return t.way.fresh.RoundTrip(req)
}
