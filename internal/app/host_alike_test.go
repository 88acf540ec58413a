package app_test

import (
	"bytes"
	"encoding/json"
	"image/jpeg"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host/inbox"
)

// giving is a service's own command that also hands over copies of what is up: the file of the
// last part of the address.
const giving = `cd "$(dirname "$0")"
echo "$ARGINE_ACTION $ARGINE_URL" >> done.txt
case "$ARGINE_ACTION" in copy|disable) cp "media/${ARGINE_URL##*/}" "$ARGINE_KEEP/file" || exit 3;; esac
`

// withMedia is a hosting service at whose addresses 1, 2 and 4 the same file stands, at 3 the
// same picture in another format, at 5 something else, and which a second sender writes to.
func withMedia(t *testing.T, database string) *hosted {
	return newHosted(t, database, func(cfg *app.Config) {
		first := picture(t, 3)
		img, err := png.Decode(bytes.NewReader(first))
		if err != nil {
			t.Fatal(err)
		}
		var again bytes.Buffer
		if err := jpeg.Encode(&again, img, &jpeg.Options{Quality: 80}); err != nil {
			t.Fatal(err)
		}
		dir := filepath.Join(cfg.Data, "media")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{"1": first, "2": first, "3": again.Bytes(), "4": first, "5": picture(t, 71)} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cfg.Host.Service.Command, cfg.Host.Service.Copies = script(t, cfg.Data, giving), true
		cfg.Host.Senders = append(cfg.Host.Senders, inbox.Sender{Name: "flagger", Secret: sharedSecret})
	})
}

// refer sends a referral from the second sender.
func (h *hosted) refer(reference string, places ...string) string {
	h.Helper()
	r := client.MessageReferral{ID: "ref_" + reference, Reference: reference, Language: "en", Track: "referral"}
	for _, p := range places {
		r.Items = append(r.Items, client.ReferralItem{ItemID: "itm_" + reference + p, URL: "https://clips.example/v/" + p, Limbs: []string{"a"}, Reasons: "Made up."})
	}
	m := client.Message{Type: client.ReferralCreated, ID: "dlv_" + reference, At: h.clock.Now(), Subject: r.ID, Reference: reference, AnswerURL: h.sender.URL + "/v1/answers/plf_2", Referral: &r}
	body, err := json.Marshal(m)
	if err != nil {
		h.Fatal(err)
	}
	header := http.Header{}
	if err := (client.WebhookSigner{Secret: sharedSecret}).Sign(header, m.ID, h.clock.Now(), body); err != nil {
		h.Fatal(err)
	}
	status, receipt := h.postRaw("flagger", header, body)
	if status != http.StatusOK {
		h.Fatal(status)
	}
	return receipt.Case
}

// alike are the other cases with the same content, by their keys.
func (h *hosted) alike(id string) map[string]string {
	h.Helper()
	out := map[string]string{}
	for _, twin := range h.get(id).Twins {
		out[twin.Key] = twin.Alike
	}
	return out
}

// TestTheSameMediaElsewhereAreSettledByOneDecision: two orders and a referral name three
// addresses with one file; one decision disables each address by its own call, and each sender
// has one answer, of its own form. What only looks alike is offered, not ticked and not touched.
func TestTheSameMediaElsewhereAreSettledByOneDecision(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := withMedia(t, database)
		_, first := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
		h.clock.add(7 * time.Minute)
		_, second := h.post(h.order("EX-2", "https://clips.example/v/2", nil), sharedSecret)
		referral := h.refer("AR-1", "3", "4", "5")
		h.until("what is alike is known", func() bool {
			return len(h.alike(first.Case)) == 3 && len(h.get(referral).Twins) == 4 && strings.Count(h.done(), "copy") == 5
		})
		if got := h.alike(first.Case); got[second.Case+"/1"] != "exact" || got[referral+"/2"] != "exact" || got[referral+"/1"] != "picture" {
			t.Fatalf("the first order is the same as %v", got)
		}
		if done := h.done(); strings.Contains(done, "disable") {
			t.Fatalf("before anybody decided the service was asked %q", done)
		}
		page := newVisitor(h).page("/cases/" + first.Case)
		if !strings.Contains(page, `value="`+second.Case+`/1" checked>`) || !strings.Contains(page, `value="`+referral+`/2" checked>`) || !strings.Contains(page, `value="`+referral+`/1">`) {
			t.Errorf("the page does not offer the same ticked and the alike unticked:\n%s", between(page, `<fieldset class="twins">`, "</fieldset>"))
		}
		h.clock.add(5 * time.Minute)
		if _, err := h.api.HostDisable(t.Context(), first.Case, client.HostDisabling{Place: 1, Answer: true, Twins: []string{second.Case + "/1", referral + "/2"}}); err != nil {
			t.Fatal(err)
		}
		h.until("all are answered", func() bool {
			return h.get(first.Case).AnsweredAt != nil && h.get(second.Case).AnsweredAt != nil && h.get(referral).Answered == 1 && len(h.sender.got()) == 3
		})
		for _, place := range []string{"1", "2", "4"} {
			if n := strings.Count(h.done(), "disable https://clips.example/v/"+place+"\n"); n != 1 {
				t.Errorf("the address %s was disabled %d times", place, n)
			}
		}
		if strings.Contains(h.done(), "disable https://clips.example/v/3") || strings.Contains(h.done(), "disable https://clips.example/v/5") {
			t.Errorf("what nobody chose was disabled: %q", h.done())
		}
		a, b, c := h.get(first.Case), h.get(second.Case), h.get(referral)
		if da, db := due(t, a), due(t, b); !db.Equal(b.ReceivedAt.Add(time.Hour)) || !da.Equal(a.ReceivedAt.Add(time.Hour)) || db.Sub(da) < 7*time.Minute {
			t.Errorf("the hours of the orders end at %v and %v", da, db)
		}
		if c.Items[0].Answer != "" || c.Items[1].Answer != "disabled" || c.Items[2].Answer != "" || c.State != "open" {
			t.Errorf("the referral is %+v", c)
		}
		h.oneAnswerEach("ord_EX-1", "ord_EX-2", "ref_AR-1")
	})
}

// TestARefusalOfAReferralIsNoAnswerToAnOrder: the same refusal goes to another referral with the
// same media, once; the order with the same media keeps its hour, and what was chosen of it is
// left out.
func TestARefusalOfAReferralIsNoAnswerToAnOrder(t *testing.T) {
	h := withMedia(t, "")
	first, second := h.refer("AR-1", "1"), h.refer("AR-2", "2", "5")
	_, order := h.post(h.order("EX-1", "https://clips.example/v/4", nil), sharedSecret)
	h.until("what is alike is known", func() bool { return len(h.alike(first)) == 2 })
	in := client.HostAnswers{Answers: []client.HostAnswer{{Place: 1, Kind: "refused", Reason: "It is a report."}}, Twins: []string{second + "/1", order.Case + "/1"}}
	if _, err := h.api.HostAnswer(t.Context(), first, in); err != nil {
		t.Fatal(err)
	}
	h.until("both are answered", func() bool { return len(h.sender.got()) == 2 })
	h.oneAnswerEach("ref_AR-1", "ref_AR-2")
	c, o := h.get(second), h.get(order.Case)
	if c.Items[0].Answer != "refused" || c.Items[1].Answer != "" || o.AnsweredAt != nil || o.ExecutedAt != nil || o.Duty != "execute" {
		t.Errorf("the other referral is %+v, the order %+v", c, o)
	}
	if page := newVisitor(h).page("/cases/" + order.Case); strings.Contains(page, `value="`+first+`/1"`) || !strings.Contains(page, "same media, at another address") {
		t.Error("the order's page does not tell of the answered referral, or offers it")
	}
}

// done is what the service's command was asked.
func (h *hosted) done() string {
	text, err := os.ReadFile(filepath.Join(h.dir, "done.txt"))
	if err != nil {
		h.Fatal(err)
	}
	return string(text)
}

// due is when the hour of an order ends.
func due(t *testing.T, c client.HostCase) time.Time {
	for _, k := range c.Clocks {
		if k.Name == "execute" && k.Until != nil {
			return *k.Until
		}
	}
	t.Fatalf("no hour in %+v", c)
	return time.Time{}
}

// oneAnswerEach looks at what the senders got: of each subject one, in the form of its track.
func (h *hosted) oneAnswerEach(subjects ...string) {
	h.Helper()
	count := map[string]int{}
	for _, m := range h.sender.got() {
		count[m.Subject]++
		if order := strings.HasPrefix(m.Subject, "ord_"); order != (len(m.Document) > 0) || order == (m.Answers != nil) {
			h.Errorf("the answer to %s is %+v", m.Subject, m)
		}
		if m.Answers != nil && len(m.Answers.Answers) != 1 {
			h.Errorf("the answer to %s has %+v", m.Subject, m.Answers)
		}
	}
	for _, s := range subjects {
		if count[s] != 1 {
			h.Errorf("%s was answered %d times", s, count[s])
		}
	}
	if len(count) != len(subjects) {
		h.Errorf("answers went to %v", count)
	}
}
