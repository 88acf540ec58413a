package desk

import (
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
)

const sqlAskedBack = "SELECT state, created_at, delivered_at FROM delivery WHERE subject_id = $1 AND kind = 'reinstatement'"

// reinstatementOf is the request to bring an item back, and what the hosting service says to it; nil
// where nobody asked or proposes to.
func reinstatementOf(tx *sqldb.Tx, item id.Item) (*client.Reinstatement, error) {
	var out client.Reinstatement
	var delivered time.Time
	err := tx.Row(sqlAskedBack, item).Scan(&out.State, sqldb.Into(&out.AskedAt), sqldb.Into(&delivered))
	asked := !problem.Is(err, problem.NotFound)
	if asked && err != nil {
		return nil, err
	}
	p, proposed, err := redress.ProposalOf(tx, item)
	if err != nil || !asked && !proposed {
		return nil, err
	}
	if proposed {
		out.Proposal = &client.ReinstatementProposal{Reference: p.Reference, Reasons: p.Reasons, State: p.State, ProposedBy: string(p.ProposedBy), ProposedAt: p.ProposedAt, ApprovedBy: string(p.ApprovedBy), ApprovedAt: optional(p.ApprovedAt)}
	}
	if !asked {
		out.State = redress.Proposed
	}
	out.DeliveredAt = optional(delivered)
	list, err := redress.Returns(tx, item)
	if n := len(list); err == nil && n > 0 {
		last := list[n-1]
		out.Outcome, out.Reasons, out.ActedAt, out.ToldAt, out.Channel, out.Proof = last.Outcome, last.Reasons, optional(last.ActedAt), optional(last.ToldAt), last.Channel, last.Proof
	}
	return &out, err
}

func readReinstatement(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) (err error) {
	out.Reinstatement, err = reinstatementOf(tx, target)
	return err
}
