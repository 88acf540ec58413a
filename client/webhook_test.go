package client_test

import (
	"crypto/ed25519"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
)

const (
	ourSecret   = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDh3Y5lGt3YA4="
	otherSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw93Y5lGt3YA4="
)

func signed(t *testing.T, s client.WebhookSigner, id string, at time.Time, body string) http.Header {
	t.Helper()
	h := http.Header{}
	if err := s.Sign(h, id, at, []byte(body)); err != nil {
		t.Fatal(err)
	}
	return h
}

// The vector of the Standard Webhooks specification's reference libraries.
func TestWebhookSignatureIsTheStandards(t *testing.T) {
	h := signed(t, client.WebhookSigner{Secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), `{"test": 2432232314}`)
	if got, want := h.Get(client.WebhookSignature), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestWhoSignedIsTold(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	stranger, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_800_000_000, 0)
	both := signed(t, client.WebhookSigner{Secret: ourSecret, Key: private}, "dlv_1", now, "body")
	ours := client.WebhookPublic(public)
	for _, c := range []struct {
		name   string
		v      client.WebhookVerifier
		id     string
		body   string
		at     time.Time
		err    error
		secret bool
		key    string
	}{
		{name: "both", v: client.WebhookVerifier{Secret: ourSecret, Public: []string{ours}}, secret: true, key: ours},
		{name: "the secret alone", v: client.WebhookVerifier{Secret: ourSecret}, secret: true},
		{name: "the key alone, among others", v: client.WebhookVerifier{Public: []string{client.WebhookPublic(stranger), ours}}, key: ours},
		{name: "another secret", v: client.WebhookVerifier{Secret: otherSecret}, err: client.ErrWebhookSignature},
		{name: "another key", v: client.WebhookVerifier{Public: []string{client.WebhookPublic(stranger)}}, err: client.ErrWebhookSignature},
		{name: "no key known", err: client.ErrWebhookSignature},
		{name: "another body", v: client.WebhookVerifier{Secret: ourSecret, Public: []string{ours}}, body: "bodY", err: client.ErrWebhookSignature},
		{name: "another identifier", v: client.WebhookVerifier{Secret: ourSecret, Public: []string{ours}}, id: "dlv_2", err: client.ErrWebhookSignature},
		{name: "just in time", v: client.WebhookVerifier{Secret: ourSecret}, at: now.Add(5 * time.Minute), secret: true},
		{name: "too old", v: client.WebhookVerifier{Secret: ourSecret}, at: now.Add(5*time.Minute + time.Second), err: client.ErrWebhookTime},
		{name: "from the future", v: client.WebhookVerifier{Secret: ourSecret}, at: now.Add(-5*time.Minute - time.Second), err: client.ErrWebhookTime},
		{name: "a wider tolerance", v: client.WebhookVerifier{Secret: ourSecret, Tolerance: time.Hour}, at: now.Add(time.Hour), secret: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, body, at := both.Clone(), "body", now
			if c.id != "" {
				h.Set(client.WebhookID, c.id)
			}
			if c.body != "" {
				body = c.body
			}
			if !c.at.IsZero() {
				at = c.at
			}
			proof, err := c.v.Verify(h, []byte(body), at)
			if !errors.Is(err, c.err) || proof.Secret != c.secret || proof.Key != c.key {
				t.Errorf("%+v, %v", proof, err)
			}
		})
	}
}

func TestAMessageWithoutHeadersIsNotVerified(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	whole := signed(t, client.WebhookSigner{Secret: ourSecret}, "dlv_1", now, "body")
	for _, name := range []string{client.WebhookID, client.WebhookTimestamp, client.WebhookSignature} {
		h := whole.Clone()
		h.Del(name)
		if _, err := (client.WebhookVerifier{Secret: ourSecret}).Verify(h, []byte("body"), now); !errors.Is(err, client.ErrWebhookHeaders) {
			t.Errorf("without %s: %v", name, err)
		}
	}
	whole.Set(client.WebhookTimestamp, "yesterday")
	if _, err := (client.WebhookVerifier{Secret: ourSecret}).Verify(whole, []byte("body"), now); !errors.Is(err, client.ErrWebhookHeaders) {
		t.Errorf("with a time that is none: %v", err)
	}
}

func TestKeysAreWrittenAndRead(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := client.ParseWebhookPublic(client.WebhookPublic(public)); err != nil || !got.Equal(public) {
		t.Errorf("public: %v", err)
	}
	if got, err := client.ParseWebhookPrivate(client.WebhookPrivate(private)); err != nil || !got.Equal(private) {
		t.Errorf("private: %v", err)
	}
	for _, bad := range []string{"", "whpk_", "whpk_AAAA", strings.Replace(client.WebhookPublic(public), "whpk_", "whsk_", 1), client.WebhookPublic(public)[5:]} {
		if _, err := client.ParseWebhookPublic(bad); err == nil {
			t.Errorf("%q was read as a public key", bad)
		}
	}
	if _, err := client.ParseWebhookPrivate("whsk_AAAA"); err == nil {
		t.Error("a short private key was read")
	}
}
