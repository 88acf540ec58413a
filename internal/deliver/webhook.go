package deliver

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
)

// SendWebhook posts a letter's message as Standard Webhooks describes it: the identifier of
// the delivery, the same at every attempt, by which the receiver knows a repeat; the moment;
// and signatures over both and the body, by the secret that both sides have and by our own
// key, with which a receiver that only has the register can tell who sent it.
//
// An answer of 2xx means that it was taken, 410 that it will never be. A redirect is not
// followed: the address was checked with the platform, and another was not.
func SendWebhook(ctx context.Context, door *fetch.Door, url string, by client.WebhookSigner, l Letter, now time.Time) Result {
	body, err := encode(l.Message, "")
	if err != nil {
		return Result{Outcome: Failed, Detail: err.Error()}
	}
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"*/*"}}
	if err := by.Sign(header, string(l.Delivery), now, body); err != nil {
		return Result{Outcome: Failed, Detail: err.Error() + "; set the platform's webhook secret again"}
	}
	resp, err := door.Do(ctx, fetch.Request{Method: http.MethodPost, URL: url, Body: body, Header: header})
	if err != nil && resp.Status == 0 {
		return unsent(err)
	}
	said := legible("HTTP " + strconv.Itoa(resp.Status) + " " + http.StatusText(resp.Status))
	if text := legible(string(resp.Body)); text != "" {
		said += ": " + text
	}
	switch {
	case resp.Status >= 200 && resp.Status < 300:
		return Result{Outcome: Sent, Receipt: said, Signature: signature(by, resp.Header, resp.Body, now), At: receivedAt(resp.Body)}
	case resp.Status == http.StatusGone:
		return Result{Outcome: Rejected, Detail: said}
	}
	return Result{Outcome: Failed, Detail: said}
}

// receivedAt is when the other side's program says that it received the message. Both sides
// then count from the same moment; one that says nothing received it when it answered.
func receivedAt(body []byte) time.Time {
	var receipt client.HostReceipt
	if json.Unmarshal(body, &receipt) != nil {
		return time.Time{}
	}
	return receipt.ReceivedAt
}

// signature is how the other side's program signed its answer, if it did: the three headers that
// a signature is made of, so that it can be verified again, and what we could verify of it. With
// the secret that both have it could be ours as well; the key that made v1a is the other side's alone.
func signature(by client.WebhookSigner, h http.Header, body []byte, now time.Time) string {
	if h.Get(client.WebhookSignature) == "" {
		return ""
	}
	found := "not verified"
	if proof, err := (client.WebhookVerifier{Secret: by.Secret}).Verify(h, body, now); err == nil && proof.Secret {
		found = "made with the shared secret"
	}
	return client.WebhookID + ": " + h.Get(client.WebhookID) + "; " + client.WebhookTimestamp + ": " + h.Get(client.WebhookTimestamp) + "; " +
		client.WebhookSignature + ": " + h.Get(client.WebhookSignature) + "; " + found
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
