// Package hma answers as Hasher-Matcher-Actioner does, the matching service of the
// ThreatExchange project, so that programs written for it work with Argine unchanged.
//
// Its routes are: /h to fingerprint media, /m to look fingerprints up, /c to look after banks,
// and /status. Paths, members and statuses are those of HMA; errors are {"message": …}. What
// HMA leaves to who installs it is decided here:
//
//   - A caller sends an API token as "Authorization: Bearer …". Fingerprinting and looking up
//     need the permission match.lookup, reading banks bank.read, changing them bank.manage. The
//     status is public.
//   - With metadata=true a match tells the entry that was found: its value, label and labels; to
//     who may read banks the bank's terms of sharing, and to who may read this bank where the
//     entry comes from. A distance is a text, a content id a number.
//   - A bank that is enabled for a share of lookups takes part in those whose coin falls below
//     the share. The coin is made from the seed: the first eight bytes of its SHA-256, most
//     significant first, modulo 1,000,000. The same seed always gives the same answer; without
//     a seed the coin is random. bypass_coinflip=true lets all enabled banks take part.
//   - Only enabled banks answer, within the radius of each, and no entry that was retracted or
//     has expired. To delete a bank here is to switch it off: its entries and its history stay.
//   - One content is one entry or several that were added together (the PDQ hash and the
//     SHA-256 of one picture). The number of the first is the content's id, and that of any other
//     names the same content.
//   - An exchange is a bank and the subscriptions that fill it. What it brings waits as a draft
//     for a person; the APIs are argine, csv, jsonl and tat. To delete one ends its
//     subscriptions and switches its bank off.
package hma

import (
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/match"
)

// Server is what the handlers work with.
type Server struct {
	Flow  *flow.Flow
	Desk  *desk.Desk
	Index *match.Index
	Log   *slog.Logger

	holders  *desk.Holders
	document []byte // OpenAPI
}

// route is one row of the list of routes.
type route struct {
	method, path string
	permission   auth.Permission // empty: public
	handle       func(s *Server, c *call) error
	says
}

// routes is the list of routes.
func routes() []route {
	return slices.Concat(statusRoutes(), hashRoutes(), lookupRoutes(), bankRoutes(), contentRoutes(), exchangeRoutes())
}

// Mount adds the routes to the mux.
func (s *Server) Mount(mux *http.ServeMux) {
	s.holders, s.document = desk.NewHolders(s.Desk), document()
	for _, r := range routes() {
		mux.Handle(r.method+" "+r.path, s.handler(r))
	}
	elsewhere := nowhere()
	for _, under := range []string{"/h/", "/m/", "/c/", "/openapi/"} {
		mux.Handle(under, elsewhere)
	}
}

// nowhere answers what is asked of no route: with 405 where the path has another method.
func nowhere() http.Handler {
	methods := map[string][]string{}
	for _, r := range routes() {
		methods[r.path] = append(methods[r.path], r.method)
	}
	known := http.NewServeMux()
	for path := range methods {
		known.HandleFunc(path, func(http.ResponseWriter, *http.Request) {})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, path := known.Handler(r)
		if methods[path] == nil {
			writeJSON(w, http.StatusNotFound, message{"there is no such route; GET /site-map lists them"})
			return
		}
		w.Header()["Allow"] = methods[path]
		writeJSON(w, http.StatusMethodNotAllowed, message{"the method is not allowed for this URL"})
	})
}

// message is a body that only says something, an error mostly.
type message struct {
	Message string `json:"message"`
}

// call is one request under way.
type call struct {
	w    http.ResponseWriter
	r    *http.Request
	who  *auth.Principal // nil on public routes
	sent bool            // part of the answer is on its way: an error can no more be told
}

// json answers with a body.
func (c *call) json(code int, v any) error {
	writeJSON(c.w, code, v)
	return nil
}

// patience is how long a body may take to come: a caller who dribbles holds up nobody.
const patience = 2 * time.Minute

// hurry sets the limit of patience for the body of the call.
func (c *call) hurry() {
	http.NewResponseController(c.w).SetReadDeadline(time.Now().Add(patience)) // not every writer has one
}
