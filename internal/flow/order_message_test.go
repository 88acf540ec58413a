package flow_test

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/transparency"
)

// copies lists the copies that are here for scrutiny.
func (w *orderWorld) copies() (list []order.Order) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		all, err := order.List(tx, order.Filter{Limit: 100})
		for _, o := range all {
			if o.Origin == order.Copy {
				list = append(list, o)
			}
		}
		return err
	})
	return list
}

// TestACopyByMail is taken in when a domain of the register signed the mail, once, and waits
// for a person when a stranger or nobody did.
func TestACopyByMail(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		w.dublin()
		_, key, err := ed25519.GenerateKey(nil)
		w.must(err)
		w.keys["authority-be.example"] = key
		w.issued("https://clips.example/v/1")
		doc := attached(w.T, w.mails[0])
		file, err := doc.JSON()
		w.must(err)
		l := letter{from: "tco@authority-be.example", subject: "copy", text: "see the file", name: "annex-1.json", file: file}
		for by, says := range map[string]string{"": "no DKIM signature", "evil.example": "the register has none"} {
			l.from = "tco@authority-be.example"
			if by != "" {
				l.from = "tco@" + by
			}
			if m := w.send("x@sender.example", w.write(l, by)); m.State != correspondence.Waiting || !strings.Contains(m.Outcome, says) || len(w.copies()) != 0 {
				w.Errorf("by %q: %s, %s; %d copies", by, m.State, m.Outcome, len(w.copies()))
			}
		}
		l.from = "tco@authority-be.example"
		for range 2 {
			l.text += " again"
			if m := w.send("x@authority-be.example", w.write(l, "authority-be.example")); m.State != correspondence.Answered || len(w.copies()) != 1 {
				w.Fatalf("%s, %s; %d copies", m.State, m.Outcome, len(w.copies()))
			}
		}
		c := w.copies()[0]
		if c.AuthorityID != w.authority("BE").ID || c.Proof != "DKIM of authority-be.example" || c.Reference != doc.Reference {
			w.Errorf("%+v", c)
		}
		// Its issuer withdraws it.
		when := w.at.Add(time.Hour)
		w.after(2 * time.Hour)
		gone := document.Document{Form: document.Withdrawal, Edition: document.EditionOf(document.Withdrawal), Reference: doc.Reference, Language: "en", Values: law.Filled{"a.addressee": "Clips",
			"a.order_reference": doc.Reference, "a.issued_at": doc.Values["a.issued_at"], "b.ground": "error", "b.reasons": "the wrong link", "c.authority": "Unit North", "c.representative": "Sam Example",
			"c.contact": "tco@authority-be.example", "c.date": when.Format(time.RFC3339), "c.signature": "Sam Example"}}
		l.file, err = gone.JSON()
		w.must(err)
		l.name = "withdrawal.json"
		if m := w.send("x@authority-be.example", w.write(l, "authority-be.example")); m.State != correspondence.Answered {
			w.Errorf("%s, %s", m.State, m.Outcome)
		}
		if got := w.order(c.ID); !got.VoidedAt.Equal(when) || len(got.Attention) != 0 {
			w.Errorf("withdrawn %s, attention %q", got.VoidedAt, got.Attention)
		}
	})
}

// TestWhatAuthoritiesTellByProgram is signed with a key of the register, and by nobody else.
func TestWhatAuthoritiesTellByProgram(t *testing.T) {
	eachOrder(t, func(w *orderWorld) {
		public, key, err := ed25519.GenerateKey(nil)
		w.must(err)
		ireland := w.authority("IE")
		ireland.WebhookKeys = []string{client.WebhookPublic(public)}
		w.update(func(tx *sqldb.Tx) error {
			_, err := register.Import(tx, audit.System, []register.Authority{ireland})
			return err
		})
		o := w.issued("https://clips.example/v/1")
		w.after(time.Hour)
		intention := document.Document{Form: document.Intention, Edition: document.EditionOf(document.Intention), Reference: w.order(o).Reference, Language: "en", Values: law.Filled{"a.addressee": "Clips",
			"a.order_reference": w.order(o).Reference, "a.issued_at": orderStart.Format(time.RFC3339), "a.issuing_authority": "Unit North", "b.reasons": "we mean to find an infringement", "c.authority": "Unit Dublin",
			"c.representative": "Sam Example", "c.contact": "tco@authority-ie.example", "c.date": w.at.Format(time.RFC3339), "c.signature": "Sam Example"}}
		text, err := intention.JSON()
		w.must(err)
		told := client.Message{Type: client.OrderIntended, Reference: intention.Reference, At: *w.at, Document: text}
		tell := func(signer client.WebhookSigner, m client.Message) error {
			body, err := json.Marshal(m)
			w.must(err)
			h := http.Header{}
			w.must(signer.Sign(h, "msg_1", *w.at, body))
			_, err = w.flow.AuthorityHook(w.Context(), h, body)
			return err
		}
		_, stranger, err := ed25519.GenerateKey(nil)
		w.must(err)
		if err := tell(client.WebhookSigner{Key: stranger}, told); !problem.Is(err, problem.Unauthenticated) {
			w.Errorf("a stranger tells: %v", err)
		}
		w.must(tell(client.WebhookSigner{Key: key}, told))
		w.must(tell(client.WebhookSigner{Key: key}, told))
		var intended int
		for _, e := range w.events(o) {
			if e.Kind == law.Intended {
				intended++
			}
		}
		if got := w.order(o); intended != 1 || len(got.Attention) != 1 || got.Attention[0] != order.Intention {
			w.Errorf("told %d times, attention %q", intended, got.Attention)
		}
		body, _ := json.Marshal(told)
		h := http.Header{}
		w.must(client.WebhookSigner{Key: key}.Sign(h, "msg_2", w.at.Add(-time.Hour), body))
		if _, err := w.flow.AuthorityHook(w.Context(), h, body); !problem.Is(err, problem.Unauthenticated) {
			w.Errorf("an hour old: %v", err)
		}
		bare := told
		bare.Document, bare.Text = nil, "we mean to find an infringement"
		if err := tell(client.WebhookSigner{Key: key}, bare); !problem.Is(err, problem.Invalid) {
			w.Errorf("words without a document: %v", err)
		}
		told.Type = client.AnswerGiven
		if err := tell(client.WebhookSigner{Key: key}, told); !problem.Is(err, problem.Invalid) {
			w.Errorf("an answer: %v", err)
		}
	})
}

// TestAnOrderThatCameBack was not received after all: its hour does not run, people see it, and
// after they have corrected the contact point it goes out again, under the same identifier.
func TestAnOrderThatCameBack(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		way, wrong, right := platform.SMTP, "wrong@clips.example", "tco@clips.example"
		contact := func(address *string) {
			w.update(func(tx *sqldb.Tx) error {
				if _, err := platform.Set(tx, audit.System, w.host, platform.Change{Transport: &way, ContactEmail: address}); err != nil {
					return err
				}
				return platform.Verify(tx, audit.System, w.host)
			})
		}
		contact(&wrong)
		o := w.issued("https://clips.example/v/1")
		d := w.deliveryOf(string(o), deliver.Order)
		if c := w.clock(o, "execute"); c.State != law.Running {
			w.Errorf("the hour is %q", c.State)
		}
		w.after(time.Minute)
		if m := w.bounce(string(d.ID)+"@unit-north.example", "failed", "5.1.1"); m.State != correspondence.Bounced {
			w.Errorf("%s, %s", m.State, m.Outcome)
		}
		got := w.order(o)
		if !got.ReceivedAt.IsZero() || got.Duty != "see_received" || len(got.Attention) != 1 || got.Attention[0] != order.Undelivered || w.clock(o, "execute").State != "" {
			w.Errorf("received %s, owed is %s, attention %q, the hour is %q", got.ReceivedAt, got.Duty, got.Attention, w.clock(o, "execute").State)
		}
		contact(&right)
		_, err := w.flow.SendOrderAgain(w.Context(), w.person("coordinator"), d.ID)
		w.must(err)
		if _, err := w.flow.SendOrderAgain(w.Context(), w.person("coordinator"), d.ID); !problem.Is(err, problem.Conflict) {
			w.Errorf("while it is under way: %v", err)
		}
		w.must(w.flow.Tick(w.Context()))
		w.deliver()
		last := w.mails[len(w.mails)-1]
		if got := w.order(o); !strings.HasPrefix(last, "to tco@clips.example\n") || !got.ReceivedAt.Equal(*w.at) || len(got.Attention) != 0 {
			w.Errorf("%.40s; received %s, attention %q", last, got.ReceivedAt, got.Attention)
		}
		if c := w.clock(o, "execute"); !c.Until.Equal(w.at.Add(time.Hour)) {
			w.Errorf("the hour ends at %s", c.Until)
		}
		w.figuresAgree()
	})
}

// figuresAgree holds the facts of the tables against those of the log: both take a receipt back.
func (w *orderWorld) figuresAgree() {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		tables, err := transparency.Load(tx)
		if err != nil {
			return err
		}
		log, err := transparency.FromLog(tx)
		if diff := cmp.Diff(tables, log); diff != "" {
			w.Errorf("the log tells other facts than the tables:\n%s", diff)
		}
		return err
	})
}
