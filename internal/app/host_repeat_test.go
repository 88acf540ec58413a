package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/law"
)

// TestAMessageThatComesAgainIsKnownByWhatItSays: a sender that was killed before it had our
// receipt sends the message again with what it has learnt meanwhile beside it. That is the same
// message; one that says something else under its name is not.
func TestAMessageThatComesAgainIsKnownByWhatItSays(t *testing.T) {
	h := newHosted(t, "", nil)
	m := h.order("EX-1", "https://clips.example/v/1", nil)
	_, first := h.post(m, sharedSecret)
	again := m
	again.PDFURL = "https://desk.example/v1/inbox/x/document.pdf"
	again.Timeline, again.PDF, again.Text = []client.TimelineEvent{{Kind: "copy_sent", At: m.At}}, []byte("%PDF-"), "A letter."
	h.clock.add(time.Minute)
	if status, r := h.post(again, sharedSecret); status != http.StatusOK || r != first {
		t.Errorf("the same in other bytes: HTTP %d %+v, want %+v", status, r, first)
	}
	other := h.order("EX-1", "https://clips.example/v/1", func(v law.Filled) { v["b.url"] = "https://clips.example/v/2" })
	other.At = m.At
	if status, _ := h.post(other, sharedSecret); status != http.StatusUnauthorized {
		t.Errorf("another order under its name: HTTP %d", status)
	}
	if list := h.cases(); len(list) != 1 || list[0].URL != "https://clips.example/v/1" {
		t.Errorf("the host has %+v", list)
	}
}
