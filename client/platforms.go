package client

import (
	"context"
	"encoding/json"
	"time"
)

// Platform is a hosting service and how it is reached.
type Platform struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Country      string          `json:"country" doc:"member state of the main establishment or legal representative, ISO 3166-1 alpha-2"`
	Language     string          `json:"language" doc:"of what is sent to it, BCP 47"`
	Transport    string          `json:"transport" enum:"smtp,webhook"`
	ContactEmail string          `json:"contact_email,omitempty"`
	WebhookURL   string          `json:"webhook_url,omitempty"`
	Rules        json.RawMessage `json:"rules" doc:"how its URLs vary: the JSON of link.Rules"`
	VerifiedAt   *time.Time      `json:"verified_at,omitempty" doc:"when somebody made sure of the contact point"`
}

// NewPlatform asks for a platform.
type NewPlatform struct {
	Name          string          `json:"name" minLength:"1" maxLength:"200"`
	Country       string          `json:"country" minLength:"2" maxLength:"2"`
	Language      string          `json:"language" minLength:"2" maxLength:"35"`
	Transport     string          `json:"transport" enum:"smtp,webhook"`
	ContactEmail  string          `json:"contact_email,omitempty"`
	WebhookURL    string          `json:"webhook_url,omitempty"`
	WebhookSecret string          `json:"webhook_secret,omitempty" doc:"as in Standard Webhooks: whsec_ and base64 of at least 24 bytes"`
	Rules         json.RawMessage `json:"rules"`
}

// ProtectedHost is a host whose items need a second justification: news, libraries, archives …
type ProtectedHost struct {
	Host   string `json:"host" minLength:"3" doc:"with all hosts below it"`
	Reason string `json:"reason" enum:"news,library,archive,university,parliament,court"`
}

// ProtectedHosts is a list of them.
type ProtectedHosts struct {
	Hosts []ProtectedHost `json:"hosts" nullable:"false"`
}

// Platforms lists all platforms.
func (c *Client) Platforms(ctx context.Context) (Page[Platform], error) {
	return get[Page[Platform]](ctx, c, "/v1/platforms", nil)
}

// Platform gives one platform.
func (c *Client) Platform(ctx context.Context, platformID string) (Platform, error) {
	return get[Platform](ctx, c, "/v1/platforms/"+platformID, nil)
}

// AddPlatform makes a platform.
func (c *Client) AddPlatform(ctx context.Context, in NewPlatform) (Platform, error) {
	return post[Platform](ctx, c, "/v1/platforms", in)
}

// VerifyContact records that the caller made sure of a platform's contact point.
func (c *Client) VerifyContact(ctx context.Context, platformID string) (Platform, error) {
	return post[Platform](ctx, c, "/v1/platforms/"+platformID+"/contact-verification", struct{}{})
}

// ProtectHosts adds to the protected list.
func (c *Client) ProtectHosts(ctx context.Context, in ProtectedHosts) (Rows, error) {
	return post[Rows](ctx, c, "/v1/protected-hosts", in)
}
