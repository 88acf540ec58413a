package app_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/service"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const sharedSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDh3Y5lGt3YA4="

// hosted is a hosting service's Argine that runs, with a sender at the other end of real HTTP.
type hosted struct {
	*testing.T
	clock   *clock
	base    string
	api     *client.Client
	sender  *sender
	dir     string
	stop    context.CancelFunc
	stopped chan error
	app     *app.App
	cfg     app.Config
	visitor *visitor
}

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Millisecond) // time passes
	return c.at
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// sender is an authority's program: it posts messages and takes answers.
type sender struct {
	*httptest.Server
	mu      sync.Mutex
	answers []client.Message
	ids     []string
	status  int
}

func newSender(t *testing.T) *sender {
	s := &sender{status: http.StatusOK}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil { // the program was stopped while it sent: what is cut off is no message, and it is sent again
			return
		}
		var m client.Message
		if err := json.Unmarshal(body, &m); err != nil {
			t.Errorf("an answer came that is none: %v", err)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		signed, err := signedByHost(r.Header, body, sharedSecret)
		if err != nil || signed.Before(m.At.Truncate(time.Second)) {
			t.Errorf("an answer of %s came that is not signed by the host since: at %s, %v", m.At, signed, err)
		}
		if s.status == http.StatusOK {
			s.answers, s.ids = append(s.answers, m), append(s.ids, r.Header.Get(client.WebhookID))
		}
		w.WriteHeader(s.status)
	}))
	t.Cleanup(s.Close)
	return s
}

// signedByHost verifies a signature at the time that it names itself, and returns that time. The
// clocks of these tests leap by months, at times between the signing of a message and its arrival:
// no clock but the one that it was signed by can tell whether it is fresh.
func signedByHost(header http.Header, body []byte, secret string) (time.Time, error) {
	seconds, err := strconv.ParseInt(header.Get(client.WebhookTimestamp), 10, 64)
	if err != nil {
		return time.Time{}, err
	}
	proof, err := (client.WebhookVerifier{Secret: secret}).Verify(header, body, time.Unix(seconds, 0))
	return proof.At, err
}

func (s *sender) got() []client.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]client.Message(nil), s.answers...)
}

func (s *sender) answerWith(status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = status
}

// exampleRegister writes a register with the one authority of these tests.
func exampleRegister(t *testing.T, dir string) register.Authority {
	a := register.Authority{Name: "Example Authority", MemberState: "BE", Roles: []string{register.Issue, register.Scrutinise}, Email: "tco@authority.example", Domains: []string{"authority.example"}, MadeUp: true}
	text, err := json.Marshal([]register.Authority{a})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "register.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return a
}

// script is a service's own command: it keeps a copy and says whose content it was.
func script(t *testing.T, dir, text string) []string {
	path := filepath.Join(dir, "service.sh")
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	return []string{"/bin/sh", path}
}

const obeying = `echo "$ARGINE_ACTION $ARGINE_URL" >> "$(dirname "$0")/done.txt"
[ "$ARGINE_ACTION" = disable ] && echo "what stood at $ARGINE_URL" > "$ARGINE_KEEP/page.txt"
echo '{"provider":{"account":"user-7","mail":"user7@mail.example","language":"de"},"note":"as asked"}'
`

func newHosted(t *testing.T, database string, change func(*app.Config)) *hosted {
	h := &hosted{T: t, clock: &clock{at: time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)}, dir: t.TempDir(), sender: newSender(t)}
	exampleRegister(t, h.dir)
	h.cfg = app.Config{Data: h.dir, Database: database, Listen: "127.0.0.1:0", Now: h.clock.Now, Hosting: true, Quick: true, Fetch: app.Fetch{AllowLoopback: true, Interval: "0s"},
		Host: host.Settings{Name: "Clips Example", MemberState: "IE", Contact: "tco@clips.example", Languages: []string{"en"}, Person: "Ana Example", Register: "register.json",
			Service: service.Config{Command: script(t, h.dir, obeying)},
			Senders: []inbox.Sender{{Name: "example", Authority: "Example Authority", Secret: sharedSecret}}}}
	if change != nil {
		change(&h.cfg)
	}
	if h.cfg.Database == "" {
		dbtest.SQLiteFile(t, h.cfg.Data)
	}
	h.start()
	t.Cleanup(h.end)
	return h
}

func (h *hosted) start() {
	h.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var err error
	if h.app, err = app.Open(ctx, h.cfg); err != nil {
		h.Fatal(err)
	}
	token, err := h.app.OperatorToken(ctx, "test")
	if err != nil {
		h.Fatal(err)
	}
	h.base, h.stop, h.stopped = "http://"+h.app.Address(), cancel, make(chan error, 1)
	h.api = client.New(h.base, token)
	go func() { h.stopped <- h.app.Run(ctx) }()
}

func (h *hosted) end() {
	h.stop()
	if err := <-h.stopped; err != nil {
		h.Error(err)
	}
	h.app.Close()
}

// order is Annex I as an authority fills it in.
func (h *hosted) order(reference, url string, change func(law.Filled)) client.Message {
	v := law.Filled{"a.issuing_member_state": "BE", "a.addressee": "Clips Example", "a.contact_point": "tco@clips.example", "a.host_member_state": "IE",
		"a.issued_at": h.clock.Now().Add(-time.Minute).Format(time.RFC3339), "a.reference_number": reference, "b.url": url, "b.reasons": "a",
		"b.additional_information": "It is made up for this test.", "b.emergency": "Made up.", "d.cross_border": "yes", "d.copy_sent": "yes", "e.type": "law_enforcement",
		"e.name": "Example Authority", "e.representative": "B. Example", "e.post": "Inspector", "e.file_number": "F-" + reference, "e.address": "1 Example Street", "e.telephone": "+32 2 555 01 00",
		"e.email": "tco@authority.example", "e.date": h.clock.Now().Format(time.RFC3339), "e.signature": "signed", "f.issuing_contact": "tco@authority.example",
		"f.home_contact": "home@authority.example", "g.body": "Example Court", "g.deadline": "30 days from receipt", "g.provisions": "https://law.example/redress"}
	if change != nil {
		change(v)
	}
	d := document.Document{Form: document.AnnexI, Edition: document.EditionOf(document.AnnexI), Reference: reference, Language: "en", Values: v, Unit: "Example Authority", Platform: "Clips Example"}
	text, err := d.JSON()
	if err != nil {
		h.Fatal(err)
	}
	return client.Message{Type: client.OrderIssued, ID: "dlv_" + reference, At: h.clock.Now(), Subject: "ord_" + reference, Reference: reference, Document: text, AnswerURL: h.sender.URL + "/v1/answers/plf_1"}
}

// post sends a message signed with a secret, and returns the status and the receipt.
func (h *hosted) post(m client.Message, secret string) (int, client.HostReceipt) {
	h.Helper()
	body, err := json.Marshal(m)
	if err != nil {
		h.Fatal(err)
	}
	header := http.Header{}
	if err := (client.WebhookSigner{Secret: secret}).Sign(header, m.ID, h.clock.Now(), body); err != nil {
		h.Fatal(err)
	}
	return h.postRaw("example", header, body)
}

func (h *hosted) postRaw(to string, header http.Header, body []byte) (int, client.HostReceipt) {
	h.Helper()
	req, err := http.NewRequest("POST", h.base+"/hooks/"+to, strings.NewReader(string(body)))
	if err != nil {
		h.Fatal(err)
	}
	req.Header = header.Clone()
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer resp.Body.Close()
	var r client.HostReceipt
	json.NewDecoder(resp.Body).Decode(&r)
	return resp.StatusCode, r
}

// until waits for something that other goroutines do; how long it takes decides nothing. It asks
// ever more seldom, so that asking does not take the time of what is waited for.
func (h *hosted) until(what string, is func() bool) {
	h.Helper()
	pause := 5 * time.Millisecond
	for deadline := time.Now().Add(time.Minute); !is(); time.Sleep(pause) {
		pause = min(2*pause, 100*time.Millisecond)
		if time.Now().After(deadline) {
			h.Fatalf("waited in vain: %s", what)
		}
	}
}

func (h *hosted) get(id string) client.HostCase {
	h.Helper()
	c, err := h.api.HostCase(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// both runs a test on both engines.
func both(t *testing.T, fn func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, "") })
	t.Run("postgres", func(t *testing.T) { fn(t, dbtest.PostgresURL(t)) })
}

func TestAnOrderFromItsReceiptToAnnexII(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		h := newHosted(t, database, nil)
		m := h.order("EX-1", "https://clips.example/v/1", nil)
		status, first := h.post(m, sharedSecret)
		if status != http.StatusOK || first.Case == "" {
			t.Fatalf("posted: %d %+v", status, first)
		}
		if status, again := h.post(m, sharedSecret); status != http.StatusOK || again != first {
			t.Errorf("the same again: %d %+v, want %+v", status, again, first)
		}
		c := h.get(first.Case)
		if c.Trust != "verified" || c.Duty != "execute" || c.DueAt == nil || !c.DueAt.Equal(first.ReceivedAt.Add(time.Hour)) || len(c.Faults) > 0 {
			t.Fatalf("the case is %+v", c)
		}
		h.clock.add(10 * time.Minute)
		if _, err := h.api.HostDisable(t.Context(), c.ID, client.HostDisabling{Place: 1, Answer: true}); err != nil {
			t.Fatal(err)
		}
		h.until("the answer arrives", func() bool { return len(h.sender.got()) > 0 })
		answer := h.sender.got()[0]
		d, err := document.Parse(answer.Document)
		if err != nil {
			t.Fatal(err)
		}
		h.until("the answer is noted", func() bool { return h.get(c.ID).AnsweredAt != nil })
		c = h.get(c.ID)
		if answer.Type != client.AnswerGiven || answer.Subject != "ord_EX-1" || d.Form != document.AnnexII || d.Values["b.measure"] != "disabled" || d.Values["a.authority_file"] != "F-EX-1" {
			t.Errorf("the answer is %+v: %+v", answer, d)
		}
		if taken, err := time.Parse(time.RFC3339, d.Values["b.taken_at"]); err != nil || !taken.Equal(*c.ExecutedAt) {
			t.Errorf("Annex II tells %s, the case %v", d.Values["b.taken_at"], c.ExecutedAt)
		}
		if c.Items[0].Content != "disabled" || len(h.sender.got()) != 1 {
			t.Errorf("the item is %+v; %d answers", c.Items[0], len(h.sender.got()))
		}
		done, err := os.ReadFile(filepath.Join(h.dir, "done.txt"))
		if err != nil || string(done) != "disable https://clips.example/v/1\n" {
			t.Errorf("the command was run as %q, %v", done, err)
		}
	})
}

// later lets days pass, with a fresh token for those that follow.
func (h *hosted) later(days int) {
	h.Helper()
	h.clock.add(time.Duration(days) * 24 * time.Hour)
	token, err := h.app.OperatorToken(h.Context(), "later")
	if err != nil {
		h.Fatal(err)
	}
	h.api = client.New(h.base, token)
}
