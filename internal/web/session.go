package web

import (
	"net"
	"net/http"
	"strings"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/problem"
)

func (s *Server) secure() bool { return strings.HasPrefix(s.Public, "https://") }

// cookieName has the __Host- prefix where it may: such a cookie cannot be set by a
// neighbouring host (RFC 6265bis, section 4.1.3).
func (s *Server) cookieName() string {
	if s.secure() {
		return "__Host-argine"
	}
	return "argine"
}

// keep gives the browser a session's secret; an empty one takes it away. How long it lasts
// is decided by signin, so the cookie itself ends with the browser.
func (s *Server) keep(w http.ResponseWriter, secret string) {
	cookie := &http.Cookie{Name: s.cookieName(), Value: secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.secure()}
	if secret == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// session tells who makes a request.
func (s *Server) session(r *http.Request) (auth.Principal, error) {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil || cookie.Value == "" {
		return auth.Principal{}, problem.New(problem.Unauthenticated, "sign in first")
	}
	return s.Signin.Session(r.Context(), cookie.Value)
}

// address is where a request came from. A header such as X-Forwarded-For is not believed:
// whoever guesses passwords could write a new one each time.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// localPath is where to go after signing in: a path of this site, never another site.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\x00\r\n\t") {
		return "/"
	}
	return next
}
