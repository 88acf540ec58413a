package redress

import (
	"fmt"
	"slices"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The states of a proposal to ask an item back.
const (
	Proposed  = "proposed"
	Approved  = "approved"
	Overtaken = "overtaken" // a complaint was decided before anybody agreed, and two people asked
)

// Proposal is what one person's reversal of an item asks back from its platform. Nothing leaves
// without two people: it waits for another.
type Proposal struct {
	Item       id.Item
	Reference  string // B-2026-000123
	Reasons    string
	State      string
	ProposedBy id.User
	ProposedAt time.Time
	ApprovedBy id.User
	ApprovedAt time.Time
}

const (
	proposalColumns  = "item_id, reference, reasons, state, proposed_by, proposed_at, approved_by, approved_at"
	sqlProposal      = "SELECT " + proposalColumns + " FROM reinstatement WHERE item_id = $1"
	sqlProposalCount = "INSERT INTO reinstatement_counter (year, last) VALUES ($1, 1) ON CONFLICT (year) DO UPDATE SET last = reinstatement_counter.last + 1 RETURNING last"
	sqlPropose       = "INSERT INTO reinstatement (" + proposalColumns + ") VALUES ($1, $2, $3, 'proposed', $4, $5, '', NULL)"
	sqlApprove       = "UPDATE reinstatement SET state = 'approved', approved_by = $2, approved_at = $3 WHERE item_id = $1 AND state = 'proposed'"
	sqlOvertake      = "UPDATE reinstatement SET state = 'overtaken' WHERE item_id = $1 AND state = 'proposed'"
)

// ProposalOf gives the proposal to ask an item back, and whether there is one.
func ProposalOf(tx *sqldb.Tx, item id.Item) (p Proposal, found bool, err error) {
	err = tx.Row(sqlProposal, item).Scan(&p.Item, &p.Reference, &p.Reasons, &p.State, &p.ProposedBy, sqldb.Into(&p.ProposedAt), &p.ApprovedBy, sqldb.Into(&p.ApprovedAt))
	if problem.Is(err, problem.NotFound) {
		return p, false, nil
	}
	return p, err == nil, err
}

// Propose proposes to ask an item back. One that is proposed already stays as it is.
func Propose(tx *sqldb.Tx, by audit.Actor, item id.Item, reasons string) (Proposal, error) {
	there, found, err := ProposalOf(tx, item)
	if err != nil || found {
		return there, err
	}
	if by.User == "" || by.User == audit.System.User {
		return there, problem.New(problem.Refused, "only a person proposes to ask content back; sign in")
	}
	var last int64
	if err := tx.Row(sqlProposalCount, tx.Now.Year()).Scan(&last); err != nil {
		return there, err
	}
	p := Proposal{Item: item, Reference: fmt.Sprintf("B-%d-%06d", tx.Now.Year(), last), Reasons: reasons, State: Proposed, ProposedBy: by.User, ProposedAt: tx.Now}
	if _, err := tx.Exec(sqlPropose, p.Item, p.Reference, p.Reasons, p.ProposedBy, sqldb.At(p.ProposedAt)); err != nil {
		return p, err
	}
	return p, p.event(tx, by, "reinstatement.proposed")
}

// Approve is the second person's agreement; done is false where it was given before. Who proposed
// it is refused, and so is who assessed the item: the platform is told that people decided anew.
func Approve(tx *sqldb.Tx, by audit.Actor, item id.Item) (p Proposal, done bool, err error) {
	p, found, err := ProposalOf(tx, item)
	switch {
	case err != nil:
		return p, false, err
	case !found:
		return p, false, problem.New(problem.NotFound, "nobody proposed to ask for the item %.40q back; reverse it first", item)
	case p.State == Overtaken:
		return p, false, problem.New(problem.Conflict, "a complaint was decided meanwhile, and its platform is asked because of that; nothing is left to approve")
	case by.User == "" || by.User == audit.System.User:
		return p, false, problem.New(problem.Refused, "only a person approves %s; sign in", p.Reference)
	case p.ProposedBy == by.User:
		return p, false, problem.New(problem.Refused, "you proposed %s by reversing the item; another person approves it", p.Reference)
	case p.State == Approved:
		return p, false, nil
	}
	assessed, err := assessedBy(tx, item, by.User)
	if err != nil {
		return p, false, err
	}
	if assessed {
		return p, false, problem.New(problem.Refused, "you have assessed this item; a person who took no part in that approves %s", p.Reference)
	}
	if _, err := tx.Exec(sqlApprove, item, by.User, sqldb.At(tx.Now)); err != nil {
		return p, false, err
	}
	p.State, p.ApprovedBy, p.ApprovedAt = Approved, by.User, tx.Now
	return p, true, p.event(tx, by, "reinstatement.approved")
}

// Overtake ends a proposal that nobody agreed to before a complaint was decided, and tells whether
// there was one.
func Overtake(tx *sqldb.Tx, by audit.Actor, item id.Item) (bool, error) {
	p, found, err := ProposalOf(tx, item)
	if err != nil || !found || p.State != Proposed {
		return false, err
	}
	if _, err := tx.Exec(sqlOvertake, item); err != nil {
		return false, err
	}
	p.State = Overtaken
	return true, p.event(tx, by, "reinstatement.overtaken")
}

func (p Proposal) event(tx *sqldb.Tx, by audit.Actor, verb string) error {
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(p.Item), Detail: struct {
		Reference  string  `json:"reference"`
		Reasons    string  `json:"reasons"`
		ProposedBy id.User `json:"proposed_by"`
		ApprovedBy id.User `json:"approved_by,omitempty"`
	}{p.Reference, p.Reasons, p.ProposedBy, p.ApprovedBy}})
}

func assessedBy(tx *sqldb.Tx, item id.Item, user id.User) (bool, error) {
	list, err := assess.Of(tx, item)
	return slices.ContainsFunc(list, func(a assess.Assessment) bool { return a.User == user }), err
}
