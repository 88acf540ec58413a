package transparency

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

const sqlLog = `SELECT body FROM audit_event WHERE verb LIKE 'refer.%' OR verb LIKE 'notice.%' OR verb LIKE 'order.%' OR verb LIKE 'complaint.%' ORDER BY at, id`

// FromLog reads the facts from the events of the audit log and from nothing else.
func FromLog(tx *sqldb.Tx) (*Facts, error) {
	l := logged{noFacts(), map[string]*Handed{}, map[string]map[id.Item][]string{}, map[string]*Order{}}
	err := tx.Each(sqlLog, nil, func(scan sqldb.Scanner) error {
		var body []byte
		if err := scan(&body); err != nil {
			return err
		}
		var e audit.Event
		if err := json.Unmarshal(body, &e); err != nil {
			return err
		}
		return l.take(e)
	})
	for _, o := range l.Orders { // what was recorded late stands at its own moment
		slices.SortStableFunc(o.Events, func(a, b Event) int { return a.At.Compare(b.At) })
	}
	slices.SortStableFunc(l.Exposures, func(a, b Exposure) int { return a.At.Compare(b.At) })
	return l.Facts, err
}

// logged gathers facts; drafts wait beside them until they are approved.
type logged struct {
	*Facts
	drafts map[string]*Handed
	types  map[string]map[id.Item][]string // limbs of the items of each draft
	orders map[string]*Order
}

// detail has the members of all events that figures need.
type detail struct {
	Track          string          `json:"track"`
	Platform       id.Platform     `json:"platform_id"`
	Unit           id.Unit         `json:"unit_id"`
	TrustedFlagger bool            `json:"trusted_flagger"`
	Count          int             `json:"count"`
	Items          json.RawMessage `json:"items"`
	Hosts          map[string]int  `json:"hosts"`
	Host           string          `json:"host"`
	Limbs          json.RawMessage `json:"limbs"`
	At             time.Time       `json:"at"`
	Referral       string          `json:"referral_id"`
	Item           id.Item         `json:"item_id"`
	Kind           string          `json:"kind"`
	Decision       string          `json:"decision"`
	ActedAt        time.Time       `json:"acted_at"`
	DecidedAt      time.Time       `json:"decided_at"`
	ReceivedAt     time.Time       `json:"received_at"`
	CrossBorder    bool            `json:"cross_border"`
	Complainant    string          `json:"complainant"`
	Outcome        string          `json:"outcome"`
	Batch          string          `json:"batch_id"` // of an item that was taken out of a draft
}

func (l *logged) take(e audit.Event) error {
	var d detail
	if len(e.Detail) > 0 {
		if err := json.Unmarshal(e.Detail, &d); err != nil {
			return err
		}
	}
	room, what, _ := strings.Cut(e.Verb, ".")
	switch room {
	case "refer":
		return l.takeReferral(e, what, d)
	case "notice":
		return l.takeNotice(e, what, d)
	case "order":
		return l.takeOrder(e, what, d)
	}
	l.takeComplaint(e, what, d)
	return nil
}

func (l *logged) takeReferral(e audit.Event, what string, d detail) error {
	switch what {
	case "drafted":
		h := &Handed{Track: Referral, Platform: d.Platform, Unit: e.Unit, Items: d.Count, Hosts: d.Hosts, Answers: map[id.Item]Answer{}}
		l.drafts[e.Subject] = h
		return json.Unmarshal(d.Limbs, &h.Limbs)
	case "approved":
		l.approve(e)
	case "received":
		l.receive(e.Subject, d.At)
	case "taken_out":
		return l.takeOut(id.Item(e.Subject), d)
	case "answered": // its subject is the item
		if h := l.Handed[d.Referral]; h != nil {
			h.Answers[id.Item(e.Subject)] = Answer{d.Kind, said(d.ActedAt, e.At)}
		}
	}
	return nil
}

func (l *logged) takeNotice(e audit.Event, what string, d detail) error {
	switch what {
	case "drafted":
		h := &Handed{Track: d.Track, Platform: d.Platform, Unit: e.Unit, TrustedFlagger: d.TrustedFlagger, Hosts: d.Hosts, Answers: map[id.Item]Answer{}}
		l.drafts[e.Subject] = h
		if err := json.Unmarshal(d.Items, &h.Items); err != nil {
			return err
		}
		return json.Unmarshal(d.Limbs, &h.Limbs)
	case "holds":
		return l.hold(e.Subject, d)
	case "approved":
		l.approve(e)
		if h := l.Handed[e.Subject]; h != nil {
			h.Types = l.types[e.Subject]
		}
	case "received":
		l.receive(e.Subject, d.At)
	case "taken_out":
		return l.takeOut(id.Item(e.Subject), d)
	case "confirmed":
		l.Handed[e.Subject].ConfirmedAt = d.At
	case "decided":
		l.Handed[e.Subject].Answers[d.Item] = Answer{d.Decision, said(d.DecidedAt, e.At)}
	}
	return nil
}

// hold keeps under which limbs the items of a notice fall. A notice holds more of them than one
// event can tell. Earlier versions did not tell the limbs, and then nobody can know them from the log.
func (l *logged) hold(notice string, d detail) error {
	if len(d.Limbs) == 0 {
		return nil
	}
	var items []id.Item
	var limbs []string
	if err := json.Unmarshal(d.Items, &items); err != nil {
		return err
	}
	if err := json.Unmarshal(d.Limbs, &limbs); err != nil {
		return err
	}
	if l.types[notice] == nil {
		l.types[notice] = map[id.Item][]string{}
	}
	for i, item := range items[:min(len(items), len(limbs))] {
		l.types[notice][item] = strings.Fields(limbs[i])
	}
	return nil
}

// takeOut takes an item out of a draft's figures, as it was taken out of the draft.
func (l *logged) takeOut(item id.Item, d detail) error {
	h := l.drafts[d.Batch]
	if h == nil {
		return nil
	}
	var limbs string
	if err := json.Unmarshal(d.Limbs, &limbs); err != nil {
		return err
	}
	h.Items--
	less(h.Hosts, d.Host)
	for _, limb := range split(limbs) {
		less(h.Limbs, limb)
	}
	delete(l.types[d.Batch], item)
	return nil
}

func less(counts map[string]int, key string) {
	if counts[key]--; counts[key] <= 0 {
		delete(counts, key)
	}
}

func (l *logged) approve(e audit.Event) {
	if h := l.drafts[e.Subject]; h != nil {
		h.ApprovedAt = e.At
		l.Handed[e.Subject] = h
	}
}

func (l *logged) receive(subject string, at time.Time) {
	if h := l.Handed[subject]; h != nil && (h.ReceivedAt.IsZero() || at.Before(h.ReceivedAt)) {
		h.ReceivedAt = at
	}
}

func (l *logged) takeOrder(e audit.Event, what string, d detail) error {
	switch what {
	case "drafted":
		var limbs string
		err := json.Unmarshal(d.Limbs, &limbs)
		l.orders[e.Subject] = &Order{Platform: d.Platform, Unit: d.Unit, Host: d.Host, Limbs: split(limbs)}
		return err
	case "copied":
		l.orders[e.Subject] = &Order{Copy: true, Platform: d.Platform, Unit: d.Unit}
		return nil
	case "exposure": // its subject is the platform
		l.Exposures = append(l.Exposures, Exposure{id.Platform(e.Subject), d.Decision, d.DecidedAt})
		return nil
	}
	o := l.orders[e.Subject]
	if o != nil && what == "retracted" { // a mail that was taken came back: it was not received
		o.Events = slices.DeleteFunc(o.Events, func(e Event) bool { return e.Kind == law.Kind(d.Kind) })
		return nil
	}
	if o == nil || d.At.IsZero() || !happens[law.Kind(what)] {
		return nil
	}
	o.Events = append(o.Events, Event{law.Kind(what), d.At, d.CrossBorder})
	if law.Kind(what) == law.Issued {
		l.Orders[e.Subject] = o
	}
	return nil
}

func (l *logged) takeComplaint(e audit.Event, what string, d detail) {
	switch what {
	case "filed":
		l.Complaints[e.Subject] = &Complaint{Platform: d.Platform, Unit: d.Unit, Complainant: d.Complainant, ReceivedAt: d.ReceivedAt}
	case "decided":
		c := l.Complaints[e.Subject]
		c.Outcome, c.DecidedAt = d.Outcome, e.At
	}
}

// happens are the kinds of law.Event that the log has under the room of orders; its other verbs
// are of the work at the desk.
var happens = map[law.Kind]bool{
	law.Informed: true, law.Issued: true, law.Sent: true, law.CopySent: true, law.Received: true, law.Impossible: true, law.GroundsCeased: true,
	law.Unclear: true, law.Clarified: true, law.Executed: true, law.FedBack: true, law.CopyReceived: true, law.ProviderInformed: true,
	law.ReviewAsked: true, law.Intended: true, law.Infringing: true, law.Scrutinised: true, law.Reinstated: true, law.Withdrawn: true,
	law.Appealed: true, law.AppealLost: true, law.AppealWon: true, law.Final: true, law.FinalTold: true, law.NonDisclosed: true,
	law.NonDisclosedLonger: true, law.DisclosureFreed: true, law.ProceedingsOpened: true, law.ProceedingsClosed: true, law.Erased: true,
	law.ProviderAsked: true, law.ProviderAnswered: true, law.DecisionTold: true,
}
