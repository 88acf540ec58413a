package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
)

// longer is the paper with which an authority extends the non-disclosure of an order.
func (h *hosted) longer(reference, id string, until time.Time) client.Message {
	now := h.clock.Now().Format(time.RFC3339)
	d := document.Document{Form: document.NonDisclosure, Edition: document.EditionOf(document.NonDisclosure), Reference: reference, Language: "de", Unit: "Example Authority", Platform: "Clips Example",
		Values: law.Filled{"a.addressee": "Clips Example", "a.order_reference": reference, "a.issued_at": now, "b.until": until.Format(time.RFC3339), "b.reasons": "Die Ermittlungen dauern an.",
			"c.authority": "Example Authority", "c.representative": "B. Example", "c.contact": "tco@authority.example", "c.date": now, "c.signature": "signed"}}
	text, err := d.JSON()
	if err != nil {
		h.Fatal(err)
	}
	return client.Message{Type: client.OrderSecrecy, ID: id, At: h.clock.Now(), Subject: "ord_" + reference, Reference: reference, Document: text}
}

// secretUntil is when the non-disclosure of a case ends.
func (h *hosted) secretUntil(target string) (until time.Time) {
	h.Helper()
	for _, k := range h.get(target).Clocks {
		if k.Name == "non_disclosure" && k.Until != nil {
			until = *k.Until
		}
	}
	return until
}

// TestAnAuthoritysPaperExtendsNonDisclosure: the end is the one that stands in the document. A
// letter without a document, and one of nobody, change nothing.
func TestAnAuthoritysPaperExtendsNonDisclosure(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, nil)
		c := h.executed("EX-1", "https://clips.example/v/1", func(v law.Filled) { v["c.non_disclosure"] = "yes" })
		first := h.secretUntil(c.ID)
		until := first.AddDate(0, 0, 35).Truncate(time.Second) // five weeks more, and not six
		h.post(client.Message{Type: client.OrderSecrecy, ID: "dlv_text", At: h.clock.Now(), Subject: "ord_EX-1", Reference: "EX-1", Text: "+ 6 weeks"}, sharedSecret)
		h.post(h.longer("EX-1", "dlv_forged", until), otherSecret)
		if got := h.secretUntil(c.ID); !got.Equal(first) {
			t.Errorf("without a document that is proven it ends %s, want %s", got, first)
		}
		m := h.longer("EX-1", "dlv_longer", until)
		for range 2 { // sent again it is done once
			if status, r := h.post(m, sharedSecret); status >= 300 || r.Case != c.ID {
				t.Fatalf("HTTP %d, %+v", status, r)
			}
		}
		if got := h.secretUntil(c.ID); !got.Equal(until) {
			t.Errorf("it ends %s, the document says %s", got, until)
		}
		h.later(76)
		if got := h.get(c.ID); got.Duty != "preserve" {
			t.Errorf("a day before its end the duty is %s", got.Duty)
		}
		h.later(2)
		h.until("the duty appears at the end that was told", func() bool { return h.get(c.ID).Duty == "inform_provider" })
	})
}

// TestALetterThatBecameSecretStays: an order with non-disclosure comes in while the letter to the
// content provider waits to leave.
func TestALetterThatBecameSecretStays(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, func(cfg *app.Config) {
			cfg.Host.Service.Inform = true
			cfg.Host.Service.Command = script(t, cfg.Data, `[ "$ARGINE_ACTION" = inform ] && ! [ -e "$(dirname "$0")/ready" ] && exit 75
`+obeying)
		})
		at, b := "https://clips.example/v/1", newVisitor(h)
		c := h.executed("EX-1", at, nil)
		b.send("/cases/"+c.ID+"/information", "language=de")
		h.until("the letter is to be tried again", func() bool {
			a, err := h.api.HostActivity(t.Context())
			return err == nil && a.NextDue != nil
		})
		h.post(h.order("EX-2", at, func(v law.Filled) { v["c.non_disclosure"] = "yes" }), sharedSecret)
		if err := os.WriteFile(filepath.Join(h.dir, "ready"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		h.clock.add(time.Minute)
		h.until("it waits for a person, who is told why", func() bool {
			return strings.Contains(b.page("/cases/"+c.ID), "must not be told before the non-disclosure")
		})
		if done, err := os.ReadFile(filepath.Join(h.dir, "done.txt")); err != nil || strings.Contains(string(done), "inform") {
			t.Errorf("the content provider was told: %q %v", done, err)
		}
	})
}
