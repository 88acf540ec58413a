package client

import "time"

// Reinstatement is the request to a hosting service to bring an item back whose decision fell, and
// what the service says to it.
type Reinstatement struct {
	State       string     `json:"state" enum:"due,sending,delivered,undeliverable,uncertain" doc:"of the request's delivery"`
	AskedAt     time.Time  `json:"asked_at"`
	DeliveredAt *time.Time `json:"delivered_at,omitempty"`
	Outcome     string     `json:"outcome,omitempty" enum:"reinstated,kept_down,not_down" doc:"none until the service answers"`
	Reasons     string     `json:"reasons,omitempty" doc:"of kept_down, in the service's words"`
	ActedAt     *time.Time `json:"acted_at,omitempty" doc:"when it came back, or was decided, by the service's own word"`
	ToldAt      *time.Time `json:"told_at,omitempty" doc:"when we learned of it"`
	Channel     string     `json:"channel,omitempty"`
	Proof       string     `json:"proof,omitempty" doc:"by what the answer is known to be the service's"`
}
