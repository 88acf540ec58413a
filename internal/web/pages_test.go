package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// walk lists every page that a coordinator can open, with something that must stand on it.
func (w *world) walk() []struct{ path, selector, text string } {
	a := "/actions/" + string(w.action)
	return []struct{ path, selector, text string }{
		{"/", ".card", "Example Action Day"},
		{a, ".funnel", "Confirmed by two people"},
		{a + "/items", "tbody", "hxxps://clips[.]example/v/"},
		{a + "/items?stage=delivered&language=en", "tbody", "delivered"},
		{a + "/items?q=talk.example", "tbody", "talk[.]example"},
		{a + "/items?verdict=still_up", "tbody", "still up"},
		{a + "/worklist", "form#decide", "First assessment"},
		{a + "/worklist?step=2", "form#decide", "Second assessment"},
		{a + "/worklist?step=3", "form#decide", "The decision between two"},
		{a + "/referrals", "main", "AR-2026-"},
		{"/referrals/" + string(w.referral), "main", "waits for approval"},
		{a + "/notices", "main", "Notice of illegal content"},
		{"/notices", "tbody", "A9-2026-"},
		{"/notices?track=notice", "tbody", "N-2026-"},
		{"/notices/" + string(w.notices[0]), "main", "Approve and send"},
		{"/notices/" + string(w.notices[1]), ".clocks", "Confirmation of receipt"},
		{"/notices/" + string(w.notices[2]), ".clocks", "Effect given"},
		{"/transparency", "tbody", "Removal orders issued"},
		{"/transparency?kind=dsa-csv", "main", "2024/2835"},
		{"/transparency?kind=public&suppress=3", "main", "By host name"},
		{"/mail", "tbody", "Re: AR-2026-"},
		{"/mail/" + string(w.mail), "form", "Answers about the items"},
		{"/complaints", "tbody", "C-2026-"},
		{"/complaints/" + string(w.complaint), "main", "two weeks after receipt"},
		{"/items/" + string(w.items["delivered-0"]), ".timeline", "removed"},
		{"/items/" + string(w.items["held-0"]), ".stop", "Duty officer West"},
		{"/items/" + string(w.items["blocked-0"]), ".stop", "Contact not verified"},
		{"/items/" + string(w.items["unreachable-0"]), "main", "timeout"},
		{"/items/" + string(w.items["delivered-2"]), "main", "SAMPLE_BANK"},
		{"/platforms", "tbody", "Boards"},
		{"/platforms/" + string(w.platforms["Clips"]), ".figures", "Median to gone"},
		{"/banks", "tbody", "SAMPLE_BANK"},
		{"/banks/SAMPLE_BANK", ".histogram", "0"},
		{"/orders", "tbody", "still there"},
		{"/orders?which=copy", "tbody", "IE-2026-17"},
		{"/orders/" + string(w.orders["draft"]), "main", "Another person must approve it"},
		{"/orders/" + string(w.orders["runs"]), ".hour-large", "00:53:00"},
		{"/orders/" + string(w.orders["secret"]), "main", "our own look found it"},
		{"/orders/" + string(w.orders["asks"]), "main", "Which of the two?"},
		{"/orders/" + string(w.orders["copy"]), ".hour-large", "71:53:00"},
		{"/orders/" + string(w.orders["copy"]), ".ways", "PDF"},
		{"/orders/" + string(w.orders["runs"]) + "/read-in?form=annex-3", "main", "Annex III"},
		{"/items/" + string(w.items["cleared-0"]) + "/order", "main", "Information of Article 3(2)"},
		{"/items/" + string(w.items["held-0"]) + "/order", ".alert", "needs two assessments"},
		{"/register", "tbody", "Competent authority of Ireland (made up)"},
		{"/register?state=PT&role=scrutinise", "tbody", "tco@authority-pt.example"},
		{"/designations", "main", "EU financial sanctions"},
		{"/designations?q=" + url.QueryEscape("μέτωπο"), "tbody", "Example Front"},
		{"/deconfliction", "main", "Nothing is asked of your unit."},
		{"/people", "main", "Unit North"},
		{"/search?q=" + url.QueryEscape("hxxps://clips[.]example/v/ready-0"), ".answer-box", "Yes: one item."},
		{"/search?q=nothing-such", ".answer-box", "No."},
	}
}

func TestEveryPageRenders(t *testing.T) {
	var w *world
	dbtest.EachAt(t, func() time.Time {
		if w == nil {
			return start
		}
		return w.now()
	}, func(t *testing.T, db *sqldb.DB) {
		w = nil
		made := newWorldIn(t, db, func(early *world) { w = early })
		v := made.visit("Dora")
		v.funnelAddsUp(t, made)
		for _, p := range made.walk() {
			page := v.page(p.path)
			found := all(page, p.selector)
			var text strings.Builder
			for _, n := range found {
				text.WriteString(textOf(n) + " ")
			}
			if !strings.Contains(text.String(), p.text) {
				t.Errorf("%s: %q is not in %s: %s", p.path, p.text, p.selector, text.String())
			}
			wellFormed(t, p.path, page)
		}
	})
}

// funnelAddsUp checks the board of a world that nobody has touched yet.
func (v *visitor) funnelAddsUp(t *testing.T, w *world) {
	t.Helper()
	page := v.page("/actions/" + string(w.action))
	want := map[string]string{"Contributed": "38", "Ready for people": "36", "Assessed once": "29", "Confirmed by two people": "22", "Cleared by deconfliction": "21", "Passed the pre-flight": "17", "Delivered": "14", "Seen gone": "6"}
	got := map[string]string{}
	for _, li := range all(one(t, page, ".funnel"), "li") {
		got[textOf(one(t, li, ".funnel-name"))] = textOf(one(t, li, ".funnel-count"))
	}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s: %q, want %s (of %v)", name, got[name], n, got)
		}
	}
	_, _, body := v.get("/actions/" + string(w.action) + "/board")
	if strings.Contains(body, "<html") || !strings.Contains(body, "funnel") {
		t.Errorf("the piece is %.100s", body)
	}
}

// wellFormed checks what every page must be.
func wellFormed(t *testing.T, path string, page *html.Node) {
	t.Helper()
	root := one(t, page, "html")
	if lang, _ := attr(root, "lang"); lang != "en" {
		t.Errorf("%s: lang is %q", path, lang)
	}
	one(t, one(t, page, "head"), "title") // drawings have titles too
	for _, selector := range []string{"main", "h1", "head", "a.skip", "header.head"} {
		one(t, page, selector)
	}
	if strings.Contains(textOf(page), "<no value>") {
		t.Errorf("%s: a template has a hole", path)
	}
	ids := map[string]bool{}
	for _, n := range all(page, "[id]") {
		name, _ := attr(n, "id")
		if ids[name] {
			t.Errorf("%s: two elements have the id %q", path, name)
		}
		ids[name] = true
	}
	for n := range page.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "script" {
			if src, _ := attr(n, "src"); !strings.HasPrefix(src, "/static/") || n.FirstChild != nil {
				t.Errorf("%s: a script that is not ours: %q", path, textOf(n))
			}
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				t.Errorf("%s: <%s> has %s=%q", path, n.Data, a.Key, a.Val)
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action") && !strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "?") && !strings.HasPrefix(a.Val, "#") {
				t.Errorf("%s: <%s> leads outside: %s=%q", path, n.Data, a.Key, a.Val)
			}
		}
	}
}

func TestHostileTextIsText(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Dora")
	shown := 0
	for _, p := range w.walk() {
		page := v.page(p.path)
		shown += strings.Count(textOf(page), "alert('hostile')")
		if n := len(all(page, "img[onerror]")); n > 0 {
			t.Errorf("%s: hostile text became %d elements", p.path, n)
		}
		for _, n := range all(page, "script") {
			if strings.Contains(textOf(n), "hostile") {
				t.Errorf("%s: hostile text became a script", p.path)
			}
		}
	}
	if shown < 20 {
		t.Errorf("the hostile text stands on the pages only %d times: the test looks at nothing", shown)
	}
}

func TestHeadersAreStrict(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Dora")
	for _, path := range []string{"/", "/signin", "/nowhere", "/actions/" + string(w.action), "/items/x", "/static/desk.js"} {
		_, h, _ := v.get(path)
		if h.Get("Content-Security-Policy") != policy || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, h.Get("Content-Security-Policy"))
		}
		if h.Get("Cache-Control") != "no-store" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestPagingShowsEachItemOnce(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Ben")
	var more strings.Builder
	for i := range 120 {
		more.WriteString("https://clips.example/more/" + strings.Repeat("a", i+1) + "\n")
	}
	if _, err := w.flow.Contribute(t.Context(), w.people["Ben"], w.action, "text/uri-list", strings.NewReader(more.String())); err != nil {
		t.Fatal(err)
	}
	seen, path := map[string]bool{}, "/actions/"+string(w.action)+"/items?q=clips.example/more&stage="
	for pages := 0; path != ""; pages++ {
		if pages > 5 {
			t.Fatal("the list does not end")
		}
		page := v.page(path)
		for _, row := range all(one(t, page, "tbody"), "tr") {
			href, _ := attr(all(row, "a")[0], "href")
			if seen[href] {
				t.Errorf("%s is shown twice", href)
			}
			seen[href] = true
		}
		path = ""
		if next := all(page, "a[rel=next]"); len(next) == 1 {
			path, _ = attr(next[0], "href")
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d items are shown, want 120", len(seen))
	}
}

func TestUnknownPaths(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Dora")
	for path, want := range map[string]int{"/nowhere": 404, "/items/itm_unknown": 404, "/actions/act_unknown": 404, "/platforms/plf_unknown": 404, "/referrals/x": 404, "/media/zz": 404, "/v1/nowhere": 404} {
		status, h, body := v.get(path)
		if status != want {
			t.Errorf("%s gave %d, want %d", path, status, want)
		}
		if strings.HasPrefix(path, "/v1/") != (h.Get("Content-Type") == "application/problem+json") {
			t.Errorf("%s answers as %s: %s", path, h.Get("Content-Type"), body)
		}
	}
	if status, h, _ := v.post("/platforms", nil); status != http.StatusMethodNotAllowed || h.Get("Allow") != "GET" {
		t.Errorf("POST /platforms gave %d, Allow %q", status, h.Get("Allow"))
	}
}
