package client

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// The headers of Standard Webhooks (github.com/standard-webhooks/standard-webhooks). What is
// signed is the identifier, the time and the body, joined by full stops.
const (
	WebhookID        = "Webhook-Id"
	WebhookTimestamp = "Webhook-Timestamp"
	WebhookSignature = "Webhook-Signature"
)

// WebhookTolerance is how far the time of a message may be from the receiver's, unless the
// receiver says otherwise.
const WebhookTolerance = 5 * time.Minute

// WebhookSigner signs what is sent. Either member may be left out.
type WebhookSigner struct {
	Secret string             // shared by both sides: whsec_ and base64; makes a v1 signature
	Key    ed25519.PrivateKey // the sender's own; makes a v1a signature that anybody with the public key can verify
}

// Sign sets the headers of a message.
func (s WebhookSigner) Sign(h http.Header, id string, at time.Time, body []byte) error {
	stamp := strconv.FormatInt(at.Unix(), 10)
	content := signedContent(id, stamp, body)
	var signatures []string
	if s.Secret != "" {
		secret, err := webhookSecret(s.Secret)
		if err != nil {
			return err
		}
		mac := hmac.New(sha256.New, secret)
		mac.Write(content)
		signatures = append(signatures, "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	}
	if s.Key != nil {
		signatures = append(signatures, "v1a,"+base64.StdEncoding.EncodeToString(ed25519.Sign(s.Key, content)))
	}
	if len(signatures) == 0 {
		return errors.New("there is nothing to sign the message with")
	}
	h.Set(WebhookID, id)
	h.Set(WebhookTimestamp, stamp)
	h.Set(WebhookSignature, strings.Join(signatures, " "))
	return nil
}

// WebhookVerifier checks what comes in.
type WebhookVerifier struct {
	Secret    string        // whsec_…, for v1 signatures
	Public    []string      // whpk_…, any of which may have made a v1a signature
	Tolerance time.Duration // 0: WebhookTolerance
}

// WebhookProof is what a verification found.
type WebhookProof struct {
	ID     string    // of the message; one that came before is a repeat
	At     time.Time // when it was signed
	Secret bool      // its v1 signature was made with the shared secret
	Key    string    // the whpk_… that its v1a signature was made with, if any
}

// Failures of Verify.
var (
	ErrWebhookHeaders   = errors.New("the headers Webhook-Id, Webhook-Timestamp and Webhook-Signature are not all there and readable")
	ErrWebhookTime      = errors.New("the time of the message is too far from ours; it may be a replay")
	ErrWebhookSignature = errors.New("no signature of the message is by a key that is known here")
)

// Verify checks the time and the signatures of a message. It is genuine when at least one of
// them is by a known key. The caller must look whether the identifier came before.
func (v WebhookVerifier) Verify(h http.Header, body []byte, now time.Time) (WebhookProof, error) {
	proof := WebhookProof{ID: h.Get(WebhookID)}
	stamp, given := h.Get(WebhookTimestamp), h.Get(WebhookSignature)
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || proof.ID == "" || given == "" {
		return proof, ErrWebhookHeaders
	}
	proof.At = time.Unix(seconds, 0)
	tolerance := v.Tolerance
	if tolerance == 0 {
		tolerance = WebhookTolerance
	}
	if apart := now.Sub(proof.At); apart > tolerance || apart < -tolerance {
		return proof, ErrWebhookTime
	}
	content := signedContent(proof.ID, stamp, body)
	for one := range strings.FieldsSeq(given) {
		version, encoded, _ := strings.Cut(one, ",")
		signature, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			continue
		}
		switch version {
		case "v1":
			proof.Secret = proof.Secret || v.bySecret(content, signature)
		case "v1a":
			if key := v.byKey(content, signature); key != "" {
				proof.Key = key
			}
		}
	}
	if !proof.Secret && proof.Key == "" {
		return proof, ErrWebhookSignature
	}
	return proof, nil
}

func (v WebhookVerifier) bySecret(content, signature []byte) bool {
	secret, err := webhookSecret(v.Secret)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write(content)
	return hmac.Equal(signature, mac.Sum(nil))
}

func (v WebhookVerifier) byKey(content, signature []byte) string {
	for _, text := range v.Public {
		if key, err := ParseWebhookPublic(text); err == nil && ed25519.Verify(key, content, signature) {
			return text
		}
	}
	return ""
}

func signedContent(id, stamp string, body []byte) []byte {
	return append([]byte(id+"."+stamp+"."), body...)
}

func webhookSecret(text string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(text, "whsec_")
	secret, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(secret) == 0 {
		return nil, errors.New("the webhook secret is not whsec_ and base64")
	}
	return secret, nil
}

// WebhookPublic writes a public key as Standard Webhooks does: whpk_ and base64.
func WebhookPublic(key ed25519.PublicKey) string {
	return "whpk_" + base64.StdEncoding.EncodeToString(key)
}

// ParseWebhookPublic reads a public key.
func ParseWebhookPublic(text string) (ed25519.PublicKey, error) {
	encoded, ok := strings.CutPrefix(text, "whpk_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(key) != ed25519.PublicKeySize {
		return nil, errors.New("the public key is not whpk_ and 32 bytes in base64")
	}
	return key, nil
}

// WebhookPrivate writes a private key: whsk_ and the base64 of seed and public key.
func WebhookPrivate(key ed25519.PrivateKey) string {
	return "whsk_" + base64.StdEncoding.EncodeToString(key)
}

// ParseWebhookPrivate reads a private key, whole or its seed alone.
func ParseWebhookPrivate(text string) (ed25519.PrivateKey, error) {
	encoded, ok := strings.CutPrefix(text, "whsk_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	switch {
	case !ok || err != nil:
	case len(key) == ed25519.SeedSize:
		return ed25519.NewKeyFromSeed(key), nil
	case len(key) == ed25519.PrivateKeySize && ed25519.NewKeyFromSeed(key[:ed25519.SeedSize]).Equal(ed25519.PrivateKey(key)):
		return key, nil
	}
	return nil, errors.New("the private key is not whsk_ and an Ed25519 key in base64")
}

// GiveAnswer posts an answer to the address that the message named, signed with the secret that
// both sides have. The same id again has its effect once and is answered the same; choose
// one for each answer and keep it while you try again.
func GiveAnswer(ctx context.Context, h *http.Client, url, secret, id string, m Message, now time.Time) (Rows, error) {
	var rows Rows
	body, err := json.Marshal(m)
	if err != nil {
		return rows, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return rows, err
	}
	req.Header.Set("Content-Type", "application/json")
	if err := (WebhookSigner{Secret: secret}).Sign(req.Header, id, now, body); err != nil {
		return rows, err
	}
	resp, err := h.Do(req)
	if err != nil {
		return rows, err
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 400 {
		return rows, failure(resp)
	}
	return rows, json.NewDecoder(resp.Body).Decode(&rows)
}
