package app_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
)

// TestTwoProgramsFromTheInformationToAnnexII: a real desk and a real host, and between them HTTP.
func TestTwoProgramsFromTheInformationToAnnexII(t *testing.T) {
	p := newPair(t, nil)
	item := p.cleared()
	if _, err := p.people["drafter"].DraftOrder(t.Context(), client.NewOrder{ItemID: item, ActionID: p.action}); !refused(err) {
		t.Errorf("an order without the information of Article 3(2): %v", err)
	}
	p.informed()
	order, at := p.ordered(client.NewOrder{ItemID: item})
	p.same("on receipt", order, at)
	c, o := p.get(at), p.order(order)
	if c.Trust != "verified" || len(c.Faults) > 0 || c.Duty != "execute" || c.DueAt == nil || !c.DueAt.Equal(o.ReceivedAt.Add(time.Hour)) || !c.ReceivedAt.Equal(*o.ReceivedAt) {
		t.Fatalf("the host has %+v\n the desk %v %v", c, o.ReceivedAt, o.DueAt)
	}
	p.signedReceipt(o)
	p.clock.add(20 * time.Minute)
	p.same("after twenty minutes", order, at)
	_, err := p.api.HostDisable(t.Context(), at, client.HostDisabling{Place: 1, Answer: true})
	p.must(err)
	p.until("Annex II is at the desk", func() bool { return p.order(order).ExecutedAt != nil })
	p.same("after Annex II", order, at)
	c, o = p.get(at), p.order(order)
	if !o.ExecutedAt.Equal(*c.ExecutedAt) || len(o.Answers) != 1 || o.Answers[0].Form != "annex-2" || o.Answers[0].Refused != "" || c.Items[0].Content != "disabled" {
		t.Errorf("executed at the desk %v, at the host %v; answers %+v", o.ExecutedAt, c.ExecutedAt, o.Answers)
	}
	newVisitor(p.hosted).send("/cases/"+at+"/information", "by_hand=Told+by+telephone.")
	p.same("after the content provider was told", order, at)
	p.clock.add(20 * 24 * time.Hour)
	p.same("after twenty days", order, at)
}

// signedReceipt expects that the desk kept how the host signed its receipt of an order, so that
// whoever has the host's public key can verify it later.
func (p *pair) signedReceipt(o client.OrderCase) {
	p.Helper()
	for _, d := range o.Deliveries {
		if d.Kind != "order" {
			continue
		}
		header := http.Header{}
		for part := range strings.SplitSeq(d.ReceiptSignature, "; ") {
			name, value, _ := strings.Cut(part, ": ")
			header.Set(name, value)
		}
		_, body, _ := strings.Cut(d.Receipt, ": ")
		proof, err := client.WebhookVerifier{Public: []string{p.app.HostKey()}}.Verify(header, []byte(body), p.clock.Now())
		if err != nil || proof.Key != p.app.HostKey() || !strings.HasSuffix(d.ReceiptSignature, "made with the shared secret") {
			p.Errorf("the receipt %s, signed %s: %v", d.Receipt, d.ReceiptSignature, err)
		}
		return
	}
	p.Error("the order has no delivery")
}

// TestAHostThatHasTheRegisterAloneKnowsTheDesk by its v1a signature. It has no secret to sign an
// answer with, so that goes by mail.
func TestAHostThatHasTheRegisterAloneKnowsTheDesk(t *testing.T) {
	post := newPostOffice(t)
	p := newPair(t, func(cfg *app.Config) {
		secretless(cfg)
		cfg.SMTP = app.SMTP{Host: post.addr, From: "tco@clips.example"}
	})
	item := p.cleared()
	p.informed()
	order, at := p.ordered(client.NewOrder{ItemID: item})
	p.same("on receipt", order, at)
	if c := p.get(at); c.Trust != "verified" || c.Duty != "execute" {
		t.Fatalf("the host has %+v", c)
	}
	_, err := p.api.HostDisable(t.Context(), at, client.HostDisabling{Place: 1, Answer: true})
	p.must(err)
	p.until("Annex II leaves by mail", func() bool { return len(post.mails()) == 1 })
	if m := post.mails()[0]; m.to != issuer.Email || !strings.Contains(m.text, "annex-2-") {
		t.Errorf("the mail goes to %s: %.400s", m.to, m.text)
	}
}
