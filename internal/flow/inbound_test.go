package flow_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"net"
	"net/smtp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-msgauth/dkim"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	inbox "github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// mailWorld is an orderWorld with a mail server of its own, and mail servers elsewhere that
// sign: those of clips.example and evil.example, each with its key.
type mailWorld struct {
	*orderWorld
	addr string
	keys map[string]ed25519.PrivateKey
}

func eachMail(t *testing.T, fn func(w *mailWorld)) {
	eachOrder(t, func(o *orderWorld) {
		w := &mailWorld{orderWorld: o, keys: map[string]ed25519.PrivateKey{}}
		for _, domain := range []string{"clips.example", "evil.example"} {
			_, key, err := ed25519.GenerateKey(nil)
			w.must(err)
			w.keys[domain] = key
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		w.must(err)
		w.addr = l.Addr().String()
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan error, 1)
		cfg := inbox.Config{Listener: l, Domains: []string{"unit-north.example"}, Dir: w.TempDir(), Now: w.db.Now, Resolver: w.lookup}
		go func() { done <- inbox.Serve(ctx, cfg, w.flow.TakeMail) }()
		w.Cleanup(func() { stop(); w.must(<-done) })
		fn(w)
	})
}

func (w *mailWorld) lookup(_ context.Context, name string) ([]string, error) {
	domain, ok := strings.CutPrefix(name, "s._domainkey.")
	if key := w.keys[domain]; ok && key != nil {
		return []string{"v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(key.Public().(ed25519.PublicKey))}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// letter is a mail to be sent; by names the domain that signs it, "" none.
type letter struct {
	from, to, subject, reply, id, text, name string
	file                                     []byte
	head                                     string
}

func (w *mailWorld) write(l letter, by string) []byte {
	w.Helper()
	if l.to == "" {
		l.to = "answers@unit-north.example"
	}
	if l.id == "" {
		l.id = string(id.New[id.Mail](*w.at)) + "@clips.example"
	}
	text := "From: <" + l.from + ">\r\nTo: <" + l.to + ">\r\nSubject: " + l.subject + "\r\nDate: " + w.at.Format(time.RFC1123Z) + "\r\nMessage-ID: <" + l.id + ">\r\n" + l.head
	if l.reply != "" {
		text += "In-Reply-To: <" + l.reply + ">\r\n"
	}
	text += "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + l.text + "\r\n"
	if l.file != nil {
		text += "--b\r\nContent-Type: application/json; name=" + l.name + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + wrapped(l.file)
	}
	text += "--b--\r\n"
	if by == "" {
		return []byte(text)
	}
	var signed bytes.Buffer
	w.must(dkim.Sign(&signed, strings.NewReader(text), &dkim.SignOptions{Domain: by, Selector: "s", Signer: w.keys[by],
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: []string{"From", "To", "Subject", "Date", "In-Reply-To"}}))
	return signed.Bytes()
}

// wrapped is base64 in lines that a mail may have.
func wrapped(file []byte) string {
	var b strings.Builder
	for line := range slices.Chunk([]byte(base64.StdEncoding.EncodeToString(file)), 76) {
		b.Write(line)
		b.WriteString("\r\n")
	}
	return b.String()
}

// send brings a mail over SMTP, lets the job look at it, and gives what became of it.
func (w *mailWorld) send(envelope string, text []byte, to ...string) correspondence.Mail {
	w.Helper()
	if len(to) == 0 {
		to = []string{"answers@unit-north.example"}
	}
	w.must(smtp.SendMail(w.addr, nil, envelope, to, text))
	newest := w.newest()
	w.must(w.flow.LookAtMail(w.Context(), correspondence.Job{Mail: newest.ID}))
	return w.newest()
}

func (w *mailWorld) newest() (m correspondence.Mail) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		list, err := correspondence.Newest(tx, "~", 1)
		if err != nil || len(list) == 0 {
			return errors.Join(err, errors.New("no mail was kept"))
		}
		m, err = correspondence.Get(tx, list[0].ID)
		return err
	})
	return m
}

func (w *mailWorld) annex(o id.Order, form string, values law.Filled) []byte {
	w.Helper()
	text, err := w.says(o, form, values).JSON()
	w.must(err)
	return text
}

// delivery is that of a subject, and the Message-ID of its mail.
func (w *orderWorld) deliveryOf(subject string, kind deliver.Kind) (d deliver.Delivery) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		var target id.Delivery
		if err := tx.Row("SELECT id FROM delivery WHERE subject_id = $1 AND kind = $2", subject, kind).Scan(&target); err != nil {
			return err
		}
		var err error
		d, err = deliver.Get(tx, target)
		return err
	})
	return d
}

// An Annex II that a program attached, in a mail that its domain signed, ends the hour; the
// same mail again changes nothing, nor does it under another Message-ID.
func TestAnAnswerByMail(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		o := w.issued("https://clips.example/v/1")
		d := w.deliveryOf(string(o), deliver.Order)
		w.after(10 * time.Minute)
		l := letter{from: "trust@clips.example", subject: "Re: order", reply: string(d.ID) + "@unit-north.example", text: "Voilà.\r\n\r\nLe 1 mars 2026, Unit North a écrit :\r\n> Ordre",
			name: "annex-2.json", file: w.annex(o, document.AnnexII, nil)}
		text := w.write(l, "clips.example")
		m := w.send("bounces@clips.example", text)
		if m.State != correspondence.Answered || m.About != (correspondence.About{Platform: w.host, Delivery: d.ID, Subject: string(o), MatchedBy: correspondence.ByReply}) || m.Proven != "clips.example" ||
			m.Text != "Voilà." || len(m.Attached) != 1 {
			w.Errorf("the mail is %+v", m)
		}
		if got := w.order(o); !got.ExecutedAt.Equal(orderStart.Add(10 * time.Minute)) {
			w.Errorf("executed %v", got.ExecutedAt)
		}
		w.view(func(tx *sqldb.Tx) error {
			answers, err := order.Answers(tx, o)
			if len(answers) != 1 || answers[0].Channel != flow.ByMail || answers[0].Source != string(m.ID) || answers[0].Proof != "DKIM of clips.example" {
				w.Errorf("answers %+v", answers)
			}
			return err
		})
		before := w.rows()
		for name, again := range map[string][]byte{"the same": text, "by way of another server": append([]byte("Received: from elsewhere\r\n"), text...),
			"under another Message-ID": bytes.Replace(text, []byte("Message-ID: <"), []byte("Message-ID: <x"), 1)} {
			if m := w.send("x@evil.example", again); m.State != correspondence.Repeat {
				w.Errorf("%s: %s, %s", name, m.State, m.Outcome)
			}
		}
		after := w.rows()
		if after["order_event"] != before["order_event"] || after["order_answer"] != before["order_answer"] {
			w.Error("a mail that came before had an effect")
		}
	})
}

// Forged answers wait for a person, and change nothing.
func TestForgedAnswersByMail(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		o, other := w.issued("https://clips.example/v/1"), w.issued("https://clips.example/v/2")
		d := w.deliveryOf(string(o), deliver.Order)
		good := letter{from: "trust@clips.example", subject: "Re: " + w.order(o).Reference, reply: string(d.ID) + "@unit-north.example", name: "annex-2.json", file: w.annex(o, document.AnnexII, nil)}
		with := func(change func(*letter)) letter { l := good; change(&l); return l }
		genuine := w.write(good, "clips.example")
		for name, c := range map[string]struct {
			text []byte
			why  string
		}{
			"nobody signed":              {w.write(good, ""), "no DKIM signature"},
			"another domain signed":      {w.write(good, "evil.example"), "no DKIM signature"},
			"another domain altogether":  {w.write(with(func(l *letter) { l.from = "trust@evil.example" }), "evil.example"), "no mail domain of Clips"},
			"the signature is broken":    {bytes.Replace(genuine, []byte("Subject: Re"), []byte("Subject: Fw"), 1), "no DKIM signature"},
			"about another than it says": {w.write(with(func(l *letter) { l.file = w.annex(other, document.AnnexII, nil) }), "clips.example"), "the mail about"},
			"about nothing":              {w.write(with(func(l *letter) { l.reply, l.subject, l.file = "", "", []byte(`{"type":"answer.given"}`) }), "clips.example"), "does not say"},
			"old": {func() []byte {
				now := *w.at
				*w.at = now.Add(-8 * 24 * time.Hour)
				defer func() { *w.at = now }()
				return w.write(good, "clips.example")
			}(), "look why it comes now"},
		} {
			if m := w.send("x@clips.example", c.text); m.State != correspondence.Waiting || !strings.Contains(m.Outcome, c.why) {
				w.Errorf("%s: %s, %q, want %q", name, m.State, m.Outcome, c.why)
			}
		}
		if got := w.order(o); !got.ExecutedAt.IsZero() || !w.order(other).ExecutedAt.IsZero() {
			w.Errorf("a forged answer was taken: %+v", got)
		}
	})
}

// What no program made waits for a person, who reads it in under their own name, or sets it aside.
func TestAPersonReadsAMailIn(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		o := w.issued("https://clips.example/v/1")
		m := w.send("tco@clips.example", w.write(letter{from: "trust@clips.example", subject: "AW: " + w.order(o).Reference, text: "Gesperrt um 10 Uhr."}, ""))
		if m.State != correspondence.Waiting || m.About.Subject != string(o) || m.About.MatchedBy != correspondence.ByReference {
			w.Fatalf("the mail is %+v", m)
		}
		doc, err := w.says(o, document.AnnexII, nil).JSON()
		w.must(err)
		in := flow.Reading{Answer: &client.Message{Type: client.AnswerGiven, Subject: string(o), Document: doc}, Note: "rang Kim of Clips, who confirmed it"}
		for name, want := range map[string]problem.Kind{"analyst": problem.Forbidden, "western coordinator": problem.NotFound} {
			if _, err := w.flow.ReadMail(w.Context(), w.people[name], m.ID, in); !problem.Is(err, want) {
				w.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.flow.ReadMail(w.Context(), w.people["coordinator"], m.ID, flow.Reading{Answer: in.Answer}); !problem.Is(err, problem.Invalid) {
			w.Errorf("without a note: %v", err)
		}
		_, err = w.flow.ReadMail(w.Context(), w.people["coordinator"], m.ID, in)
		w.must(err)
		if m := w.newest(); m.State != correspondence.Answered || m.ReadBy != w.people["coordinator"].User || !strings.Contains(m.Outcome, "Kim") || w.order(o).ExecutedAt.IsZero() {
			w.Errorf("read in: %+v", m)
		}
		if _, err := w.flow.ReadMail(w.Context(), w.people["coordinator"], m.ID, in); !problem.Is(err, problem.Conflict) {
			w.Errorf("read in twice: %v", err)
		}
		m = w.send("news@elsewhere.example", w.write(letter{from: "news@elsewhere.example", subject: "Buy now", text: "Cheap."}, ""))
		_, err = w.flow.ReadMail(w.Context(), w.people["reviewer"], m.ID, flow.Reading{Aside: true, Note: "an advertisement"})
		w.must(err)
		if m := w.newest(); m.State != correspondence.Aside {
			w.Errorf("set aside: %+v", m)
		}
	})
}

// An attached answer whose sender is not proven is taken when a person made sure of it.
func TestAPersonVouchesForAnAttachedAnswer(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		o := w.issued("https://clips.example/v/1")
		m := w.send("tco@clips.example", w.write(letter{from: "trust@clips.example", name: "annex-3.json",
			file: w.annex(o, document.AnnexIII, law.Filled{"b.grounds": "impossible"})}, ""), "answers+"+strings.ToUpper(string(o))+"@unit-north.example")
		if m.State != correspondence.Waiting || m.About.Subject != string(o) || m.About.MatchedBy != correspondence.ByAddress {
			w.Fatalf("the mail is %+v", m)
		}
		_, err := w.flow.ReadMail(w.Context(), w.people["coordinator"], m.ID, flow.Reading{Attached: true, Note: "rang Kim of Clips"})
		w.must(err)
		if kinds := kindsOf(w.events(o)); len(kinds) < 6 || w.newest().State != correspondence.Answered {
			w.Errorf("happened %q, the mail is %+v", kinds, w.newest())
		}
	})
}

// bounce brings the word of a mail server elsewhere that a mail did not arrive, or not yet.
func (w *mailWorld) bounce(original, action, status string) correspondence.Mail {
	w.Helper()
	return w.send("", []byte("From: MAILER-DAEMON@mx.example\r\nTo: orders@unit-north.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"+
		"Message-ID: <"+string(id.New[id.Mail](*w.at))+"@mx.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nsorry\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; trust@clips.example\r\nAction: "+action+"\r\nStatus: "+status+"\r\n"+
		"Diagnostic-Code: smtp; 550 "+status+" no such user\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <"+original+">\r\n--b--\r\n"))
}

// A referral goes by mail, is taken by a server, and comes back.
func TestABounceTellsThatNothingArrived(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		smtpWay := platform.SMTP
		w.update(func(tx *sqldb.Tx) error {
			if _, err := platform.Set(tx, audit.System, w.host, platform.Change{Transport: &smtpWay}); err != nil {
				return err
			}
			return platform.Verify(tx, audit.System, w.host)
		})
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		drafted, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
		w.must(err)
		_, err = w.flow.Approve(w.Context(), w.people["reviewer"], drafted.Referrals[0])
		w.must(err)
		w.deliver()
		d := w.deliveryOf(string(drafted.Referrals[0]), deliver.Referral)
		if d.State != deliver.Delivered || w.stage(it) != item.Delivered {
			w.Fatalf("before: %+v, the item is %s", d, w.stage(it))
		}
		if m := w.bounce(string(d.ID)+"@unit-north.example", "delayed", "4.4.1"); m.State != correspondence.Bounced || w.deliveryOf(string(drafted.Referrals[0]), deliver.Referral).State != deliver.Delivered {
			w.Errorf("delayed: %s, %s", m.State, m.Outcome)
		}
		if m := w.bounce("dlv_00000000000000000000000000@unit-north.example", "failed", "5.1.1"); m.State != correspondence.Waiting {
			w.Errorf("about a mail that nobody sent: %s, %s", m.State, m.Outcome)
		}
		if m := w.bounce(string(d.ID)+"@elsewhere.example", "failed", "5.1.1"); m.State != correspondence.Waiting {
			w.Errorf("about another's mail: %s, %s", m.State, m.Outcome)
		}
		m := w.bounce(string(d.ID)+"@unit-north.example", "failed", "5.1.1")
		after := w.deliveryOf(string(drafted.Referrals[0]), deliver.Referral)
		if m.State != correspondence.Bounced || after.State != deliver.Undeliverable || !after.DeliveredAt.IsZero() || after.Receipt == "" || w.stage(it) != item.Undeliverable || !strings.Contains(m.Outcome, "no such user") {
			w.Errorf("%s, %q; %+v, the item is %s", m.State, m.Outcome, after, w.stage(it))
		}
	})
}

// Our own mail, and a program that answers without end, have no effect and get no answer.
func TestALoopHasNoEffect(t *testing.T) {
	eachMail(t, func(w *mailWorld) {
		o := w.issued("https://clips.example/v/1")
		sent := len(w.mails)
		m := w.send("x@clips.example", w.write(letter{from: "trust@clips.example", id: "dlv_1@unit-north.example", name: "annex-2.json", file: w.annex(o, document.AnnexII, nil)}, "clips.example"))
		if m.State != correspondence.Loop {
			w.Errorf("our own mail: %+v", m)
		}
		for range correspondence.Often {
			m = w.send("x@robot.example", w.write(letter{from: "robot@robot.example", subject: "I am away", text: "away", head: "Auto-Submitted: auto-replied\r\n"}, ""))
		}
		if m.State != correspondence.Waiting || m.Auto == "" || strings.Contains(m.Outcome, "loop") {
			w.Errorf("a program: %+v", m)
		}
		m = w.send("x@robot.example", w.write(letter{from: "robot@robot.example", subject: "I am away", text: "away"}, ""))
		if m.State != correspondence.Waiting || !strings.Contains(m.Outcome, "loop") {
			w.Errorf("more often than people write: %s, %q", m.State, m.Outcome)
		}
		if len(w.mails) != sent || !w.order(o).ExecutedAt.IsZero() {
			w.Errorf("%d mails were sent in answer", len(w.mails)-sent)
		}
	})
}
