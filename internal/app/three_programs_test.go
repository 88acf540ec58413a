package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/app"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/register"
)

// home is the authority of the host's member state.
var home = register.Authority{Name: "Home Authority", MemberState: "FR", Roles: []string{register.Issue, register.Scrutinise}, Address: "2 Example Street", Telephone: "+33 1 55 55 01 00",
	Email: "tco@home.example", Domains: []string{"home.example"}, MadeUp: true,
	Redress: register.Redress{Body: "Home Court", Deadline: "two months from receipt", Provisions: "https://law.example/home"}}

// trio is the desk of an issuing authority in one member state, that of the home authority in
// another, and a hosting service there: three programs. Between the authorities, and from the host
// to the one of its state, mail goes over SMTP, signed by DKIM; all else is signed HTTP.
type trio struct {
	*pair       // issuer and host
	home  *pair // the desk of the other authority; the host is the same
	order string
	copy  string // of it, at the home authority
	at    string // its case at the host
}

func newTrio(t *testing.T) *trio {
	office := newPostOffice(t)
	w := &trio{home: &pair{people: map[string]*client.Client{}, post: office, of: home}}
	var list []register.Authority
	w.pair = newPair(t, func(cfg *app.Config) {
		w.home.admin = w.home.openDesk(t, cfg.Now, "127.0.0.1:1")
		keys, err := w.home.admin.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		known := home
		known.WebhookKeys = keys.Webhook
		readRegister(t, cfg.Data, &list)
		list = append(list, known)
		writeRegister(t, cfg.Data, list...)
		cfg.Host.MemberState = home.MemberState
		cfg.Host.Senders = append(cfg.Host.Senders, inbox.Sender{Name: "home", Authority: home.Name, Secret: sharedSecret})
		cfg.SMTP = app.SMTP{Host: office.addr, From: "tco@clips.example", DKIMDomain: "clips.example", DKIMSelector: "s"}
	})
	w.home.hosted = w.hosted
	w.publish(t, w.app)
	w.records.Range(func(name, text any) bool { w.home.records.Store(name, text); return true })
	w.home.records.Range(func(name, text any) bool { w.records.Store(name, text); return true })
	on := map[string]string{issuer.Domains[0]: w.deskMail, home.Domains[0]: w.home.deskMail}
	for _, o := range []*postOffice{office, w.post} {
		o.mu.Lock()
		o.on = on
		o.mu.Unlock()
	}
	w.settle(list)
	return w
}

// settle gives the home authority its people and the platform, and both desks the whole register.
func (w *trio) settle(list []register.Authority) {
	w.Helper()
	token := w.home.admin
	w.home.persons(token)
	for _, admin := range []*client.Client{w.admin, token} {
		_, err := admin.ImportRegister(w.Context(), "application/json", writeRegister(w.T, w.TempDir(), list...))
		w.must(err)
	}
	made, err := token.AddPlatform(w.Context(), client.NewPlatform{Name: "Clips Example", Country: home.MemberState, Language: "en", Transport: "webhook", ContactEmail: "tco@clips.example",
		WebhookURL: w.base + "/hooks/home", WebhookSecret: sharedSecret, Rules: []byte(`{"hosts": ["clips.example"], "scheme": "http"}`)})
	w.must(err)
	w.home.platform = made.ID
	_, err = token.VerifyContact(w.Context(), made.ID)
	w.must(err)
}

// issued has an order go out, and finds its copy at the home authority.
func (w *trio) issued() {
	w.Helper()
	w.order, w.at = w.ordered(client.NewOrder{ItemID: w.cleared()})
	w.until("the home authority has the copy", func() bool {
		page, err := w.home.people["drafter"].Orders(w.Context(), client.OrderFilter{})
		w.must(err)
		for _, o := range page.Items {
			if o.Reference == w.pair.order(w.order).Reference {
				w.copy = o.ID
			}
		}
		return w.copy != "" && w.home.order(w.copy).Reference == w.pair.order(w.order).Reference
	})
}

// hostUntold are the events that no article has a host told of, and what it has instead: when an
// order left it knows by the order's own date and by its own receipt; that the copy left by the
// tick of section D; the intention with the decision (Article 4(5) and (6)); finality not at all.
var hostUntold = []string{"informed", "sent", "copy_sent", "copy_received", "intended", "decision_told", "final", "final_told"}

// agree compares all that the three programs know of a case: between the authorities every event
// with its moment and every clock, without exception; at the host what it can know.
func (w *trio) agree(when string) {
	w.Helper()
	events := func(list []client.OrderEvent) (out []string) {
		for _, e := range list {
			out = append(out, e.Kind+" "+e.At.UTC().Format(time.RFC3339Nano))
		}
		slices.Sort(out) // of what happened at once each has its own order
		return out
	}
	clocks := func(list []client.Clock) (out []string) {
		for _, c := range list {
			out = append(out, fmt.Sprintf("%s %s by %s from %s until %s done %s", c.Name, c.State, c.Owes, c.From.UTC(), c.Until, c.Done))
		}
		return out
	}
	diff := ""
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) {
		ours, theirs := w.pair.order(w.order), w.home.order(w.copy)
		if diff = cmp.Diff(events(ours.Timeline), events(theirs.Timeline)) + cmp.Diff(clocks(ours.Clocks), clocks(theirs.Clocks)); diff == "" {
			break
		}
		if time.Now().After(deadline) {
			w.Fatalf("%s: the two authorities do not see the same (- issuing, + home):\n%s", when, diff)
		}
	}
	w.same(when, w.order, w.at)
	known := map[string]string{}
	for _, e := range w.pair.order(w.order).Timeline {
		if !slices.Contains(hostUntold, e.Kind) {
			known[e.Kind] = e.At.UTC().Format(time.RFC3339Nano)
		}
	}
	at := map[string]string{}
	for _, e := range w.get(w.at).Events {
		if !slices.Contains(hostUntold, e.Kind) {
			at[e.Kind] = e.At.UTC().Format(time.RFC3339Nano)
		}
	}
	if diff := cmp.Diff(known, at); diff != "" || len(at) < 2 {
		w.Errorf("%s: the host does not see the same (- issuing, + host):\n%s", when, diff)
	}
}

// state is how a clock stands at a desk.
func (p *pair) state(order, clock string) string {
	p.Helper()
	for _, c := range p.order(order).Clocks {
		if c.Name == clock {
			return c.State
		}
	}
	return ""
}

// knows waits until a desk has an event.
func (p *pair) knows(order, kind string) {
	p.Helper()
	p.until(kind+" at a desk", func() bool {
		return slices.ContainsFunc(p.order(order).Timeline, func(e client.OrderEvent) bool { return e.Kind == kind })
	})
}

// TestThreeProgramsScrutinise takes two orders through three programs. Of the first the host asks a
// review, the home authority finds an infringement, and the content comes back (Article 4(3) to
// (7)); it never counts towards exposure. The second is scrutinised of the authority's own motion
// and stands; it becomes final, which the home authority is told (Article 3(9)).
func TestThreeProgramsScrutinise(t *testing.T) {
	w := newTrio(t)
	w.informed()
	w.issued()
	w.agree("issued")
	if w.state(w.order, "copy") != "met" || w.home.state(w.copy, "scrutinise") != "running" {
		t.Errorf("the copy has left: %s; its 72 hours are %s", w.state(w.order, "copy"), w.home.state(w.copy, "scrutinise"))
	}
	w.executedBoth(w.order, w.at)
	newVisitor(w.hosted).send("/cases/"+w.at+"/information", "by_hand=Told+by+telephone.")
	w.happened(w.at, "provider_informed")
	w.agree("executed")
	w.reviewed()
	w.backAgain()

	w.issued()
	w.executedBoth(w.order, w.at)
	w.clock.add(70 * time.Hour)
	w.home.step(w.copy, "scrutinised", "Nothing in it infringes the Regulation or the Charter.")
	w.happened(w.at, "scrutinised")
	w.agree("scrutinised of its own motion")
	w.clock.add(40 * 24 * time.Hour)
	_, err := w.people["drafter"].RecordOrderEvent(t.Context(), w.order, client.NewOrderEvent{Kind: "final", Reasons: "No appeal was lodged."})
	w.must(err)
	w.home.knows(w.copy, "final_told")
	w.agree("final")
	if w.state(w.order, "tell_final") != "met" {
		t.Errorf("finality is told: %s", w.state(w.order, "tell_final"))
	}
	for name, desk := range map[string]*pair{"issuing": w.pair, "home": w.home} {
		s, err := desk.people["drafter"].Standing(t.Context(), desk.platform)
		w.must(err)
		if len(s.Finals) != 1 {
			t.Errorf("for the %s authority %d orders to the host are final", name, len(s.Finals))
		}
	}
	if n := len(w.mailsIn("waiting")) + len(w.home.mailsIn("waiting")); n != 0 {
		t.Errorf("%d mails wait for a person: %+v %+v", n, w.mailsIn("waiting"), w.home.mailsIn("waiting"))
	}
}

// reviewed has the host ask for a review, and the home authority find an infringement.
func (w *trio) reviewed() {
	w.Helper()
	w.clock.add(24 * time.Hour)
	ask := url.Values{"to": {home.Email}, "why": {"It is a report by a newspaper, and Article 1(3) protects it."}}
	if _, status := newVisitor(w.hosted).send("/cases/"+w.at+"/review", ask.Encode()); status != http.StatusOK {
		w.Fatalf("asking for a review: HTTP %d", status)
	}
	w.home.knows(w.copy, "review_asked")
	w.happened(w.at, "review_asked")
	w.knows(w.order, "review_asked")
	w.clock.add(time.Hour)
	w.home.step(w.copy, "intended", "It is a report by a newspaper.")
	w.knows(w.order, "intended")
	if o := w.pair.order(w.order); !slices.Contains(o.Attention, "intention") || o.VoidedAt != nil {
		w.Errorf("told of the intention, the issuer sees %q; without effect since %v", o.Attention, o.VoidedAt)
	}
	w.clock.add(5 * time.Hour)
	w.home.step(w.copy, "infringing", "It is a report by a newspaper.")
	w.knows(w.order, "decision_told")
	w.happened(w.at, "decision_told")
	w.agree("found to infringe")
	for desk, id := range map[*pair]string{w.pair: w.order, w.home: w.copy} {
		if o := desk.order(id); o.VoidedAt == nil || desk.state(id, "decide_review") != "met" || desk.state(id, "reinstate") != "running" {
			w.Errorf("without effect since %v, the review is %s, the content's return %s", o.VoidedAt, desk.state(id, "decide_review"), desk.state(id, "reinstate"))
		}
	}
}

// backAgain has the host bring the content back. What was found to infringe never becomes final.
func (w *trio) backAgain() {
	w.Helper()
	newVisitor(w.hosted).send("/cases/"+w.at+"/reinstatement", "place=1")
	w.happened(w.at, "reinstated")
	w.home.knows(w.copy, "reinstated")
	w.agree("reinstated")
	for desk, id := range map[*pair]string{w.pair: w.order, w.home: w.copy} {
		if _, err := desk.people["drafter"].RecordOrderEvent(w.Context(), id, client.NewOrderEvent{Kind: "final", Reasons: "No appeal was lodged."}); err == nil {
			w.Error("an order without effect became final")
		}
		s, err := desk.people["drafter"].Standing(w.Context(), desk.platform)
		w.must(err)
		if len(s.Finals) != 0 {
			w.Errorf("it counts towards exposure: %v", s.Finals)
		}
	}
}
