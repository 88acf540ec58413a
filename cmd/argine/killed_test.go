package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/register"
)

// killing is a desk and the contact point of a hosting service: two processes of the built
// program, each with its database in a file, that the kernel kills while they work. Between
// them stand gates that count.
type killing struct {
	*testing.T
	desk, host     *process
	toDesk, toHost *gate
	post           *post
	service        *counting
	people         map[string]*client.Client
	hostToken      string
	platform       string
	action         string
}

const secretOfBoth = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDh3Y5lGt3YA4="

// counting is the hosting service's own API. It counts what it is asked, and can have its
// asker killed: before it answers, or right after.
type counting struct {
	*httptest.Server
	mu     sync.Mutex
	asked  map[string][]string // identifiers, by link
	before func()
	after  func()
}

func newCounting(t *testing.T) *counting {
	c := &counting{asked: map[string][]string{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var task struct{ Action, URL string }
		json.NewDecoder(r.Body).Decode(&task)
		c.mu.Lock()
		c.asked[task.Action+" "+task.URL] = append(c.asked[task.Action+" "+task.URL], r.Header.Get(client.WebhookID))
		before, after := c.before, c.after
		c.before, c.after = nil, nil
		c.mu.Unlock()
		if before != nil {
			before()
		}
		io.WriteString(w, `{"provider":{"account":"user-7"}}`)
		if after != nil {
			http.NewResponseController(w).Flush()
			after()
		}
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *counting) times(task string) (times, distinct int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return counted(c.asked[task])
}

func newKilling(t *testing.T) *killing {
	k := &killing{T: t, post: newPost(t), service: newCounting(t), people: map[string]*client.Client{}}
	pages := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "<!doctype html><title>A page</title><p>Made-up text of the page %s.", r.URL.Path)
	}))
	t.Cleanup(pages.Close)
	known, _ := json.Marshal([]register.Authority{
		{Name: "Example Authority", MemberState: "BE", Roles: []string{register.Issue}, Address: "1 Example Street", Telephone: "+32 2 555 01 00", Email: "tco@authority.example", Domains: []string{"authority.example"}, MadeUp: true,
			Redress: register.Redress{Body: "Example Court", Deadline: "one month from receipt", Provisions: "https://law.example/redress"}},
		{Name: "Home Authority", MemberState: "IE", Roles: []string{register.Scrutinise}, Email: "tco@home.example", Domains: []string{"home.example"}, MadeUp: true}})
	k.desk, k.host = placed(t, "serve"), placed(t, "host", "serve")
	k.toDesk, k.toHost = newGate(t, k.desk), newGate(t, k.host)
	k.desk.write("argine.toml", fmt.Sprintf("public_url = %q\n[smtp]\nhost = %q\nfrom = \"tco@authority.example\"\n[fetch]\nallow_loopback = true\ninterval = \"0s\"\n[fetch.hosts]\n\"clips.example:80\" = %q\n",
		k.toDesk.URL, k.post.addr, strings.TrimPrefix(pages.URL, "http://")))
	k.host.write("register.json", string(known))
	k.host.write("argine.toml", fmt.Sprintf("[host]\nname = \"Clips Example\"\nmember_state = \"IE\"\ncontact = \"tco@clips.example\"\nlanguages = [\"en\"]\nauthorised_person = \"Ana Example\"\nregister = \"register.json\"\n"+
		"[host.service]\nurl = %q\nsecret = %q\n[[host.sender]]\nname = \"example\"\nauthority = \"Example Authority\"\nsecret = %q\n[fetch]\nallow_loopback = true\ninterval = \"0s\"\n", k.service.URL, secretOfBoth, secretOfBoth))
	k.hostToken = k.host.token()
	k.staff(k.desk.token(), known)
	return k
}

// staff gives the desk its people, the register, the hosting service and an action.
func (k *killing) staff(token string, known []byte) {
	ctx, admin := k.Context(), client.New(k.toDesk.URL, token)
	unit, err := admin.AddUnit(ctx, client.NewUnit{Name: "Example Authority", Country: "BE", Kind: "authority"})
	k.must(err)
	for name, role := range map[string]string{"analyst": "analyst", "reviewer": "reviewer", "drafter": "coordinator", "approver": "coordinator"} {
		u, err := admin.AddUser(ctx, client.NewUser{UnitID: unit.ID, Name: name, Email: name + "@authority.example", Roles: []string{role}})
		k.must(err)
		made, err := admin.AddToken(ctx, client.NewToken{UserID: u.ID, Name: "test", Days: 3})
		k.must(err)
		k.people[name] = client.New(k.toDesk.URL, made.Secret)
	}
	_, err = admin.ImportRegister(ctx, "application/json", known)
	k.must(err)
	p, err := admin.AddPlatform(ctx, client.NewPlatform{Name: "Clips Example", Country: "IE", Language: "en", Transport: "webhook", ContactEmail: "tco@clips.example",
		WebhookURL: k.toHost.URL + "/hooks/example", WebhookSecret: secretOfBoth, Rules: json.RawMessage(`{"hosts": ["clips.example"], "scheme": "http"}`)})
	k.must(err)
	_, err = admin.VerifyContact(ctx, p.ID)
	k.must(err)
	k.platform = p.ID
	a, err := k.people["drafter"].AddAction(ctx, client.NewAction{Name: "Kills", OpensAt: time.Now(), ClosesAt: time.Now().AddDate(0, 0, 1)})
	k.must(err)
	k.action = a.ID
}

func (k *killing) must(err error) {
	k.Helper()
	if err != nil {
		k.Fatal(err)
	}
}

func (k *killing) until(what string, is func() bool) {
	k.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			k.Fatalf("waited in vain: %s", what)
		}
	}
}

// draft brings links of the service to drafts of orders.
func (k *killing) draft(n int) (orders []string) {
	k.Helper()
	ctx := k.Context()
	var list strings.Builder
	for i := range n {
		fmt.Fprintf(&list, "http://clips.example/v/%d\n", i+1)
	}
	_, err := k.people["analyst"].Contribute(ctx, k.action, "text/uri-list", []byte(list.String()))
	k.must(err)
	var items []client.Item
	staged := func(stage string) {
		k.until("items are "+stage, func() bool {
			page, err := k.people["analyst"].Items(ctx, k.action, client.ItemFilter{Stage: stage})
			k.must(err)
			items = page.Items
			return len(items) == n
		})
	}
	staged("ready")
	for _, name := range []string{"analyst", "reviewer"} {
		var in client.NewAssessments
		for _, it := range items {
			in.Assessments = append(in.Assessments, client.NewAssessment{ItemID: it.ID, Decision: "terrorist", Limbs: []string{"a"}, Purpose: "none", PurposeReasons: "Nothing on it reports, teaches or argues.", Confidence: 90, Reasons: "Made up."})
		}
		_, err := k.people[name].Assess(ctx, in)
		k.must(err)
	}
	staged("cleared")
	slices.SortFunc(items, func(a, b client.Item) int { return strings.Compare(a.URL, b.URL) })
	for _, it := range items {
		o, err := k.people["drafter"].DraftOrder(ctx, client.NewOrder{ItemID: it.ID, ActionID: k.action, Emergency: "Made up for this test."})
		k.must(err)
		orders = append(orders, o.ID)
	}
	return orders
}

func (k *killing) order(id string) client.OrderCase {
	k.Helper()
	o, err := k.people["drafter"].Order(k.Context(), id)
	k.must(err)
	return o
}

// hosts is the API of the host, wherever it runs now.
func (k *killing) hosts() *client.Client { return client.New(k.toHost.URL, k.hostToken) }

// caseOf is the one case that the host has of an order.
func (k *killing) caseOf(order string) client.HostCase {
	k.Helper()
	page, err := k.hosts().HostCases(k.Context(), "", "order", "", 100)
	k.must(err)
	var found []string
	for _, c := range page.Items {
		if c.Subject == order {
			found = append(found, c.ID)
		}
	}
	if len(found) != 1 {
		k.Fatalf("the host has %d cases of %s", len(found), order)
	}
	c, err := k.hosts().HostCase(k.Context(), found[0])
	k.must(err)
	return c
}

// once expects that events happened once, at the desk and, where it is told of them, at the host.
func (k *killing) once(order string, kinds ...string) {
	k.Helper()
	atDesk, atHost := map[string]int{}, map[string]int{}
	for _, e := range k.order(order).Timeline {
		atDesk[e.Kind]++
	}
	for _, e := range k.caseOf(order).Events {
		atHost[e.Kind]++
	}
	for _, kind := range kinds {
		if n := atHost[kind]; atDesk[kind] != 1 || n != 1 && kind != "copy_sent" && kind != "copy_received" {
			k.Errorf("%s happened %d times at the desk and %d times at the host", kind, atDesk[kind], n)
		}
	}
}

// repeated expects that a message came again after the kill, as the same one.
func (k *killing) repeated(g *gate, kind, subject string) {
	k.Helper()
	if times, distinct := g.came(kind, subject); times != 2 || distinct != 1 {
		k.Errorf("%s came %d times under %d identifiers; it is to come twice under one", kind, times, distinct)
	}
}

// uncertain gives the delivery of a kind once nobody can know whether it arrived.
func (k *killing) uncertain(order, kind string) client.Delivery {
	k.Helper()
	var found client.Delivery
	k.until(kind+" is uncertain", func() bool {
		for _, d := range k.order(order).Deliveries {
			if d.Kind == kind {
				found = d
			}
		}
		return found.State == "uncertain"
	})
	return found
}

func TestProgramsAreKilled(t *testing.T) {
	k := newKilling(t)
	orders := k.draft(3)
	k.deskKilled(orders[0])
	k.hostKilled(orders[1], onTheWay)
	k.hostKilled(orders[2], taken)
	for _, r := range []*process{k.desk, k.host} {
		verifyAudit(t, r.args[len(r.args)-1], nil)
	}
}

// deskKilled kills the desk while each kind leaves: what goes by webhook comes again as the
// same message, what goes by mail is asked about and never sent again by itself.
func (k *killing) deskKilled(order string) {
	ctx := k.Context()
	wait := k.toHost.at(client.OrderInformation, taken, k.desk.kill)
	_, err := k.people["drafter"].InformHost(ctx, k.platform)
	k.must(err)
	wait()
	k.until("the desk knows that the host is informed", func() bool {
		s, err := k.people["drafter"].Standing(ctx, k.platform)
		k.must(err)
		return s.InformedAt != nil
	})
	k.repeated(k.toHost, client.OrderInformation, k.platform)

	wait = k.toHost.at(client.OrderIssued, taken, k.post.holding(k.T, k.desk.kill))
	_, err = k.people["approver"].ApproveOrder(ctx, order)
	k.must(err)
	wait()
	d := k.uncertain(order, "copy")
	k.until("the desk knows that the host has the order", func() bool { return k.order(order).ReceivedAt != nil })
	k.repeated(k.toHost, client.OrderIssued, order)
	if c := k.caseOf(order); !c.ReceivedAt.Equal(*k.order(order).ReceivedAt) || !c.DueAt.Equal(c.ReceivedAt.Add(time.Hour)) {
		k.Errorf("the host counts from %s until %s, the desk from %s", c.ReceivedAt, c.DueAt, k.order(order).ReceivedAt)
	}
	_, err = k.people["approver"].Resolve(ctx, d.ID, client.Resolution{Received: true, Detail: "B. Example of the Home Authority has it"})
	k.must(err)
	if n := k.post.mails(d.ID); n != 1 {
		k.Errorf("the copy was mailed %d times", n)
	}

	_, err = k.hosts().HostImpossible(ctx, k.caseOf(order).ID, client.HostImpossibility{Grounds: []string{"insufficient"}, Reasons: "Which of two?", Wanted: "Which of the two?"})
	k.must(err)
	k.until("Annex III is at the desk", func() bool { return len(k.order(order).Answers) == 1 })
	wait = k.toHost.at(client.OrderClarified, onTheWay, k.desk.kill)
	k.step(order, "clarified")
	wait()
	k.until("the desk knows that it is clarified", func() bool {
		return slices.ContainsFunc(k.order(order).Timeline, func(e client.OrderEvent) bool { return e.Kind == "clarified" })
	})
	k.repeated(k.toHost, client.OrderClarified, order)

	wait = k.toHost.at(client.OrderWithdrawn, taken, k.post.holding(k.T, k.desk.kill))
	k.step(order, "withdrawn")
	wait()
	d = k.uncertain(order, "withdrawal_copy")
	k.until("the withdrawal is delivered", func() bool {
		return slices.ContainsFunc(k.order(order).Deliveries, func(d client.Delivery) bool { return d.Kind == "withdrawal" && d.State == "delivered" })
	})
	k.repeated(k.toHost, client.OrderWithdrawn, order)
	_, err = k.people["approver"].Resolve(ctx, d.ID, client.Resolution{Received: false, Detail: "the Home Authority has nothing"})
	k.must(err)
	k.until("a person had it sent again", func() bool { return k.post.mails(d.ID) == 2 })
	k.once(order, "sent", "copy_sent", "received", "copy_received", "unclear", "clarified", "withdrawn")
}

func (k *killing) step(order, kind string) {
	k.Helper()
	_, err := k.people["drafter"].ProposeOrderStep(k.Context(), order, client.NewOrderStep{Kind: kind, Reasons: "Made up for this test."})
	k.must(err)
	_, err = k.people["approver"].AgreeOrderStep(k.Context(), order, kind)
	k.must(err)
}

// hostKilled kills the host while it receives an order, while it has the service disable the
// content, and while it answers.
func (k *killing) hostKilled(order, when string) {
	ctx := k.Context()
	wait := k.toHost.at(client.OrderIssued, when, k.host.kill)
	_, err := k.people["approver"].ApproveOrder(ctx, order)
	k.must(err)
	wait()
	k.until("the desk knows that the host has the order", func() bool { return k.order(order).ReceivedAt != nil })
	c := k.caseOf(order)
	begun := c.ReceivedAt
	if !begun.Equal(*k.order(order).ReceivedAt) || !c.DueAt.Equal(begun.Add(time.Hour)) {
		k.Errorf("the host counts from %s until %s, the desk from %s", begun, c.DueAt, k.order(order).ReceivedAt)
	}

	dead := make(chan struct{})
	kill := func() { k.host.kill(); close(dead) }
	k.service.mu.Lock()
	if when == onTheWay {
		k.service.before = kill
	} else {
		k.service.after = kill
	}
	k.service.mu.Unlock()
	wait = k.toDesk.at(client.AnswerGiven, when, k.host.kill)
	_, err = k.hosts().HostDisable(ctx, c.ID, client.HostDisabling{Place: 1, Answer: true})
	k.must(err)
	<-dead
	wait()
	k.until("the host knows that it has answered", func() bool { return k.caseOf(order).AnsweredAt != nil })
	k.until("the desk has the answer", func() bool { return k.order(order).ExecutedAt != nil })
	k.once(order, "sent", "received", "executed", "fed_back", "copy_sent", "copy_received")
	if times, distinct := k.service.times("disable " + c.URL); distinct != 1 || times > 2 {
		k.Errorf("the service was asked to disable %s %d times under %d identifiers", c.URL, times, distinct)
	}
	if times, distinct := k.toDesk.came(client.AnswerGiven, order); distinct != 1 || times > 2 {
		k.Errorf("the answer came %d times under %d identifiers", times, distinct)
	}
	if o := k.order(order); len(o.Answers) != 1 || o.Answers[0].Refused != "" {
		k.Errorf("the desk has the answers %+v", o.Answers)
	}
	if c = k.caseOf(order); !c.ReceivedAt.Equal(begun) || c.Items[0].Content != "disabled" {
		k.Errorf("the case began at %s, and is now %+v", begun, c)
	}
}
