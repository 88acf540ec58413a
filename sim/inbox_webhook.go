package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/argine/argine/client"
)

const (
	maxLetter = 16 << 20
	// clockSkew is how far the time of a webhook may be from ours. The specification
	// leaves it to the receiver; simulated clocks jump, so it is wider than the usual
	// five minutes.
	clockSkew = 2 * time.Hour
)

// takeHook receives a referral as Standard Webhooks describes it
// (https://www.standardwebhooks.com): a signature over identifier, time and body, and an
// identifier that stays the same when a delivery is tried again.
func (n *Internet) takeHook(rw http.ResponseWriter, r *http.Request, platform int) {
	p := &n.world.platforms[platform]
	if r.Method != http.MethodPost || r.URL.Path != "/referrals" || p.Transport != "webhook" {
		http.NotFound(rw, r)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxLetter))
	if err != nil {
		http.Error(rw, "the body is too large", http.StatusRequestEntityTooLarge)
		return
	}
	id := r.Header.Get("webhook-id")
	if !signed(p.WebhookSecret, r.Header, body, n.clock()) {
		http.Error(rw, "the signature is not ours", http.StatusUnauthorized)
		return
	}
	to, err := n.program(r.Context(), platform, id)
	if err != nil {
		http.Error(rw, "our program is not there yet", http.StatusServiceUnavailable)
		return
	}
	l, err := readLetter(body)
	if to != "" && l.Type != "referral.created" {
		passOn(rw, r, to, body) // orders and requests are in no script: the program answers for itself
		return
	}
	if err != nil || l.Type != "referral.created" {
		http.Error(rw, errLetter.Error(), http.StatusBadRequest)
		return
	}
	if to != "" {
		if err := handOn(r, to, body); err != nil {
			http.Error(rw, err.Error(), http.StatusBadGateway)
			return
		}
	}
	status, err := n.settleHook(platform, id, l)
	switch {
	case err != nil:
		http.Error(rw, "the disk is full", http.StatusInsufficientStorage)
	case status == 0:
		cut(rw)
	default:
		rw.WriteHeader(status)
	}
}

// ExpectPrograms has the webhooks of each platform that answers by the book wait until its program
// is there ([Internet.HandOver]). What a desk that was killed has yet to deliver it delivers as soon
// as it is back, and that may be sooner.
func (n *Internet) ExpectPrograms() {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i, p := range n.world.Platforms() {
		if p.ByTheBook() {
			n.expected[i] = make(chan struct{})
		}
	}
}

// HandOver has the webhooks of a platform handed on to a program of its own: the inbox of the
// world is then the web server that stands before it.
func (n *Internet) HandOver(platform int, to string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.programs[platform] = to
	if there := n.expected[platform]; there != nil {
		close(there)
		delete(n.expected, platform)
	}
}

// program is where a webhook goes that its platform takes; "" where the platform stumbles over
// it or has no program. It waits for one that is expected.
func (n *Internet) program(ctx context.Context, platform int, id string) (string, error) {
	n.mu.RLock()
	stumbles := n.taken[id] == nil && n.refused[id] < n.world.platforms[platform].stumbles
	there := n.expected[platform]
	n.mu.RUnlock()
	if stumbles {
		return "", nil
	}
	if there != nil {
		select {
		case <-there:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.programs[platform], nil
}

// post sends a webhook as it came to the platform's program.
func post(r *http.Request, to string, body []byte) (*http.Response, error) {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header = http.Header{"Content-Type": {"application/json"}}
	for _, name := range []string{client.WebhookID, client.WebhookTimestamp, client.WebhookSignature} {
		req.Header.Set(name, r.Header.Get(name))
	}
	return http.DefaultClient.Do(req)
}

// passOn posts a webhook to the platform's program and gives its answer, a signed receipt, back.
func passOn(rw http.ResponseWriter, r *http.Request, to string, body []byte) {
	resp, err := post(r, to, body)
	if err != nil {
		http.Error(rw, err.Error(), http.StatusBadGateway)
		return
	}
	defer resp.Body.Close()
	for name, values := range resp.Header {
		rw.Header()[name] = values
	}
	rw.WriteHeader(resp.StatusCode)
	io.Copy(rw, io.LimitReader(resp.Body, maxLetter))
}

// handOn posts a referral to the platform's program, which has to take it.
func handOn(r *http.Request, to string, body []byte) error {
	resp, err := post(r, to, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
	if resp.StatusCode >= 300 {
		return fmt.Errorf("the program of the platform said HTTP %d: %s", resp.StatusCode, said)
	}
	return nil
}

// settleHook decides what happens to a webhook that is genuine. Status 0 is a closed connection.
func (n *Internet) settleHook(platform int, id string, l letter) (status int, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	at := entry{At: n.clock(), Platform: platform, Delivery: id}
	switch {
	case n.taken[id] != nil:
		at.Kind = entryRepeated
		return http.StatusOK, n.record(at)
	case n.refused[id] < n.world.platforms[platform].stumbles:
		at.Kind = entryRefused
		status := []int{http.StatusInternalServerError, 0}[(platform+n.refused[id])%2]
		return status, n.record(at)
	}
	return http.StatusAccepted, n.record(n.accepted(platform, id, l))
}

// signed checks the signature of a webhook and its time.
func signed(secret string, h http.Header, body []byte, now time.Time) bool {
	id, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	seconds, err2 := strconv.ParseInt(stamp, 10, 64)
	if err != nil || err2 != nil || id == "" || now.Sub(time.Unix(seconds, 0)).Abs() > clockSkew {
		return false
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + stamp + "."))
	mac.Write(body)
	for _, s := range strings.Fields(h.Get("webhook-signature")) {
		given, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "v1,"))
		if err == nil && strings.HasPrefix(s, "v1,") && hmac.Equal(given, mac.Sum(nil)) {
			return true
		}
	}
	return false
}
