package fetch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/problem"
)

// newDoor opens a door that may speak to the test's own servers.
func newDoor(t *testing.T, cfg Config) *Door {
	t.Helper()
	cfg.AllowLoopback = true
	if cfg.Timeout == 0 {
		cfg.Timeout = 20 * time.Second
	}
	d, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

func addr(s *httptest.Server) string { return s.Listener.Addr().String() }

func TestDoGivesWhatTheServerSent(t *testing.T) {
	var got http.Header
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		if r.Host != "clips.example" || r.URL.RequestURI() != "/a%2Fb?c=d" {
			t.Errorf("asked %s for %s", r.Host, r.URL.RequestURI())
		}
		w.WriteHeader(http.StatusNotFound)
		io.WriteString(w, "gone")
	})
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	d := newDoor(t, Config{
		UserAgent: "Argine (+https://unit.example/contact)",
		Hosts:     map[string]string{"clips.example:80": addr(s)},
		Now:       func() time.Time { return now },
	})
	r, err := d.Do(t.Context(), Request{URL: "http://user:secret@Clips.example/a%2Fb?c=d", Header: http.Header{"accept-language": {"it"}}})
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != 404 || string(r.Body) != "gone" || r.Truncated || r.TLS || r.Final != "http://clips.example/a%2Fb?c=d" {
		t.Errorf("got %+v, body %q", r, r.Body)
	}
	if len(r.Hops) != 1 || !r.Hops[0].Time.Equal(now) || r.Hops[0].RemoteIP.String() != "127.0.0.1" || r.Hops[0].ResponseRaw != nil {
		t.Errorf("got hops %+v", r.Hops)
	}
	want := http.Header{
		"User-Agent": {"Argine (+https://unit.example/contact)"}, "Accept-Language": {"it"}, "Accept-Encoding": {"gzip, deflate"},
		"Accept": {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers sent: %s", diff)
	}
}

func TestWithoutIdentityABrowserIsSeen(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.UserAgent()) })
	r, err := newDoor(t, Config{}).Do(t.Context(), Request{URL: s.URL})
	if err != nil || !strings.HasPrefix(string(r.Body), "Mozilla/5.0 ") {
		t.Errorf("sent %q, %v", r.Body, err)
	}
}

func TestRedirectsAreFollowedAndRecorded(t *testing.T) {
	var last *http.Request
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/first":
			w.Header().Set("Location", "second?x=1#part")
			w.WriteHeader(302)
		case "/second":
			w.Header().Set("Location", "http://other.example/third")
			w.WriteHeader(307)
		default:
			last = r.Clone(context.Background())
			io.WriteString(w, "home")
		}
	})
	d := newDoor(t, Config{Hosts: map[string]string{"*.example:80": addr(s)}})
	ask := Request{Method: "POST", URL: "http://clips.example/first", Body: []byte("b"), FollowRedirects: true,
		Header: http.Header{"Content-Type": {"text/plain"}, "Authorization": {"Bearer x"}, "Cookie": {"a=b"}, "X-Trace": {"1"}}}
	r, err := d.Do(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	var seen []string
	for _, h := range r.Hops {
		seen = append(seen, fmt.Sprint(h.Status, " ", h.URL))
	}
	want := []string{"302 http://clips.example/first", "307 http://clips.example/second?x=1#part", "200 http://other.example/third"}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Error(diff)
	}
	if last.Method != "GET" || last.ContentLength > 0 || last.Header.Get("X-Trace") != "1" {
		t.Errorf("last request %s with %d bytes, %v", last.Method, last.ContentLength, last.Header)
	}
	for _, secret := range []string{"Authorization", "Cookie", "Content-Type"} {
		if last.Header.Get(secret) != "" {
			t.Errorf("%s went to another host", secret)
		}
	}
	if ask.Header.Get("Authorization") == "" {
		t.Error("the caller's headers were changed")
	}
	ask.FollowRedirects = false
	if r, err = d.Do(t.Context(), ask); err != nil || r.Status != 302 || len(r.Hops) != 1 {
		t.Errorf("not following: %d after %d hops, %v", r.Status, len(r.Hops), err)
	}
}

func TestGetKeepsConnectionsAndPostDoesNot(t *testing.T) {
	var opened atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	d := newDoor(t, Config{})
	for _, c := range []struct {
		method string
		opened int32
	}{{"GET", 1}, {"POST", 6}} {
		for range 5 {
			r, err := d.Do(t.Context(), Request{Method: c.method, URL: s.URL, Body: []byte("x")})
			if err != nil || string(r.Body) != "x" {
				t.Fatalf("got %q, %v", r.Body, err)
			}
		}
		if n := opened.Load(); n != c.opened {
			t.Errorf("after 5 of %s: %d connections were opened, want %d", c.method, n, c.opened)
		}
	}
}

func TestDialUsesHostsAndGuard(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	hosts := map[string]string{"mx.clips.example:25": l.Addr().String()}
	conn, err := newDoor(t, Config{Hosts: hosts}).Dial(t.Context(), "tcp", "mx.clips.example:25")
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	strict, _ := New(Config{Hosts: hosts})
	if _, err = strict.Dial(t.Context(), "tcp", "mx.clips.example:25"); Why(err) != Blocked || !problem.Is(err, problem.Refused) {
		t.Errorf("without AllowLoopback: %v", err)
	}
}

func TestNewRefusesABadConfig(t *testing.T) {
	for name, cfg := range map[string]Config{
		"host without port":  {Hosts: map[string]string{"clips.example": "127.0.0.1:1"}},
		"host to a name":     {Hosts: map[string]string{"clips.example:80": "other.example:80"}},
		"proxy scheme":       {Vantages: []Vantage{{Name: "de", Proxy: "ftp://127.0.0.1:1"}}},
		"proxy without port": {Vantages: []Vantage{{Name: "de", Proxy: "http://proxy.example"}}},
		"two of a name":      {Vantages: []Vantage{{Name: "de"}, {Name: "de"}}},
		"the empty name":     {Vantages: []Vantage{{Proxy: "http://127.0.0.1:1"}}},
	} {
		if _, err := New(cfg); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
