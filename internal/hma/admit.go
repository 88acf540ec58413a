package hma

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
)

// handler lets a call through whose token is good and has the permission of the route, before
// anything of the call is read.
func (s *Server) handler(r route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		c := call{w: w, r: req}
		var err error
		if r.permission != "" {
			c.who, err = s.admit(req, r.permission)
		}
		if err == nil {
			err = r.handle(s, &c)
		}
		if err != nil {
			s.refuse(&c, err)
		}
	})
}

func (s *Server) admit(r *http.Request, perm auth.Permission) (*auth.Principal, error) {
	secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return nil, problem.New(problem.Unauthenticated, "send an API token as `Authorization: Bearer …`; make one with `argine token add`")
	}
	who, err := s.holders.Principal(r.Context(), secret)
	if err != nil {
		return nil, err
	}
	return who, who.Require(perm)
}

// refuse tells a failure in the form of HMA, and logs what the caller must not see.
func (s *Server) refuse(c *call, err error) {
	if c.sent {
		panic(http.ErrAbortHandler) // cut the answer off rather than end it as if it were whole
	}
	code := status(err)
	if code == http.StatusInternalServerError && !errors.Is(err, context.Canceled) {
		s.Log.ErrorContext(c.r.Context(), "a call failed inside", "path", c.r.URL.Path, "error", err)
	}
	if code == http.StatusUnauthorized {
		c.w.Header().Set("WWW-Authenticate", "Bearer")
	}
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		code, err = http.StatusRequestEntityTooLarge, problem.Wrap(err, problem.TooLarge, "the body is longer than the %d bytes that are read here", long.Limit)
	}
	writeJSON(c.w, code, message{problem.Message(err)})
}
