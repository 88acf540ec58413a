package deliver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/fetch"
)

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

var sentAt = time.Unix(1614265330, 0)

func door(t *testing.T, cfg fetch.Config) *fetch.Door {
	t.Helper()
	cfg.AllowLoopback = true
	if cfg.Timeout == 0 {
		cfg.Timeout = 20 * time.Second
	}
	d, err := fetch.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

// What leaves is verified by code that shares nothing with ours: openssl.
func TestWebhookIsSigned(t *testing.T) {
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	var header http.Header
	var body []byte
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
		if r.Method != "POST" {
			t.Errorf("method %s", r.Method)
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer s.Close()
	l := compose(t, content("it", 2))
	r := SendWebhook(t.Context(), door(t, fetch.Config{}), s.URL, client.WebhookSigner{Secret: secret}, l, sentAt)
	if r != (Result{Outcome: Sent, Receipt: "HTTP 204 No Content"}) {
		t.Errorf("got %+v", r)
	}
	if header.Get("webhook-id") != "dlv_01" || header.Get("webhook-timestamp") != "1614265330" || header.Get("Content-Type") != "application/json" {
		t.Errorf("headers %v", header)
	}
	raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	cmd := exec.Command(openssl, "dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:"+hexOf(raw), "-binary")
	cmd.Stdin = strings.NewReader("dlv_01.1614265330." + string(body))
	mac, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := header.Get("webhook-signature"), "v1,"+base64.StdEncoding.EncodeToString(mac); got != want {
		t.Errorf("signature %s, openssl says %s", got, want)
	}
	var d map[string]any
	if err := json.Unmarshal(body, &d); err != nil || d["type"] != "referral.created" || d["answer_url"] == "" || !strings.Contains(d["text"].(string), "AR-2026-000123") {
		t.Errorf("body %s, %v", body, err)
	}
}

func hexOf(b []byte) (s string) {
	for _, c := range b {
		s += strconv.FormatInt(int64(c)+256, 16)[1:]
	}
	return s
}

func TestWhatWebhookAnswersMean(t *testing.T) {
	for status, want := range map[int]Outcome{200: Sent, 202: Sent, 204: Sent, 410: Rejected, 301: Failed, 400: Failed, 401: Failed, 404: Failed, 429: Failed, 500: Failed, 503: Failed} {
		asked := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			asked++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
			if status != 204 {
				io.WriteString(w, "said \x00\x1b[31mso")
			}
		}))
		r := SendWebhook(t.Context(), door(t, fetch.Config{}), s.URL, client.WebhookSigner{Secret: secret}, compose(t, content("en", 1)), sentAt)
		s.Close()
		said := r.Receipt + r.Detail
		if r.Outcome != want || asked != 1 || !strings.HasPrefix(said, "HTTP "+strconv.Itoa(status)) || strings.ContainsAny(said, "\x00\x1b") {
			t.Errorf("%d: %+v after %d requests, want %s", status, r, asked, want)
		}
		if (want == Sent) != (r.Receipt != "") {
			t.Errorf("%d: receipt %q", status, r.Receipt)
		}
	}
}

func TestWebhooksThatGetNoAnswer(t *testing.T) {
	l := compose(t, content("en", 1))
	took := make(chan string, 1)
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		took <- r.Header.Get("webhook-id")
		<-release
	}))
	defer slow.Close()
	defer close(release)
	// The body was taken and no answer came in time: it is tried again, under the same identifier.
	if r := SendWebhook(t.Context(), door(t, fetch.Config{Timeout: 300 * time.Millisecond}), slow.URL, client.WebhookSigner{Secret: secret}, l, sentAt); r.Outcome != Failed || !strings.Contains(r.Detail, "timeout") || <-took != "dlv_01" {
		t.Errorf("no answer: %+v", r)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-took; cancel() }()
	if r := SendWebhook(ctx, door(t, fetch.Config{}), slow.URL, client.WebhookSigner{Secret: secret}, l, sentAt); r.Outcome != Interrupted {
		t.Errorf("stopped by us: %+v", r)
	}
	cut := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, _, _ := http.NewResponseController(w).Hijack()
		conn.Close()
	}))
	defer cut.Close()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for url, want := range map[string]Outcome{cut.URL: Failed, closed.URL: Failed, "http://10.0.0.7/hook": Rejected, "mailto:x@y.example": Rejected} {
		if r := SendWebhook(t.Context(), door(t, fetch.Config{}), url, client.WebhookSigner{Secret: secret}, l, sentAt); r.Outcome != want || r.Detail == "" {
			t.Errorf("%s: %+v, want %s", url, r, want)
		}
	}
	for _, bad := range []string{"", "plain", "whsec_", "whsec_***"} {
		if r := SendWebhook(t.Context(), door(t, fetch.Config{}), cut.URL, client.WebhookSigner{Secret: bad}, l, sentAt); r.Outcome != Failed || !strings.Contains(r.Detail, "secret") {
			t.Errorf("secret %q: %+v", bad, r)
		}
	}
}
