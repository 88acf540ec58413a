package sim

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
)

// body is a referral of a platform's items, all that go to it in wave 1.
func (w *World) body(platform int, id string) []byte {
	type line map[string]any
	var items []line
	for i := range w.items {
		if it := &w.items[i]; it.platform == platform && it.wave == 1 && w.delivered(it) {
			items = append(items, line{"item_id": fmt.Sprintf("itm_%d", i), "url": it.url, "limbs": []string{"a"}})
		}
	}
	text, _ := json.Marshal(line{"type": "referral.created", "referral": line{"id": id, "reference": "AR-2027-" + id, "items": items}})
	return text
}

// platformWith finds a platform with work to do.
func (w *World) platformWith(t *testing.T, suits func(*Platform) bool) int {
	t.Helper()
	for i := range w.platforms {
		p := &w.platforms[i]
		if suits(p) && !p.protected {
			return i
		}
	}
	t.Fatal("no such platform")
	return -1
}

func sign(secret, id, stamp string, body []byte) string {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", id, stamp, body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// hook sends a signed webhook and returns the status, 0 for a broken connection.
func (s *served) hook(platform int, id, stamp, signature string, body []byte) int {
	s.t.Helper()
	req, err := http.NewRequest("POST", s.world.platforms[platform].WebhookURL, bytes.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("webhook-id", id)
	req.Header.Set("webhook-timestamp", stamp)
	req.Header.Set("webhook-signature", signature)
	resp, err := s.browser().Do(req)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (s *served) send(platform int, id string, body []byte) int {
	s.t.Helper()
	stamp := strconv.FormatInt(s.clock().Unix(), 10)
	return s.hook(platform, id, stamp, sign(s.world.platforms[platform].WebhookSecret, id, stamp, body), body)
}

func TestWebhookSignature(t *testing.T) {
	w := small(t)
	s := serve(t, w, t.TempDir())
	i := w.platformWith(t, func(p *Platform) bool { return p.Transport == "webhook" && p.stumbles == 0 })
	secret, body := w.platforms[i].WebhookSecret, w.body(i, "r1")
	now := strconv.FormatInt(w.Start().Unix(), 10)
	old := strconv.FormatInt(w.Start().Add(-3*time.Hour).Unix(), 10)
	for name, c := range map[string][3]string{
		"of another secret": {"d1", now, sign(w.platforms[1].WebhookSecret, "d1", now, body)},
		"of another body":   {"d1", now, sign(secret, "d1", now, body[1:])},
		"of another id":     {"d1", now, sign(secret, "d2", now, body)},
		"of another time":   {"d1", now, sign(secret, "d1", old, body)},
		"too old":           {"d1", old, sign(secret, "d1", old, body)},
		"without version":   {"d1", now, strings.TrimPrefix(sign(secret, "d1", now, body), "v1,")},
		"missing":           {"d1", now, ""},
	} {
		if status := s.hook(i, c[0], c[1], c[2], body); status != http.StatusUnauthorized {
			t.Errorf("a signature %s: status %d", name, status)
		}
	}
	if s.Received("d1") || s.Received("r1") {
		t.Error("taken without a signature")
	}
	if status := s.hook(i, "d1", now, "v1,AAAA "+sign(secret, "d1", now, body), body); status != http.StatusAccepted {
		t.Errorf("a second signature that is right: status %d", status)
	}
	if status := s.send(i, "d9", []byte(`{"type":"referral.created"}`)); status != http.StatusBadRequest {
		t.Errorf("an empty referral: status %d", status)
	}
	if !s.Received("d1") || !s.Received("r1") || !s.Received("AR-2027-r1") || s.Received("d9") {
		t.Error("what was received is not what was sent")
	}
}

func TestWebhookStumblesRepeatsAndTwice(t *testing.T) {
	w, dir := small(t), t.TempDir()
	s := serve(t, w, dir)
	i := w.platformWith(t, func(p *Platform) bool { return p.Transport == "webhook" && p.stumbles == 2 })
	body := w.body(i, "r1")
	if status := s.send(i, "d1", body); status == http.StatusAccepted {
		t.Error("taken at the first attempt")
	}
	s.Close()
	s = serve(t, w, dir) // what failed is remembered
	if status := s.send(i, "d1", body); status == http.StatusAccepted || s.Received("d1") {
		t.Error("taken at the second attempt")
	}
	for range 2 {
		if status := s.send(i, "d1", body); status >= 300 || status == 0 {
			t.Errorf("not taken at the third attempt: status %d", status)
		}
	}
	if s.Twice() != 0 || s.Repeats() != 1 {
		t.Errorf("a repeat under the same identifier: twice %d, repeats %d", s.Twice(), s.Repeats())
	}
	for range 3 { // the same content under another identifier is taken again, and that is a fault
		s.send(i, "d2", body)
	}
	if s.Twice() != 1 {
		t.Errorf("twice is %d after the same content came under two identifiers", s.Twice())
	}
}

// letterMail is a mail with the referral attached.
func letterMail(id string, body []byte) []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "Message-ID: <%s@argine.example>\r\nSubject: links\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=bb\r\n\r\n", id)
	fmt.Fprintf(&out, "--bb\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhxxps://x[.]example\r\n")
	fmt.Fprintf(&out, "--bb\r\nContent-Type: application/json; name=\"r.json\"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
	text := base64.StdEncoding.EncodeToString(body)
	for len(text) > 76 {
		fmt.Fprintf(&out, "%s\r\n", text[:76])
		text = text[76:]
	}
	fmt.Fprintf(&out, "%s\r\n--bb--\r\n", text)
	return out.Bytes()
}

// mail sends as a mail program does, with STARTTLS.
func (s *served) mail(to string, message []byte) error {
	s.t.Helper()
	c, err := smtp.Dial(s.SMTPAddr())
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close()
	name, _, _ := strings.Cut(MailHost, ":")
	if err := c.StartTLS(&tls.Config{ServerName: name, RootCAs: s.RootCAs()}); err != nil {
		s.t.Fatal(err)
	}
	if err := c.Mail("desk@argine.example"); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	w.Write(message)
	return w.Close()
}

func TestMail(t *testing.T) {
	w, dir := small(t), t.TempDir()
	s := serve(t, w, dir)
	i := w.platformWith(t, func(p *Platform) bool { return p.Transport == "smtp" && !p.bounces })
	bouncing := w.platformWith(t, func(p *Platform) bool { return p.bounces })
	mail := func(to, id string, body []byte) error { return s.mail(to, letterMail(id, body)) }
	for _, to := range []string{w.platforms[bouncing].ContactEmail, "somebody@" + w.platforms[i].Host, "trust@nobody.example"} {
		if err := mail(to, "m0", w.body(i, "r1")); err == nil || !strings.HasPrefix(err.Error(), "550") {
			t.Errorf("mail to %s: %v, want 550", to, err)
		}
	}
	if err := mail(w.platforms[i].ContactEmail, "m0", []byte("{}")); err == nil || !strings.HasPrefix(err.Error(), "554") {
		t.Errorf("mail without a referral: %v, want 554", err)
	}
	if s.Received("m0@argine.example") {
		t.Error("refused mail counts as received")
	}
	if err := mail(w.platforms[i].ContactEmail, "m1", w.body(i, "r1")); err != nil {
		t.Fatal(err)
	}
	if !s.Received("<m1@argine.example>") || !s.Received("r1") || s.Twice() != 0 {
		t.Error("mail was not received as it should be")
	}
	s.Close()
	s = serve(t, w, dir)
	if !s.Received("m1@argine.example") {
		t.Error("forgotten over a restart")
	}
	if err := mail(w.platforms[i].ContactEmail, "m1", w.body(i, "r1")); err != nil || s.Twice() != 1 {
		t.Errorf("the same mail again: %v, twice %d, want 1", err, s.Twice())
	}
}

func TestAnswers(t *testing.T) {
	w, dir := small(t), t.TempDir()
	s := serve(t, w, dir)
	i := w.platformWith(t, func(p *Platform) bool { return p.Transport == "webhook" && p.stumbles == 0 && p.temper.name != "mute" })
	s.send(i, "d1", w.body(i, "r1"))
	got, keys, fails := map[string]string{}, map[string]bool{}, true
	post := func(platform int, referral string, in client.NewAnswers, key string) error {
		if platform != i || referral != "r1" || keys[key] {
			t.Errorf("platform %d answers to %s with key %s", platform, referral, key)
		}
		if fails {
			return errors.New("the line is dead")
		}
		keys[key] = true
		for _, a := range in.Answers {
			got[a.ItemID] = a.Kind
			if (a.Kind == "refused" || a.Kind == "clarification") == (a.Reason == "") || a.ActedAt != nil && a.ActedAt.After(s.clock()) {
				t.Errorf("answer %+v", a)
			}
		}
		return nil
	}
	rounds := 0
	for {
		at, more := s.NextEvent()
		if !more {
			break
		}
		if err := s.Act(context.Background(), at.Add(-time.Second), post); err != nil {
			t.Errorf("answers too early: %v", err)
		}
		s.set(at)
		fails = true
		if err := s.Act(context.Background(), at, post); err == nil {
			t.Error("a failure is not told")
		}
		fails = false
		if err := s.Act(context.Background(), at, post); err != nil {
			t.Error(err)
		}
		rounds++
		s.Close()
		s = serve(t, w, dir)
		s.set(at)
	}
	for k := range w.items {
		it := &w.items[k]
		if it.platform != i || it.wave != 1 || !w.delivered(it) {
			continue
		}
		want := ""
		if len(it.answers) > 0 {
			want = it.answers[len(it.answers)-1].kind
		}
		if last := got[fmt.Sprintf("itm_%d", k)]; last != want {
			t.Errorf("item %d: the last answer is %q, want %q", k, last, want)
		}
	}
	if rounds == 0 || len(got) == 0 {
		t.Error("nobody answered anything")
	}
}

func TestJournalCutOff(t *testing.T) {
	w, dir := small(t), t.TempDir()
	s := serve(t, w, dir)
	i := w.platformWith(t, func(p *Platform) bool { return p.Transport == "webhook" && p.stumbles == 0 })
	s.send(i, "d1", w.body(i, "r1"))
	s.Close()
	path := filepath.Join(dir, journalName)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(path, append(text, `{"kind":"accepted","delivery":"d2"`...), 0o644)
	s = serve(t, w, dir)
	if !s.Received("d1") || s.Received("d2") {
		t.Error("a line that was cut off is taken for whole, or the rest is lost")
	}
	if status := s.send(i, "d1", w.body(i, "r1")); status != http.StatusOK {
		t.Errorf("a repeat has status %d", status)
	}
	s.Close()
	os.WriteFile(path, []byte("{}\nrubbish\n"), 0o644)
	if _, err := w.Serve(context.Background(), w.Start, dir); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a damaged journal: %v", err)
	}
}

// TestAWebhookWaitsForTheProgram: what a desk that comes back delivers at once must not be taken
// by the web server before the program stands behind it.
func TestAWebhookWaitsForTheProgram(t *testing.T) {
	w := small(t)
	s := serve(t, w, t.TempDir())
	i := w.platformWith(t, func(p *Platform) bool { return p.ByTheBook() && p.stumbles == 0 })
	s.ExpectPrograms()
	gone, leave := context.WithCancel(t.Context())
	leave()
	if to, err := s.program(gone, i, "d1"); err == nil {
		t.Errorf("it goes to %q before the program is there", to)
	}
	took := make(chan string, 1)
	program := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { took <- r.Header.Get("webhook-id") }))
	defer program.Close()
	status := make(chan int, 1)
	go func() { status <- s.send(i, "d1", w.body(i, "r1")) }()
	s.HandOver(i, program.URL)
	if id, got := <-took, <-status; id != "d1" || got != http.StatusAccepted {
		t.Errorf("the program took %q, and the desk heard %d", id, got)
	}
}
