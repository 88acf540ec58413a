package app_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
)

// mailed is a hosting service that takes mail, in a world of two domains with a key each.
type mailed struct {
	*hosted
	keys   map[string]ed25519.PrivateKey
	office *postOffice
}

func newMailed(t *testing.T, database string) *mailed {
	m := &mailed{keys: map[string]ed25519.PrivateKey{}, office: newPostOffice(t)}
	for _, domain := range []string{"authority.example", "forger.example"} {
		_, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		m.keys[domain] = key
	}
	m.hosted = newHosted(t, database, func(cfg *app.Config) {
		cfg.SMTP = app.SMTP{Host: m.office.addr, From: "tco@clips.example"}
		cfg.Inbound = app.Inbound{Listen: "127.0.0.1:0", Domain: "clips.example"}
		cfg.Resolver = func(_ context.Context, name string) ([]string, error) {
			key := m.keys[strings.TrimPrefix(name, "s._domainkey.")]
			if key == nil {
				return nil, errors.New("no such name")
			}
			return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))}, nil
		}
	})
	return m
}

// send brings a mail with a document, signed by a domain; "" signs it by none.
func (m *mailed) send(from, signedBy string, doc []byte) {
	m.Helper()
	text := "From: " + from + "\r\nTo: tco@clips.example\r\nSubject: Removal order\r\nMessage-ID: <" + client.WebhookID + from + signedBy + "@x.example>\r\nDate: Sun, 25 Oct 2026 00:29:00 +0000\r\nMIME-Version: 1.0\r\n" +
		"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nThe order is attached.\r\n--b\r\nContent-Type: application/json; name=annex-1.json\r\nContent-Disposition: attachment; filename=annex-1.json\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
		folded(base64.StdEncoding.EncodeToString(doc)) + "\r\n--b--\r\n"
	if signedBy != "" {
		var signed bytes.Buffer
		if err := dkim.Sign(&signed, strings.NewReader(text), &dkim.SignOptions{Domain: signedBy, Selector: "s", Signer: m.keys[signedBy], HeaderKeys: []string{"From", "To", "Subject", "Message-ID", "Date", "Content-Type"}}); err != nil {
			m.Fatal(err)
		}
		text = signed.String()
	}
	if err := smtp.SendMail(m.app.MailAddress(), nil, from, []string{"tco@clips.example"}, []byte(text)); err != nil {
		m.Fatal(err)
	}
}

func folded(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\r\n")
		s = s[76:]
	}
	return b.String() + s
}

func TestAnOrderByMailIsHeldAgainstTheRegister(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		m := newMailed(t, database)
		doc := m.order("EX-1", "https://clips.example/v/1", nil).Document
		forged := m.order("EX-2", "https://clips.example/v/2", nil).Document
		m.send("tco@authority.example", "authority.example", doc)
		m.send("tco@forger.example", "forger.example", forged)
		m.send("tco@authority.example", "", m.order("EX-3", "https://clips.example/v/3", nil).Document)
		trust := map[string]string{}
		var genuine string
		for _, c := range m.cases() {
			trust[c.Reference] = c.Trust
			if c.Reference == "EX-1" {
				genuine = c.ID
			}
		}
		if trust["EX-1"] != "verified" || trust["EX-2"] != "forged" || trust["EX-3"] != "forged" {
			t.Fatalf("the orders are %v", trust)
		}
		if _, err := m.api.HostDisable(t.Context(), genuine, client.HostDisabling{Place: 1, Answer: true}); err != nil {
			t.Fatal(err)
		}
		m.until("Annex II leaves by mail", func() bool { return len(m.office.mails()) == 1 })
		letter := m.office.mails()[0]
		if letter.to != "tco@authority.example" || !strings.Contains(letter.text, "annex-2-EX-1.json") || !strings.Contains(letter.text, "annex-2-EX-1.pdf") {
			t.Errorf("the answer to %s is %.800s", letter.to, letter.text)
		}
		m.until("that is noted", func() bool { return m.get(genuine).AnsweredAt != nil })
	})
}

// TestTheSameOrderByMailAndWebhookIsOneCase.
func TestTheSameOrderByMailAndWebhookIsOneCase(t *testing.T) {
	m := newMailed(t, "")
	order := m.order("EX-1", "https://clips.example/v/1", nil)
	m.send("tco@authority.example", "authority.example", order.Document)
	_, r := m.hosted.post(order, sharedSecret)
	if list := m.cases(); len(list) != 1 || list[0].ID != r.Case {
		t.Errorf("%d cases: %+v", len(list), list)
	}
}

// TestInformationBeforeTheFirstOrderIsRemembered, Article 3(2): the case of an order without an
// emergency begins with it.
func TestInformationBeforeTheFirstOrderIsRemembered(t *testing.T) {
	h := newHosted(t, "", nil)
	d := document.Document{Form: document.Information, Edition: document.EditionOf(document.Information), Reference: "INF-1", Language: "en", Values: law.Filled{"a.addressee": "Clips Example", "a.contact_point": "tco@clips.example",
		"a.sent_at": "2026-10-24T00:00:00Z", "b.channel": "webhook", "b.authenticity": "signature", "b.answers": "the same", "d.authority": "Example Authority", "d.contact": "tco@authority.example", "d.redress": "Example Court"}}
	text, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	_, informed := h.post(client.Message{Type: client.OrderInformation, ID: "dlv_i", At: h.clock.Now(), Subject: "plf_1", Document: text}, sharedSecret)
	h.later(1)
	_, r := h.post(h.order("EX-1", "https://clips.example/v/1", func(v law.Filled) { delete(v, "b.emergency") }), sharedSecret)
	c := h.get(r.Case)
	if len(c.Events) == 0 || c.Events[0].Kind != "informed" || !c.Events[0].At.Equal(informed.ReceivedAt) {
		t.Errorf("the case begins with %+v, want the information of %s", c.Events, informed.ReceivedAt)
	}
}
