package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestOrderPagesAreNamedByTheirReference at the desk and in the inbox of the platform: the frame
// of all pages must not hide what the page itself is about.
func TestOrderPagesAreNamedByTheirReference(t *testing.T) {
	w := sharedWorld(t)
	for first, path := range map[string]string{"Dora": "/orders/", "Finn": "/inbox/orders/"} {
		page := w.visit(first).page(path + string(w.orders["runs"]))
		title, _, _ := strings.Cut(textOf(one(t, page, "title")), " – ")
		if got := textOf(one(t, page, "h1")); got != title || !strings.HasPrefix(got, "TCO-") {
			t.Errorf("%s: the heading is %q, the title %q", path, got, title)
		}
	}
}

// TestDownloadsOfAReportAreOfItsYear and leave out what the page leaves out.
func TestDownloadsOfAReportAreOfItsYear(t *testing.T) {
	w := sharedWorld(t)
	v := w.visit("Dora")
	page := v.page("/transparency?kind=public&year=2024&suppress=7")
	links := 0
	for _, a := range all(one(t, page, "main"), "a") {
		href, _ := attr(a, "href")
		to, err := url.Parse(href)
		if err != nil || !strings.HasPrefix(to.Path, "/transparency/public/") {
			continue
		}
		links++
		if q := to.Query(); q.Get("year") != "2024" || q.Get("suppress") != "7" {
			t.Errorf("the link %s", to)
		}
		if status, h, _ := v.get(to.String()); status != http.StatusOK || !strings.Contains(h.Get("Content-Disposition"), "public-2024.") {
			t.Errorf("%s gave %d, %s", to, status, h.Get("Content-Disposition"))
		}
	}
	if links < 3 {
		t.Errorf("%d downloads", links)
	}
}
