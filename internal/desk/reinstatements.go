package desk

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlAskedBack = "SELECT state, created_at, delivered_at FROM delivery WHERE subject_id = $1 AND kind = 'reinstatement'"
	sqlProposed  = `SELECT r.item_id, i.url, p.name, r.reference, r.reasons, r.proposed_by, r.proposed_at
		FROM reinstatement r JOIN item i ON i.id = r.item_id JOIN platform p ON p.id = i.platform_id
		WHERE r.state = 'proposed' AND ($1 = '' OR EXISTS (
			SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = r.item_id AND au.unit_id = $1))
		ORDER BY r.proposed_at, r.item_id LIMIT $2`
)

// proposedShown is how many proposals a list shows, the oldest first.
const proposedShown = 500

// Proposed lists the proposals to ask an item back that wait for a second person, of items that a
// person sees.
func (d *Desk) Proposed(ctx context.Context, who auth.Principal) ([]client.ProposedReinstatement, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) ([]client.ProposedReinstatement, error) {
		return sqldb.List(tx, sqlProposed, []any{unitSeen(who), proposedShown}, func(scan sqldb.Scanner) (p client.ProposedReinstatement, err error) {
			return p, scan(&p.ItemID, &p.URL, &p.Platform, &p.Reference, &p.Reasons, &p.ProposedBy, sqldb.Into(&p.ProposedAt))
		})
	})
}

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
