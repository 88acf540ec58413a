package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/argine/argine/internal/api"
	"github.com/argine/argine/internal/auth"
)

// withoutPermission are the routes that need none, and why.
var withoutPermission = map[string]string{
	"me":             "whoever has a token may know whose it is",
	"checkpoint":     "public: outsiders witness the log",
	"tile":           "public: hashes tell nothing of what happened",
	"keys":           "public: whoever receives a message looks up who signed it",
	"give-answer":    "its signature stands for a token",
	"schema":         "public: whoever writes a program that answers needs it first",
	"tell-authority": "its signature stands for a token",
}

// furtherRefused are the routes that refuse some who have the permission, with 403.
var furtherRefused = map[string]func(auth.Principal) bool{
	"entries": func(p auth.Principal) bool { return !p.SeesAll() }, // the log is about all units
}

func TestEveryRouteNamesAPermission(t *testing.T) {
	for _, r := range api.Routes() {
		_, listed := withoutPermission[r.ID]
		if (r.Permission == "") != listed {
			t.Errorf("%s needs the permission %q; a route without any must be in the list, and no other", r.ID, r.Permission)
		}
		if r.Permission != "" && (r.Public || !slices.Contains(auth.All, r.Permission)) {
			t.Errorf("%s: permission %q, public %v", r.ID, r.Permission, r.Public)
		}
	}
}

// sample fills the path of a route: with things that are not there, so that nothing changes.
func sample(r api.Route) string {
	path := strings.NewReplacer("{id}", "nothing", "{sha256}", strings.Repeat("0", 64), "{level}", "0", "{place}", "0", "{path...}", "000").Replace(r.Path)
	if r.ID == "search" {
		path += "?q=nothing"
	}
	return path
}

// TestWhoMayCallWhat walks all routes with all roles and without a token.
func TestWhoMayCallWhat(t *testing.T) {
	w := newWorld(t)
	for _, r := range api.Routes() {
		a := asked{method: r.Method, path: sample(r)}
		if r.Method == "POST" {
			a.body = "{}"
		}
		got := w.call(a)
		if bySignature := r.ID == "give-answer" || r.ID == "tell-authority"; !bySignature && r.Public == (got.status == 401) || bySignature && got.status != 401 {
			t.Errorf("%s without a token: %d, public %v", r.ID, got.status, r.Public)
		}
		if r.ID == "give-answer" || r.ID == "tell-authority" {
			continue
		}
		for _, name := range []string{"admin", "analyst", "reviewer", "coordinator", "overseer", "contact"} {
			a.by = name
			got, who := w.call(a), w.people[name]
			may := r.Permission == "" || who.May(r.Permission)
			if refused := furtherRefused[r.ID]; refused != nil && refused(who) {
				may = false
			}
			if (got.status == 403) == may {
				t.Errorf("%s by %s: %d, but may: %v; %s", r.ID, name, got.status, may, got.body)
			}
			if may && (got.status == 401 || got.status >= 500) {
				t.Errorf("%s by %s: %d %s", r.ID, name, got.status, got.body)
			}
			if !may && (got.problem.Type != "urn:argine:problem:/forbidden" || !strings.Contains(got.problem.Detail, "administrator")) {
				t.Errorf("%s by %s is refused without saying what to do: %s", r.ID, name, got.body)
			}
		}
	}
}

// A token with scopes does no more than they say, whatever the roles allow.
func TestScopesNarrowAToken(t *testing.T) {
	w := newWorld(t)
	made := w.call(asked{by: "admin", method: "POST", path: "/v1/tokens",
		body: fmt.Sprintf(`{"user_id":%q,"name":"narrow","scopes":["action.read"]}`, w.people["coordinator"].User)})
	w.secrets["narrow"] = between(made.body, `"secret":"`, `"`)
	for path, want := range map[string]int{"/v1/actions": 200, "/v1/platforms": 403, "/v1/me": 200} {
		if got := w.call(asked{by: "narrow", method: "GET", path: path}); got.status != want {
			t.Errorf("%s: %d, want %d: %s", path, got.status, want, got.body)
		}
	}
	token := between(made.body, `"id":"`, `"`)
	if got := w.call(asked{by: "admin", method: "DELETE", path: "/v1/tokens/" + token}); got.status >= 300 {
		t.Errorf("revoked: %d %s", got.status, got.body)
	}
	if got := w.call(asked{by: "narrow", method: "GET", path: "/v1/me"}); got.status != 401 || !strings.Contains(got.problem.Detail, "revoked") {
		t.Errorf("a revoked token: %d %s", got.status, got.body)
	}
	w.secrets["wrong"] = "argine_nobody"
	if got := w.call(asked{by: "wrong", method: "GET", path: "/v1/me"}); got.status != 401 || got.problem.Type != "urn:argine:problem:/unauthenticated" {
		t.Errorf("a token that nobody made: %d %s", got.status, got.body)
	}
}

func between(text, before, after string) string {
	_, text, _ = strings.Cut(text, before)
	text, _, _ = strings.Cut(text, after)
	return text
}
