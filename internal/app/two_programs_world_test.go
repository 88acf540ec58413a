package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// pair is the desk of an authority and the contact point of a hosting service, each a program
// with a data directory of its own. They have the clock in common, and speak over HTTP alone.
type pair struct {
	*hosted
	desk     string // address
	admin    *client.Client
	people   map[string]*client.Client
	deskMail string   // where the desk takes mail in
	records  sync.Map // of the DNS: name to text
	post     *postOffice
	platform string
	action   string
	handed   int
	of       register.Authority // whose desk it is; none named: the issuer's
}

// issuer is the authority that the desk is of.
var issuer = register.Authority{Name: "Example Authority", MemberState: "BE", Roles: []string{register.Issue, register.Scrutinise}, Address: "1 Example Street", Telephone: "+32 2 555 01 00",
	Email: "tco@authority.example", Domains: []string{"authority.example"}, MadeUp: true,
	Redress: register.Redress{Body: "Example Court", Deadline: "one month from receipt", Provisions: "https://law.example/redress"}}

// authority is whose desk it is.
func (p *pair) authority() register.Authority {
	if p.of.Name == "" {
		return issuer
	}
	return p.of
}

func newPair(t *testing.T, change func(*app.Config)) *pair {
	p := &pair{people: map[string]*client.Client{}, post: newPostOffice(t)}
	ticking := &clock{at: time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC)}
	dir := t.TempDir() // of the service
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { servePage(w, r, dir) }))
	t.Cleanup(web.Close)
	admin := p.openDesk(t, ticking.Now, strings.TrimPrefix(web.URL, "http://"))
	keys, err := admin.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p.hosted = newHosted(t, "", func(cfg *app.Config) {
		known := issuer
		known.WebhookKeys = keys.Webhook
		writeRegister(t, cfg.Data, known)
		cfg.Now, cfg.Host.MemberState = ticking.Now, "BE"
		cfg.Host.Service.Command = script(t, dir, obeying)
		if change != nil {
			change(cfg)
		}
	})
	p.clock, p.admin = ticking, admin
	p.cfg.Listen = p.app.Address() // it stays there when it is started again
	p.staff(admin)
	return p
}

// servePage is the hosting service itself: what its command disabled last is not there.
func servePage(w http.ResponseWriter, r *http.Request, dir string) {
	done, _ := os.ReadFile(filepath.Join(dir, "done.txt"))
	gone := false
	for line := range strings.Lines(string(done)) {
		if action, url, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasSuffix(url, r.URL.Path) {
			gone = action == "disable"
		}
	}
	if gone {
		http.NotFound(w, r)
		return
	}
	fmt.Fprintf(w, "<!doctype html><title>A page</title><p>Made-up text of the page %s.", r.URL.Path)
}

func writeRegister(t *testing.T, dir string, list ...register.Authority) []byte {
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "register.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return text
}

func readRegister(t *testing.T, dir string, list *[]register.Authority) {
	text, err := os.ReadFile(filepath.Join(dir, "register.json"))
	if err == nil {
		err = json.Unmarshal(text, list)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// openDesk starts the desk, which finds the service's pages at a loopback address.
func (p *pair) openDesk(t *testing.T, now func() time.Time, pages string) *client.Client {
	data := t.TempDir()
	dbtest.SQLiteFile(t, data)
	domain := p.authority().Domains[0]
	a, token := running(t, app.Config{Data: data, Listen: "127.0.0.1:0", Now: now, Quick: true,
		SMTP:    app.SMTP{Host: p.post.addr, From: p.authority().Email, DKIMDomain: domain, DKIMSelector: "s"},
		Inbound: app.Inbound{Listen: "127.0.0.1:0", Domain: domain}, Resolver: p.lookup,
		Fetch: app.Fetch{AllowLoopback: true, Interval: "0s", Hosts: map[string]string{"clips.example:80": pages}}})
	p.desk, p.deskMail = "http://"+a.Address(), a.MailAddress()
	p.publish(t, a)
	return client.New(p.desk, token)
}

// running opens a program and runs it until the test ends. The token is its operator's.
func running(t *testing.T, cfg app.Config) (a *app.App, token string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	a, err := app.Open(ctx, cfg)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-stopped; err != nil {
			t.Error(err)
		}
		a.Close()
	})
	if token, err = a.OperatorToken(ctx, "test"); err != nil {
		t.Fatal(err)
	}
	return a, token
}

// publish has the resolver of the desk know with what a program signs its mail.
func (p *pair) publish(t *testing.T, a *app.App) {
	t.Helper()
	_, name, record, err := a.Publish()
	if err != nil {
		t.Fatal(err)
	}
	p.records.Store(name, record)
}

// lookup is the resolver of the desk.
func (p *pair) lookup(_ context.Context, name string) ([]string, error) {
	if text, known := p.records.Load(name); known {
		return []string{text.(string)}, nil
	}
	return nil, errors.New("there is no such name")
}

func (p *pair) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

// staff gives the desk its unit, its people, the register, the platform and an action.
func (p *pair) staff(admin *client.Client) {
	ctx := p.Context()
	p.persons(admin)
	_, err := admin.ImportRegister(ctx, "application/json", writeRegister(p.T, p.TempDir(), issuer))
	p.must(err)
	made, err := admin.AddPlatform(ctx, client.NewPlatform{Name: "Clips Example", Country: p.cfg.Host.MemberState, Language: "en", Transport: "webhook", ContactEmail: "tco@clips.example",
		WebhookURL: p.base + "/hooks/example", WebhookSecret: sharedSecret, Rules: json.RawMessage(`{"hosts": ["clips.example"], "scheme": "http"}`)})
	p.must(err)
	p.platform = made.ID
	_, err = admin.VerifyContact(ctx, made.ID)
	p.must(err)
	now := p.clock.Now()
	action, err := p.people["drafter"].AddAction(ctx, client.NewAction{Name: "Two programs", OpensAt: now, ClosesAt: now.AddDate(0, 1, 0)})
	p.must(err)
	p.action = action.ID
}

// persons gives the desk a unit and its people.
func (p *pair) persons(admin *client.Client) {
	ctx := p.Context()
	unit, err := admin.AddUnit(ctx, client.NewUnit{Name: p.authority().Name, Country: p.authority().MemberState, Kind: "authority"})
	p.must(err)
	for _, one := range []struct{ name, role string }{{"analyst", "analyst"}, {"reviewer", "reviewer"}, {"drafter", "coordinator"}, {"approver", "coordinator"}} {
		u, err := admin.AddUser(ctx, client.NewUser{UnitID: unit.ID, Name: one.name, Email: one.name + "@" + p.authority().Domains[0], Roles: []string{one.role}})
		p.must(err)
		token, err := admin.AddToken(ctx, client.NewToken{UserID: u.ID, Name: "test", Days: 300})
		p.must(err)
		p.people[one.name] = client.New(p.desk, token.Secret)
	}
}

// cleared hands in a link of the service, and brings it to where it can be ordered removed:
// captured, confirmed by two people, cleared by deconfliction.
func (p *pair) cleared() string {
	p.Helper()
	p.handed++
	got, err := p.people["analyst"].Contribute(p.Context(), p.action, "text/uri-list", fmt.Appendf(nil, "http://clips.example/v/%d", p.handed))
	if err != nil || got.Taken != 1 {
		p.Fatalf("%+v %v", got, err)
	}
	item := ""
	p.staged("ready", func(it client.Item) bool {
		item = it.ID
		return strings.HasSuffix(it.URL, fmt.Sprintf("/v/%d", p.handed))
	})
	for _, name := range []string{"analyst", "reviewer"} {
		rows, err := p.people[name].Assess(p.Context(), client.NewAssessments{Assessments: []client.NewAssessment{{ItemID: item, Decision: "terrorist", Limbs: []string{"a"}, Purpose: "none",
			PurposeReasons: "Nothing on the page reports, teaches or argues.", Confidence: 90, Reasons: "It is made up and calls for nothing."}}})
		if err != nil || rows.Failed > 0 {
			p.Fatalf("%+v %v", rows, err)
		}
	}
	p.staged("cleared", func(it client.Item) bool { return it.ID == item })
	return item
}

func (p *pair) staged(stage string, which func(client.Item) bool) {
	p.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		page, err := p.people["analyst"].Items(p.Context(), p.action, client.ItemFilter{Stage: stage})
		p.must(err)
		if slices.ContainsFunc(page.Items, which) {
			return
		}
		if time.Now().After(end) {
			all, err := p.people["analyst"].Items(p.Context(), p.action, client.ItemFilter{})
			p.Fatalf("no item is %s: %+v %v", stage, all.Items, err)
		}
	}
}

// informed has the information of Article 3(2) reach the host, and twelve hours pass.
func (p *pair) informed() {
	p.Helper()
	_, err := p.people["drafter"].InformHost(p.Context(), p.platform)
	p.must(err)
	p.until("the host has the information", func() bool {
		s, err := p.people["drafter"].Standing(p.Context(), p.platform)
		p.must(err)
		return s.InformedAt != nil
	})
	p.clock.add(12 * time.Hour)
}

// ordered drafts an order, has a second person issue it, and finds its case at the host.
func (p *pair) ordered(in client.NewOrder) (order, hostCase string) {
	p.Helper()
	in.ActionID = p.action
	draft, err := p.people["drafter"].DraftOrder(p.Context(), in)
	p.must(err)
	_, err = p.people["approver"].ApproveOrder(p.Context(), draft.ID)
	p.must(err)
	p.until("the desk knows that the host has it", func() bool { return p.order(draft.ID).ReceivedAt != nil })
	return draft.ID, p.caseOf(draft.ID)
}

func (p *pair) order(id string) client.OrderCase {
	p.Helper()
	o, err := p.people["drafter"].Order(p.Context(), id)
	p.must(err)
	return o
}

// caseOf is the one case that the host has of a subject of the desk.
func (p *pair) caseOf(subject string) string {
	p.Helper()
	found := ""
	for _, c := range p.cases() {
		if c.Subject == subject {
			if found != "" {
				p.Fatalf("the host has two cases of %s", subject)
			}
			found = c.ID
		}
	}
	if found == "" {
		p.Fatalf("the host has no case of %s: %+v", subject, p.cases())
	}
	return found
}

// betweenAuthorities are the clocks that no host is told of.
var betweenAuthorities = []string{"copy", "scrutinise", "tell_final"}

// same compares the clocks of a case as the two programs tell them: what runs, and until when.
func (p *pair) same(when, order, hostCase string) {
	p.Helper()
	line := func(name, state string, until *time.Time) string {
		if until == nil {
			return name + " " + state
		}
		return name + " " + state + " until " + until.UTC().Format(time.RFC3339Nano)
	}
	read := func() (desk, host []string) {
		for _, c := range p.order(order).Clocks {
			if !slices.Contains(betweenAuthorities, c.Name) {
				desk = append(desk, line(c.Name, c.State, c.Until))
			}
		}
		for _, c := range p.get(hostCase).Clocks {
			if !slices.Contains(betweenAuthorities, c.Name) {
				host = append(host, line(c.Name, c.State, c.Until))
			}
		}
		return desk, host
	}
	var desk, host []string
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) { // what one tells the other is on its way
		if desk, host = read(); slices.Equal(desk, host) && len(desk) > 0 {
			return
		}
		if time.Now().After(deadline) {
			p.Errorf("%s: the clocks are not the same\n at the desk: %q\n at the host: %q", when, desk, host)
			return
		}
	}
}

// secretless has a host that knows the sender by the register's key alone.
func secretless(cfg *app.Config) {
	cfg.Host.Senders = []inbox.Sender{{Name: "example", Authority: issuer.Name}}
}
