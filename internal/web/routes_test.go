package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/internal/auth"
)

// TestEveryRouteForEveryRole walks all pages with all roles: nobody is led to the sign-in
// page, who lacks the permission is told so, and who has it never is.
func TestEveryRouteForEveryRole(t *testing.T) {
	w := sqliteWorld(t) // its own: the walk drafts and approves
	nobody := w.visit("")
	visitors := map[auth.Role]*visitor{}
	for _, p := range staff {
		if p.unit != "Unit West" {
			visitors[p.role] = w.visit(strings.Fields(p.name)[0])
		}
	}
	for _, role := range auth.DeskRoles {
		if visitors[role] == nil {
			t.Fatalf("nobody has the role %s", role)
		}
	}
	for _, r := range Routes() {
		path := w.fill(r.Path)
		status, h, _ := nobody.do(r.Method, path, nil)
		if r.Public {
			if status == http.StatusForbidden || status == http.StatusSeeOther {
				t.Errorf("%s %s is public and gave %d", r.Method, r.Path, status)
			}
			continue
		}
		if status != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/signin") {
			t.Errorf("%s %s without a session gave %d to %q", r.Method, r.Path, status, h.Get("Location"))
		}
		if r.Path == "/signout" {
			continue // it would end the visit
		}
		for role, v := range visitors {
			status, _, body := v.do(r.Method, path, nil)
			may := r.Permission == "" || role.May(r.Permission)
			if r.Path == "/{$}" {
				may = role != auth.PlatformContact || status == http.StatusSeeOther
			}
			if (status == http.StatusForbidden) == may {
				t.Errorf("%s %s as %s gave %d, may is %t: %.200s", r.Method, r.Path, role, status, may, textOf(parsed(t, body)))
			}
			if status == http.StatusInternalServerError {
				t.Errorf("%s %s as %s failed inside", r.Method, r.Path, role)
			}
		}
	}
}

// fill puts things that exist into the path of a route.
func (w *world) fill(path string) string {
	target := map[string]string{
		"actions":    string(w.action),
		"items":      string(w.items["ready-0"]),
		"platforms":  string(w.platforms["Clips"]),
		"referrals":  string(w.referral),
		"notices":    string(w.notices[0]),
		"orders":     string(w.orders["draft"]),
		"deliveries": "dlv_unknown",
		"banks":      "SAMPLE_BANK",
		"drafts":     "drf_unknown",
		"register":   "aut_unknown", "interests": "int_unknown",
	}
	target["transparency"] = "public"
	target["mail"] = string(w.mail)
	target["complaints"], target["inbox"] = string(w.complaint), string(w.orders["runs"])
	parts := strings.Split(path, "/")
	path = strings.ReplaceAll(path, "{id}", target[parts[1]])
	return strings.NewReplacer("{$}", "", "{secret}", "not-a-secret", "{format}", "json", "{kind}", "withdrawn", "{place}", "0", "{sha256}", strings.Repeat("0", 64)).Replace(path)
}

func TestOtherUnitsSeeNothing(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Gus") // a coordinator whose unit takes no part
	for _, path := range []string{"/actions/{id}", "/actions/{id}/board", "/actions/{id}/items", "/actions/{id}/worklist", "/actions/{id}/referrals", "/actions/{id}/report", "/items/{id}", "/referrals/{id}"} {
		if status, _, _ := v.get(w.fill(path)); status != http.StatusNotFound {
			t.Errorf("%s gave %d, want 404", path, status)
		}
	}
	if found := textOf(v.page("/search?q=" + url.QueryEscape("https://clips.example/v/ready-0"))); !strings.Contains(found, "No. Nothing") {
		t.Errorf("the search tells another unit: %s", found)
	}
	if found := textOf(one(t, v.page("/"), "main")); strings.Contains(found, "Example Action Day") {
		t.Errorf("the list of actions tells another unit: %s", found)
	}
}

func TestWritesFromElsewhereAreRefused(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Cleo")
	req, _ := http.NewRequest("POST", w.server.URL+"/referrals/"+string(w.other)+"/approval", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	req.Header.Set("Origin", "https://evil.example")
	resp, err := v.http.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a form of another site gave %d", resp.StatusCode)
	}
	if page := textOf(v.page("/referrals/" + string(w.other))); !strings.Contains(page, "waits for approval") {
		t.Error("the referral was approved")
	}
}
