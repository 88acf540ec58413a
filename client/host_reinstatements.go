package client

import (
	"context"
	"net/url"
	"time"
)

// HostReinstatement is a duty of a hosting service to bring content back: whoever asked for the
// removal says that it was mistaken, or the removal order is without effect.
type HostReinstatement struct {
	ID        string        `json:"id"`
	Basis     string        `json:"basis" enum:"asked,withdrawn,infringing,appeal_won" doc:"asked: by who had asked for the removal; else why the order is without effect"`
	Case      string        `json:"case,omitempty"`
	Place     int           `json:"place,omitempty" doc:"of the item in the case"`
	URL       string        `json:"url"`
	Content   string        `json:"content,omitempty" doc:"of the item now"`
	Held      string        `json:"held,omitempty" doc:"why it must stay down all the same: an order that is in force"`
	Authority string        `json:"authority" doc:"who asked"`
	Reference string        `json:"reference"`
	Reasons   string        `json:"reasons"`
	Trust     string        `json:"trust" enum:"verified,unverified,forged"`
	VouchedBy string        `json:"vouched_by,omitempty"`
	Findings  []HostFinding `json:"findings" nullable:"false" doc:"what was looked at to tell who sent it"`
	AskedAt   time.Time     `json:"asked_at"`
	DueAt     time.Time     `json:"due_at" doc:"at once for an order without effect (Article 4(7)); else a day, which is recommended"`
	State     string        `json:"state" enum:"open,under_way,decided"`
	Outcome   string        `json:"outcome,omitempty" enum:"reinstated,kept_down,not_down,set_aside"`
	Why       string        `json:"why,omitempty" doc:"the service's reasons"`
	DecidedAt *time.Time    `json:"decided_at,omitempty"`
}

// HostFinding is one look at who sent a message.
type HostFinding struct {
	State string `json:"state" enum:"good,bad,open"`
	Code  string `json:"code"`
	Arg   string `json:"arg,omitempty"`
}

// HostBackDecision is what a person of the service decides on a request to reinstate.
type HostBackDecision struct {
	Outcome string `json:"outcome" enum:"reinstated,kept_down,not_down,set_aside" doc:"set_aside: of a request that is not proven; nobody is answered"`
	Why     string `json:"why,omitempty" maxLength:"10000" doc:"of kept_down: told to who asked"`
	ByHand  string `json:"by_hand,omitempty" maxLength:"1000" doc:"of reinstated: it was put back by other means, by whom and how"`
}

// HostVouching says how somebody made sure of a sender by another way.
type HostVouching struct {
	Why string `json:"why" minLength:"10" maxLength:"2000"`
}

// HostTelling is how a content provider is told that its content is back.
type HostTelling struct {
	Mail     string `json:"mail,omitempty" maxLength:"320"`
	Language string `json:"language,omitempty" maxLength:"10"`
	ByHand   string `json:"by_hand,omitempty" maxLength:"1000" doc:"it was told already: by whom and how"`
}

// HostReturn is content that came back, and whether its provider was told.
type HostReturn struct {
	ID     string    `json:"id"`
	Case   string    `json:"case"`
	URL    string    `json:"url"`
	Path   string    `json:"path" enum:"complaint,void,asked,own"`
	BackAt time.Time `json:"back_at"`
	State  string    `json:"state" enum:"secret,unknown,sent,told,overtaken" doc:"secret: non-disclosure holds; unknown: no address is known; sent: its letter is an act; overtaken: taken down anew before"`
}

// HostReinstatements lists the requests that wait, and those that were decided last.
func (c *Client) HostReinstatements(ctx context.Context, state string) (Page[HostReinstatement], error) {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	return get[Page[HostReinstatement]](ctx, c, "/v1/host/reinstatements", q)
}

// HostDecideReinstatement brings content back, or keeps it down with reasons.
func (c *Client) HostDecideReinstatement(ctx context.Context, request string, in HostBackDecision) (HostReinstatement, error) {
	return post[HostReinstatement](ctx, c, "/v1/host/reinstatements/"+request+"/decision", in)
}

// HostVouchReinstatement says how somebody made sure of who asked.
func (c *Client) HostVouchReinstatement(ctx context.Context, request, why string) (HostReinstatement, error) {
	return post[HostReinstatement](ctx, c, "/v1/host/reinstatements/"+request+"/vouching", HostVouching{why})
}

// HostTellReturn tells a content provider that its content is back, where its address was not known.
func (c *Client) HostTellReturn(ctx context.Context, came string, in HostTelling) (HostReturn, error) {
	return post[HostReturn](ctx, c, "/v1/host/returns/"+came+"/telling", in)
}
