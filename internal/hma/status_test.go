package hma_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/hma"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestAStaleIndexAsksToBeLeftOut: an index that has not seen the database for a minute says so.
func TestAStaleIndexAsksToBeLeftOut(t *testing.T) {
	now := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	dbtest.EachAt(t, func() time.Time { return now }, func(t *testing.T, db *sqldb.DB) {
		store, err := blob.Open(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		index, err := match.Open(t.Context(), db, store, "")
		if err != nil {
			t.Fatal(err)
		}
		mux := http.NewServeMux()
		(&hma.Server{Flow: &flow.Flow{DB: db, Index: index}, Desk: &desk.Desk{DB: db}, Index: index, Log: slog.New(slog.DiscardHandler)}).Mount(mux)
		status := func(path string) (int, string) {
			answer := httptest.NewRecorder()
			mux.ServeHTTP(answer, httptest.NewRequest("GET", path, nil))
			return answer.Code, answer.Body.String()
		}
		for _, c := range []struct {
			pass    time.Duration
			refresh bool
			want    string
		}{{0, false, "I-AM-ALIVE"}, {65 * time.Second, false, "I-AM-ALIVE"}, {time.Second, false, "INDEX-STALE"}, {0, true, "I-AM-ALIVE"}} {
			now = now.Add(c.pass)
			if c.refresh {
				if err := index.Refresh(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			code, text := status("/status")
			if text != c.want || (code == 200) != (text == "I-AM-ALIVE") {
				t.Errorf("after %v: %d %s, want %s", c.pass, code, text, c.want)
			}
			if code, text := status("/status/live"); code != 200 || text != "I-AM-ALIVE" {
				t.Errorf("live: %d %s", code, text)
			}
		}
	})
}

// TestAMatcherElsewhere follows a PostgreSQL database from a data directory of its own.
func TestAMatcherElsewhere(t *testing.T) {
	url := dbtest.PostgresURL(t)
	whole := &world{T: t, dir: t.TempDir(), database: url}
	whole.start("api", app.Matcher)
	whole.get(post("/c/banks", `{"name":"ELSEWHERE"}`), nil)
	alone := &world{T: t, dir: t.TempDir(), database: url, admin: whole.admin}
	alone.start(app.Matcher)
	lookup := asked{method: "GET", path: "/m/lookup?signal_type=pdq&signal=" + strings.Repeat("c3", 32)}
	alone.within(0, lookup, is("{}"))
	whole.get(post("/c/bank/ELSEWHERE/signal", `{"pdq":"`+strings.Repeat("c3", 32)+`"}`), nil)
	alone.within(time.Second, lookup, holds("ELSEWHERE"))
	whole.get(put("/c/bank/ELSEWHERE", `{"enabled":false}`), nil)
	alone.within(time.Second, lookup, is("{}"))
	alone.stop()
	alone.start(app.Matcher) // from its own snapshot
	whole.get(put("/c/bank/ELSEWHERE", `{"enabled":true}`), nil)
	alone.within(time.Second, lookup, holds("ELSEWHERE"))
}
