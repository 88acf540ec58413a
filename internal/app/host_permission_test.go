package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/api"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/web"
)

// TestWhoMayDoWhatAtAHostingService walks all routes without anybody, as an officer and as a
// manager: nobody gets in without, and each role gets where its permissions lead.
func TestWhoMayDoWhatAtAHostingService(t *testing.T) {
	h := newHosted(t, "", nil)
	units, err := h.api.Units(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	officer, err := h.api.AddUser(t.Context(), client.NewUser{UnitID: units.Items[0].ID, Name: "Otto", Email: "otto@clips.example", Roles: []string{"host_officer"}})
	if err != nil {
		t.Fatal(err)
	}
	token, err := h.api.AddToken(t.Context(), client.NewToken{UserID: officer.ID, Name: "test", Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{id}", "nothing", "{sender}", "nobody", "{level}", "0", "{path...}", "000", "{ext}", "json", "{secret}", "x", "{$}", "")
	for _, r := range api.HostRoutes() {
		path := fill.Replace(r.Path)
		if r.ID == "host-report" {
			path += "?year=2026"
		}
		nobody := h.ask(r.Method, path, "", nil)
		if !r.Public && nobody != http.StatusUnauthorized {
			t.Errorf("%s without a token: HTTP %d", r.ID, nobody)
		}
		got := h.ask(r.Method, path, token.Secret, nil)
		may := r.Permission == "" || auth.HostOfficer.May(r.Permission)
		if !r.Public && (got == http.StatusForbidden) == may || got >= 500 {
			t.Errorf("%s by an officer: HTTP %d, may %v", r.ID, got, may)
		}
	}
	manager := newVisitor(h)
	for _, r := range web.HostRoutes() {
		path := fill.Replace(r.Path)
		if got := h.ask(r.Method, path, "", nil); !r.Public && got != http.StatusSeeOther {
			t.Errorf("%s %s without a session: HTTP %d", r.Method, r.Path, got)
		}
		if r.Path == "/signout" || r.Public {
			continue
		}
		if got := h.ask(r.Method, path, "", manager); got == http.StatusForbidden || got >= 500 {
			t.Errorf("%s %s by the manager: HTTP %d", r.Method, r.Path, got)
		}
	}
	// The desk of units is not there.
	for _, path := range []string{"/v1/actions", "/v1/platforms", "/m/lookup"} {
		if got := h.ask("GET", path, token.Secret, nil); got != http.StatusNotFound {
			t.Errorf("%s: HTTP %d", path, got)
		}
	}
}

// ask makes a call and gives its status; a redirect is an answer.
func (h *hosted) ask(method, path, token string, v *visitor) int {
	h.Helper()
	req, err := http.NewRequest(method, h.base+path, strings.NewReader("{}"))
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if v != nil {
		c.Jar = v.http.Jar
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := c.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}
