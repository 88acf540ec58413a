// Package order keeps removal orders: what Article 3 of Regulation (EU) 2021/784 lets a
// competent authority demand of a hosting service, and what Article 4 lets the authority of
// the host's own member state say about it.
//
// An order names one piece of content, and its text is Annex I, complete. Draft takes proof
// that two people found the content to be terrorist and proof that deconfliction cleared it;
// Approve issues it, and is never by who drafted it. From then on the case is nothing but
// what happened in it: Record appends an event, and law.Order, the fold over all of them,
// says which clocks run and who owes what. Both sides hold the same events and so see the
// same. Columns of the table repeat what the fold comes to, for lists and reports.
//
// An event may be told late: a host writes at a quarter to that it removed the content at
// half past. Events are therefore folded in the order in which they happened, and one that
// the Regulation leaves no room for at its moment is refused.
//
// The same table has the copies of orders that other authorities sent to hosts of this
// member state. They are drafted and approved by nobody here; they are scrutinised.
//
// Referrals, orders and notices are three legal tracks. Nothing here counts as a referral.
package order

import (
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Where an order comes from.
const (
	Own  = "own"  // issued here
	Copy = "copy" // another authority's, here for scrutiny
)

// The states of an order as a document. What became of the case stands in its events.
const (
	StateDraft     = "draft"
	StateApproved  = "approved"
	StateWithdrawn = "withdrawn" // a draft that was given up, or an order that was taken back
)

// Order is one removal order.
type Order struct {
	ID          id.Order
	Origin      string
	Item        id.Item
	Action      id.Action
	Platform    id.Platform
	Unit        id.Unit      // that issues it, or that scrutinises the copy
	AuthorityID id.Authority // of a copy: the issuing authority, in the register
	Authority   string       // name of the issuing authority
	Reference   string       // TCO-2026-000123, or that of the other authority
	URL         string
	Language    string
	Filled      law.Filled // Annex I
	Emergency   string
	CrossBorder bool
	Home        id.Authority
	Secret      string // why the content provider must not be told
	Supersedes  id.Order
	Proof       string
	State       string
	DraftedBy   id.User
	DraftedAt   time.Time
	ApprovedBy  id.User
	ApprovedAt  time.Time

	ReceivedAt, ExecutedAt, VoidedAt, FinalAt time.Time
	Owes                                      law.Party
	Duty                                      string
	DueAt, WakeAt                             time.Time
	Attention                                 []Attention
	Undelivered                               string
	ContradictedAt                            time.Time
}

const (
	columns = `id, origin, item_id, action_id, platform_id, unit_id, authority_id, authority, reference, url, language, filled, emergency, cross_border, home_id,
	secret, supersedes, proof, state, drafted_by, drafted_at, approved_by, approved_at, received_at, executed_at, voided_at, final_at, owes, duty, due_at, wake_at,
	attention, undelivered, contradicted_at`
	sqlGet      = "SELECT " + columns + " FROM removal_order WHERE id = $1"
	sqlOfItem   = "SELECT " + columns + " FROM removal_order WHERE item_id = $1 AND origin = 'own' ORDER BY id DESC"
	sqlOfOther  = "SELECT " + columns + " FROM removal_order WHERE reference = $1 AND authority = $2 AND origin = 'copy'"
	sqlOurs     = "SELECT " + columns + " FROM removal_order WHERE reference = $1 AND origin = 'own'"
	sqlCopyOf   = "SELECT " + columns + " FROM removal_order WHERE reference = $1 AND authority_id = $2 AND origin = 'copy'"
	sqlOrdersOf = "SELECT " + columns + " FROM removal_order WHERE platform_id = $1 AND origin = 'own' AND approved_at IS NOT NULL ORDER BY id DESC"
)

// Get gives an order.
func Get(tx *sqldb.Tx, order id.Order) (Order, error) {
	o, err := read(tx.Row(sqlGet, order).Scan)
	if problem.Is(err, problem.NotFound) {
		return o, problem.New(problem.NotFound, "there is no removal order %.40q; check the identifier", order)
	}
	return o, err
}

// ByReference gives an order of ours by what both sides call it.
func ByReference(tx *sqldb.Tx, reference string) (Order, error) {
	o, err := read(tx.Row(sqlOurs, reference).Scan)
	if problem.Is(err, problem.NotFound) {
		return o, problem.New(problem.NotFound, "there is no removal order %.100q of ours; check the reference", reference)
	}
	return o, err
}

// CopyOf gives the copy of another authority's order, by its reference and who sent it.
func CopyOf(tx *sqldb.Tx, authority id.Authority, reference string) (Order, error) {
	o, err := read(tx.Row(sqlCopyOf, reference, authority).Scan)
	if problem.Is(err, problem.NotFound) {
		return o, problem.New(problem.NotFound, "there is no copy of an order %.100q of that authority here", reference)
	}
	return o, err
}

// CopyNamed gives the copy of another authority's order, by its reference and that authority's name.
func CopyNamed(tx *sqldb.Tx, authority, reference string) (Order, error) {
	o, err := read(tx.Row(sqlOfOther, reference, authority).Scan)
	if problem.Is(err, problem.NotFound) {
		return o, problem.New(problem.NotFound, "there is no copy of an order %.100q of %.100s here", reference, authority)
	}
	return o, err
}

// OfItem lists our orders on an item, the newest first.
func OfItem(tx *sqldb.Tx, item id.Item) ([]Order, error) {
	return sqldb.List(tx, sqlOfItem, []any{item}, read)
}

// ForPlatform lists what a hosting service may see: the orders that were issued to it, the newest first.
func ForPlatform(tx *sqldb.Tx, platform id.Platform) ([]Order, error) {
	return sqldb.List(tx, sqlOrdersOf, []any{platform}, read)
}

// Live gives our order on an item that was issued and has effect, if there is one.
func Live(tx *sqldb.Tx, item id.Item) (Order, bool, error) {
	list, err := OfItem(tx, item)
	if err != nil {
		return Order{}, false, err
	}
	for _, o := range list {
		if o.State == StateApproved && o.VoidedAt.IsZero() {
			return o, true, nil
		}
	}
	return Order{}, false, nil
}

func read(scan sqldb.Scanner) (o Order, err error) {
	var filled, attention string
	err = scan(&o.ID, &o.Origin, &o.Item, &o.Action, &o.Platform, &o.Unit, &o.AuthorityID, &o.Authority, &o.Reference, &o.URL, &o.Language, &filled, &o.Emergency,
		&o.CrossBorder, &o.Home, &o.Secret, &o.Supersedes, &o.Proof, &o.State, &o.DraftedBy, sqldb.Into(&o.DraftedAt), &o.ApprovedBy, sqldb.Into(&o.ApprovedAt),
		sqldb.Into(&o.ReceivedAt), sqldb.Into(&o.ExecutedAt), sqldb.Into(&o.VoidedAt), sqldb.Into(&o.FinalAt), &o.Owes, &o.Duty, sqldb.Into(&o.DueAt), sqldb.Into(&o.WakeAt),
		&attention, &o.Undelivered, sqldb.Into(&o.ContradictedAt))
	if err != nil {
		return o, err
	}
	o.Attention = readAttention(attention)
	return o, json.Unmarshal([]byte(filled), &o.Filled)
}
