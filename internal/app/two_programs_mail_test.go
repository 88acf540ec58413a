package app_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"net/smtp"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

// TestTwoProgramsWhenTheHostHasOnlyMail: the order goes by webhook as everywhere, and the host,
// which shares no secret with the desk, answers by mail that it signs with its domain's key. What
// is not so signed waits for a person, and has no effect by itself.
func TestTwoProgramsWhenTheHostHasOnlyMail(t *testing.T) {
	office := newPostOffice(t) // the host's own server: the test carries its mail on
	p := newPair(t, func(cfg *app.Config) {
		secretless(cfg)
		cfg.SMTP = app.SMTP{Host: office.addr, From: "tco@clips.example", DKIMDomain: "clips.example", DKIMSelector: "s"}
	})
	_, name, record, err := p.app.Publish()
	p.must(err)
	if name != "s._domainkey.clips.example" {
		t.Fatalf("the host signs its mail as %q", name)
	}
	p.records.Store(name, record)
	forger := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize))
	p.records.Store("s._domainkey.forger.example", "v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(forger.Public().(ed25519.PublicKey)))

	item := p.cleared()
	p.informed()
	order, at := p.ordered(client.NewOrder{ItemID: item})
	_, err = p.api.HostDisable(t.Context(), at, client.HostDisabling{Place: 1, Answer: true})
	p.must(err)
	p.until("Annex II leaves by mail", func() bool { return len(office.mails()) == 1 })
	genuine := office.mails()[0].text

	head, body, _ := strings.Cut(genuine, "\r\n\r\n")
	broken := head + "\r\n\r\n" + strings.Replace(body, "--", "Added on the way.\r\n--", 1)
	p.carry(renamed(broken, "broken"))
	p.carry(renamed(unsigned(genuine), "unsigned"))
	p.carry(signedBy(t, renamed(unsigned(genuine), "forged"), "forger.example", forger))
	p.until("three mails wait for a person", func() bool { return len(p.waiting()) == 3 })
	for _, m := range p.waiting() {
		if m.Proven == "clips.example" || !strings.Contains(m.Outcome, "well formed") {
			t.Errorf("a mail waits that is proven to be of %q, because %q", m.Proven, m.Outcome)
		}
	}
	if o := p.order(order); o.ExecutedAt != nil || len(o.Answers) != 0 {
		t.Fatalf("a mail that nobody proved had an effect: %+v", o.Answers)
	}
	p.carry(genuine)
	p.until("Annex II is taken in", func() bool { return p.order(order).ExecutedAt != nil })
	o, c := p.order(order), p.get(at)
	if len(o.Answers) != 1 || o.Answers[0].Channel != "mail" || !strings.Contains(o.Answers[0].Proof, "clips.example") || !o.ExecutedAt.Equal(*c.ExecutedAt) {
		t.Errorf("the desk has %+v, executed at %v; at the host %v", o.Answers, o.ExecutedAt, c.ExecutedAt)
	}
	p.same("after the answer by mail", order, at)
	p.carry(genuine) // a server may deliver twice
	p.until("the repeat is known", func() bool { return len(p.mailsIn("repeat")) == 1 })
	if n := len(p.order(order).Answers); n != 1 {
		t.Errorf("%d answers", n)
	}
}

// carry hands a mail to the desk's own server.
func (p *pair) carry(text string) {
	p.Helper()
	p.must(smtp.SendMail(p.deskMail, nil, "tco@clips.example", []string{issuer.Email}, []byte(text)))
}

func (p *pair) waiting() []client.Mail { return p.mailsIn("waiting") }

func (p *pair) mailsIn(state string) []client.Mail {
	p.Helper()
	page, err := p.people["drafter"].Mails(p.Context(), state)
	p.must(err)
	return page.Items
}

// renamed is the mail under another Message-ID, so that it is no repeat.
func renamed(text, name string) string {
	head, body, _ := strings.Cut(text, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "Message-ID:") {
			lines[i] = "Message-ID: <" + name + "@clips.example>"
		}
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// unsigned is the mail without its signature.
func unsigned(text string) string {
	at := strings.Index(text, "DKIM-Signature:")
	end := at
	for {
		end += strings.Index(text[end:], "\r\n") + 2
		if text[end] != ' ' && text[end] != '\t' {
			return text[:at] + text[end:]
		}
	}
}

func signedBy(t *testing.T, text, domain string, key ed25519.PrivateKey) string {
	var out bytes.Buffer
	if err := dkim.Sign(&out, strings.NewReader(text), &dkim.SignOptions{Domain: domain, Selector: "s", Signer: key}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
