package flow_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// orderWorld is a world with a clock that the test owns, the made-up register, a hosting
// service in Ireland that takes webhooks, and a mail server for authorities. Both servers are
// real ones, on this machine.
type orderWorld struct {
	*world
	at   *time.Time
	host id.Platform

	mu    sync.Mutex
	hooks []client.Message
	mails []string
	down  bool // the host answers with an error
	pages http.HandlerFunc
}

var orderStart = time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)

func eachOrder(t *testing.T, fn func(w *orderWorld)) {
	var mu sync.Mutex
	var at *time.Time
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		if at == nil {
			return orderStart
		}
		return *at
	}
	dbtest.EachAt(t, now, func(t *testing.T, db *sqldb.DB) {
		w := &orderWorld{world: newSerialWorld(t, db)}
		mu.Lock()
		start := orderStart
		at, w.at = &start, &start
		mu.Unlock()
		w.serve()
		w.update(w.settle)
		fn(w)
	})
}

// after lets time pass.
func (w *orderWorld) after(d time.Duration) { *w.at = w.at.Add(d) }

// serve starts the hosting service and the mail server.
func (w *orderWorld) serve() {
	certificate, roots := certified(w.T, "clips.example")
	host := httptest.NewUnstartedServer(http.HandlerFunc(w.takeHook))
	host.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	host.StartTLS()
	w.Cleanup(host.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	w.must(err)
	mail := smtp.NewServer(w)
	go mail.Serve(listener)
	w.Cleanup(func() { mail.Close() })
	door, err := fetch.New(fetch.Config{AllowLoopback: true, RootCAs: roots, Hosts: map[string]string{"clips.example:443": host.Listener.Addr().String()}, Now: w.db.Now})
	w.must(err)
	w.Cleanup(door.Close)
	w.flow.Door, w.flow.Public = door, "https://desk.example"
	w.flow.Mail = deliver.Mail{Host: listener.Addr().String(), From: "orders@unit-north.example", AllowPlain: true}
}

// certified makes a certificate for a host, and the roots that trust it.
func certified(t *testing.T, host string) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotAfter: time.Now().AddDate(1, 0, 0), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, roots
}

func (w *orderWorld) takeHook(rw http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/hook" {
		w.pages(rw, r)
		return
	}
	var m client.Message
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &m); err != nil {
		w.Error(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		http.Error(rw, "no power", http.StatusServiceUnavailable)
		return
	}
	w.hooks = append(w.hooks, m)
}

func (w *orderWorld) NewSession(*smtp.Conn) (smtp.Session, error) { return &mailbox{w: w}, nil }

type mailbox struct {
	w  *orderWorld
	to string
}

func (m *mailbox) Mail(string, *smtp.MailOptions) error      { return nil }
func (m *mailbox) Rcpt(to string, _ *smtp.RcptOptions) error { m.to = to; return nil }
func (m *mailbox) Reset()                                    {}
func (m *mailbox) Logout() error                             { return nil }
func (m *mailbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	m.w.mu.Lock()
	defer m.w.mu.Unlock()
	m.w.mails = append(m.w.mails, "to "+m.to+"\n"+string(text))
	return err
}

func (w *orderWorld) settle(tx *sqldb.Tx) error {
	if _, err := register.Import(tx, audit.System, register.Example()); err != nil {
		return err
	}
	list, err := platform.List(tx)
	if err != nil {
		return err
	}
	w.host = list[0].ID
	hook, url, secret := platform.Webhook, "https://clips.example/hook", "whsec_"+strings.Repeat("A", 43)+"="
	if _, err = platform.Set(tx, audit.System, w.host, platform.Change{Transport: &hook, WebhookURL: &url, WebhookSecret: &secret}); err != nil {
		return err
	}
	return platform.Verify(tx, audit.System, w.host)
}

// emergency drafts an order on a fresh item as the coordinator.
func (w *orderWorld) emergency(address string) id.Order {
	w.Helper()
	it := w.contribute(address)[0]
	w.cleared(it)
	o, err := w.flow.DraftOrder(w.Context(), w.people["coordinator"], flow.NewOrder{Item: it, Action: w.action, Emergency: "an attack goes on"})
	w.must(err)
	return o
}

// issued is an order that was approved, and whose deliveries were made.
func (w *orderWorld) issued(address string) id.Order {
	w.Helper()
	o := w.emergency(address)
	_, err := w.flow.ApproveOrder(w.Context(), w.people["second reviewer"], o)
	w.must(err)
	w.deliver()
	return o
}

const sqlWaiting = "SELECT id, claim FROM delivery WHERE state IN ('due', 'sending') AND next_at IS NULL ORDER BY id"

// waiting are the jobs of deliveries that wait for an attempt.
func (w *orderWorld) waiting() (jobs []deliver.Job) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) (err error) {
		jobs, err = sqldb.List(tx, sqlWaiting, nil, func(scan sqldb.Scanner) (j deliver.Job, err error) { return j, scan(&j.Delivery, &j.Claim) })
		return err
	})
	return jobs
}

// deliver makes the attempts that wait, as their jobs would.
func (w *orderWorld) deliver() {
	w.Helper()
	for _, j := range w.waiting() {
		w.must(w.flow.Deliver(w.Context(), j))
	}
}

// dies leaves the attempts of jobs where a process that dies leaves them: begun.
func (w *orderWorld) dies(jobs []deliver.Job) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		for _, j := range jobs {
			if _, err := deliver.Begin(tx, audit.System, j); err != nil {
				return err
			}
		}
		return nil
	})
}

// captured gives an item what a look can be held against.
func (w *orderWorld) captured(it id.Item) {
	w.Helper()
	text, err := w.flow.Store.PutBytes(w.Context(), []byte(strings.Repeat("the same words as before ", 20)))
	w.must(err)
	w.update(func(tx *sqldb.Tx) error {
		_, err := capture.Save(tx, audit.System, it, capture.Taken{Outcome: capture.Captured, Status: 200, Title: "Example Front", Text: text}, tx.Now)
		return err
	})
}

func (w *orderWorld) order(o id.Order) (out order.Order) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) (err error) { out, err = order.Get(tx, o); return err })
	return out
}

func (w *orderWorld) events(o id.Order) (list []order.Event) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) (err error) { list, err = order.Events(tx, o); return err })
	return list
}

func kindsOf(list []order.Event) (kinds []law.Kind) {
	for _, e := range list {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}

// clock gives a clock of a case as it stands now.
func (w *orderWorld) clock(o id.Order, name string) law.Clock {
	w.Helper()
	var found law.Clock
	w.view(func(tx *sqldb.Tx) error {
		theCase, _, err := order.Case(tx, o)
		for _, c := range theCase.Clocks(*w.at, nil) {
			if c.Name == name {
				found = c
			}
		}
		return err
	})
	return found
}

// says is the host's answer: the form with what it says, the rest filled in.
func (w *orderWorld) says(o id.Order, form string, values law.Filled) document.Document {
	w.Helper()
	it := w.order(o)
	filled := law.Filled{"a.addressee": "Clips", "a.issuing_authority": it.Authority, "a.authority_file": it.Reference, "a.received_at": w.at.Format(time.RFC3339),
		"c.host": "Clips", "c.authorised_person": "Kim Example", "c.email": "tco@clips.example", "c.date": w.at.Format(time.RFC3339)}
	if form == document.AnnexII {
		maps.Copy(filled, law.Filled{"b.measure": "removed", "b.taken_at": w.at.Format(time.RFC3339), "c.member_state": "IE"})
	} else {
		maps.Copy(filled, law.Filled{"b.reasons": "see above", "c.signature": "Kim Example"})
	}
	maps.Copy(filled, values)
	return document.Document{Form: form, Edition: document.EditionOf(form), Reference: it.Reference, Language: "en", Values: filled}
}

func (w *orderWorld) answers(o id.Order, form string, values law.Filled) error {
	w.Helper()
	return w.flow.OrderAnswered(w.Context(), flow.Source{Platform: w.host, Channel: flow.ByWebhook, Message: "msg_1", Proof: "signature"}, o, w.says(o, form, values))
}

// twoPeople has one person propose a step and another agree.
func (w *orderWorld) twoPeople(first, second string, o id.Order, kind law.Kind, reasons string) {
	w.Helper()
	_, err := w.flow.ProposeStep(w.Context(), w.people[first], o, kind, reasons, nil)
	w.must(err)
	_, err = w.flow.AgreeStep(w.Context(), w.people[second], o, kind)
	w.must(err)
	w.deliver()
}

func (w *orderWorld) person(name string) auth.Principal { return w.people[name] }
