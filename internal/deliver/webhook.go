package deliver

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
)

// SendWebhook posts a letter as Standard Webhooks describes it: the identifier of the
// delivery, the same at every attempt, by which the receiver knows a repeat; the moment;
// and a signature over both and the body (github.com/standard-webhooks/standard-webhooks).
//
// An answer of 2xx means that it was taken, 410 that it will never be. A redirect is not
// followed: the address was checked with the platform, and another was not.
func SendWebhook(ctx context.Context, door *fetch.Door, url, secret string, l Letter, now time.Time) Result {
	key, err := keyOf(secret)
	if err != nil {
		return Result{Outcome: Failed, Detail: problem.Message(err)}
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	resp, err := door.Do(ctx, fetch.Request{Method: http.MethodPost, URL: url, Body: l.Hook, Header: http.Header{
		"Content-Type":      {"application/json"},
		"Accept":            {"*/*"},
		"Webhook-Id":        {string(l.Delivery)},
		"Webhook-Timestamp": {stamp},
		"Webhook-Signature": {sign(key, string(l.Delivery), stamp, l.Hook)},
	}})
	if err != nil && resp.Status == 0 {
		return unsent(err)
	}
	said := legible("HTTP " + strconv.Itoa(resp.Status) + " " + http.StatusText(resp.Status))
	if text := legible(string(resp.Body)); text != "" {
		said += ": " + text
	}
	switch {
	case resp.Status >= 200 && resp.Status < 300:
		return Result{Outcome: Sent, Receipt: said}
	case resp.Status == http.StatusGone:
		return Result{Outcome: Rejected, Detail: said}
	}
	return Result{Outcome: Failed, Detail: said}
}

// unsent is what a failure to get any answer means. Where an address can never be reached,
// trying again is no use; where we stopped ourselves, it is no failure of the other side.
func unsent(err error) Result {
	r := Result{Outcome: Failed, Detail: string(fetch.Why(err)) + ": " + problem.Message(err)}
	switch fetch.Why(err) {
	case fetch.BadURL, fetch.Blocked:
		r.Outcome = Rejected
	case fetch.Cancelled:
		r.Outcome = Interrupted
	}
	return r
}

// keyOf reads a secret: whsec_ and the key in base64.
func keyOf(secret string) ([]byte, error) {
	encoded, ok := strings.CutPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(key) == 0 {
		return nil, problem.New(problem.Invalid, "the platform's webhook secret is not whsec_ and base64; set it again")
	}
	return key, nil
}

func sign(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
