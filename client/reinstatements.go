package client

import (
	"context"
	"time"
)

// Reinstatement is the request to a hosting service to bring an item back whose decision fell, and
// what the service says to it.
type Reinstatement struct {
	State       string     `json:"state" enum:"proposed,due,sending,delivered,undeliverable,uncertain" doc:"of the request's delivery; proposed: nothing leaves before another person approves it"`
	AskedAt     time.Time  `json:"asked_at,omitzero" doc:"none while it is proposed"`
	DeliveredAt *time.Time `json:"delivered_at,omitempty"`
	Outcome     string     `json:"outcome,omitempty" enum:"reinstated,kept_down,not_down" doc:"none until the service answers"`
	Reasons     string     `json:"reasons,omitempty" doc:"of kept_down, in the service's words"`
	ActedAt     *time.Time `json:"acted_at,omitempty" doc:"when it came back, or was decided, by the service's own word"`
	ToldAt      *time.Time `json:"told_at,omitempty" doc:"when we learned of it"`
	Channel     string     `json:"channel,omitempty"`
	Proof       string     `json:"proof,omitempty" doc:"by what the answer is known to be the service's"`

	Proposal *ReinstatementProposal `json:"proposal,omitempty" doc:"of a person who reversed the item; platforms do not see it"`
}

// ReinstatementProposal is one person's proposal to ask an item back, made by reversing it.
type ReinstatementProposal struct {
	Reference  string     `json:"reference" doc:"under which the service knows the request"`
	Reasons    string     `json:"reasons" doc:"which the service reads"`
	State      string     `json:"state" enum:"proposed,approved,overtaken" doc:"overtaken: a complaint was decided before anybody approved it"`
	ProposedBy string     `json:"proposed_by"`
	ProposedAt time.Time  `json:"proposed_at"`
	ApprovedBy string     `json:"approved_by,omitempty"`
	ApprovedAt *time.Time `json:"approved_at,omitempty"`
}

// ProposedReinstatement is a proposal to ask an item back that waits for a second person.
type ProposedReinstatement struct {
	ItemID     string    `json:"item_id"`
	URL        string    `json:"url"`
	Platform   string    `json:"platform" doc:"its name"`
	Reference  string    `json:"reference" doc:"under which the service will know the request"`
	Reasons    string    `json:"reasons" doc:"which the service will read"`
	ProposedBy string    `json:"proposed_by"`
	ProposedAt time.Time `json:"proposed_at"`
}

// ProposedReinstatements lists what waits for a second person, the oldest first.
func (c *Client) ProposedReinstatements(ctx context.Context) (Page[ProposedReinstatement], error) {
	return get[Page[ProposedReinstatement]](ctx, c, "/v1/reinstatements", nil)
}

// ApproveReinstatement agrees to ask a hosting service to bring an item back, as the second person.
func (c *Client) ApproveReinstatement(ctx context.Context, itemID string) (ItemDetail, error) {
	return post[ItemDetail](ctx, c, "/v1/items/"+itemID+"/reinstatement/approval", struct{}{})
}
