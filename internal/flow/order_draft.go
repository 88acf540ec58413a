package flow

import (
	"context"
	"slices"
	"strings"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// NewOrder asks for a removal order. What it leaves empty is filled in from the unit, the
// hosting service, the register of competent authorities and the assessments.
type NewOrder struct {
	Item       id.Item
	Action     id.Action    // empty outside an action
	URL        string       // one of the forms in which the link was seen; empty: the first
	Language   string       // empty: that of the hosting service
	Emergency  string       // why the twelve hours of Article 3(2) cannot be waited for
	Secret     string       // why the content provider must not be told, Article 11(3)
	Home       id.Authority // empty: that of the host's member state in the register
	Supersedes id.Order     // that this one corrects
	Filled     law.Filled   // of Annex I; goes before what is filled in
}

// Orderable are the stages of items that can be ordered removed: confirmed by two people and
// cleared. One that was referred, and is still up, can be.
var Orderable = []item.Stage{item.Cleared, item.Delivered, item.Undeliverable}

// DraftOrder drafts a removal order. Nothing leaves before another person approves it.
func (f *Flow) DraftOrder(ctx context.Context, who auth.Principal, in NewOrder) (id.Order, error) {
	var looked []id.Item
	made, err := write(ctx, f, call{who, auth.OrderDraft, "order.draft", in}, func(tx *sqldb.Tx) (id.Order, error) {
		o := ordering{drafting: drafting{tx: tx, who: who, action: in.Action, batches: map[id.Platform]*refer.Batch{}, known: map[id.Platform]platform.Platform{}}, in: in}
		err := o.gather()
		if looked = o.looked; err != nil {
			return "", err
		}
		draft, err := o.draft()
		if err != nil {
			return "", err
		}
		_, err = item.Move(tx, who.Actor(), item.Ordered, []item.Stage{item.Cleared}, o.it.ID)
		return draft.ID, err
	})
	return made, f.keepAsked(ctx, who, looked, err)
}

// ordering gathers what Annex I is filled in from.
type ordering struct {
	drafting
	in        NewOrder
	it        item.Item
	confirmed assess.Confirmed
	clearance deconflict.Clearance
	looked    []id.Item // by deconfliction, once more
	unit      auth.Unit
	host      platform.Platform
	issuer    register.Authority // ourselves in the register; empty where we are not
	home      register.Authority // of the host's member state; empty within the country, and where there is none
	redress   register.Redress
}

// gather reads the facts and refuses what must not be ordered removed.
func (o *ordering) gather() (err error) {
	if o.it, err = item.Get(o.tx, o.in.Item); err != nil {
		return err
	}
	if o.action != "" {
		err = takesPart(o.tx, o.who, o.action)
	}
	if err == nil {
		err = seesItem(o.tx, o.who, o.it.ID)
	}
	if err == nil {
		err = o.mayBeOrdered()
	}
	if err == nil {
		o.confirmed, err = assess.TwoPeople(o.tx, o.it.ID)
	}
	if err == nil {
		err = o.preflight()
	}
	if err == nil {
		err = o.clear()
	}
	if err == nil {
		err = o.authorities()
	}
	return err
}

func (o *ordering) mayBeOrdered() error {
	if slices.Contains(Orderable, o.it.Stage) || o.it.Stage == item.Ordered && o.in.Supersedes != "" {
		return nil
	}
	if o.it.Stage == item.Ordered {
		return problem.New(problem.Conflict, "there is a removal order on this item already; correct or withdraw that one")
	}
	return problem.New(problem.Refused, "this item is %s; a removal order needs two assessments and the clearance of deconfliction, and no referral or notice that waits to be sent", o.it.Stage)
}

// preflight is the gate of referrals, but for existing orders: those are for package order
// to judge, which knows the one that is corrected.
func (o *ordering) preflight() error {
	facts, err := o.facts(o.it, o.confirmed.Reasons()+" "+o.in.Filled["b.additional_information"])
	if err != nil {
		return err
	}
	facts.Order = ""
	if block := refer.Preflight(facts); block != nil {
		return problem.New(problem.Refused, "%s; %s", block.Reason, block.Remedy)
	}
	o.host, err = o.platform(o.it.Platform)
	return err
}

// clear asks once more whether acting on the item disturbs anybody: an interest may have been
// declared since it was cleared.
func (o *ordering) clear() (err error) {
	o.looked = append(o.looked, o.it.ID)
	o.clearance, err = clearedNow(o.tx, o.it, o.who.Actor())
	return err
}

// clearedNow asks once more about an item and proves that it is clear.
func clearedNow(tx *sqldb.Tx, it item.Item, by audit.Actor) (deconflict.Clearance, error) {
	if _, err := askOne(tx, it, by); err != nil {
		return deconflict.Clearance{}, err
	}
	return deconflict.Cleared(tx, it.ID)
}

// authorities finds in the register who issues, who scrutinises, and what redress there is.
func (o *ordering) authorities() (err error) {
	if o.unit, err = auth.UnitByName(o.tx, string(o.who.Unit)); err != nil {
		return err
	}
	if o.unit.Kind != "authority" {
		return problem.New(problem.Refused, "%s is no competent authority; only those of Article 12(1)(a) issue removal orders", o.unit.Name)
	}
	book, err := register.All(o.tx)
	if err != nil {
		return err
	}
	o.issuer = issuing(book.ByState(o.unit.Country, register.Issue), o.unit)
	o.redress, _ = book.RedressIn(o.unit.Country)
	state := o.host.Jurisdiction().State
	if state == "" || state == o.unit.Country {
		return nil
	}
	for _, a := range book.ByState(state, register.Scrutinise) {
		if o.in.Home == "" || o.in.Home == a.ID {
			o.home = a
			return nil
		}
	}
	return problem.New(problem.Refused, "the register has no authority of %s that scrutinises orders, and the copy of Article 4(1) has to go there with the order; import the register", state)
}

// issuing is the authority that a unit is of: of its name, or the only one of its member state.
func issuing(list []register.Authority, unit auth.Unit) register.Authority {
	for _, a := range list {
		if a.Name == unit.Name || len(list) == 1 {
			return a
		}
	}
	return register.Authority{}
}

func (o *ordering) draft() (order.Order, error) {
	seen, err := item.Variants(o.tx, o.it.ID)
	if err != nil {
		return order.Order{}, err
	}
	url := o.in.URL
	if url == "" {
		url = seen[0]
	}
	if url != o.it.URL && !slices.Contains(seen, url) {
		return order.Order{}, problem.New(problem.Invalid, "nobody has seen the item under %.200q; give one of the forms of its link, or contribute that one", url)
	}
	return order.Draft(o.tx, o.who.Actor(), order.New{Confirmed: o.confirmed, Clearance: o.clearance, Action: o.action, Platform: o.host.ID, Unit: o.unit.ID, URL: url,
		Language: o.language(), Filled: o.filled(), Emergency: o.in.Emergency, CrossBorder: o.home.ID != "", Home: o.home.ID, Secret: o.in.Secret, Supersedes: o.in.Supersedes})
}

// language is one that the hosting service accepts (Article 15(2)) and that there are forms in.
func (o *ordering) language() string {
	for _, tag := range append([]string{o.in.Language, o.host.Language}, o.host.Languages...) {
		base, _, _ := strings.Cut(tag, "-")
		if slices.Contains(document.Languages(), base) {
			return base
		}
	}
	return "en"
}

// filled is Annex I as far as it does not follow from the order itself.
func (o *ordering) filled() law.Filled {
	state := o.host.Jurisdiction().State
	if state == "" {
		state = o.host.Country // Article 16(2): no home member state; where it is established is told
	}
	addressee := o.host.Name
	if r := o.host.Representative; r.Name != "" {
		addressee = document.Said(o.language(), document.SaidRepresented, "host", addressee, "name", r.Name, "address", r.Address)
	}
	contact := o.host.ContactEmail
	if contact == "" {
		contact = o.host.WebhookURL
	}
	email := o.issuer.Email
	if email == "" {
		email = o.who.Email
	}
	out := law.Filled{"a.issuing_member_state": o.unit.Country, "a.addressee": strings.TrimRight(addressee, ", "), "a.contact_point": contact, "a.host_member_state": state,
		"e.type": "law_enforcement", "e.name": o.unit.Name, "e.representative": order.ToBeNamed, "e.post": document.Said(o.language(), document.SaidOfficer), "e.address": o.issuer.Address,
		"e.telephone": o.issuer.Telephone, "e.email": email, "f.issuing_contact": email, "f.home_contact": strings.Trim(o.home.Name+", "+o.home.Email, ", "),
		"g.body": o.redress.Body, "g.deadline": o.redress.Deadline, "g.provisions": o.redress.Provisions}
	for key, value := range o.in.Filled {
		if value = strings.TrimSpace(value); value != "" {
			out[key] = value
		}
	}
	return out
}
