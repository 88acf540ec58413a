// Package api is the REST face of Argine: JSON over HTTP, described by OpenAPI 3.1.
//
// Every route is a row of one list (routes.go and the files that it names), with the
// permission that it needs. The list makes the mux, the OpenAPI document and the test that
// walks all routes with all roles. A handler reads its input, calls one verb of flow or one
// question of desk, and says the answer in the types of package client; it decides nothing.
package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/problem"
)

// Server is what the handlers work with.
type Server struct {
	Flow  *flow.Flow
	Desk  *desk.Desk
	Audit *audit.Log
	Host  *host.Host // of a hosting service's own Argine; else nil, and its routes are not there
	Log   *slog.Logger
}

// Mount adds the routes to the mux and returns the OpenAPI document's source.
func (s *Server) Mount(mux *http.ServeMux) huma.API {
	config := huma.DefaultConfig("Argine", "1")
	config.Info.Description = "Taking terrorist content offline together: contribute, assess by two people, deconflict, refer, deliver, check again, report. " +
		"Send an API token as `Authorization: Bearer …`. Every POST may carry an `Idempotency-Key`: the same call made again has its effect once and answers the same, " +
		"but for secrets, which are shown once. A file may be sent again as it is: what was taken before counts as repeated. " +
		"Errors are `application/problem+json` (RFC 9457); the last part of `type` names the kind."
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	api := humago.New(mux, config)
	api.UseMiddleware(s.admit)
	routes := Routes()
	if s.Host != nil {
		routes = HostRoutes()
	}
	for _, r := range routes {
		r.add(api, s, r)
	}
	return api
}

// Route is one row of the list of routes.
type Route struct {
	ID         string // operation identifier
	Method     string
	Path       string
	Permission auth.Permission // empty: any token
	Public     bool            // no token at all
	Summary    string
	Tag        string
	accepts    []string // media types of an uploaded file

	add func(huma.API, *Server, Route)
}

type whoKey struct{}

const permissionOf, publicOf = "permission", "public"

// admit lets a call through whose token is good and has the permission of the route. It
// stands before the input is read, so that who may not call learns nothing from it.
func (s *Server) admit(ctx huma.Context, next func(huma.Context)) {
	meta := ctx.Operation().Metadata
	if public, _ := meta[publicOf].(bool); public {
		next(ctx)
		return
	}
	secret, ok := strings.CutPrefix(ctx.Header("Authorization"), "Bearer ")
	if !ok {
		s.refuse(ctx, problem.New(problem.Unauthenticated, "send an API token as `Authorization: Bearer …`; make one with `argine token add`"))
		return
	}
	who, err := s.Desk.Principal(ctx.Context(), secret)
	if err == nil {
		if perm, _ := meta[permissionOf].(auth.Permission); perm != "" {
			err = who.Require(perm)
		}
	}
	if err != nil {
		s.refuse(ctx, err)
		return
	}
	inner := context.WithValue(ctx.Context(), whoKey{}, who)
	if key := ctx.Header("Idempotency-Key"); key != "" {
		if !isKey(key) {
			s.refuse(ctx, problem.New(problem.Invalid, "an Idempotency-Key is 1 to %d letters, digits and signs of ASCII; a random one does", maxKey))
			return
		}
		inner = flow.WithKey(inner, key)
	}
	next(huma.WithContext(ctx, inner))
}

const maxKey = 200

func isKey(key string) bool {
	return len(key) <= maxKey && !strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' })
}

// handle makes the row of a route whose handler answers with a JSON body.
func handle[I, O any](r Route, do func(ctx context.Context, s *Server, who auth.Principal, in *I) (O, error)) Route {
	type answer struct{ Body O }
	r.add = func(api huma.API, s *Server, r Route) {
		huma.Register(api, r.operation(), func(ctx context.Context, in *I) (*answer, error) {
			who, _ := ctx.Value(whoKey{}).(auth.Principal)
			body, err := do(ctx, s, who, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return &answer{body}, nil
		})
	}
	return r
}

// stream makes the row of a route whose handler writes its answer itself.
func stream[I any](r Route, do func(ctx context.Context, s *Server, who auth.Principal, in *I) (*huma.StreamResponse, error)) Route {
	r.add = func(api huma.API, s *Server, r Route) {
		huma.Register(api, r.operation(), func(ctx context.Context, in *I) (*huma.StreamResponse, error) {
			who, _ := ctx.Value(whoKey{}).(auth.Principal)
			out, err := do(ctx, s, who, in)
			if err != nil {
				return nil, s.fail(ctx, err)
			}
			return out, nil
		})
	}
	return r
}

// maxBody bounds a JSON body; files are streams and have their own bounds.
const maxBody = 8 << 20

func (r Route) operation() huma.Operation {
	op := huma.Operation{OperationID: r.ID, Method: r.Method, Path: r.Path, Summary: r.Summary, Tags: []string{r.Tag}, MaxBodyBytes: maxBody,
		Metadata: map[string]any{permissionOf: r.Permission, publicOf: r.Public}, Errors: []int{http.StatusUnprocessableEntity}}
	if r.Public {
		return op
	}
	op.Security = []map[string][]string{{"token": {}}}
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound)
	if r.Permission != "" {
		op.Description = "Needs the permission `" + string(r.Permission) + "`."
	}
	if r.Method == http.MethodPost {
		op.Errors = append(op.Errors, http.StatusConflict)
		op.Parameters = []*huma.Param{{Name: "Idempotency-Key", In: "header", Schema: &huma.Schema{Type: "string", MaxLength: ptr(maxKey)},
			Description: "Chosen by the caller, new for each new call."}}
	}
	if len(r.accepts) > 0 {
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
		for _, kind := range r.accepts {
			op.RequestBody.Content[kind] = &huma.MediaType{}
			if kind != "application/json" { // with a schema the library would read the body itself, whole
				op.RequestBody.Content[kind].Schema = &huma.Schema{Type: "string"}
			}
		}
	}
	return op
}

func ptr[T any](v T) *T { return &v }

// fail turns a failure into a problem of RFC 9457, and logs what the person must not see.
func (s *Server) fail(ctx context.Context, err error) error {
	if problem.Of(err) == problem.Internal && !errors.Is(err, context.Canceled) {
		s.Log.ErrorContext(ctx, "a call failed inside", "error", err)
	}
	return failure(err)
}

// orBreak breaks the connection where an answer that is under way cannot be ended, so that
// nobody takes the part for the whole.
func (s *Server) orBreak(ctx context.Context, err error) {
	if err == nil {
		return
	}
	if ctx.Err() == nil {
		s.Log.ErrorContext(ctx, "an answer was broken off", "error", err)
	}
	panic(http.ErrAbortHandler)
}

func (s *Server) refuse(ctx huma.Context, err error) {
	p := failure(err)
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	writeJSON(ctx.BodyWriter(), p)
}
