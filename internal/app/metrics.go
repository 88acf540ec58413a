package app

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/sqldb"
)

// metrics are the figures of this process for Prometheus.
type metrics struct {
	registry *prometheus.Registry
	calls    *prometheus.HistogramVec
}

func newMetrics(a *App) *metrics {
	m := &metrics{registry: prometheus.NewRegistry(), calls: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "argine_http_request_duration_seconds", Help: "Calls by method, route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}}, []string{"method", "route", "status"})}
	m.registry.MustRegister(m.calls, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.gauge("argine_jobs_unfinished", "Jobs that wait, run, or will be tried again.", a, func(tx *sqldb.Tx) (float64, error) {
		n, err := job.Unfinished(tx)
		return float64(n), err
	})
	m.gauge("argine_due", "Deliveries, looks and holds whose time has come.", a, func(tx *sqldb.Tx) (float64, error) {
		n, err := flow.CountDue(tx)
		return float64(n), err
	})
	return m
}

// gauge registers a figure that is read from the database when it is asked for.
func (m *metrics) gauge(name, help string, a *App, read func(*sqldb.Tx) (float64, error)) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() (v float64) {
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		err := a.db.View(ctx, func(tx *sqldb.Tx) (err error) { v, err = read(tx); return err })
		if err != nil {
			a.log.Warn("a figure could not be read", "name", name, "error", err)
		}
		return v
	}))
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// measure times every call. The route is the pattern, not the path: paths hold identifiers.
func (m *metrics) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		kept := &status{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(kept, r)
		route := r.Pattern
		if route == "" {
			route = "none"
		}
		m.calls.WithLabelValues(r.Method, route, strconv.Itoa(kept.code)).Observe(time.Since(start).Seconds())
	})
}

// status remembers the status of an answer.
type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the writer below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
