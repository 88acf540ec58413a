package app_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/service"
)

// TestAFailureOfTheServiceKeepsTheCaseOpen: a command that fails is seen, and tried again by a
// person; nothing is answered before it worked.
func TestAFailureOfTheServiceKeepsTheCaseOpen(t *testing.T) {
	h := newHosted(t, "", func(cfg *app.Config) {
		dir := cfg.Data
		cfg.Host.Service.Command = script(t, dir, `if [ -e "`+filepath.Join(dir, "mended")+`" ]; then exit 0; fi; echo "no such post" >&2; exit 3`)
	})
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	if _, err := h.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1, Answer: true}); err != nil {
		t.Fatal(err)
	}
	b := newVisitor(h)
	h.until("the failure is shown", func() bool { return strings.Contains(b.page("/"), "no such post") })
	c := h.get(r.Case)
	if c.ExecutedAt != nil || c.Duty != "execute" || len(h.sender.got()) != 0 {
		t.Errorf("after a failure the case is %+v", c)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "mended"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	act := between(b.page("/cases/"+r.Case), `action="/acts/`, `/`)
	b.send("/acts/"+act+"/resolution", "arrived=no")
	h.until("it works the second time", func() bool { return len(h.sender.got()) == 1 })
	h.until("that is noted", func() bool { return h.get(r.Case).AnsweredAt != nil })
}

// TestACommandThatDoesNotEndIsStopped with all that it started.
func TestACommandThatDoesNotEndIsStopped(t *testing.T) {
	h := newHosted(t, "", func(cfg *app.Config) {
		cfg.Host.Service = service.Config{Command: script(t, cfg.Data, "sleep 600 & sleep 600"), Timeout: "300ms"}
	})
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	if _, err := h.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1}); err != nil {
		t.Fatal(err)
	}
	b := newVisitor(h)
	h.until("it is stopped", func() bool { return strings.Contains(b.page("/cases/"+r.Case), "did not end within 300ms") })
}

// TestTheServicesOwnAPIIsAsked, signed, with the same identifier at every attempt.
func TestTheServicesOwnAPIIsAsked(t *testing.T) {
	const secret = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"
	var mu sync.Mutex
	var ids []string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if _, err := signedByHost(r.Header, body, secret); err != nil {
			t.Errorf("the request is not signed: %v", err)
		}
		var task service.Task
		json.Unmarshal(body, &task)
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, r.Header.Get(client.WebhookID)+" "+task.Action+" "+task.URL)
		if len(ids) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		io.WriteString(w, `{"provider":{"account":"user-7"},"removed":false,"files":[{"name":"a.txt","type":"text/plain","body":"`+"aGVsbG8="+`"}]}`)
	}))
	t.Cleanup(api.Close)
	h := newHosted(t, "", func(cfg *app.Config) { cfg.Host.Service = service.Config{URL: api.URL + "/moderation", Secret: secret} })
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	if _, err := h.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1}); err != nil {
		t.Fatal(err)
	}
	h.until("it is asked again", func() bool { h.clock.add(5 * time.Second); return h.get(r.Case).ExecutedAt != nil })
	mu.Lock()
	defer mu.Unlock()
	if len(ids) != 2 || ids[0] != ids[1] || !strings.HasSuffix(ids[0], " disable https://clips.example/v/1") {
		t.Errorf("it was asked %q", ids)
	}
	if page := newVisitor(h).page("/cases/" + r.Case); !strings.Contains(page, "a.txt") || !strings.Contains(page, "5 bytes") {
		t.Errorf("what the API handed over is not kept")
	}
}

// TestOneActSettlesWhatSeveralAskedFor: two senders, one content, one command, two answers.
func TestOneActSettlesWhatSeveralAskedFor(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, func(cfg *app.Config) {
			cfg.Host.Senders = append(cfg.Host.Senders, inbox.Sender{Name: "flagger", Secret: sharedSecret})
		})
		_, first := h.post(h.order("EX-1", "https://clips.example/v/1?utm_source=x", nil), sharedSecret)
		second := client.Message{Type: client.ReferralCreated, ID: "dlv_r", At: h.clock.Now(), Subject: "ref_1", Reference: "AR-1", AnswerURL: h.sender.URL + "/v1/answers/plf_2", Referral: &client.MessageReferral{ID: "ref_1", Reference: "AR-1",
			Language: "en", Track: "referral", Items: []client.ReferralItem{{ItemID: "itm_0", URL: "https://clips.example/v/0"}, {ItemID: "itm_1", URL: "http://clips.example/v/1", Limbs: []string{"a"}, Reasons: "Made up."}}}}
		body, _ := json.Marshal(second)
		header := http.Header{}
		(client.WebhookSigner{Secret: sharedSecret}).Sign(header, second.ID, h.clock.Now(), body)
		status, twin := h.postRaw("flagger", header, body)
		if status != http.StatusOK {
			t.Fatal(status)
		}
		if _, err := h.api.HostDisable(t.Context(), first.Case, client.HostDisabling{Place: 1, Answer: true, Twins: []string{twin.Case + "/2"}}); err != nil {
			t.Fatal(err)
		}
		h.until("two answers arrive", func() bool { return len(h.sender.got()) == 2 })
		h.until("the order is answered", func() bool { return h.get(first.Case).AnsweredAt != nil })
		c := h.get(twin.Case)
		if c.Items[0].Answer != "" || c.Items[1].Answer != "disabled" || c.State != "open" || c.Answered != 1 {
			t.Errorf("the referral is %+v", c)
		}
		for _, m := range h.sender.got() {
			if m.Subject == "ref_1" && (len(m.Answers.Answers) != 1 || m.Answers.Answers[0].ItemID != "itm_1" || m.Answers.Answers[0].Kind != "disabled") {
				t.Errorf("the answer is %+v", m.Answers)
			}
		}
		done, _ := os.ReadFile(filepath.Join(h.dir, "done.txt"))
		if n := strings.Count(string(done), "disable"); n != 1 {
			t.Errorf("the command ran %d times", n)
		}
	})
}

// TestAnAnswerThatDoesNotArriveIsSentAgain as the same message.
func TestAnAnswerThatDoesNotArriveIsSentAgain(t *testing.T) {
	h := newHosted(t, "", nil)
	h.sender.answerWith(http.StatusServiceUnavailable)
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	if _, err := h.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1, Answer: true}); err != nil {
		t.Fatal(err)
	}
	b := newVisitor(h)
	h.until("a first attempt fails", func() bool { return strings.Contains(b.page("/cases/"+r.Case), "HTTP 503") })
	h.end() // the program ends and starts again
	h.sender.answerWith(http.StatusOK)
	h.start()
	h.until("it arrives", func() bool { h.clock.add(5 * time.Second); return len(h.sender.got()) == 1 })
	h.until("that is noted", func() bool { return h.get(r.Case).AnsweredAt != nil })
}
