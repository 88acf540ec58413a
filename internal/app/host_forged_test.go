package app_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
)

const otherSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

func (h *hosted) cases() []client.HostCase {
	h.Helper()
	page, err := h.api.HostCases(h.Context(), "", "", "", 0)
	if err != nil {
		h.Fatal(err)
	}
	return page.Items
}

// TestAForgedOrderIsNeverExecuted: a broken signature, a stale one, an unknown sender.
func TestAForgedOrderIsNeverExecuted(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, nil)
		m := h.order("EX-1", "https://clips.example/v/1", nil)
		body, _ := json.Marshal(m)
		stale := http.Header{}
		(client.WebhookSigner{Secret: sharedSecret}).Sign(stale, m.ID, h.clock.Now().Add(-10*time.Minute), body)
		for name, post := range map[string]func() int{
			"signed with another secret": func() int { status, _ := h.post(m, otherSecret); return status },
			"signed too long ago": func() int {
				h.clock.add(time.Second)
				status, _ := h.postRaw("example", stale, append(body, ' '))
				return status
			},
			"not signed at all":     func() int { status, _ := h.postRaw("example", http.Header{}, append(body, '\n')); return status },
			"to a name of nobody's": func() int { status, _ := h.postRaw("nobody", stale, append(body, "  "...)); return status },
		} {
			if status := post(); status != http.StatusUnauthorized {
				t.Errorf("%s: HTTP %d", name, status)
			}
		}
		h.post(m, otherSecret) // the same forgery again is not another case
		list := h.cases()
		if len(list) != 4 {
			t.Fatalf("%d cases, want 4", len(list))
		}
		for _, c := range list {
			if c.Trust != "forged" {
				t.Errorf("%s is %s", c.ID, c.Trust)
			}
			if _, err := h.api.HostDisable(t.Context(), c.ID, client.HostDisabling{Place: 1}); !refused(err) {
				t.Errorf("disabled under a forged order: %v", err)
			}
			if _, err := h.api.HostFeedback(t.Context(), c.ID, client.HostFeedback{Measure: "removed", TakenAt: &c.ReceivedAt}); !refused(err) {
				t.Errorf("Annex II to a forger: %v", err)
			}
			if _, err := h.api.HostImpossible(t.Context(), c.ID, client.HostImpossibility{Grounds: []string{"impossible"}, Reasons: "Made up."}); !refused(err) {
				t.Errorf("Annex III to a forger: %v", err)
			}
		}
		// The forgeries do not keep the genuine order out, which has the same identifier.
		status, genuine := h.post(m, sharedSecret)
		if c := h.get(genuine.Case); status != http.StatusOK || c.Trust != "verified" {
			t.Errorf("the genuine order: %d, %+v", status, c)
		}
	})
}

func refused(err error) bool {
	p, ok := err.(*client.Problem)
	return ok && p.Slug() == "refused"
}

// TestAReplayIsShownAndChangesNothing: another body under an identifier that came, and the same
// message sent later by somebody else.
func TestAReplayIsShownAndChangesNothing(t *testing.T) {
	h := newHosted(t, "", nil)
	m := h.order("EX-1", "https://clips.example/v/1", nil)
	_, first := h.post(m, sharedSecret)
	other := h.order("EX-1", "https://clips.example/v/2", nil)
	if status, _ := h.post(other, sharedSecret); status != http.StatusUnauthorized {
		t.Errorf("another body under the same identifier: HTTP %d", status)
	}
	body, _ := json.Marshal(m)
	header := http.Header{}
	(client.WebhookSigner{Secret: sharedSecret}).Sign(header, m.ID, h.clock.Now(), body)
	h.clock.add(time.Hour)
	if status, _ := h.postRaw("example", header, body); status != http.StatusUnauthorized {
		t.Errorf("the same, an hour later: HTTP %d", status)
	}
	if list := h.cases(); len(list) != 1 || list[0].URL != "https://clips.example/v/1" || list[0].ID != first.Case {
		t.Errorf("the cases are %+v", list)
	}
}

// TestWhoMayNotIssueIsFound: in the register and signed, and not competent, or for another state.
func TestWhoMayNotIssueIsFound(t *testing.T) {
	h := newHosted(t, "", nil)
	for reference, change := range map[string]func(law.Filled){
		"EX-STATE": func(v law.Filled) { v["a.issuing_member_state"] = "FR" },
		"EX-MAIL":  func(v law.Filled) { v["e.email"] = "tco@elsewhere.example" },
	} {
		m := h.order(reference, "https://clips.example/v/1", change)
		if status, _ := h.post(m, sharedSecret); status != http.StatusUnauthorized {
			t.Errorf("%s: HTTP %d", reference, status)
		}
	}
	m := h.order("EX-NAME", "https://clips.example/v/1", func(v law.Filled) { v["e.name"] = "Another name" })
	_, r := h.post(m, sharedSecret)
	if c := h.get(r.Case); c.Trust != "unverified" {
		t.Errorf("an authority under another name is %s", c.Trust)
	}
}

// TestAnUploadedOrderNeedsAPersonsWord: nothing proves who sent what a person hands in.
func TestAnUploadedOrderNeedsAPersonsWord(t *testing.T) {
	h := newHosted(t, "", nil)
	m := h.order("EX-1", "https://clips.example/v/1", nil)
	r, err := h.api.HostHandIn(t.Context(), m.Document)
	if err != nil {
		t.Fatal(err)
	}
	if c := h.get(r.Case); c.Trust != "unverified" || c.DueAt == nil || c.Duty != "execute" {
		t.Errorf("the hour runs from receipt, whatever is proven: %+v", c)
	}
	if _, err := h.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1}); !refused(err) {
		t.Errorf("disabled without anybody's word: %v", err)
	}
}

// TestWhatAnOrderLacksIsListed: an incomplete order comes in, says what it lacks, and the hour
// stands still until it is clarified.
func TestWhatAnOrderLacksIsListed(t *testing.T) {
	h := newHosted(t, "", nil)
	m := h.order("EX-1", "https://clips.example/v/1", nil)
	var d map[string]any
	if err := json.Unmarshal(m.Document, &d); err != nil {
		t.Fatal(err)
	}
	values := d["values"].(map[string]any)
	for _, key := range []string{"b.additional_information", "g.body", "e.representative"} {
		delete(values, key)
	}
	values["b.url"] = "the second video of the channel"
	m.Document, _ = json.Marshal(d)
	status, r := h.post(m, sharedSecret)
	c := h.get(r.Case)
	var lacks []string
	for _, f := range c.Faults {
		lacks = append(lacks, f.Field)
	}
	for _, key := range []string{"b.additional_information", "g.body", "e.representative", "b.url"} {
		if !slices.Contains(lacks, key) {
			t.Errorf("HTTP %d: %s is not told as missing or wrong: %v", status, key, lacks)
		}
	}
	if _, err := h.api.HostImpossible(t.Context(), c.ID, client.HostImpossibility{Grounds: []string{"manifest_errors", "insufficient"}, Reasons: "Made up.", Errors: "The link is none.", Wanted: "The exact link."}); err != nil {
		t.Fatal(err)
	}
	h.until("Annex III arrives and is noted", func() bool { return h.get(c.ID).Duty == "clarify" })
	answer, err := document.Parse(h.sender.got()[0].Document)
	if err != nil || answer.Form != document.AnnexIII || answer.Values["b.errors"] != "The link is none." {
		t.Errorf("the answer is %+v, %v", answer, err)
	}
	h.clock.add(3 * time.Hour)
	clarified := document.Document{Form: document.Clarification, Edition: document.EditionOf(document.Clarification), Reference: "EX-1", Language: "en", Values: law.Filled{"a.addressee": "Clips Example",
		"a.order_reference": "EX-1", "a.issued_at": "2026-10-25T00:00:00Z", "a.asked_at": "2026-10-25T00:31:00Z", "b.kind": "clarified", "b.text": "https://clips.example/v/1", "c.authority": "Example Authority",
		"c.representative": "B. Example", "c.contact": "tco@authority.example", "c.date": "2026-10-25T03:31:00Z", "c.signature": "signed"}}
	text, err := clarified.JSON()
	if err != nil {
		t.Fatal(err)
	}
	_, told := h.post(client.Message{Type: client.OrderClarified, ID: "dlv_c", At: h.clock.Now(), Subject: "ord_EX-1", Reference: "EX-1", Document: text}, sharedSecret)
	c = h.get(r.Case)
	if told.Case != r.Case || c.Duty != "execute" || c.DueAt == nil || !c.DueAt.Equal(told.ReceivedAt.Add(time.Hour)) {
		t.Errorf("the hour runs anew from the clarification: %+v", c)
	}
}
