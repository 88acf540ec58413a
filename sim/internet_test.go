package sim

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// served is a world on loopback with a clock that the test turns.
type served struct {
	*Internet
	t    *testing.T
	time atomic.Pointer[time.Time]
}

func serve(t *testing.T, w *World, state string) *served {
	t.Helper()
	s := &served{t: t}
	s.set(w.Start())
	ctx, cancel := context.WithCancel(context.Background())
	n, err := w.Serve(ctx, func() time.Time { return *s.time.Load() }, state)
	if err != nil {
		t.Fatal(err)
	}
	s.Internet = n
	t.Cleanup(func() { cancel(); n.Close() })
	return s
}

func (s *served) set(at time.Time) { s.time.Store(&at) }

// browser reaches the world's hosts by name.
func (s *served) browser() *http.Client {
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, _ := net.SplitHostPort(address)
		labels := strings.Split(strings.ToLower(host), ".")
		return new(net.Dialer).DialContext(ctx, network, s.Hosts()["*."+labels[len(labels)-1]+":"+port])
	}
	transport := &http.Transport{DialContext: dial, TLSClientConfig: &tls.Config{RootCAs: s.RootCAs()}, DisableKeepAlives: true}
	s.t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// get returns status, final address and body; status 0 when the connection broke.
func (s *served) get(client *http.Client, link string) (int, string, string) {
	resp, err := client.Get(link)
	if err != nil {
		return 0, "", ""
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, resp.Request.URL.String(), string(body)
}

func TestPagesAreServed(t *testing.T) {
	w := small(t)
	s := serve(t, w, t.TempDir())
	client := s.browser()
	for i := range w.items {
		it := &w.items[i]
		if i%4 != 0 && it.fate == fateReferred {
			continue
		}
		status, _, body := s.get(client, it.url)
		if it.captured() != (status == http.StatusOK) {
			t.Errorf("%s: status %d", it.url, status)
			continue
		}
		if !it.captured() {
			continue
		}
		if want := `<html lang="` + languages[it.lang].code + `"`; !strings.Contains(body, want) {
			t.Errorf("%s lacks %s", it.url, want)
		}
		if got := strings.Contains(body, groups[0]) || strings.Contains(body, groups[1]); got != it.tagged {
			t.Errorf("%s: a group is named: %v, want %v", it.url, got, it.tagged)
		}
		if n := strings.Count(body, "<img "); n != len(it.media) {
			t.Errorf("%s shows %d pictures, want %d", it.url, n, len(it.media))
		}
		if len(it.media) > 0 {
			m := it.media[0]
			if status, _, b := s.get(client, "http://"+w.platforms[it.platform].Host+m.path()); status != 200 || b != string(w.media.bytes(m)) {
				t.Errorf("%s: status %d, %d bytes", m.path(), status, len(b))
			}
		}
	}
	for _, h := range w.handed[:40] {
		if w.items[h.item].captured() {
			if status, _, body := s.get(client, h.url); status != 200 || body == "" {
				t.Errorf("%s: status %d", h.url, status)
			}
		}
	}
	if status, _, _ := s.get(client, "https://"+w.platforms[0].Host+"/nothing/here"); status != http.StatusNotFound {
		t.Errorf("a page that was never there has status %d", status)
	}
}

// signs of each state in a page: status, and what stands in it.
func signs(w *World, it *item) map[state][2]any {
	l := &languages[it.lang]
	return map[state][2]any{
		stateUp: {200, "@" + it.account}, stateNotFound: {404, l.notFound[0]}, stateGone: {410, l.notFound[0]}, stateSoft: {200, l.notFound[0]},
		stateAccount: {200, l.suspended[0]}, stateLogin: {200, `type="password"`}, stateLocked: {200, `type="password"`}, stateGeo: {451, ""},
		stateHome: {200, w.platforms[it.platform].Name}, stateAway: {503, ""},
	}
}

func TestPagesChangeWithTime(t *testing.T) {
	w := small(t)
	s := serve(t, w, t.TempDir())
	client := s.browser()
	seen := map[state]int{}
	for i := range w.items {
		it := &w.items[i]
		if !w.delivered(it) || it.outcome.then == stateUp || seen[it.outcome.then] > 3 {
			continue
		}
		seen[it.outcome.then]++
		at := w.Start().Add(3 * time.Hour)
		s.mu.Lock()
		s.received[i] = at
		s.mu.Unlock()
		moments := map[time.Duration]state{-time.Hour: stateUp, 0: stateUp, it.outcome.after - time.Second: stateUp, it.outcome.after: it.outcome.then}
		if it.outcome.until > 0 {
			moments[it.outcome.until] = stateUp
		} else {
			moments[200*time.Hour] = it.outcome.then
		}
		for since, want := range moments {
			s.set(at.Add(since))
			status, final, body := s.get(client, it.url)
			sign := signs(w, it)[want]
			if status != sign[0] || !strings.Contains(body, sign[1].(string)) {
				t.Errorf("%s, %v after receipt: status %d, want state %d: %s", it.url, since, status, want, body)
			}
			if home := "https://" + w.platforms[it.platform].Host + "/"; want == stateHome && final != home {
				t.Errorf("%s leads to %s, want the home page %s", it.url, final, home)
			}
		}
	}
	for _, then := range goneStates {
		if seen[then] == 0 {
			t.Errorf("no item comes to state %d", then)
		}
	}
}

func TestPortsStay(t *testing.T) {
	w, dir := small(t), t.TempDir()
	first := serve(t, w, dir)
	hosts, mail := first.Hosts(), first.SMTPAddr()
	first.Close()
	second := serve(t, w, dir)
	for name, address := range hosts {
		if second.Hosts()[name] != address {
			t.Errorf("%s was at %s and is at %s", name, address, second.Hosts()[name])
		}
	}
	if second.SMTPAddr() != mail {
		t.Errorf("mail was at %s and is at %s", mail, second.SMTPAddr())
	}
	third := serve(t, w, dir) // the ports are taken: others do
	if third.SMTPAddr() == mail {
		t.Error("two listen at the same port")
	}
}

func BenchmarkPage(b *testing.B) {
	w := smallWorld()
	n, err := w.Serve(context.Background(), w.Start, b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer n.Close()
	i := 0
	for b.Loop() {
		it := &w.items[i%len(w.items)]
		i++
		if it.captured() {
			n.showItem(blank{}, nil, it, stateUp)
		}
	}
}

// blank is a response that nobody reads.
type blank struct{}

func (blank) Header() http.Header         { return http.Header{} }
func (blank) Write(b []byte) (int, error) { return len(b), nil }
func (blank) WriteHeader(int)             {}
