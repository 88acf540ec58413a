package deliver

import (
	"crypto/ed25519"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
)

func TestTheKeyOfWebhooksIsMadeOnceAndKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "webhook.key")
	made, err := HookKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := HookKey(path); err != nil || !again.Equal(made) {
		t.Errorf("read again: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("file %v, %v", info, err)
	}
	if err := os.WriteFile(path, []byte("whsk_damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := HookKey(path); !problem.Is(err, problem.Invalid) {
		t.Errorf("a damaged file: %v", err)
	}
}

// A receiver that shares no secret with us and only has our public key can tell that it was us.
func TestWebhooksAreSignedBySecretAndByKey(t *testing.T) {
	key, err := HookKey(filepath.Join(t.TempDir(), "webhook.key"))
	if err != nil {
		t.Fatal(err)
	}
	public := client.WebhookPublic(key.Public().(ed25519.PublicKey))
	var proof client.WebhookProof
	var fault error
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		proof, fault = client.WebhookVerifier{Secret: secret, Public: []string{public}}.Verify(r.Header, body, sentAt)
	}))
	defer s.Close()
	r := SendWebhook(t.Context(), door(t, fetch.Config{}), s.URL, client.WebhookSigner{Secret: secret, Key: key}, compose(t, content("de", 2)), sentAt)
	if r.Outcome != Sent || fault != nil || !proof.Secret || proof.Key != public || proof.ID != "dlv_01" || !proof.At.Equal(sentAt) {
		t.Errorf("%+v, %+v, %v", r, proof, fault)
	}
}
