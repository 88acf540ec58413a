// Package web is the desk on screen: pages made on the server, small scripts, one style.
//
// Every page is a row of one list (routes.go) with the permission that it needs. A handler
// asks package desk one or a few questions, or calls one verb of flow, and fills one typed
// struct that one template renders; it decides nothing. All words of the interface stand in
// words/active.*.json.
//
// The pages show hostile material to people who must not be harmed by it or give themselves
// away: nothing on a page leads outside (links of items are text, defanged), nothing is
// loaded from elsewhere, no script or style stands in a page itself (the policy in
// headers.go), and media stay covered until two deliberate steps.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/signin"
)

// Server is what the handlers work with. Its fields are set before Mount.
type Server struct {
	Flow   *flow.Flow
	Desk   *desk.Desk
	Signin *signin.Desk
	Host   *host.Host // of a hosting service's own Argine; else nil, and its pages are not there
	Log    *slog.Logger
	Public string // URL under which people reach the pages; https makes the cookie Secure

	pages  *pages
	origin *http.CrossOriginProtection
}

// Mount adds the pages to the mux. A template or a catalogue that does not parse is a
// defect of the program itself and ends it here, before anything is served.
func (s *Server) Mount(mux *http.ServeMux) {
	s.pages = mustPages()
	s.origin = http.NewCrossOriginProtection()
	routes := Routes()
	if s.Host != nil {
		routes = HostRoutes()
	}
	for _, r := range routes {
		mux.Handle(r.Method+" "+r.Path, s.handler(r))
	}
	mux.Handle("GET /static/{file}", http.HandlerFunc(static))
	mux.Handle("/", s.nowhere(mux))
}

// call is one request for a page, with who makes it.
type call struct {
	w     http.ResponseWriter
	r     *http.Request
	who   auth.Principal
	words *words
}

func (c *call) ctx() context.Context { return c.r.Context() }

// handler admits a call and serves it. Who may not call learns nothing from the path.
func (s *Server) handler(r Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := &call{w: w, r: req, words: s.pages.choose(req.Header.Get("Accept-Language"))}
		setHeaders(w.Header())
		err := s.admit(c, r)
		if err == nil {
			err = r.serve(s, c)
		}
		if problem.Is(err, problem.Unauthenticated) && !r.Public {
			s.askToSignIn(c)
			return
		}
		if err != nil {
			s.fail(c, err)
		}
	})
}

func (s *Server) admit(c *call, r Route) error {
	if err := s.origin.Check(c.r); err != nil {
		return problem.Wrap(err, problem.Forbidden, "this was sent from a page that is not Argine's; open Argine itself and do it there")
	}
	who, err := s.session(c.r)
	if err != nil {
		if r.Public && problem.Is(err, problem.Unauthenticated) {
			return nil
		}
		return err
	}
	c.who = who
	if r.Permission == "" {
		return nil
	}
	return who.Require(r.Permission)
}

// askToSignIn leads to the sign-in page, which leads back to where the person was going.
func (s *Server) askToSignIn(c *call) {
	to := "/signin"
	if c.r.Method == http.MethodGet && c.r.URL.Path != "/" {
		to += "?next=" + url.QueryEscape(c.r.URL.RequestURI())
	}
	http.Redirect(c.w, c.r, to, http.StatusSeeOther)
}

// nowhere answers for all paths that nobody has. It must not hide that a path of the API
// exists under another method, so it asks the mux about the others.
func (s *Server) nowhere(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setHeaders(w.Header())
		c := &call{w: w, r: r, words: s.pages.choose(r.Header.Get("Accept-Language"))}
		var allowed []string
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != "/" {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) > 0 {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			http.Error(w, "this path takes "+strings.Join(allowed, ", "), http.StatusMethodNotAllowed)
			return
		}
		if who, err := s.session(r); err == nil {
			c.who = who
		}
		s.fail(c, problem.New(problem.NotFound, "%s", c.words.say("failure.nowhere")))
	})
}

// fail shows a failure as a page: what happened and what to do.
func (s *Server) fail(c *call, err error) {
	kind := problem.Of(err)
	if errors.Is(err, context.Canceled) {
		return // the person has gone elsewhere
	}
	if kind == problem.Internal {
		s.Log.ErrorContext(c.ctx(), "a page failed inside", "path", c.r.URL.Path, "error", err)
	}
	meaning := kind.Meaning()
	if strings.HasPrefix(c.r.URL.Path, "/v1/") {
		tellProblem(c.w, kind, err)
		return
	}
	p := failurePage{frame: s.frame(c, meaning.Title, ""), Status: meaning.Status, Slug: meaning.Slug, Message: problem.Message(err)}
	var e *problem.Error
	if errors.As(err, &e) {
		p.Fields = e.Fields
	}
	if err := s.render(c, meaning.Status, "failure", p); err != nil {
		s.Log.ErrorContext(c.ctx(), "the page of a failure failed", "error", err)
	}
}

type failurePage struct {
	frame
	Status  int
	Slug    string
	Message string
	Fields  []problem.Field
}
