package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
)

// seen is what a server was asked.
type seen struct {
	Method, Path, Auth, Key, Kind, Body string
}

// scripted is a server that gives its answers in order, the last one for ever.
type scripted struct {
	mu      sync.Mutex
	calls   []seen
	answers []func(http.ResponseWriter)
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	n := len(s.calls)
	s.calls = append(s.calls, seen{r.Method, r.URL.RequestURI(), r.Header.Get("Authorization"), r.Header.Get("Idempotency-Key"), r.Header.Get("Content-Type"), string(body)})
	s.mu.Unlock()
	s.answers[min(n, len(s.answers)-1)](w)
}

func serve(t *testing.T, answers ...func(http.ResponseWriter)) (*scripted, *client.Client) {
	s := &scripted{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, client.New(server.URL+"/", "argine_made_up")
}

func says(status int, v any) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(v)
	}
}

func problem(status int, slug string) func(http.ResponseWriter) {
	return says(status, client.Problem{Type: "urn:argine:problem:/" + slug, Title: "T", Status: status, Detail: "wait a little"})
}

func TestABusyServerIsAskedAgainUnderTheSameKey(t *testing.T) {
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests} {
		s, c := serve(t, problem(status, "busy"), problem(status, "busy"), says(200, client.Unit{ID: "unt_1"}))
		u, err := c.AddUnit(t.Context(), client.NewUnit{Name: "Unit North", Country: "BE", Kind: "authority"})
		if err != nil || u.ID != "unt_1" {
			t.Fatalf("%d: %v, %+v", status, err, u)
		}
		if len(s.calls) != 3 || s.calls[0].Key == "" {
			t.Fatalf("%d: %d calls, the first %+v", status, len(s.calls), s.calls[0])
		}
		for _, again := range s.calls[1:] {
			if diff := cmp.Diff(s.calls[0], again); diff != "" {
				t.Errorf("%d: the call was not made again as it was:\n%s", status, diff)
			}
		}
	}
}

func TestKeysAreChosenForEachCallOrByTheCaller(t *testing.T) {
	s, c := serve(t, says(200, client.Unit{}))
	c.AddUnit(t.Context(), client.NewUnit{})
	c.AddUnit(t.Context(), client.NewUnit{})
	c.AddUnit(client.WithKey(t.Context(), "mine"), client.NewUnit{})
	c.Me(client.WithKey(t.Context(), "mine"))
	if s.calls[0].Key == s.calls[1].Key || len(s.calls[0].Key) < 20 {
		t.Errorf("two calls have the keys %q and %q", s.calls[0].Key, s.calls[1].Key)
	}
	if s.calls[2].Key != "mine" || s.calls[3].Key != "" {
		t.Errorf("the chosen key is %q on a POST and %q on a GET", s.calls[2].Key, s.calls[3].Key)
	}
}

func TestAServerThatStaysBusyIsGivenUp(t *testing.T) {
	s, c := serve(t, problem(503, "unavailable"))
	_, err := c.Me(t.Context())
	var told *client.Problem
	if !errors.As(err, &told) || told.Status != 503 || len(s.calls) != 4 {
		t.Errorf("%v after %d calls", err, len(s.calls))
	}
}

func TestOtherFailuresAreNotAskedAgain(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 413, 415, 422, 500, 502} {
		s, c := serve(t, problem(status, "x"))
		if _, err := c.AddBank(t.Context(), client.NewBank{}); err == nil || len(s.calls) != 1 {
			t.Errorf("%d: %v after %d calls", status, err, len(s.calls))
		}
	}
}

func TestProblemsAreRead(t *testing.T) {
	full := client.Problem{Type: "urn:argine:problem:/invalid", Title: "Invalid input", Status: 422, Detail: "correct it",
		Errors: []client.FieldError{{Location: "body.name", Message: "is empty"}, {Message: "and more"}}}
	_, c := serve(t, says(422, full))
	_, err := c.Me(t.Context())
	var told *client.Problem
	if !errors.As(err, &told) {
		t.Fatalf("%T %v", err, err)
	}
	if diff := cmp.Diff(full, *told); diff != "" {
		t.Error(diff)
	}
	if got := told.Error(); got != "correct it; body.name: is empty; and more" || told.Slug() != "invalid" {
		t.Errorf("%q, slug %q", got, told.Slug())
	}
}

// A proxy in between answers in words of its own.
func TestAFailureThatIsNoProblemIsStillTold(t *testing.T) {
	for text, want := range map[string]string{"  bad gateway\n": "bad gateway", "": "502 Bad Gateway", `{"other":1}`: "502 Bad Gateway"} {
		_, c := serve(t, func(w http.ResponseWriter) { w.WriteHeader(502); io.WriteString(w, text) })
		_, err := c.Me(t.Context())
		var told *client.Problem
		if !errors.As(err, &told) || told.Status != 502 || told.Error() != want || told.Slug() != "" {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestACancelledCallEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s, c := serve(t, func(w http.ResponseWriter) { cancel(); problem(503, "unavailable")(w) })
	if _, err := c.Me(ctx); !errors.Is(err, context.Canceled) || len(s.calls) != 1 {
		t.Errorf("cancelled while it waits to ask again: %v after %d calls", err, len(s.calls))
	}
	hang := make(chan struct{})
	_, c = serve(t, func(http.ResponseWriter) { <-hang })
	t.Cleanup(func() { close(hang) }) // before the server closes, which waits for its calls
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := c.Me(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("cancelled while the server thinks: %v", err)
	}
}

func TestNobodyThere(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := client.New(server.URL, "t").Me(t.Context())
	var told *client.Problem
	if err == nil || errors.As(err, &told) {
		t.Errorf("%v", err)
	}
}

func TestWhatIsAsked(t *testing.T) {
	s, c := serve(t, says(200, map[string]any{}))
	c.Contribute(t.Context(), "act_1", "text/uri-list", []byte("https://clips.example/1\n"))
	c.Items(t.Context(), "act_1", client.ItemFilter{Stage: "ready", Query: "https://a.example/?x=1&y=2", Cursor: "c/1", Limit: 3})
	c.Worklist(t.Context(), "act_1", 2, 5)
	c.RevokeToken(t.Context(), "tok_1")
	page, err := c.ReportHTML(t.Context(), "act_1")
	want := []seen{
		{"POST", "/v1/actions/act_1/contributions", "Bearer argine_made_up", s.calls[0].Key, "text/uri-list", "https://clips.example/1\n"},
		{"GET", "/v1/actions/act_1/items?cursor=c%2F1&limit=3&q=https%3A%2F%2Fa.example%2F%3Fx%3D1%26y%3D2&stage=ready", "Bearer argine_made_up", "", "", ""},
		{"GET", "/v1/actions/act_1/worklist?limit=5&step=2", "Bearer argine_made_up", "", "", ""},
		{"DELETE", "/v1/tokens/tok_1", "Bearer argine_made_up", "", "", ""},
		{"GET", "/v1/actions/act_1/report.html", "Bearer argine_made_up", "", "", ""},
	}
	if diff := cmp.Diff(want, s.calls); diff != "" {
		t.Error(diff)
	}
	if err != nil || string(page) != "{}\n" {
		t.Errorf("the page is %q, %v", page, err)
	}
}
