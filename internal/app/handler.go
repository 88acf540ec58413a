package app

import (
	"context"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/argine/argine/internal/api"
	"github.com/argine/argine/internal/hma"
	"github.com/argine/argine/internal/web"
)

// handler joins the faces: pages, API, health and metrics.
func (a *App) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", a.ready)
	m := newMetrics(a)
	mux.Handle("GET /metrics", m.handler())
	if a.cfg.Hosting {
		(&api.Server{Flow: a.flow, Desk: a.desk, Audit: a.audit, Host: a.host, Log: a.log}).Mount(mux)
		(&web.Server{Flow: a.flow, Desk: a.desk, Signin: a.signin, Host: a.host, Log: a.log, Public: a.cfg.Public}).Mount(mux)
		return m.measure(a.recover(mux))
	}
	if a.cfg.runs("api") {
		(&api.Server{Flow: a.flow, Desk: a.desk, Audit: a.audit, Log: a.log}).Mount(mux)
	}
	if a.cfg.runs("web") {
		(&web.Server{Flow: a.flow, Desk: a.desk, Signin: a.signin, Log: a.log, Public: a.cfg.Public}).Mount(mux)
	}
	if a.cfg.runs(Matcher) {
		(&hma.Server{Flow: a.flow, Desk: a.desk, Index: a.index, Log: a.log}).Mount(mux)
	}
	return m.measure(a.recover(mux))
}

// ready tells whether this Argine can do its work now: its database answers.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if err := a.db.Ping(ctx); err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ready\n"))
}

// recover turns a panic of a handler into an error of that one call.
func (a *App) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				a.log.Error("a handler panicked", "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
				http.Error(w, "something went wrong inside Argine; the log has the detail", http.StatusInternalServerError)
			}
		}()
		next.ServeHTTP(w, r)
	})
}
