package deliver

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/fetch"
)

// TestTheSignatureOfTheReceiptIsKept with the delivery, and says what could be verified of it.
func TestTheSignatureOfTheReceiptIsKept(t *testing.T) {
	const receipt = `{"id":"msg_1"}`
	with := "" // secret that the receiver signs with; "" signs nothing
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if with != "" {
			if err := (client.WebhookSigner{Secret: with}).Sign(w.Header(), "msg_1", sentAt, []byte(receipt)); err != nil {
				t.Error(err)
			}
		}
		io.WriteString(w, receipt)
	}))
	defer s.Close()
	eachOffice(t, func(t *testing.T, o *office) {
		for name, test := range map[string]struct{ with, want string }{
			"by nobody":       {"", ""},
			"with the secret": {secret, "; made with the shared secret"},
			"with another":    {"whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldY", "; not verified"},
		} {
			with = test.with
			r := SendWebhook(t.Context(), door(t, fetch.Config{}), s.URL, client.WebhookSigner{Secret: secret}, compose(t, content("it", 1)), sentAt)
			d := o.create("ref_"+name, Webhook)
			o.finish(o.begin(d), r)
			got := o.get(d)
			if got.State != Delivered || !strings.HasSuffix(got.Signature, test.want) || (test.want == "") != (got.Signature == "") {
				t.Errorf("signed %s: %s, kept %q", name, got.State, got.Signature)
			}
			if test.with != "" && !strings.Contains(got.Signature, "Webhook-Id: msg_1; Webhook-Timestamp: 1614265330; Webhook-Signature: v1,") {
				t.Errorf("signed %s: kept %q", name, got.Signature)
			}
		}
	})
}
