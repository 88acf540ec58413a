package order

import (
	"encoding/json"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlApprove  = "UPDATE removal_order SET state = 'approved', approved_by = $2, approved_at = $3, filled = $4 WHERE id = $1 AND state = 'draft'"
	sqlWithdraw = "UPDATE removal_order SET state = 'withdrawn', owes = '', duty = '', due_at = NULL, wake_at = NULL, attention = '' WHERE id = $1 AND state = 'draft'"
)

// Approve issues a draft: it is dated and signed now, and an order that it corrects is
// withdrawn with it. An order that was approved already is returned as it is.
func Approve(tx *sqldb.Tx, by audit.Actor, order id.Order) (Order, error) {
	o, err := Get(tx, order)
	if err != nil {
		return o, err
	}
	if err := otherPerson(by, o); err != nil {
		return o, err
	}
	switch {
	case o.Origin != Own:
		return o, problem.New(problem.Refused, "%s is the copy of another authority's order; it is scrutinised and not approved", o.Reference)
	case o.State == StateApproved:
		return o, nil
	case o.State == StateWithdrawn:
		return o, problem.New(problem.Conflict, "removal order %s was withdrawn; draft a new one", o.Reference)
	}
	it, err := item.Get(tx, o.Item)
	if err != nil {
		return o, err
	}
	if err := (New{Supersedes: o.Supersedes}).checkOthers(tx, it); err != nil {
		return o, err
	}
	if err := o.replace(tx, by); err != nil {
		return o, err
	}
	if err := o.sign(tx, by); err != nil {
		return o, err
	}
	if err := o.issue(tx, by); err != nil {
		return o, err
	}
	_, err = deconflict.AddOrders(tx, by, []deconflict.Order{{URL: it.URL, Reference: o.Reference, Authority: o.Authority, IssuedAt: o.ApprovedAt}})
	return o, err
}

// otherPerson is the one place where four eyes are enforced on an order.
func otherPerson(by audit.Actor, o Order) error {
	if !person(by) {
		return problem.New(problem.Refused, "only a person can approve a removal order; sign in")
	}
	if by.User == o.DraftedBy {
		return problem.New(problem.Refused, "you drafted removal order %s; another person must approve it", o.Reference)
	}
	return nil
}

// replace withdraws the order that this one corrects.
func (o *Order) replace(tx *sqldb.Tx, by audit.Actor) error {
	if o.Supersedes == "" {
		return nil
	}
	old, err := Get(tx, o.Supersedes)
	if err != nil {
		return err
	}
	if !old.ExecutedAt.IsZero() {
		return problem.New(problem.Refused, "order %s has been executed meanwhile; withdraw this draft", old.Reference)
	}
	if !old.VoidedAt.IsZero() {
		return nil
	}
	_, err = Withdraw(tx, by, old.ID, Detail{Channel: "person", Reasons: "replaced by " + o.Reference, Replaced: o.ID})
	return err
}

// sign dates the order and puts under it who answers for it.
func (o *Order) sign(tx *sqldb.Tx, by audit.Actor) error {
	who, err := auth.GetUser(tx, by.User)
	if err != nil {
		return err
	}
	o.State, o.ApprovedBy, o.ApprovedAt = StateApproved, by.User, tx.Now
	o.date(tx.Now)
	if o.Filled["e.representative"] == ToBeNamed {
		o.Filled["e.representative"] = who.Name
	}
	o.Filled["e.signature"] = document.Said(o.Language, document.SaidSigned, "who", who.Name, "authority", o.Authority, "when", o.Filled["e.date"])
	if err := law.TCO().AnnexI().Check(o.Filled); err != nil {
		return err
	}
	filled, err := json.Marshal(o.Filled)
	if err != nil {
		return err
	}
	_, err = tx.Exec(sqlApprove, o.ID, o.ApprovedBy, sqldb.At(o.ApprovedAt), string(filled))
	return err
}

// ToBeNamed stands for the representative of the authority until somebody approves the order.
const ToBeNamed = "the person who approves this order"

// issue records the events with which the case begins.
func (o *Order) issue(tx *sqldb.Tx, by audit.Actor) error {
	info, err := InformationOf(tx, o.Platform)
	if err != nil {
		return err
	}
	if !info.InformedAt.IsZero() {
		if err := o.record(tx, by, law.Event{Kind: law.Informed, At: info.InformedAt}, Detail{Channel: "transport"}); err != nil {
			return err
		}
	}
	issued := law.Event{Kind: law.Issued, At: o.ApprovedAt, Emergency: o.Emergency, CrossBorder: o.CrossBorder}
	if err := o.record(tx, by, issued, Detail{Channel: "person", Second: o.DraftedBy}); err != nil {
		return err
	}
	if o.Secret == "" {
		return nil
	}
	return o.record(tx, by, law.Event{Kind: law.NonDisclosed, At: o.ApprovedAt}, Detail{Channel: "person", Reasons: o.Secret, Second: o.DraftedBy})
}

// Withdraw takes an order back, or gives a draft up. What was removed under it comes back.
func Withdraw(tx *sqldb.Tx, by audit.Actor, order id.Order, detail Detail) (Order, error) {
	o, err := Get(tx, order)
	switch {
	case err != nil:
		return o, err
	case o.Origin != Own:
		return o, problem.New(problem.Refused, "%s is another authority's order; only that authority can withdraw it", o.Reference)
	case detail.Reasons == "":
		return o, problem.New(problem.Invalid, "say why the order is withdrawn")
	case o.State == StateWithdrawn:
		return o, nil
	case o.State == StateDraft:
		if _, err := tx.Exec(sqlWithdraw, o.ID); err != nil {
			return o, err
		}
		o.State = StateWithdrawn
		return o, audit.Append(tx, by, audit.Entry{Verb: "order.discarded", Subject: string(o.ID), Detail: struct {
			Reference string `json:"reference"`
			Reasons   string `json:"reasons"`
		}{o.Reference, detail.Reasons}})
	}
	if err := o.record(tx, by, law.Event{Kind: law.Withdrawn, At: tx.Now}, detail); err != nil {
		return o, err
	}
	if err := o.dropSteps(tx, by); err != nil {
		return o, err
	}
	return o, Voided(tx, by, o)
}

// Voided tells deconfliction that the order stands in nobody's way any more.
func Voided(tx *sqldb.Tx, by audit.Actor, o Order) error {
	if o.Item == "" || o.Origin != Own {
		return nil
	}
	it, err := item.Get(tx, o.Item)
	if err != nil {
		return err
	}
	return deconflict.RemoveOrder(tx, by, deconflict.Order{URL: it.URL, Reference: o.Reference, Authority: o.Authority})
}
