package app_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host/inbox"
)

// TestASenderSpeaksForItselfAlone: a sender that is known, and no authority, names the order of
// an authority and calls itself by that authority's name. It is shown with the case and changes nothing.
func TestASenderSpeaksForItselfAlone(t *testing.T) {
	h := newHosted(t, "", func(cfg *app.Config) {
		cfg.Host.Senders = append(cfg.Host.Senders, inbox.Sender{Name: "club", Secret: otherSecret})
	})
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", nil), sharedSecret)
	before := h.get(r.Case)
	longer := h.longer("EX-1", "dlv_other", h.clock.Now().AddDate(0, 0, 60))
	m := client.Message{Type: client.OrderWithdrawn, ID: "dlv_other", At: h.clock.Now(), Subject: "ord_other", Reference: "EX-1", Document: longer.Document}
	body, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	header := http.Header{}
	if err := (client.WebhookSigner{Secret: otherSecret}).Sign(header, m.ID, h.clock.Now(), body); err != nil {
		t.Fatal(err)
	}
	if status, got := h.postRaw("club", header, body); status >= 300 {
		t.Fatalf("HTTP %d, %+v", status, got)
	}
	if after := h.get(r.Case); after.Duty != before.Duty || len(after.Events) != len(before.Events) {
		t.Errorf("the duty was %s and is %s, after %d events there are %d", before.Duty, after.Duty, len(before.Events), len(after.Events))
	}
}
