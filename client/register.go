package client

import (
	"context"
	"net/url"
	"time"
)

// Authority is a competent authority of the register (Article 12 of Regulation (EU) 2021/784).
type Authority struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	MemberState string     `json:"member_state"`
	Roles       []string   `json:"roles" doc:"issue, scrutinise, supervise, penalise: Article 12(1)(a) to (d)"`
	Address     string     `json:"address,omitempty"`
	Email       string     `json:"email" doc:"contact point of Article 12(2)"`
	Telephone   string     `json:"telephone,omitempty"`
	Domains     []string   `json:"domains,omitempty" doc:"that its mail and webhooks come from"`
	WebhookKeys []string   `json:"webhook_keys,omitempty" doc:"whpk_ and base64 of an Ed25519 key"`
	DKIMDomains []string   `json:"dkim_domains,omitempty"`
	Languages   []string   `json:"languages,omitempty"`
	Redress     Redress    `json:"redress"`
	MadeUp      bool       `json:"made_up,omitempty" doc:"of an example: no such authority exists"`
	Edition     string     `json:"edition,omitempty" doc:"of the register that it was read from"`
	VerifiedAt  *time.Time `json:"verified_at,omitempty" doc:"when somebody made sure of the contact and the keys"`
}

// Redress is what a removal order says about contesting it: Annex I, section G.
type Redress struct {
	Body       string `json:"body,omitempty"`
	Deadline   string `json:"deadline,omitempty"`
	Provisions string `json:"provisions,omitempty"`
}

// RegisterImport is what became of a file of authorities.
type RegisterImport struct {
	Entries int        `json:"entries"`
	Added   int        `json:"added"`
	Changed int        `json:"changed"`
	Same    int        `json:"same" doc:"stood so already"`
	Failed  int        `json:"failed"`
	Errors  []RowError `json:"errors" nullable:"false" doc:"the first 1000 bad entries, each with its reason"`
}

// Register lists the competent authorities; state and role narrow the list, "" means all.
func (c *Client) Register(ctx context.Context, state, role string) (Page[Authority], error) {
	q := url.Values{}
	if state != "" {
		q.Set("member_state", state)
	}
	if role != "" {
		q.Set("role", role)
	}
	return get[Page[Authority]](ctx, c, "/v1/register", q)
}

// Authority gives one competent authority.
func (c *Client) Authority(ctx context.Context, authorityID string) (Authority, error) {
	return get[Authority](ctx, c, "/v1/register/"+authorityID, nil)
}

// ImportRegister takes a file of authorities: text/csv, application/json or application/jsonl.
func (c *Client) ImportRegister(ctx context.Context, contentType string, file []byte) (RegisterImport, error) {
	return upload[RegisterImport](ctx, c, "/v1/register", contentType, file)
}

// VerifyAuthority records that the caller made sure of an authority's contact and keys.
func (c *Client) VerifyAuthority(ctx context.Context, authorityID string) (Authority, error) {
	return post[Authority](ctx, c, "/v1/register/"+authorityID+"/verification", struct{}{})
}
