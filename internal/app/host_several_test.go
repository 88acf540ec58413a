package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
)

// referredTwice brings a referral of two items to the service, which removes one and then the other.
func (b *backs) referredTwice(first, second string) (at string) {
	b.Helper()
	item := func(id, place string) client.ReferralItem {
		return client.ReferralItem{ItemID: id, URL: place, Limbs: []string{"a"}, Reasons: "Made up."}
	}
	m := client.Message{Type: client.ReferralCreated, ID: "dlv_two", At: b.clock.Now(), Subject: "ref_two", Reference: "AR-two", AnswerURL: b.sender.URL + "/a",
		Referral: &client.MessageReferral{ID: "ref_two", Reference: "AR-two", Language: "en", Track: "referral", Items: []client.ReferralItem{item("itm_a", first), item("itm_b", second)}}}
	_, r := b.post(m, sharedSecret)
	for place := range 2 {
		if _, err := b.api.HostDisable(b.Context(), r.Case, client.HostDisabling{Place: place + 1, Answer: true}); err != nil {
			b.Fatal(err)
		}
		b.until("it is removed", func() bool { return b.get(r.Case).Items[place].Content == "removed" })
	}
	return r.Case
}

// wants posts a request to reinstate places of that referral.
func (b *backs) wants(name, places string) {
	b.Helper()
	d := document.Document{Form: document.Reinstatement, Edition: document.EditionOf(document.Reinstatement), Reference: "C-two", Language: "en", Unit: "Example Authority", Platform: "Clips Example",
		Values: law.Filled{"a.references": "AR-two", "a.urls": places, "b.reasons": "A newspaper had published it."}}
	text, err := d.JSON()
	if err != nil {
		b.Fatal(err)
	}
	m := client.Message{Type: client.ReinstatementAsked, ID: "dlv_back_" + name, At: b.clock.Now(), Reference: "C-two", Document: text, AnswerURL: b.sender.URL + "/a"}
	body, _ := json.Marshal(m)
	header := http.Header{}
	if err := (client.WebhookSigner{Secret: sharedSecret}).Sign(header, m.ID, b.clock.Now(), body); err != nil {
		b.Fatal(err)
	}
	b.postRaw("example", header, body)
}

// TestSeveralPlacesOfACase: each place that a request names is asked for, also beside one that was
// asked for before; and what was kept of one place is not opened to bring another back.
func TestSeveralPlacesOfACase(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		b := newBacks(t, database)
		first, second := "https://clips.example/1/removed", "https://clips.example/2/removed"
		at := b.referredTwice(first, second)
		b.wants("one", first)
		b.wants("both", first+"\n"+second)
		page, err := b.api.HostReinstatements(t.Context(), "waiting")
		if err != nil || len(page.Items) != 2 || page.Items[0].Place == page.Items[1].Place {
			t.Fatalf("%v; asked for are %+v", err, page.Items)
		}
		for _, r := range page.Items {
			if r.Place == 1 {
				if err := b.decides(r, "reinstated", ""); err != nil {
					t.Fatal(err)
				}
			}
		}
		b.until("the first is back", func() bool { return b.get(at).Items[0].Content == "reinstated" })
		if got, err := os.ReadFile(filepath.Join(b.dir, "restored-page.txt")); err != nil || len(got) != 200_000 || b.get(at).Items[1].Content != "removed" {
			t.Errorf("the service gets back %d bytes, %v", len(got), err)
		}
	})
}
