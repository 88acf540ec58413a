package order

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// New is what to draft an order of. What follows from other fields (reference, link, limbs,
// ticks) is put into Annex I here; Filled has the rest.
type New struct {
	Confirmed   assess.Confirmed
	Clearance   deconflict.Clearance
	Action      id.Action
	Platform    id.Platform
	Unit        id.Unit
	URL         string // the exact one that was seen
	Language    string
	Filled      law.Filled
	Emergency   string       // why the twelve hours of Article 3(2) cannot be waited for
	CrossBorder bool         // the host's main establishment or legal representative is elsewhere
	Home        id.Authority // of that member state, in the register
	Secret      string       // why the content provider must not be told, Article 11(3)
	Supersedes  id.Order     // that this one corrects; withdrawn when this one is approved
}

const (
	sqlCount = "INSERT INTO order_counter (year, last) VALUES ($1, 1) ON CONFLICT (year) DO UPDATE SET last = order_counter.last + 1 RETURNING last"
	sqlDraft = "INSERT INTO removal_order (" + columns + `) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23,
	NULL, NULL, NULL, NULL, $24, $25, NULL, NULL, '', '', NULL)`
)

// Draft drafts an order. Nothing leaves before another person approves it.
func Draft(tx *sqldb.Tx, by audit.Actor, in New) (Order, error) {
	it, err := in.check(tx, by)
	if err != nil {
		return Order{}, err
	}
	o := Order{ID: id.New[id.Order](tx.Now), Origin: Own, Item: it.ID, Action: in.Action, Platform: in.Platform, Unit: in.Unit, Authority: in.Filled["e.name"],
		URL: in.URL, Language: in.Language, Emergency: strings.TrimSpace(in.Emergency), CrossBorder: in.CrossBorder, Home: in.Home, Secret: strings.TrimSpace(in.Secret),
		Supersedes: in.Supersedes, State: StateDraft, DraftedBy: by.User, DraftedAt: tx.Now, Owes: law.Issuer, Duty: "issue"}
	if o.Reference, err = reference(tx); err != nil {
		return Order{}, err
	}
	o.Filled = maps.Clone(in.Filled)
	o.fill(in.Confirmed, tx.Now)
	if err := law.TCO().AnnexI().Check(o.Filled); err != nil {
		return Order{}, err
	}
	if err := o.insert(tx); err != nil {
		return Order{}, err
	}
	return o, audit.Append(tx, by, audit.Entry{Verb: "order.drafted", Subject: string(o.ID), Detail: struct {
		Reference  string      `json:"reference"`
		Item       id.Item     `json:"item_id"`
		Platform   id.Platform `json:"platform_id"`
		Unit       id.Unit     `json:"unit_id"`
		Host       string      `json:"host"` // of the link
		Limbs      string      `json:"limbs"`
		Emergency  string      `json:"emergency,omitempty"`
		Secret     string      `json:"non_disclosure,omitempty"`
		Supersedes id.Order    `json:"supersedes,omitempty"`
	}{o.Reference, o.Item, o.Platform, o.Unit, hostOf(o.URL), o.Filled["b.reasons"], o.Emergency, o.Secret, o.Supersedes}})
}

// hostOf is the host name of a link; figures for the public are by host.
func hostOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// fill puts into Annex I what follows from the order itself. The moment and the signature
// are those of the draft until it is approved.
func (o *Order) fill(confirmed assess.Confirmed, now time.Time) {
	set := func(key, value string) {
		if value == "" {
			delete(o.Filled, key)
			return
		}
		o.Filled[key] = value
	}
	set("a.reference_number", o.Reference)
	set("b.url", o.URL)
	set("b.reasons", strings.Join(confirmed.Limbs(), ","))
	if o.Filled["b.additional_information"] == "" {
		set("b.additional_information", confirmed.Reasons())
	}
	set("b.emergency", o.Emergency)
	set("c.non_disclosure", tick(o.Secret != ""))
	set("d.cross_border", tick(o.CrossBorder))
	set("d.copy_sent", tick(o.CrossBorder))
	if o.Filled["e.file_number"] == "" {
		set("e.file_number", o.Reference)
	}
	o.date(now)
	if o.Filled["e.signature"] == "" {
		set("e.signature", "not yet approved")
	}
}

func (o *Order) date(at time.Time) {
	o.Filled["a.issued_at"] = at.UTC().Format(time.RFC3339Nano) // all sides count from it
	o.Filled["e.date"] = at.UTC().Format(time.RFC3339)
}

func tick(set bool) string {
	if set {
		return "yes"
	}
	return ""
}

func (in New) check(tx *sqldb.Tx, by audit.Actor) (it item.Item, err error) {
	if !person(by) {
		return it, problem.New(problem.Refused, "only a person can draft a removal order; sign in")
	}
	target := in.Confirmed.Item()
	switch u, wrong := url.Parse(in.URL); {
	case target == "" || in.Clearance.Item() != target:
		return it, problem.New(problem.Refused, "item %q and clearance %q do not belong together; an order needs two assessments and a clearance of its own item", target, in.Clearance.Item())
	case in.Platform == "" || in.Unit == "" || in.Language == "":
		return it, problem.New(problem.Invalid, "a removal order needs its hosting service, the unit that issues it and a language")
	case wrong != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return it, problem.New(problem.Invalid, "a removal order needs the exact link that was seen (Article 3(4)(c))")
	case in.CrossBorder && in.Home == "":
		return it, problem.New(problem.Invalid, "the host is established in another member state; name its competent authority, which gets the copy (Article 4(1))")
	}
	if it, err = item.Get(tx, target); err != nil {
		return it, err
	}
	if err := in.checkInformed(tx); err != nil {
		return it, err
	}
	if err := in.checkBefore(tx, it); err != nil {
		return it, err
	}
	return it, in.checkOthers(tx, it)
}

// checkInformed refuses an order to a host that was never told of procedures and deadlines,
// unless an emergency is justified. Whether twelve hours have passed is judged when it is issued.
func (in New) checkInformed(tx *sqldb.Tx) error {
	if strings.TrimSpace(in.Emergency) != "" {
		return nil
	}
	info, err := InformationOf(tx, in.Platform)
	if err == nil && info.InformedAt.IsZero() {
		return problem.New(problem.Refused, "this hosting service has not had the information on procedures and deadlines that must reach it twelve hours before its first order; send it, or justify an emergency (Article 3(2))")
	}
	return err
}

// checkBefore refuses a second order of our own on the item, but for the one that corrects the first.
func (in New) checkBefore(tx *sqldb.Tx, it item.Item) error {
	before, err := OfItem(tx, it.ID)
	if err != nil {
		return err
	}
	for _, o := range before {
		live := o.State == StateDraft || o.State == StateApproved && o.VoidedAt.IsZero()
		if live && o.ID != in.Supersedes {
			return problem.New(problem.Conflict, "there is a removal order on this item already: %s; correct or withdraw that one", o.Reference)
		}
	}
	if in.Supersedes == "" {
		return nil
	}
	old, err := Get(tx, in.Supersedes)
	switch {
	case err != nil:
		return err
	case old.Origin != Own || old.State != StateApproved || !old.VoidedAt.IsZero() || old.Platform != in.Platform:
		return problem.New(problem.Refused, "order %s cannot be corrected: only an order of ours to the same hosting service that was issued and stands can be", old.Reference)
	case !old.ExecutedAt.IsZero():
		return problem.New(problem.Refused, "order %s has been executed; withdraw it if it was wrong, so that the content comes back", old.Reference)
	}
	return nil
}

// checkOthers refuses an order on what another authority has ordered removed already (recital 36).
func (in New) checkOthers(tx *sqldb.Tx, it item.Item) error {
	orders, err := deconflict.OrdersOn(tx, it.URL)
	if err != nil {
		return err
	}
	for _, there := range orders {
		ours, err := isOurs(tx, there, in.Supersedes)
		if err != nil {
			return err
		}
		if !ours {
			return problem.New(problem.Refused, "%s has issued the removal order %s on this subject matter already; no other may be issued (recital 36)", there.Authority, there.Reference)
		}
	}
	return nil
}

// isOurs reports whether an order that is known to deconfliction is the one that is corrected.
func isOurs(tx *sqldb.Tx, there deconflict.Order, supersedes id.Order) (bool, error) {
	if supersedes == "" {
		return false, nil
	}
	old, err := Get(tx, supersedes)
	return err == nil && old.Reference == there.Reference && old.Authority == there.Authority, err
}

// reference takes the next number of the year.
func reference(tx *sqldb.Tx) (string, error) {
	year := tx.Now.Year()
	var last int64
	err := tx.Row(sqlCount, year).Scan(&last)
	return fmt.Sprintf("TCO-%d-%06d", year, last), err
}

func (o Order) insert(tx *sqldb.Tx) error {
	filled, err := json.Marshal(o.Filled)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlDraft, o.ID, o.Origin, o.Item, o.Action, o.Platform, o.Unit, o.AuthorityID, o.Authority, o.Reference, o.URL, o.Language, string(filled), o.Emergency,
		o.CrossBorder, o.Home, o.Secret, o.Supersedes, o.Proof, o.State, o.DraftedBy, sqldb.At(o.DraftedAt), o.ApprovedBy, sqldb.At(o.ApprovedAt), o.Owes, o.Duty)
	return err
}

func person(by audit.Actor) bool { return by.User != "" && by.User != audit.System.User }
