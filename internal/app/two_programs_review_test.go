package app_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/register"
)

// TestTwoProgramsWhenTheHomeAuthorityDecides: the order is another authority's, whose program the
// test plays; the desk has the copy, finds an infringement (Article 4), and tells the host.
func TestTwoProgramsWhenTheHomeAuthorityDecides(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	other := register.Authority{Name: "Other Authority", MemberState: "FR", Roles: []string{register.Issue}, Email: "tco@other.example", Domains: []string{"other.example"}, MadeUp: true,
		WebhookKeys: []string{client.WebhookPublic(key.Public().(ed25519.PublicKey))}}
	p := newPair(t, func(cfg *app.Config) {
		known := issuer
		var list []register.Authority
		readRegister(t, cfg.Data, &list)
		known.WebhookKeys = list[0].WebhookKeys
		writeRegister(t, cfg.Data, known, other)
		cfg.Host.Senders = append(cfg.Host.Senders, inbox.Sender{Name: "other", Authority: other.Name, Secret: sharedSecret})
	})
	_, err := p.admin.ImportRegister(t.Context(), "application/json", writeRegister(t, t.TempDir(), issuer, other))
	p.must(err)
	m := p.hosted.order("FR-1", "http://clips.example/v/1", func(v law.Filled) {
		v["a.issuing_member_state"], v["a.host_member_state"], v["e.name"], v["e.email"] = "FR", "BE", other.Name, other.Email
	})
	body, err := json.Marshal(m)
	p.must(err)
	header := http.Header{}
	p.must(client.WebhookSigner{Key: key}.Sign(header, m.ID, p.clock.Now(), body))
	status, r := p.postRaw("other", header, body)
	if c := p.get(r.Case); status != http.StatusOK || c.Trust != "verified" {
		t.Fatalf("HTTP %d: %+v", status, c)
	}
	m.Type = client.OrderCopy
	body, err = json.Marshal(m)
	p.must(err)
	p.must(client.WebhookSigner{Key: key}.Sign(header, "copy", p.clock.Now(), body))
	req, err := http.NewRequest("POST", p.desk+"/v1/authority-messages", bytes.NewReader(body))
	p.must(err)
	req.Header = header
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	p.must(err)
	defer resp.Body.Close()
	var taken client.Taken
	p.must(json.NewDecoder(resp.Body).Decode(&taken))
	if taken.ID == "" {
		t.Fatalf("the copy is answered with HTTP %d", resp.StatusCode)
	}
	_, err = p.api.HostDisable(t.Context(), r.Case, client.HostDisabling{Place: 1})
	p.must(err)
	p.happened(r.Case, "executed")
	p.step(taken.ID, "intended", "It is a report by a newspaper.")
	p.step(taken.ID, "infringing", "It is a report by a newspaper.")
	p.happened(r.Case, "infringing")
	if c := p.get(r.Case); c.Duty != "reinstate" {
		t.Errorf("the host owes %q: %+v", c.Duty, c.Events)
	}
	newVisitor(p.hosted).send("/cases/"+r.Case+"/reinstatement", "place=1")
	p.happened(r.Case, "reinstated")
}
