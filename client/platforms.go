package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Platform is a hosting service and how it is reached.
type Platform struct {
	ID           string          `json:"id"`
	Name         string          `json:"name"`
	Country      string          `json:"country" doc:"of the main establishment, ISO 3166-1 alpha-2"`
	Language     string          `json:"language" doc:"of what is sent to it, BCP 47"`
	Languages    []string        `json:"languages,omitempty" doc:"that it accepts besides"`
	Transport    string          `json:"transport" enum:"smtp,webhook,pull,portal"`
	ContactEmail string          `json:"contact_email,omitempty"`
	WebhookURL   string          `json:"webhook_url,omitempty"`
	Rules        json.RawMessage `json:"rules" doc:"how its URLs vary: the JSON of link.Rules"`
	VerifiedAt   *time.Time      `json:"verified_at,omitempty" doc:"when somebody made sure of the contact point"`

	Representative *Representative `json:"representative,omitempty" doc:"legal representative in the Union, Article 17"`
	Hours          string          `json:"hours,omitempty" doc:"when people there read referrals: Mo-Fr 09:00-17:00; absent: at any time"`
	TimeZone       string          `json:"time_zone,omitempty" doc:"of the hours, IANA"`
	Jurisdiction   Jurisdiction    `json:"jurisdiction"`
	PGPKey         string          `json:"pgp_key,omitempty" doc:"OpenPGP public key that mail to it is encrypted to, armored"`
	MailDomains    []string        `json:"mail_domains,omitempty" doc:"from which its answers come by mail, beside that of the contact point"`
}

// Representative is the legal representative of a platform that is established outside the Union.
type Representative struct {
	Name        string `json:"name" maxLength:"500"`
	MemberState string `json:"member_state,omitempty" maxLength:"2"`
	Address     string `json:"address,omitempty" maxLength:"500"`
}

// Jurisdiction says which member state is competent for a platform.
type Jurisdiction struct {
	MemberState string `json:"member_state,omitempty" doc:"absent: every member state"`
	Article     string `json:"article"`
	Text        string `json:"text" doc:"what follows from it for a removal order"`
}

// PlatformChange says what is to be changed of a platform; what is left out stays. A platform
// whose contact point is changed is verified no more.
type PlatformChange struct {
	Name           *string         `json:"name,omitempty" minLength:"1" maxLength:"200"`
	Country        *string         `json:"country,omitempty" minLength:"2" maxLength:"2"`
	Language       *string         `json:"language,omitempty" minLength:"2" maxLength:"35"`
	Languages      *[]string       `json:"languages,omitempty"`
	Transport      *string         `json:"transport,omitempty"`
	ContactEmail   *string         `json:"contact_email,omitempty"`
	WebhookURL     *string         `json:"webhook_url,omitempty"`
	WebhookSecret  *string         `json:"webhook_secret,omitempty"`
	Representative *Representative `json:"representative,omitempty" doc:"an empty name takes it away"`
	Hours          *string         `json:"hours,omitempty"`
	TimeZone       *string         `json:"time_zone,omitempty"`
	PGPKey         *string         `json:"pgp_key,omitempty"`
	MailDomains    *[]string       `json:"mail_domains,omitempty"`
}

// NewPlatform asks for a platform.
type NewPlatform struct {
	Name          string          `json:"name" minLength:"1" maxLength:"200"`
	Country       string          `json:"country" minLength:"2" maxLength:"2"`
	Language      string          `json:"language" minLength:"2" maxLength:"35"`
	Transport     string          `json:"transport" enum:"smtp,webhook,pull,portal"`
	ContactEmail  string          `json:"contact_email,omitempty"`
	WebhookURL    string          `json:"webhook_url,omitempty"`
	WebhookSecret string          `json:"webhook_secret,omitempty" doc:"as in Standard Webhooks: whsec_ and base64 of at least 24 bytes"`
	Rules         json.RawMessage `json:"rules"`

	Languages      []string        `json:"languages,omitempty" nullable:"false" doc:"that it accepts besides"`
	Representative *Representative `json:"representative,omitempty" doc:"legal representative in the Union, Article 17"`
	Hours          string          `json:"hours,omitempty" doc:"when people there read referrals: Mo-Fr 09:00-17:00; left out: at any time"`
	TimeZone       string          `json:"time_zone,omitempty" doc:"of the hours, IANA"`
	PGPKey         string          `json:"pgp_key,omitempty" doc:"OpenPGP public key to encrypt mail to, armored"`
	MailDomains    []string        `json:"mail_domains,omitempty" nullable:"false" doc:"from which answers come by mail, beside that of the contact point"`
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

// SetPlatform changes a platform.
func (c *Client) SetPlatform(ctx context.Context, platformID string, in PlatformChange) (out Platform, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	return out, c.call(ctx, http.MethodPatch, "/v1/platforms/"+platformID, nil, "application/json", body, &out)
}

// VerifyContact records that the caller made sure of a platform's contact point.
func (c *Client) VerifyContact(ctx context.Context, platformID string) (Platform, error) {
	return post[Platform](ctx, c, "/v1/platforms/"+platformID+"/contact-verification", struct{}{})
}

// ProtectHosts adds to the protected list.
func (c *Client) ProtectHosts(ctx context.Context, in ProtectedHosts) (Rows, error) {
	return post[Rows](ctx, c, "/v1/protected-hosts", in)
}
