package app_test

import (
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/argine/argine/client"
)

// TestThePagesOfAHostingServiceFitATelephone looks at each page with something on it, 390 pixels wide and
// on a desk: nothing but what scrolls by itself is wider than the window. What is to come back is brought
// back there by one click.
func TestThePagesOfAHostingServiceFitATelephone(t *testing.T) {
	b := newBacks(t, "")
	item, at := b.referred()
	r := b.asks(item, "example", sharedSecret, "one")
	b.asks(item, "example", otherSecret, "forged")
	held, _ := b.referred()
	b.executed("EX-held", "https://clips.example/v/"+held, nil)
	b.asks(held, "example", sharedSecret, "held")
	b.post(b.order("EX-runs", "https://clips.example/a-rather-long-name-of-a-place-that-does-not-break-anywhere-by-itself/and-more-of-it", nil), sharedSecret)
	if _, err := b.api.HostComplain(t.Context(), client.NewHostComplaint{URL: "https://clips.example/v/" + item, Contact: "user7@mail.example", Words: "It is a report."}); err != nil {
		t.Fatal(err)
	}
	void := b.executed("EX-void-on-a-telephone", "https://clips.example/v/void", nil)
	v := newBrowser(b.hosted)
	v.width(1280)
	v.welcome(b.hosted)
	newVisitor(b.hosted).send("/cases/"+void.ID+"/told", url.Values{"kind": {"withdrawn"}, "how": {"by telephone, called back"}}.Encode())
	pages := map[string]string{"desk": "/", "case": "/cases/" + at, "order": "/cases/" + void.ID, "back": "/reinstatements", "cases": "/cases", "messages": "/messages", "complaints": "/complaints",
		"uploads": "/uploads", "statements": "/statements", "report": "/report", "people": "/people", "hand-in": "/hand-in"}
	for _, width := range []int64{1280, 390} {
		v.width(width)
		for name, path := range pages {
			v.open(path)
			v.fits(t, path, width)
			v.shot("host-" + name + map[int64]string{1280: "-wide", 390: "-narrow"}[width])
		}
	}
	v.open("/")
	v.run(`document.querySelector("#` + r.ID + ` button[value=reinstated]").click()`)
	b.content(at, "reinstated")
	v.open("/cases/" + at)
	v.shot("host-returned-narrow")
}

// fits reports a page that is wider than its window.
func (b *browser) fits(t *testing.T, path string, width int64) {
	t.Helper()
	wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - document.documentElement.clientWidth`))
	if err != nil || wide > 0 {
		t.Errorf("%s is %d pixels too wide at %d: %v", path, wide, width, err)
	}
}

// TestTheSameMediaFitATelephone: what is offered to be settled together is long, and in a frame.
func TestTheSameMediaFitATelephone(t *testing.T) {
	h := withMedia(t, "")
	_, first := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	referral := h.refer("AR-1", "3", "4", "5")
	h.until("what is alike is known", func() bool { return len(h.alike(first.Case)) == 2 && len(h.get(referral).Twins) == 2 })
	v := newBrowser(h)
	v.width(390)
	v.welcome(h)
	for _, at := range []string{first.Case, referral} {
		v.open("/cases/" + at)
		v.fits(t, "/cases/"+at, 390)
	}
	v.shot("host-alike-narrow")
}
