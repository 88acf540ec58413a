package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
)

// When a gate strikes.
const (
	onTheWay = "while the message is on its way"
	taken    = "after it was taken and before its sender knows"
)

// strike is what happens at one moment of one message.
type strike struct {
	when string
	do   func()
	hit  chan struct{}
}

// gate stands between two programs. It counts the messages that pass, and strikes at a moment
// of one of them. Who sends keeps one address to send to, though the program behind starts anew.
type gate struct {
	*httptest.Server
	t  *testing.T
	to *process

	mu      sync.Mutex
	strikes map[string]*strike  // by the type of the message
	ids     map[string][]string // of the messages that came, by type and subject
}

func newGate(t *testing.T, to *process) *gate {
	g := &gate{t: t, to: to, strikes: map[string]*strike{}, ids: map[string][]string{}}
	g.Server = httptest.NewServer(g)
	t.Cleanup(g.Close)
	return g
}

// at has something done at a moment of the next message of a type. What it returns waits for it.
func (g *gate) at(kind, when string, do func()) (wait func()) {
	s := &strike{when, do, make(chan struct{})}
	g.mu.Lock()
	g.strikes[kind] = s
	g.mu.Unlock()
	return func() {
		g.t.Helper()
		select {
		case <-s.hit:
		case <-time.After(patience):
			g.t.Fatalf("no %s came", kind)
		}
	}
}

// came is how often messages of a type about a subject came, and under how many identifiers.
func (g *gate) came(kind, subject string) (times, distinct int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return counted(g.ids[kind+" "+subject])
}

func counted(ids []string) (times, distinct int) {
	different := map[string]bool{}
	for _, one := range ids {
		different[one] = true
	}
	return len(ids), len(different)
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var m client.Message
	json.Unmarshal(body, &m)
	g.mu.Lock()
	g.ids[m.Type+" "+m.Subject] = append(g.ids[m.Type+" "+m.Subject], r.Header.Get(client.WebhookID))
	s := g.strikes[m.Type]
	delete(g.strikes, m.Type)
	g.mu.Unlock()
	if s == nil {
		g.pass(w, r, body)
		return
	}
	defer close(s.hit)
	if s.when == onTheWay {
		written := make(chan struct{})
		trace := &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { close(written) }}
		ctx, cancel := context.WithCancel(httptrace.WithClientTrace(context.Background(), trace))
		defer cancel()
		go g.forward(ctx, r, body)
		<-written
		s.do()
		g.pass(w, r, body)
		return
	}
	first := g.until(r, body)
	s.do()
	again := g.until(r, body) // a repeat of the same message is answered the same
	if first.status != again.status || first.body != again.body {
		g.t.Errorf("%s was answered %d %s, and when it came again %d %s", m.Type, first.status, first.body, again.status, again.body)
	}
	again.write(w)
}

type replied struct {
	status int
	header http.Header
	body   string
}

func (a replied) write(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
	io.WriteString(w, a.body)
}

func (g *gate) pass(w http.ResponseWriter, r *http.Request, body []byte) { g.until(r, body).write(w) }

// until forwards a message until the program behind answers.
func (g *gate) until(r *http.Request, body []byte) replied {
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		a, err := g.forward(context.Background(), r, body)
		if err == nil {
			return a
		}
		if time.Now().After(end) {
			g.t.Error(err)
			return replied{status: http.StatusBadGateway}
		}
	}
}

func (g *gate) forward(ctx context.Context, r *http.Request, body []byte) (replied, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, g.to.address()+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return replied{}, err
	}
	req.Header = r.Header.Clone()
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return replied{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return replied{resp.StatusCode, resp.Header, string(text)}, err
}
