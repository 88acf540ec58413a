package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argine/argine/client"
)

// marker stands in every bad input; no answer may repeat it.
const marker = "zq7-submitted-zq7"

// TestProblems provokes every kind of failure that a caller can cause.
func TestProblems(t *testing.T) {
	w := newWorld(t)
	action := w.openAction("Example Action", "coordinator")
	unit := `{"name":"Unit North","country":"BE","kind":"authority"}`
	for _, c := range []struct {
		name   string
		asked  asked
		status int
		slug   string
		says   string // part of the detail that tells what to do
		names  string // location among the errors
	}{
		{"no JSON", asked{method: "POST", path: "/v1/units", body: "{" + marker}, 422, "invalid", "correct", "body"},
		{"wrong type", asked{method: "POST", path: "/v1/units", body: `{"name":["` + marker + `"],"country":"BE","kind":"authority"}`}, 422, "invalid", "correct", "body.name"},
		{"unknown member", asked{method: "POST", path: "/v1/units", body: `{"name":"N","country":"BE","kind":"authority","colour":"` + marker + `"}`}, 422, "invalid", "correct", "body.colour"},
		{"missing member", asked{method: "POST", path: "/v1/units", body: `{"country":"` + marker + `"}`}, 422, "invalid", "correct", "body"},
		{"bad choice", asked{method: "POST", path: "/v1/units", body: `{"name":"N","country":"BE","kind":"` + marker + `"}`}, 422, "invalid", "correct", "body.kind"},
		{"bad moment", asked{by: "coordinator", method: "POST", path: "/v1/interests", body: `{"kind":"sha256","value":"x","contact":"y","expires_at":"` + marker + `"}`}, 422, "invalid", "correct", "body.expires_at"},
		{"bad query", asked{method: "GET", path: "/v1/actions/" + action + "/items?limit=" + marker}, 422, "invalid", "correct", "query.limit"},
		{"bad path", asked{method: "GET", path: "/v1/media/" + marker}, 422, "invalid", "correct", "path.sha256"},
		{"no body", asked{method: "POST", path: "/v1/units"}, 422, "invalid", "correct", ""},
		{"against a rule of the trade", asked{by: "coordinator", method: "POST", path: "/v1/actions", body: `{"name":"B","theme":"","units":[],"opens_at":"2026-01-02T00:00:00Z","closes_at":"2026-01-01T00:00:00Z"}`}, 422, "invalid", "", ""},
		{"bad key", asked{method: "POST", path: "/v1/units", body: unit, key: strings.Repeat("k", 201)}, 422, "invalid", "Idempotency-Key", ""},
		{"nothing there", asked{method: "GET", path: "/v1/items/itm_nothing"}, 404, "not-found", "", ""},
		{"no such action", asked{by: "analyst", method: "GET", path: "/v1/actions/act_nothing/status"}, 404, "not-found", "list of actions", ""},
		{"there already", asked{method: "POST", path: "/v1/units", body: unit}, 409, "conflict", "choose another name", ""},
		{"too large", asked{method: "POST", path: "/v1/units", body: `{"name":"` + strings.Repeat("x", 9<<20) + `"}`}, 413, "too-large", "in parts", ""},
		{"unread kind of JSON", asked{method: "POST", path: "/v1/units", kind: "application/x-unread", body: unit}, 415, "unsupported-media", "application/json", ""},
		{"unread kind of file", asked{by: "analyst", method: "POST", path: "/v1/actions/" + action + "/contributions", kind: "image/png", body: marker}, 415, "unsupported-media", "text/csv", ""},
		{"file in another encoding", asked{by: "analyst", method: "POST", path: "/v1/actions/" + action + "/contributions", kind: "text/csv; charset=utf-16", body: marker}, 415, "unsupported-media", "UTF-8", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.asked.by == "" {
				c.asked.by = "admin"
			}
			got := w.call(c.asked)
			p := got.problem
			if got.status != c.status || p.Status != c.status || p.Type != "urn:argine:problem:/"+c.slug || p.Title == "" || !strings.HasPrefix(got.kind, "application/problem+json") {
				t.Errorf("%d %s %.300s", got.status, got.kind, got.body)
			}
			if p.Detail == "" || !strings.Contains(p.Detail, c.says) {
				t.Errorf("the detail %q does not say %q", p.Detail, c.says)
			}
			if strings.Contains(got.body, marker) || len(got.body) > 4000 {
				t.Errorf("what was sent comes back: %.300s", got.body)
			}
			if c.names != "" && !named(p, c.names) {
				t.Errorf("%q is not among the errors %+v", c.names, p.Errors)
			}
		})
	}
}

func named(p client.Problem, location string) bool {
	for _, e := range p.Errors {
		if e.Location == location && e.Message != "" {
			return true
		}
	}
	return false
}

// A rule of the trade that refuses says so with its own kind, apart from a plain conflict.
func TestARefusalIsAProblemOfItsOwn(t *testing.T) {
	w := newWorld(t)
	referral := w.drafted("https://clips.example/v/1")
	got := w.call(asked{by: "coordinator", method: "POST", path: "/v1/referrals/" + referral + "/approval", body: "{}"})
	if got.status != 409 || got.problem.Type != "urn:argine:problem:/refused" || got.problem.Title == "Conflict" || got.problem.Detail == "" {
		t.Errorf("who drafted approves: %d %s", got.status, got.body)
	}
	got = w.call(asked{by: "reviewer", method: "POST", path: "/v1/referrals/" + referral + "/approval", body: "{}"})
	if got.status != 200 || !strings.Contains(got.body, `"approved"`) {
		t.Errorf("another person approves: %d %s", got.status, got.body)
	}
}

// A platform's secret never comes back, in no answer and no list.
func TestSecretsOfPlatformsStayInside(t *testing.T) {
	w := newWorld(t)
	const secret = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk"
	body := fmt.Sprintf(`{"name":"Files","country":"DE","language":"de","transport":"webhook","webhook_url":"https://files.example/hook","webhook_secret":%q,"rules":{"hosts":["files.example"]}}`, secret)
	made := w.call(asked{by: "coordinator", method: "POST", path: "/v1/platforms", body: body, key: "one"})
	again := w.call(asked{by: "coordinator", method: "POST", path: "/v1/platforms", body: body, key: "one"})
	list := w.call(asked{by: "admin", method: "GET", path: "/v1/platforms"})
	if made.status != 200 || made.body != again.body || !strings.Contains(list.body, "files.example") {
		t.Fatalf("%d %s; %s", made.status, made.body, list.body)
	}
	if strings.Contains(made.body+list.body, "whsec_") {
		t.Error("the secret of a webhook is told")
	}
}
