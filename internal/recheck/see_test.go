package recheck

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/warc"
)

const oldText = "The walk begins at the old bridge and follows the river for seven kilometres. Bring water and a hat."

var lookedAt = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// site answers on one path for each verdict.
func site(t *testing.T) *httptest.Server {
	say := func(status int, title, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.WriteHeader(status)
			fmt.Fprintf(w, "<title>%s</title><body><h1>%s</h1>%s</body>", title, title, body)
		}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/removed", say(410, "Gone", ""))
	mux.HandleFunc("/soft_404", say(200, "Page not found", ""))
	mux.HandleFunc("/account_gone", say(200, "تم تعليق هذا الحساب", ""))
	mux.HandleFunc("/login_wall", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/enter", http.StatusFound)
	})
	mux.HandleFunc("/enter", say(200, "Tube", `<form><input type="password"></form>`))
	mux.HandleFunc("/geo_blocked", say(451, "Not here", ""))
	mux.HandleFunc("/redirected_home", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/{$}", say(200, "Tube", "<p>Welcome</p>"))
	mux.HandleFunc("/still_up", say(200, "A walk", "<p>"+oldText+"</p>"))
	mux.HandleFunc("/unknown", say(503, "Away", ""))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func tools(t *testing.T, cfg fetch.Config) (*fetch.Door, *blob.Store) {
	t.Helper()
	cfg.AllowLoopback = true
	door, err := fetch.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(door.Close)
	store, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store.Sync = false
	return door, store
}

func TestSeeEveryVerdict(t *testing.T) {
	s := site(t)
	door, store := tools(t, fetch.Config{Hosts: map[string]string{"tube.example:80": s.Listener.Addr().String()}, Now: func() time.Time { return lookedAt }})
	text, err := store.PutBytes(t.Context(), []byte(oldText))
	if err != nil {
		t.Fatal(err)
	}
	for want, hops := range map[Verdict]int{Removed: 1, Soft404: 1, AccountGone: 1, LoginWall: 2, GeoBlocked: 1, RedirectedHome: 2, StillUp: 1, Unsure: 1} {
		look, err := See(t.Context(), door, store, Before{URL: "http://tube.example/" + string(want), Title: "A walk", Text: text}, lookedAt)
		if err != nil || look.Verdict != want {
			t.Errorf("%s: got %s (%s), %v", want, look.Verdict, look.Reason, err)
			continue
		}
		if look.Vantage != "direct" || !look.At.Equal(lookedAt) || look.Status == 0 {
			t.Errorf("%s: look %+v", want, look)
		}
		exchanges := proof(t, store, look)
		if len(exchanges) != hops {
			t.Errorf("%s: %d exchanges are kept, want %d", want, len(exchanges), hops)
		}
		last := exchanges[len(exchanges)-1]
		if last.URL != look.FinalURL || !strings.HasPrefix(string(last.Response), fmt.Sprintf("HTTP/1.1 %d ", look.Status)) || last.Notes.Get("verdict") != string(want) {
			t.Errorf("%s: kept %s, notes %v, response %.40q", want, last.URL, last.Notes, last.Response)
		}
	}
}

func proof(t *testing.T, store *blob.Store, look Look) (out []warc.Exchange) {
	t.Helper()
	data, err := store.Bytes(t.Context(), look.Proof, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for x, err := range warc.ReadExchanges(bytes.NewReader(data), warc.Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

func TestSeeWhereNothingAnswers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { // takes connections and hangs up
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conn.Close()
		}
	}()
	defer listener.Close()
	door, store := tools(t, fetch.Config{})
	for url, fault := range map[string]string{"http://" + listener.Addr().String() + "/": "broken", "http://10.1.2.3/": "blocked", "gopher://x.example/": "bad-url"} {
		look, err := See(t.Context(), door, store, Before{URL: url}, lookedAt)
		if err != nil || look.Verdict != Unsure || look.Status != 0 || !look.Proof.IsZero() || !strings.Contains(look.Reason, fault) {
			t.Errorf("%s: %+v, %v", url, look, err)
		}
	}
}

func TestSeeGivesUpWithItsCaller(t *testing.T) {
	s := site(t)
	door, store := tools(t, fetch.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if look, err := See(ctx, door, store, Before{URL: s.URL + "/removed"}, lookedAt); err == nil {
		t.Errorf("a look that nobody took: %+v", look)
	}
}

// A text that was lost from the store stops no look.
func TestSeeWithoutTheOldText(t *testing.T) {
	s := site(t)
	door, store := tools(t, fetch.Config{})
	look, err := See(t.Context(), door, store, Before{URL: s.URL + "/removed", Text: blob.SumOf([]byte("lost"))}, lookedAt)
	if err != nil || look.Verdict != Removed {
		t.Errorf("%+v, %v", look, err)
	}
}

// Whatever a server sends, the look can be stored.
func TestSeeWhatIsNoText(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/a" {
			w.Header()["Location"] = []string{"/login?x=\xff\xfe"}
			w.WriteHeader(302)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=nonsense")
		w.Write([]byte("<title>\x00\xff</title>\x00"))
	}))
	defer s.Close()
	eachDesk(t, func(t *testing.T, d *desk) {
		door, store := tools(t, fetch.Config{})
		look, err := See(t.Context(), door, store, Before{URL: s.URL + "/a", Title: "A walk", Media: []string{s.URL + "/m.jpg"}}, lookedAt)
		if err != nil || look.Verdict != LoginWall {
			t.Fatalf("%+v, %v", look, err)
		}
		d.start("itm_a")
		d.update(func(tx *sqldb.Tx) error { _, err := Save(tx, audit.System, "itm_a", 1, look); return err })
	})
}
