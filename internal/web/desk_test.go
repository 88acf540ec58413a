package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/sqldb"
)

func TestSignInAndOut(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("")
	status, h, _ := v.get("/platforms?x=1")
	if status != http.StatusSeeOther || h.Get("Location") != "/signin?next=%2Fplatforms%3Fx%3D1" {
		t.Fatalf("a stranger is led with %d to %q", status, h.Get("Location"))
	}
	w.giveDoor("Ben")
	status, _, body := v.post("/signin", url.Values{"email": {"ben@desk.test"}, "password": {"wrong"}, "next": {"/platforms"}})
	if page := parsed(t, body); status != http.StatusUnauthorized || !strings.Contains(textOf(one(t, page, ".alert")), "not right") {
		t.Errorf("a wrong password gave %d: %s", status, body)
	}
	status, h, _ = v.post("/signin", url.Values{"email": {"ben@desk.test"}, "password": {password}, "next": {"//evil.example/"}})
	if status != http.StatusSeeOther || h.Get("Location") != "/" {
		t.Errorf("signing in leads with %d to %q", status, h.Get("Location"))
	}
	cookie := h.Get("Set-Cookie")
	if !strings.Contains(cookie, "HttpOnly") || !strings.Contains(cookie, "SameSite=Lax") || strings.Contains(cookie, "Secure") {
		t.Errorf("cookie %q", cookie)
	}
	if who := textOf(one(t, v.page("/"), ".me")); !strings.Contains(who, "Ben Analyst") {
		t.Errorf("signed in as %q", who)
	}
	v.post("/signout", nil)
	if status, _, _ := v.get("/"); status != http.StatusSeeOther {
		t.Errorf("after signing out / gave %d", status)
	}
}

func TestCookieIsSecureOverTLS(t *testing.T) {
	s := &Server{Public: "https://argine.example"}
	rec := &headerOnly{h: http.Header{}}
	s.keep(rec, "secret")
	if c := rec.h.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-argine=") || !strings.Contains(c, "Secure") || !strings.Contains(c, "Path=/") {
		t.Errorf("cookie %q", c)
	}
}

type headerOnly struct{ h http.Header }

func (r *headerOnly) Header() http.Header         { return r.h }
func (r *headerOnly) Write(b []byte) (int, error) { return len(b), nil }
func (r *headerOnly) WriteHeader(int)             {}

func TestOneTimeLink(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("")
	path := "/welcome/" + w.invite("Cleo")
	for range 2 { // looking does not use it up
		if text := textOf(v.page(path)); !strings.Contains(text, "Hello Cleo Reviewer") {
			t.Fatalf("the link shows %q", text)
		}
	}
	if status, _, body := v.post(path, url.Values{"password": {"short"}, "again": {"short"}}); status != http.StatusUnprocessableEntity || !strings.Contains(body, "letters") {
		t.Errorf("a short password gave %d", status)
	}
	if status, _, _ := v.post(path, url.Values{"password": {password}, "again": {password + "x"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("two passwords gave %d", status)
	}
	if status, h, _ := v.post(path, url.Values{"password": {password}, "again": {password}}); status != http.StatusSeeOther || h.Get("Location") != "/signin?welcome" {
		t.Errorf("the link gave %d", status)
	}
	if status, _, _ := v.get(path); status != http.StatusNotFound {
		t.Errorf("the used link gave %d", status)
	}
}

func TestWorklistRecordsADecision(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Ben")
	path := "/actions/" + string(w.action) + "/worklist"
	form := one(t, v.page(path), "form#decide")
	target, _ := attr(form, "data-item")
	in := url.Values{"item": {target}, "step": {"1"}, "skip": {"0"}, "decision": {"terrorist"}, "purpose": {"none"}, "confidence": {"80"}, "reasons": {"My typed reasons"}}
	status, _, body := v.post(path, in)
	page := parsed(t, body)
	if status != http.StatusUnprocessableEntity || len(all(page, ".wrong")) < 2 {
		t.Errorf("an incomplete decision gave %d with %d words", status, len(all(page, ".wrong")))
	}
	if kept := textOf(one(t, page, "textarea#reasons")); kept != "My typed reasons" {
		t.Errorf("the typed text came back as %q", kept)
	}
	in.Set("limb", "a")
	in.Set("purpose_reasons", "No context.")
	status, h, _ := v.post(path, in)
	if status != http.StatusSeeOther || !strings.Contains(h.Get("Location"), "recorded="+target) {
		t.Fatalf("a decision gave %d to %q", status, h.Get("Location"))
	}
	next, _ := attr(one(t, v.page(h.Get("Location")), "form#decide"), "data-item")
	if next == target {
		t.Error("the decided item is still the next one")
	}
	if text := textOf(v.page("/items/" + target)); !strings.Contains(text, "First assessment : terrorist content") && !strings.Contains(text, "First assessment") {
		t.Error("the item does not show the assessment")
	}
	if status, _, body := v.post(path, in); status != http.StatusForbidden && status != http.StatusConflict {
		t.Errorf("the same person's second decision gave %d: %s", status, textOf(parsed(t, body)))
	}
	if status, _, _ := v.get(path + "?step=2"); status != http.StatusForbidden {
		t.Errorf("an analyst's second step gave %d", status)
	}
}

func TestApprovalNeedsAnotherPerson(t *testing.T) {
	w := sharedWorld(t)
	path := "/referrals/" + string(w.referral)
	dora := w.visit("Dora") // who drafted it
	if page := dora.page(path); !strings.Contains(textOf(page), "Another person must approve it") || len(all(page, "form[action="+path+"/approval]")) != 0 {
		t.Error("the drafter is offered the approval")
	}
	status, _, body := dora.post(path+"/approval", nil)
	if status != http.StatusConflict || len(all(parsed(t, body), ".alert")) != 1 {
		t.Errorf("the drafter's approval gave %d", status)
	}
	cleo := w.visit("Cleo")
	one(t, cleo.page(path), "form[action="+path+"/approval]")
	if status, _, _ := cleo.post(path+"/approval", nil); status != http.StatusSeeOther {
		t.Errorf("the second person's approval gave %d", status)
	}
	if text := textOf(cleo.page(path)); !strings.Contains(text, "Cleo Reviewer") || strings.Contains(text, "waits for approval") {
		t.Error("the referral does not show its approval")
	}
}

func TestMediaAreCoveredAndLooksAreRecorded(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Ben")
	page := v.page("/items/" + string(w.items["ready-1"]))
	if n := len(all(one(t, page, "main"), "img")); n != 0 {
		t.Errorf("the page of an item shows %d pictures at once", n)
	}
	veil := all(page, ".veil")[0]
	digest, _ := attr(veil, "data-sha256")
	looks := func() (n int) {
		w.db.View(t.Context(), func(tx *sqldb.Tx) error {
			return tx.Row("SELECT COUNT(*) FROM audit_event WHERE verb = 'media.viewed' AND subject = $1", digest).Scan(&n)
		})
		return n
	}
	before := looks()
	status, h, body := v.get("/media/" + digest)
	sum, _ := blob.Parse(digest)
	if status != http.StatusOK || h.Get("Content-Type") != "image/png" || h.Get("Cache-Control") != "no-store" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the medium %s gave %d, %v", sum, status, h)
	}
	if !bytes.HasPrefix([]byte(body), []byte("\x89PNG")) || looks() != before+1 {
		t.Errorf("%d looks are recorded, want %d", looks(), before+1)
	}
	if status, _, _ := w.visit("Gus").get("/media/" + digest); status != http.StatusNotFound {
		t.Errorf("another unit's look gave %d", status)
	}
}

func TestFirstPageOfAPlatformsContact(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Finn")
	if status, h, _ := v.get("/"); status != http.StatusSeeOther || h.Get("Location") != "/inbox" {
		t.Errorf("/ gave %d to %q", status, h.Get("Location"))
	}
	page := v.page("/inbox")
	rows := all(one(t, one(t, page, "div[aria-labelledby=referrals]"), "tbody"), "tr")
	if len(rows) == 0 || strings.Contains(textOf(page), "Boards") {
		t.Errorf("the inbox shows %d referrals: %s", len(rows), textOf(page))
	}
	href, _ := attr(all(rows[0], "a")[0], "href")
	if text := textOf(v.page(href)); !strings.Contains(text, "hxxps://") || strings.Contains(text, "Dora") {
		t.Errorf("the referral shows a platform's contact %s", text)
	}
}

func TestReportPolicyAllowsItsStylesAlone(t *testing.T) {
	got := reportPolicy([]byte("<style>a{}</style><p><style media=print>b{}</style>"))
	for _, hash := range []string{"'sha256-SkEUgMFqyaL9ZV5wEBbWNtNR4uhsqlBhVz3Xh0+I6CI='"} {
		_ = hash
	}
	if strings.Count(got, "'sha256-") != 2 || strings.Contains(got, "unsafe") || !strings.HasPrefix(got, "default-src 'none'; style-src 'sha256-") {
		t.Errorf("policy %q", got)
	}
	if got := reportPolicy([]byte("<p>no style")); !strings.Contains(got, "style-src 'none'") {
		t.Errorf("policy %q", got)
	}
}

func TestDetailLines(t *testing.T) {
	got := detailLines(json.RawMessage(`{"url":"https://a.example/x","limbs":["a","c"],"n":3,"deep":{"b":1}}`))
	want := map[string]string{"url": "hxxps://a[.]example/x", "limbs": "a, c", "n": "3", "deep": `{"b":1}`}
	if len(got) != len(want) || got[0].Name != "deep" {
		t.Errorf("lines %v", got)
	}
	for _, l := range got {
		if l.Value != want[l.Name] {
			t.Errorf("%s is %q, want %q", l.Name, l.Value, want[l.Name])
		}
	}
}

func TestLocalPath(t *testing.T) {
	for next, want := range map[string]string{"/a?b=c": "/a?b=c", "": "/", "//evil.example": "/", "https://evil.example": "/", "/\\evil.example": "/", "/\t/evil.example": "/"} {
		if got := localPath(next); got != want {
			t.Errorf("localPath(%q) = %q, want %q", next, got, want)
		}
	}
}
