package hma

import (
	"net/http"
	"slices"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
)

func statusRoutes() []route {
	return []route{
		{"GET", "/status", "", (*Server).status, says{what: "Whether lookups can be sent here: I-AM-ALIVE, INDEX-NOT-LOADED or INDEX-STALE"}},
		{"GET", "/status/live", "", (*Server).live, says{what: "Whether the process answers"}},
		{"GET", "/livez", "", (*Server).live, says{what: "Whether the process answers"}},
		{"GET", "/openapi/openapi.json", "", (*Server).openAPI, says{what: "This document", answer: map[string]any{}}},
		{"GET", "/site-map", "", (*Server).siteMap, says{what: "List the paths", answer: []string{}}},
		{"GET", "/c/signal_type", auth.BankRead, (*Server).signalTypes, says{what: "List the signal types", answer: []signalConfig{}}},
		{"GET", "/c/signal_type/index", auth.BankRead, (*Server).signalIndex, says{what: "How the indexes stand, beside the database", query: "signal_type", answer: map[string]indexAge{}}},
		{"GET", "/c/content_type", auth.BankRead, (*Server).contentTypes, says{what: "List the content types", answer: []contentConfig{}}},
	}
}

// staleAfter is how old an index may be before the service asks to be left out of the
// balance; HMA's own limit. The index follows the database several times a second.
const staleAfter = 65 * time.Second

// status tells a load balancer whether to send lookups here.
func (s *Server) status(c *call) error {
	text, code := "I-AM-ALIVE", http.StatusOK
	for _, st := range s.Index.Status() {
		switch {
		case !st.Present:
			text, code = "INDEX-NOT-LOADED", http.StatusServiceUnavailable
		case code == http.StatusOK && s.Flow.DB.Now().Sub(st.BuiltTo) > staleAfter:
			text, code = "INDEX-STALE", http.StatusServiceUnavailable
		}
	}
	return c.plain(code, text)
}

// live tells whether the process answers at all.
func (s *Server) live(c *call) error { return c.plain(http.StatusOK, "I-AM-ALIVE") }

func (c *call) plain(code int, text string) error {
	c.w.Header()["Content-Type"] = plainType
	c.w.WriteHeader(code)
	_, err := c.w.Write([]byte(text))
	c.sent = true
	return err
}

func (s *Server) siteMap(c *call) error {
	var paths []string
	for _, r := range routes() {
		paths = append(paths, r.path)
	}
	slices.Sort(paths)
	return c.json(http.StatusOK, slices.Compact(paths))
}

// indexState is how the index of one signal type stands, in the words of /m/index/status.
type indexState struct {
	BuiltTo int64 `json:"built_to"` // seconds since 1970, -1 for never
	Present bool  `json:"present"`
	Size    int   `json:"size"`
}

// states gives the states of all signal types, or of the one that is asked for.
func (s *Server) states(c *call) (map[string]indexState, error) {
	q := parseQuery(c.r.URL.RawQuery)
	only := signalType{}
	if q.signalType != "" {
		var err error
		if only, err = signalNamed(q.signalType); err != nil {
			return nil, err
		}
	}
	kinds := map[string]match.Status{}
	for _, st := range s.Index.Status() {
		kinds[st.Kind] = st
	}
	out := map[string]indexState{}
	for _, st := range signalTypes {
		if only.name != "" && st.name != only.name {
			continue
		}
		state := indexState{BuiltTo: -1}
		if of := kinds[st.kind]; of.Present {
			state = indexState{of.BuiltTo.Unix(), true, of.Size}
		}
		out[st.name] = state
	}
	return out, nil
}

func (s *Server) indexStatus(c *call) error {
	states, err := s.states(c)
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, states)
}

// indexAge is the same in the words of /c/signal_type/index.
type indexAge struct {
	DBSize       int   `json:"db_size"`
	IndexSize    int   `json:"index_size"`
	OutOfDate    bool  `json:"index_out_of_date"`
	NewestDBItem int64 `json:"newest_db_item"`
	BuiltTo      int64 `json:"index_built_to"`
}

// signalIndex says the same in other words. The index is never behind by more than the moment
// between two looks at the database, so its size is the database's.
func (s *Server) signalIndex(c *call) error {
	states, err := s.states(c)
	if err != nil {
		return err
	}
	out := map[string]indexAge{}
	for name, st := range states {
		out[name] = indexAge{st.Size, st.Size, !st.Present, st.BuiltTo, st.BuiltTo}
	}
	return c.json(http.StatusOK, out)
}

type signalConfig struct {
	EnabledRatio float64 `json:"enabled_ratio"`
	Name         string  `json:"name"`
}

func (s *Server) signalTypes(c *call) error {
	var out []signalConfig
	for _, st := range signalTypes {
		out = append(out, signalConfig{1, st.name})
	}
	return c.json(http.StatusOK, out)
}

type contentConfig struct {
	Enabled bool   `json:"enabled"`
	Name    string `json:"name"`
}

func (s *Server) contentTypes(c *call) error {
	return c.json(http.StatusOK, []contentConfig{{true, flow.Photo}, {true, flow.Video}})
}
