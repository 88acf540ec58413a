package mailbox

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"
)

// signer signs as a mail server of clips.example does.
type signer struct {
	t       *testing.T
	records map[string]string
	rsa     *rsa.PrivateKey
	ed      ed25519.PrivateKey
}

func newSigner(t *testing.T) signer {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	_, e, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(r.Public())
	if err != nil {
		t.Fatal(err)
	}
	rsaText := "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(public)
	return signer{t, map[string]string{
		"r._domainkey.clips.example":      rsaText,
		"e._domainkey.clips.example":      "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(e.Public().(ed25519.PublicKey)),
		"r._domainkey.mail.clips.example": rsaText,
		"r._domainkey.evil.example":       rsaText,
		"gone._domainkey.clips.example":   "v=DKIM1; p=",
	}, r, e}
}

// sign puts a signature before a mail.
func (s signer) sign(text, domain, selector string, change ...func(*dkim.SignOptions)) string {
	s.t.Helper()
	o := &dkim.SignOptions{Domain: domain, Selector: selector, Signer: s.rsa, HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "Message-ID", "In-Reply-To"}}
	if selector == "e" {
		o.Signer = crypto.Signer(s.ed)
	}
	for _, c := range change {
		c(o)
	}
	var b bytes.Buffer
	if err := dkim.Sign(&b, strings.NewReader(wire(text)), o); err != nil {
		s.t.Fatal(err)
	}
	return b.String()
}

func TestSignaturesOverTheWire(t *testing.T) {
	s := newSigner(t)
	b := serve(t, Config{Resolver: nameServer(t, s.records)})
	for _, selector := range []string{"r", "e"} {
		b.took = nil
		if err := b.send("a@clips.example", "x@desk.example", s.sign(answered, "clips.example", selector)); err != nil {
			t.Fatal(err)
		}
		m := b.only()
		proof, ok := m.Proof()
		if !ok || proof.Domain != "clips.example" || !slices.Contains(proof.Signed, "subject") || len(proof.Digest) != 64 {
			t.Errorf("%s: %+v", selector, m.DKIM)
		}
	}
}

// A forged mail: of another domain, altered, with a broken signature, with a key that was revoked.
func TestForgedMailProvesNothing(t *testing.T) {
	s := newSigner(t)
	genuine := s.sign(answered, "clips.example", "r")
	from := func(address string) string { return strings.Replace(answered, "Tco@Clips.Example", address, 1) }
	for name, c := range map[string]struct {
		text     string
		verified bool // the signature does; it is only not of the author's domain
		why      string
	}{
		"no signature":                 {text: answered},
		"another's domain":             {text: s.sign(from("tco@clips.example"), "evil.example", "r"), verified: true},
		"a domain that looks alike":    {text: s.sign(from("tco@clips.example.evil.example"), "clips.example", "r"), verified: true},
		"a subject put in":             {text: strings.Replace(genuine, "\r\nSubject:", "\r\nSubject: Order withdrawn\r\nX:", 1), why: "did not verify"},
		"another body":                 {text: strings.Replace(genuine, "retir=E9", "gard=E9", 1), why: "body hash"},
		"another attachment":           {text: strings.Replace(genuine, "YW5uZXgtMiJ9", "YW5uZXgtMyJ9", 1), why: "body hash"},
		"something added":              {text: genuine + "\r\nand more\r\n", why: "body hash"},
		"a broken signature":           {text: strings.Replace(genuine, "; bh=", "; bh=A", 1), why: "body hash"},
		"a selector that is not there": {text: s.sign(answered, "clips.example", "none"), why: "no key"},
		"a key that was revoked":       {text: s.sign(answered, "clips.example", "gone"), why: "revoked"},
		"the key of another algorithm": {text: s.sign(answered, "clips.example", "e", func(o *dkim.SignOptions) { o.Signer = s.rsa }), why: "algorithm"},
		"expired":                      {text: s.sign(answered, "clips.example", "r", func(o *dkim.SignOptions) { o.Expiration = received.Add(-time.Minute) }), why: "expired"},
		"two authors":                  {text: "From: x@evil.example\r\n" + genuine, verified: true},
		"part of a body":               {text: strings.Replace(genuine, "v=1;", "v=1; l=5;", 1), why: "body length"},
	} {
		m := parse(t, Config{Resolver: nameServer(t, s.records)}, c.text)
		if proof, ok := m.Proof(); ok {
			t.Errorf("%s: proven by %+v", name, proof)
		}
		if name == "no signature" {
			continue
		}
		if len(m.DKIM) != 1 || m.DKIM[0].Verified != c.verified || !strings.Contains(m.DKIM[0].Why, c.why) {
			t.Errorf("%s: %+v, want %q", name, m.DKIM, c.why)
		}
	}
}

// The same mail sent again by whomever has the same signature, whatever was changed around it.
func TestAReplayIsKnownByItsSignature(t *testing.T) {
	s := newSigner(t)
	cfg := Config{Resolver: nameServer(t, s.records)}
	genuine := s.sign(answered, "clips.example", "r")
	first, _ := parse(t, cfg, genuine).Proof()
	again, ok := parse(t, cfg, "Received: from elsewhere\r\nX-Anything: new\r\n"+genuine).Proof()
	if !ok || again.Digest != first.Digest {
		t.Errorf("%+v, %+v", first, again)
	}
	other, _ := parse(t, cfg, s.sign(strings.Replace(answered, "one@", "two@", 1), "clips.example", "r")).Proof()
	if other.Digest == first.Digest || other.Digest == "" {
		t.Error("another mail has the same signature")
	}
}

func TestASubdomainIsOfTheSameOwner(t *testing.T) {
	s := newSigner(t)
	cfg := Config{Resolver: nameServer(t, s.records)}
	if _, ok := parse(t, cfg, s.sign(answered, "mail.clips.example", "r")).Proof(); !ok {
		t.Error("the domain of the owner's mail server proves nothing")
	}
	for _, pair := range [][2]string{{"co.uk", ""}, {"example", ""}, {"", ""}, {"a.b.clips.example", "clips.example"}, {"x.co.uk", "x.co.uk"}} {
		if got := owner(pair[0]); got != pair[1] {
			t.Errorf("owner of %q: %q", pair[0], got)
		}
	}
}

// A name server that does not answer proves nothing, and holds nothing up for long.
func TestWithoutANameServerNothingIsProven(t *testing.T) {
	s := newSigner(t)
	away := func(ctx context.Context, name string) ([]string, error) {
		if _, ok := ctx.Deadline(); !ok {
			t.Error("a lookup without an end")
		}
		return nil, &net.DNSError{Err: "server misbehaving", Name: name, IsTemporary: true}
	}
	m := parse(t, Config{Resolver: away}, s.sign(answered, "clips.example", "r"))
	if _, ok := m.Proof(); ok || len(m.DKIM) != 1 || m.DKIM[0].Why == "" {
		t.Errorf("%+v", m.DKIM)
	}
	broken := func(context.Context, string) ([]string, error) { return nil, errors.New("no route") }
	if _, ok := parse(t, Config{Resolver: broken}, s.sign(answered, "clips.example", "r")).Proof(); ok {
		t.Error("proven without a key")
	}
}
