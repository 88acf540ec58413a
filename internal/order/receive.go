package order

import (
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Inbound is the copy of another authority's order, Article 4(1).
type Inbound struct {
	Unit        id.Unit      // that scrutinises
	AuthorityID id.Authority // who sent it, in the register; empty where that could not be made sure of
	Platform    id.Platform  // empty where nobody has registered the host
	Item        id.Item      // empty where nobody here has it
	Language    string
	Filled      law.Filled // Annex I
	SentAt      time.Time  // when its sender says that it left; zero: with the order
	ReceivedAt  time.Time  // when our server had it; zero: now
	Channel     string     // upload, api, webhook, mail
	Source      string
	Proof       string // how its sender was made sure of, or what could not be
}

// Receive takes a copy in. The same order again is returned as it is, and news is false.
func Receive(tx *sqldb.Tx, by audit.Actor, in Inbound) (o Order, news bool, err error) {
	if err := law.TCO().AnnexI().Check(in.Filled); err != nil {
		return o, false, err
	}
	if in.Filled["d.cross_border"] != "yes" {
		return o, false, problem.New(problem.Refused, "this is no cross-border order (section D): there is nothing to scrutinise under Article 4")
	}
	reference, authority := strings.TrimSpace(in.Filled["a.reference_number"]), strings.TrimSpace(in.Filled["e.name"])
	there, err := read(tx.Row(sqlOfOther, reference, authority).Scan)
	if !problem.Is(err, problem.NotFound) {
		return there, false, err
	}
	issued, err := time.Parse(time.RFC3339, in.Filled["a.issued_at"])
	if err != nil {
		return o, false, err
	}
	if issued.After(tx.Now.Add(maxAhead)) {
		return o, false, problem.New(problem.Invalid, "the order says that it was issued on %s, which has not come yet", issued.Format(time.RFC3339))
	}
	issued = earlier(issued.UTC().Truncate(time.Microsecond), tx.Now)
	o = Order{ID: id.New[id.Order](tx.Now), Origin: Copy, Item: in.Item, Platform: in.Platform, Unit: in.Unit, AuthorityID: in.AuthorityID, Authority: authority,
		Reference: reference, URL: in.Filled["b.url"], Language: in.Language, Filled: in.Filled, Emergency: in.Filled["b.emergency"], CrossBorder: true,
		Proof: in.Proof, State: StateApproved, DraftedAt: tx.Now, ApprovedAt: issued, Owes: law.Home, Duty: "scrutinise"}
	if in.Filled["c.non_disclosure"] == "yes" {
		o.Secret = "section C of the order"
	}
	if err := o.insert(tx); err != nil {
		return o, false, err
	}
	if err := audit.Append(tx, by, audit.Entry{Verb: "order.copied", Subject: string(o.ID), Detail: struct {
		Reference string      `json:"reference"`
		Authority string      `json:"authority"`
		Platform  id.Platform `json:"platform_id,omitempty"`
		Unit      id.Unit     `json:"unit_id"` // that scrutinises it
		Channel   string      `json:"channel"`
		Source    string      `json:"source,omitempty"`
		Proof     string      `json:"proof"`
	}{o.Reference, o.Authority, o.Platform, o.Unit, in.Channel, in.Source, in.Proof}}); err != nil {
		return o, false, err
	}
	return o, true, o.begin(tx, by, in)
}

// begin records what the copy tells of the case so far.
func (o *Order) begin(tx *sqldb.Tx, by audit.Actor, in Inbound) error {
	told := Detail{Channel: in.Channel, Source: in.Source, Proof: in.Proof}
	assumed := told
	assumed.Assumed = true
	received := tx.Now
	if !in.ReceivedAt.IsZero() {
		received = earlier(later(o.ApprovedAt, in.ReceivedAt.UTC().Truncate(time.Microsecond)), tx.Now)
	}
	sent := earlier(later(o.ApprovedAt, in.SentAt.UTC().Truncate(time.Microsecond)), received)
	events := []Event{
		{Event: law.Event{Kind: law.Issued, At: o.ApprovedAt, Emergency: o.Emergency, CrossBorder: true}, Detail: told},
		{Event: law.Event{Kind: law.Sent, At: sent}, Detail: assumed},
		{Event: law.Event{Kind: law.CopySent, At: sent}, Detail: told},
		{Event: law.Event{Kind: law.CopyReceived, At: received}, Detail: told},
	}
	if o.Emergency == "" { // an order that claims no emergency says by that that the host was informed
		events = append([]Event{{Event: law.Event{Kind: law.Informed, At: o.ApprovedAt.Add(-12 * time.Hour)}, Detail: assumed}}, events...)
	}
	if o.Secret != "" {
		events = append(events, Event{Event: law.Event{Kind: law.NonDisclosed, At: o.ApprovedAt}, Detail: told})
	}
	for _, e := range events {
		if err := o.record(tx, by, e.Event, e.Detail); err != nil {
			return err
		}
	}
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
