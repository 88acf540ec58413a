package app_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

// TestMessagesAreFetchedFromTheSenderOnce: what waits in an inbox is taken in, the place is
// remembered over a restart, and an inbox that does not answer is shown.
func TestMessagesAreFetchedFromTheSenderOnce(t *testing.T) {
	var mu sync.Mutex
	var waiting []client.Message
	var asked []string
	down := true
	inbox := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if down || r.URL.Path != "/v1/inbox" || r.Header.Get("Authorization") != "Bearer made-up" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		asked = append(asked, r.URL.Query().Get("after"))
		out := client.Inbox{Messages: []client.Message{}, Next: "1"}
		if r.URL.Query().Get("after") == "" {
			out.Messages = waiting
		}
		json.NewEncoder(w).Encode(out)
	}))
	t.Cleanup(inbox.Close)
	h := newHosted(t, "", func(cfg *app.Config) {
		cfg.Host.Senders[0].URL, cfg.Host.Senders[0].Token, cfg.Host.Senders[0].Every = inbox.URL, "made-up", "1s"
	})
	mu.Lock()
	waiting = []client.Message{h.order("EX-1", "https://clips.example/v/1", nil)}
	mu.Unlock()
	b := newVisitor(h)
	h.until("that it does not answer is shown", func() bool { h.clock.add(time.Second); return strings.Contains(b.page("/"), "cannot be fetched") })
	mu.Lock()
	down = false
	mu.Unlock()
	h.until("the order is fetched", func() bool { h.clock.add(time.Second); return len(h.cases()) == 1 })
	h.end()
	h.start()
	h.until("it is asked again", func() bool {
		h.clock.add(time.Second)
		mu.Lock()
		defer mu.Unlock()
		return len(asked) > 2 && asked[len(asked)-1] == "1"
	})
	list := h.cases()
	if len(list) != 1 || list[0].Trust != "verified" || list[0].Duty != "execute" {
		t.Errorf("the cases are %+v", list)
	}
	// The same order by webhook is the same case.
	if _, r := h.post(waiting[0], sharedSecret); r.Case != list[0].ID {
		t.Errorf("by webhook it is the case %s", r.Case)
	}
}

// TestAReviewIsAskedForInTime, Article 4(4): with reasons, within 48 hours, to the home authority.
func TestAReviewIsAskedForInTime(t *testing.T) {
	post := newPostOffice(t)
	h := newHosted(t, "", func(cfg *app.Config) { cfg.SMTP = app.SMTP{Host: post.addr, From: "tco@clips.example"} })
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	b := newVisitor(h)
	ask := func(why string) int {
		_, status := b.send("/cases/"+r.Case+"/review", url.Values{"to": {"home@authority.example"}, "why": {why}}.Encode())
		return status
	}
	if status := ask("No."); status != http.StatusUnprocessableEntity {
		t.Errorf("without reasons: HTTP %d", status)
	}
	if status := ask("It is a report by a newspaper, and Article 1(3) protects it."); status != http.StatusOK {
		t.Errorf("with reasons: HTTP %d", status)
	}
	h.until("the request leaves", func() bool { return len(post.mails()) == 1 })
	letter := post.mails()[0]
	if letter.to != "home@authority.example" || !strings.Contains(readable(t, letter.text), "Article 1(3) protects it") || !strings.Contains(letter.text, "annex-1-EX-1.json") {
		t.Errorf("the request is %.600s", letter.text)
	}
	h.until("that is noted", func() bool {
		for _, k := range h.get(r.Case).Clocks {
			if k.Name == "decide_review" {
				return true
			}
		}
		return false
	})
	_, late := h.post(h.order("EX-2", "https://clips.example/v/2", nil), sharedSecret)
	h.clock.add(49 * time.Hour)
	b = newVisitor(h)
	if _, status := b.send("/cases/"+late.Case+"/review", url.Values{"to": {"home@authority.example"}, "why": {"It is a report by a newspaper."}}.Encode()); status != http.StatusConflict {
		t.Errorf("after 49 hours: HTTP %d", status)
	}
}
