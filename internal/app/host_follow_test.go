package app_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/law"
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

// TestARequestToReinstateStandsWithItsCase: a unit asks for content back that it had referred.
// Its reference is that of a complaint; the case is found by what was referred, and a person decides.
func TestARequestToReinstateStandsWithItsCase(t *testing.T) {
	h := newHosted(t, "", nil)
	_, r := h.post(client.Message{Type: client.ReferralCreated, ID: "dlv_r", At: h.clock.Now(), Subject: "ref_1", Reference: "AR-1", AnswerURL: h.sender.URL + "/a",
		Referral: &client.MessageReferral{ID: "ref_1", Reference: "AR-1", Language: "en", Track: "referral",
			Items: []client.ReferralItem{{ItemID: "itm_1", URL: "https://clips.example/v/1", Limbs: []string{"a"}, Reasons: "Made up."}}}}, sharedSecret)
	d := document.Document{Form: document.Reinstatement, Edition: document.EditionOf(document.Reinstatement), Reference: "C-1", Language: "en", Unit: "Example Authority", Platform: "Clips Example",
		Values: law.Filled{"a.references": "N-9, AR-1", "a.urls": "https://clips.example/v/1", "b.reasons": "A newspaper had published it."}}
	text, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	m := client.Message{Type: client.ReinstatementAsked, ID: "dlv_back", At: h.clock.Now(), Subject: "itm_1", Reference: "C-1", Document: text}
	if status, got := h.post(m, sharedSecret); status >= 300 || got.Case != r.Case {
		t.Fatalf("HTTP %d, %+v, want the case %s", status, got, r.Case)
	}
	if c := h.get(r.Case); c.Trust != "verified" || len(c.Items) != 1 {
		t.Errorf("the case is %+v", c)
	}
}
