package app_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/quotedprintable"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/law"
)

// backs is a hosting service at which content is to come back.
type backs struct {
	*hosted
	mails *postOffice
	n     int
}

func newBacks(t *testing.T, database string) *backs {
	b := &backs{mails: newPostOffice(t)}
	b.hosted = newHosted(t, database, func(cfg *app.Config) {
		cfg.SMTP = app.SMTP{Host: b.mails.addr, From: "tco@clips.example"}
		cfg.Host.Service.Command = script(t, cfg.Data, `[ -e "$(dirname "$0")/busy" ] && exit 75
case "$ARGINE_ACTION $ARGINE_URL" in
reinstate*/removed) [ "$ARGINE_FILES" = 1 ] && cat "$ARGINE_FILE_1" > "$(dirname "$0")/restored-$ARGINE_FILE_1_NAME" ;;
reinstate*) [ "$ARGINE_FILES" = 0 ] || exit 1 ;;
*/removed) head -c 200000 /dev/zero | tr '\0' x > "$ARGINE_KEEP/page.txt"; echo '{"removed":true}'; exit 0 ;;
esac
`+obeying)
		cfg.Host.Senders = append(cfg.Host.Senders, inbox.Sender{Name: "club", Secret: otherSecret})
	})
	return b
}

// refuses has the service say that it may work later.
func (b *backs) refuses(busy bool) {
	path := filepath.Join(b.dir, "busy")
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.Fatal(err)
	}
	if busy {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// referred brings a referral of one item to the service, which disables it.
func (b *backs) referred() (item, at string) {
	b.Helper()
	b.n++
	item = fmt.Sprint("itm_", b.n)
	m := client.Message{Type: client.ReferralCreated, ID: "dlv_" + item, At: b.clock.Now(), Subject: "ref_" + item, Reference: "AR-" + item, AnswerURL: b.sender.URL + "/a",
		Referral: &client.MessageReferral{ID: "ref_" + item, Reference: "AR-" + item, Language: "en", Track: "referral",
			Items: []client.ReferralItem{{ItemID: item, URL: "https://clips.example/v/" + item, Limbs: []string{"a"}, Reasons: "Made up."}}}}
	_, r := b.post(m, sharedSecret)
	b.disabled(r.Case)
	return item, r.Case
}

func (b *backs) disabled(at string) {
	b.Helper()
	if _, err := b.api.HostDisable(b.Context(), at, client.HostDisabling{Place: 1, Answer: true}); err != nil {
		b.Fatal(err)
	}
	b.content(at, "disabled")
}

func (b *backs) content(at, want string) {
	b.Helper()
	b.until("the content is "+want, func() bool { return b.get(at).Items[0].Content == want })
}

// asks sends a request to reinstate, and returns it as the service keeps it.
func (b *backs) asks(item, sender, secret, name string) client.HostReinstatement {
	b.Helper()
	d := document.Document{Form: document.Reinstatement, Edition: document.EditionOf(document.Reinstatement), Reference: "C-" + name, Language: "en", Unit: "Example Authority", Platform: "Clips Example",
		Values: law.Filled{"a.references": "N-9, AR-" + item, "a.urls": "https://clips.example/v/" + item, "b.reasons": "A newspaper had published it."}}
	text, err := d.JSON()
	if err != nil {
		b.Fatal(err)
	}
	m := client.Message{Type: client.ReinstatementAsked, ID: "dlv_back_" + name, At: b.clock.Now(), Subject: item, Reference: "C-" + name, Document: text}
	if sender == "example" {
		m.AnswerURL = b.sender.URL + "/a"
	}
	body, _ := json.Marshal(m)
	header := http.Header{}
	if err := (client.WebhookSigner{Secret: secret}).Sign(header, m.ID, b.clock.Now(), body); err != nil {
		b.Fatal(err)
	}
	b.postRaw(sender, header, body)
	return b.request("C-" + name)
}

// request finds a request by its reference.
func (b *backs) request(reference string) client.HostReinstatement {
	b.Helper()
	page, err := b.api.HostReinstatements(b.Context(), "")
	if err != nil {
		b.Fatal(err)
	}
	at := slices.IndexFunc(page.Items, func(r client.HostReinstatement) bool { return r.Reference == reference })
	if at < 0 {
		b.Fatalf("there is no request %s among %+v", reference, page.Items)
	}
	return page.Items[at]
}

func (b *backs) decides(r client.HostReinstatement, outcome, why string) error {
	_, err := b.api.HostDecideReinstatement(b.Context(), r.ID, client.HostBackDecision{Outcome: outcome, Why: why})
	return err
}

// said waits for the answer that a sender gets about a subject.
func (b *backs) said(subject string) (answer client.ReinstatementAnswer) {
	b.Helper()
	b.until("who asked about "+subject+" is answered", func() bool {
		for _, m := range b.sender.got() {
			if m.Subject == subject && m.Reinstatement != nil {
				answer = *m.Reinstatement
				return true
			}
		}
		return false
	})
	return answer
}

// letters are the subjects of the mails to the content provider that contain a text.
func (b *backs) letters(text string) (n int) {
	for _, m := range b.mails.mails() {
		if m.to == "user7@mail.example" && strings.Contains(plainText(b.T, m.text), text) {
			n++
		}
	}
	return n
}

// plainText is the text of a mail of one part.
func plainText(t *testing.T, raw string) string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	var body io.Reader = m.Body
	switch strings.ToLower(m.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const isBack = "ist wieder zugänglich"

// TestWhatIsToComeBack: a proven request is decided on with one click, or kept down with reasons; what is
// not proven has no effect; an order in force keeps its content down, whoever asks for it.
func TestWhatIsToComeBack(t *testing.T) {
	both(t, func(t *testing.T, database string) {
		b := newBacks(t, database)
		b.isAskedBack()
		b.isKeptDown()
		b.isNotProven()
		b.isHeldByAnother()
		b.ordersWithoutEffect()
		b.ordersMeanwhile()
		b.isRemoved()
	})
}

func (b *backs) isAskedBack() {
	item, at := b.referred()
	r := b.asks(item, "example", sharedSecret, "back")
	if r.Trust != "verified" || r.State != "open" || r.Case != at || r.Basis != "asked" || r.Held != "" || r.Reasons == "" || !r.DueAt.Equal(r.AskedAt.Add(24*time.Hour)) {
		b.Fatalf("the request is %+v", r)
	}
	b.asks(item, "example", sharedSecret, "back") // the same again
	page, visitor := "", newVisitor(b.hosted)
	if page = visitor.page("/"); strings.Count(page, `id="`+r.ID+`"`) != 1 || strings.Index(page, r.ID) > strings.Index(page, `id="open"`) || strings.Index(page, r.ID) < strings.Index(page, `id="urgent"`) {
		b.Errorf("the request does not stand once, below the hour and above all else:\n%s", page)
	}
	if _, status := visitor.send("/reinstatements/"+r.ID, "outcome=reinstated"); status != http.StatusOK {
		b.Fatalf("reinstate by one click: HTTP %d", status)
	}
	b.content(at, "reinstated")
	if a := b.said(item); a.Outcome != "reinstated" || a.At == nil || !a.At.Equal(*b.get(at).Items[0].ActedAt) {
		b.Errorf("who asked is told %+v", a)
	}
	b.until("the content provider is told", func() bool { return b.letters(isBack) == 1 })
	if err := b.decides(r, "reinstated", ""); err == nil {
		b.Error("it is decided a second time")
	}
	if got := b.request("C-back"); got.State != "decided" || got.Outcome != "reinstated" || got.DecidedAt == nil {
		b.Errorf("the request is %+v", got)
	}
	if _, err := b.api.HostTellReturn(b.Context(), b.get(at).Returns[0].ID, client.HostTelling{ByHand: "by telephone"}); err == nil {
		b.Error("it is told twice")
	}
}

func (b *backs) isKeptDown() {
	item, at := b.referred()
	r := b.asks(item, "example", sharedSecret, "kept")
	if err := b.decides(r, "kept_down", "no"); err == nil {
		b.Error("it is kept down without reasons")
	}
	if err := b.decides(r, "kept_down", "Our terms, section 4, forbid it all the same."); err != nil {
		b.Fatal(err)
	}
	if a := b.said(item); a.Outcome != "kept_down" || a.Reasons != "Our terms, section 4, forbid it all the same." {
		b.Errorf("who asked is told %+v", a)
	}
	if c := b.get(at); c.Items[0].Content != "disabled" || len(c.Returns) != 0 {
		b.Errorf("what is kept down is %+v", c)
	}
}

// isNotProven: a forgery, and a sender who is known and did not ask for the removal.
func (b *backs) isNotProven() {
	item, at := b.referred()
	forged, other := b.asks(item, "example", otherSecret, "forged"), b.asks(item, "club", otherSecret, "other")
	if forged.Trust != "forged" || other.Trust != "unverified" || other.Findings[len(other.Findings)-1].Code != "not_its_case" {
		b.Errorf("the forged one is %+v, the other's %+v", forged, other)
	}
	for _, r := range []client.HostReinstatement{forged, other} {
		for _, outcome := range []string{"reinstated", "kept_down", "not_down"} {
			if err := b.decides(r, outcome, "Long enough reasons."); !refused(err) {
				b.Errorf("a request that is %s is decided as %s: %v", r.Trust, outcome, err)
			}
		}
	}
	if page := newVisitor(b.hosted).page("/"); strings.Index(page, forged.ID) < strings.Index(page, `id="asks"`) || !strings.Contains(page, "This is not what it says it is") {
		b.Error("the forged request is not shown as such")
	}
	if _, err := b.api.HostVouchReinstatement(b.Context(), forged.ID, "I rang the number in the message."); !refused(err) {
		b.Errorf("somebody vouches for a forgery: %v", err)
	}
	if err := b.decides(forged, "set_aside", "It is forged."); err != nil {
		b.Error(err)
	}
	if _, err := b.api.HostVouchReinstatement(b.Context(), other.ID, "I rang the authority at the number of the register."); err != nil {
		b.Fatal(err)
	}
	if err := b.decides(other, "reinstated", ""); err != nil {
		b.Fatal(err)
	}
	b.content(at, "reinstated")
}

// isHeldByAnother: two orders on what was also referred. It stays down while one of them is in
// force, and comes back in all cases at once; the content provider learns of it when nothing is secret.
func (b *backs) isHeldByAnother() {
	item, at := b.referred()
	place := "https://clips.example/v/" + item
	secret := func(v law.Filled) { v["c.non_disclosure"] = "yes" }
	first, second := b.executed("EX-"+item, place, secret), b.executed("EX-2-"+item, place, nil)
	r := b.asks(item, "example", sharedSecret, "held")
	if !strings.Contains(r.Held, "in force keeps this content down: EX-") {
		b.Errorf("what keeps it down is not said: %+v", r)
	}
	visitor := newVisitor(b.hosted)
	stays := func(when string) {
		b.Helper()
		if err := b.decides(r, "reinstated", ""); !refused(err) {
			b.Errorf("%s: %v", when, err)
		}
		for _, c := range []string{at, first.ID, second.ID} {
			if page, status := visitor.send("/cases/"+c+"/reinstatement", "place=1"); status != http.StatusConflict || !strings.Contains(page, "in force keeps this content down") {
				b.Errorf("%s: HTTP %d", when, status)
			}
		}
	}
	stays("two orders are in force")
	visitor.send("/cases/"+first.ID+"/told", url.Values{"kind": {"withdrawn"}, "how": {"by telephone, called back"}}.Encode())
	if void := b.request("EX-" + item); void.Basis != "withdrawn" || !void.DueAt.Equal(void.AskedAt) || !strings.Contains(void.Held, "EX-2-"+item) {
		b.Errorf("the duty of the withdrawn order is %+v", void)
	}
	stays("one order is in force")
	for _, kind := range []string{"appealed", "appeal_won"} {
		visitor.send("/cases/"+second.ID+"/told", url.Values{"kind": {kind}, "how": {"decision of the Example Court"}}.Encode())
	}
	letters := b.letters(isBack)
	if err := b.decides(r, "reinstated", ""); err != nil {
		b.Fatal(err)
	}
	for _, c := range []string{at, first.ID, second.ID} {
		b.content(c, "reinstated")
	}
	if v, w := b.request("EX-"+item), b.request("EX-2-"+item); v.Outcome != "reinstated" || w.Outcome != "reinstated" || b.get(first.ID).Duty == "reinstate" || b.get(second.ID).Duty == "reinstate" {
		b.Errorf("the duties are %+v and %+v", v, w)
	}
	if returns := b.get(at).Returns; len(returns) != 1 || returns[0].State != "secret" || b.letters(isBack) != letters {
		b.Errorf("while it is secret: %+v", returns)
	}
	b.later(43)
	b.until("the content provider is told when it is not secret any more", func() bool { return b.letters(isBack) == letters+1 })
	if returns := b.get(at).Returns; len(returns) != 1 || returns[0].State != "sent" {
		b.Errorf("after it was told: %+v", returns)
	}
}

// ordersWithoutEffect: Article 4(7) leaves the service its terms; the case ends, and the authority learns why.
func (b *backs) ordersWithoutEffect() {
	c := b.executed("EX-void", "https://clips.example/v/void", nil)
	newVisitor(b.hosted).send("/cases/"+c.ID+"/told", url.Values{"kind": {"infringing"}, "how": {"decision of the home authority, by letter"}}.Encode())
	r := b.request("EX-void")
	if r.Basis != "infringing" || r.State != "open" || b.get(c.ID).Duty != "reinstate" {
		b.Fatalf("the duty is %+v", r)
	}
	if err := b.decides(r, "kept_down", "Our terms, section 4, forbid it."); err != nil {
		b.Fatal(err)
	}
	if a := b.said("ord_EX-void"); a.Outcome != "kept_down" || a.Reasons == "" {
		b.Errorf("the authority is told %+v", a)
	}
	got := b.get(c.ID)
	if got.Duty == "reinstate" || !slices.ContainsFunc(got.Events, func(e client.HostEvent) bool { return e.Kind == string(law.KeptDown) }) {
		b.Errorf("the case is %+v", got)
	}
}

// ordersMeanwhile: an order comes in while the service has yet to bring content back.
func (b *backs) ordersMeanwhile() {
	item, at := b.referred()
	r := b.asks(item, "example", sharedSecret, "meanwhile")
	b.refuses(true)
	if err := b.decides(r, "reinstated", ""); err != nil {
		b.Fatal(err)
	}
	b.until("the service could not, and is asked again later", func() bool {
		a, err := b.api.HostActivity(b.Context())
		return err == nil && a.NextDue != nil && b.request("C-meanwhile").State == "under_way"
	})
	b.post(b.order("EX-m", "https://clips.example/v/"+item, nil), sharedSecret)
	b.refuses(false)
	b.clock.add(time.Minute)
	b.until("it is before people again", func() bool { return b.request("C-meanwhile").State == "open" })
	if r := b.request("C-meanwhile"); !strings.Contains(r.Held, "EX-m") || b.get(at).Items[0].Content != "disabled" {
		b.Errorf("the request is %+v", r)
	}
}

// isRemoved: the service has the content no more, and gets back what it handed over, of which an
// opening of the vault is noted. What was only disabled it still has, and nothing is opened.
func (b *backs) isRemoved() {
	_, r := b.post(b.order("EX-removed", "https://clips.example/removed", nil), sharedSecret)
	if _, err := b.api.HostDisable(b.Context(), r.Case, client.HostDisabling{Place: 1, Answer: true}); err != nil {
		b.Fatal(err)
	}
	b.content(r.Case, "removed")
	visitor := newVisitor(b.hosted)
	visitor.send("/cases/"+r.Case+"/told", url.Values{"kind": {"withdrawn"}, "how": {"by telephone, called back"}}.Encode())
	if err := b.decides(b.request("EX-removed"), "reinstated", ""); err != nil {
		b.Fatal(err)
	}
	b.content(r.Case, "reinstated")
	got, err := os.ReadFile(filepath.Join(b.dir, "restored-page.txt"))
	if err != nil || string(got) != strings.Repeat("x", 200_000) {
		b.Errorf("the service gets back %d bytes: %v", len(got), err)
	}
	if page := visitor.page("/cases/" + r.Case); !strings.Contains(page, "handed back to the service, which reinstates the content") {
		b.Error("the opening is not noted")
	}
	if returns := b.get(r.Case).Returns; len(returns) != 1 || returns[0].State != "unknown" {
		b.Fatalf("nobody knows the provider, and it is %+v", returns)
	}
	if page := visitor.page("/"); !strings.Contains(page, "nobody knows where its content provider is reached") {
		b.Error("that nobody is told is not shown")
	}
	letters := b.letters("is accessible again")
	came, err := b.api.HostTellReturn(b.Context(), b.get(r.Case).Returns[0].ID, client.HostTelling{Mail: "user7@mail.example", Language: "en"})
	if err != nil || came.State != "sent" {
		b.Errorf("told by its address: %+v %v", came, err)
	}
	b.until("the content provider is told", func() bool { return b.letters("is accessible again") == letters+1 })
}
