package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/problem"
)

// packed runs a compressor over b.
func packed(t *testing.T, b []byte, open func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var out bytes.Buffer
	w := open(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gz(w io.Writer) io.WriteCloser   { return gzip.NewWriter(w) }
func zl(w io.Writer) io.WriteCloser   { return zlib.NewWriter(w) }
func bare(w io.Writer) io.WriteCloser { f, _ := flate.NewWriter(w, 6); return f }

func TestBodiesAreDecodedWithinTheLimits(t *testing.T) {
	text := []byte(strings.Repeat("neutral text ", 40))
	bomb := packed(t, make([]byte, 64<<20), gz)
	zipped := packed(t, text, gz)
	const maxBytes, maxDecoded = 100_000, 200_000
	if len(bomb) > maxBytes {
		t.Fatalf("the bomb has %d bytes and would be stopped by the other limit", len(bomb))
	}
	for name, c := range map[string]struct {
		method, coding string
		sent, want     []byte
		truncated      bool
		left           string
	}{
		"plain":          {sent: text, want: text},
		"exactly at max": {sent: make([]byte, maxBytes), want: make([]byte, maxBytes)},
		"one over max":   {sent: make([]byte, maxBytes+1), want: make([]byte, maxBytes), truncated: true},
		"far over max":   {sent: make([]byte, 9<<20), want: make([]byte, maxBytes), truncated: true},
		"gzip":           {coding: "gzip", sent: zipped, want: text},
		"x-gzip":         {coding: " X-Gzip", sent: zipped, want: text},
		"two members":    {coding: "gzip", sent: append(bytes.Clone(zipped), zipped...), want: append(bytes.Clone(text), text...)},
		"zlib":           {coding: "deflate", sent: packed(t, text, zl), want: text},
		"bare deflate":   {coding: "deflate", sent: packed(t, text, bare), want: text},
		"gzip bomb":      {coding: "gzip", sent: bomb, want: make([]byte, maxDecoded), truncated: true},
		"decoded at max": {coding: "gzip", sent: packed(t, make([]byte, maxDecoded), gz), want: make([]byte, maxDecoded)},
		"cut gzip":       {coding: "gzip", sent: zipped[:len(zipped)-4], want: text, truncated: true},
		"not gzip":       {coding: "gzip", sent: []byte("hello"), truncated: true},
		"unknown":        {coding: "br", sent: []byte("????"), want: []byte("????"), left: "br"},
		"twice":          {coding: "gzip, gzip", sent: packed(t, zipped, gz), want: packed(t, zipped, gz), left: "gzip, gzip"},
		"empty gzip":     {coding: "gzip"},
		"HEAD":           {method: "HEAD", coding: "gzip", sent: zipped},
	} {
		for _, keepRaw := range []bool{false, true} {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if c.coding != "" {
					w.Header().Set("Content-Encoding", c.coding)
				}
				w.Header().Set("Content-Length", strconv.Itoa(len(c.sent)))
				w.Write(c.sent)
			})
			d := newDoor(t, Config{MaxBytes: maxBytes, MaxDecoded: maxDecoded})
			r, err := d.Do(t.Context(), Request{Method: c.method, URL: s.URL, KeepRaw: keepRaw})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if !bytes.Equal(r.Body, c.want) || r.Truncated != c.truncated || r.Encoding != c.left {
				t.Errorf("%s: got %d bytes, truncated %v, encoding %q; want %d, %v, %q", name, len(r.Body), r.Truncated, r.Encoding, len(c.want), c.truncated, c.left)
			}
			if raw := r.Hops[0].ResponseRaw; (len(raw) > 0) != keepRaw || len(raw) > maxBytes+64<<10 {
				t.Errorf("%s: %d raw bytes kept", name, len(raw))
			} else if keepRaw && c.method == "" && len(c.sent) <= maxBytes && !bytes.HasSuffix(raw, c.sent) {
				t.Errorf("%s: the raw bytes do not hold the whole body", name)
			}
			if cap(r.Body) > 3*maxDecoded {
				t.Errorf("%s: %d bytes were held at once", name, cap(r.Body))
			}
		}
	}
}

// answers listens and gives every connection the same bytes, then hangs up.
func answers(t *testing.T, wire string) string {
	t.Helper()
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
			conn.Read(make([]byte, 4096))
			io.WriteString(conn, wire)
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String() + "/"
}

func TestFaults(t *testing.T) {
	tlsServer := httptest.NewTLSServer(http.NotFoundHandler())
	defer tlsServer.Close()
	loop := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
	stuck := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/body" {
			w.WriteHeader(200)
			w.(http.Flusher).Flush()
		}
		<-r.Context().Done()
	})
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	d := newDoor(t, Config{Timeout: 2 * time.Second, MaxRedirects: 3})
	for url, want := range map[string]struct {
		fault  Fault
		kind   problem.Kind
		status int
		hops   int
	}{
		"ftp://clips.example/":                   {BadURL, problem.Invalid, 0, 0},
		"http://" + closed.Addr().String():       {Refused, problem.Unavailable, 0, 0},
		tlsServer.URL:                            {TLS, problem.Unavailable, 0, 0},
		"https://" + addr(stuck):                 {TLS, problem.Unavailable, 0, 0},
		stuck.URL + "/headers":                   {Timeout, problem.Unavailable, 0, 0},
		stuck.URL + "/body":                      {Timeout, problem.Unavailable, 200, 1},
		loop.URL:                                 {Redirects, problem.Unavailable, 302, 4},
		answers(t, ""):                           {Broken, problem.Unavailable, 0, 0},
		answers(t, "220 mail.example ESMTP\r\n"): {Broken, problem.Unavailable, 0, 0},
		answers(t, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nfour"):                        {Broken, problem.Unavailable, 200, 1},
		answers(t, "HTTP/1.1 200 OK\r\nX: "+strings.Repeat("x", 2*maxHeaderBytes)+"\r\n\r\n"): {TooLarge, problem.TooLarge, 0, 0},
	} {
		r, err := d.Do(t.Context(), Request{URL: url, FollowRedirects: true})
		if Why(err) != want.fault || !problem.Is(err, want.kind) || r.Status != want.status || len(r.Hops) != want.hops {
			t.Errorf("%s: fault %q, status %d, %d hops, want %+v: %v", url, Why(err), r.Status, len(r.Hops), want, err)
		}
		if strings.Contains(problem.Message(err), "/headers") {
			t.Error("the message shows a path")
		}
	}
}

func TestAnEndedContextIsNoFaultOfTheHost(t *testing.T) {
	arrived := make(chan struct{}, 2)
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-arrived
		cancel()
	}()
	d := newDoor(t, Config{})
	if _, err := d.Do(ctx, Request{URL: s.URL}); Why(err) != Cancelled || !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := d.Do(ctx, Request{URL: s.URL}); Why(err) != Cancelled || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
