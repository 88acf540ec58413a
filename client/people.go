package client

import (
	"context"
	"net/http"
	"time"
)

// Unit is an authority's team, a trusted flagger, a platform's team, an oversight body or the operator.
type Unit struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Country string `json:"country" doc:"ISO 3166-1 alpha-2"`
	Kind    string `json:"kind" enum:"authority,flagger,platform,oversight,operator"`
}

// NewUnit asks for a unit.
type NewUnit struct {
	Name    string `json:"name" minLength:"1" maxLength:"200"`
	Country string `json:"country" minLength:"2" maxLength:"2" doc:"ISO 3166-1 alpha-2"`
	Kind    string `json:"kind" enum:"authority,flagger,platform,oversight,operator"`
}

// User is a person of one unit.
type User struct {
	ID         string   `json:"id"`
	UnitID     string   `json:"unit_id"`
	Name       string   `json:"name"`
	Email      string   `json:"email"`
	Roles      []string `json:"roles" nullable:"false"`
	PlatformID string   `json:"platform_id,omitempty" doc:"whose contact this is, for a platform contact"`
	Disabled   bool     `json:"disabled"`
}

// NewUser asks for a user.
type NewUser struct {
	UnitID     string   `json:"unit_id"`
	Name       string   `json:"name" minLength:"1" maxLength:"200"`
	Email      string   `json:"email" minLength:"3" maxLength:"254"`
	Roles      []string `json:"roles" nullable:"false" minItems:"1" doc:"analyst, reviewer, coordinator, platform_contact, overseer, administrator"`
	PlatformID string   `json:"platform_id,omitempty"`
}

// NewUserAnswer is a new user with the one-time link with which the person sets a password.
type NewUserAnswer struct {
	User
	Invitation string `json:"invitation,omitempty" doc:"path of a one-time link, good for 7 days; hand it over in person. Shown once: a repeated call does not give it again"`
}

// Token is an API token; its secret is shown once, when it is made.
type Token struct {
	ID        string    `json:"id"`
	UserID    string    `json:"user_id"`
	Name      string    `json:"name"`
	Scopes    []string  `json:"scopes" nullable:"false" doc:"permissions; empty: all that the user's roles allow"`
	ExpiresAt time.Time `json:"expires_at"`
	Revoked   bool      `json:"revoked"`
	Secret    string    `json:"secret,omitempty"`
}

// NewToken asks for a token.
type NewToken struct {
	UserID string   `json:"user_id"`
	Name   string   `json:"name" minLength:"1" maxLength:"200"`
	Scopes []string `json:"scopes,omitempty"`
	Days   int      `json:"days,omitempty" minimum:"1" maximum:"3660" doc:"days until it expires; 90 if left out"`
}

// Me is who the token belongs to and what it may do.
type Me struct {
	User        User     `json:"user"`
	Unit        Unit     `json:"unit"`
	Permissions []string `json:"permissions" nullable:"false"`
}

// Me asks who the token belongs to.
func (c *Client) Me(ctx context.Context) (Me, error) { return get[Me](ctx, c, "/v1/me", nil) }

// Units lists the units.
func (c *Client) Units(ctx context.Context) (Page[Unit], error) {
	return get[Page[Unit]](ctx, c, "/v1/units", nil)
}

// AddUnit makes a unit.
func (c *Client) AddUnit(ctx context.Context, in NewUnit) (Unit, error) {
	return post[Unit](ctx, c, "/v1/units", in)
}

// Users lists the users.
func (c *Client) Users(ctx context.Context) (Page[User], error) {
	return get[Page[User]](ctx, c, "/v1/users", nil)
}

// AddUser makes a user.
func (c *Client) AddUser(ctx context.Context, in NewUser) (NewUserAnswer, error) {
	return post[NewUserAnswer](ctx, c, "/v1/users", in)
}

// Tokens lists the tokens, without their secrets.
func (c *Client) Tokens(ctx context.Context) (Page[Token], error) {
	return get[Page[Token]](ctx, c, "/v1/tokens", nil)
}

// AddToken makes a token.
func (c *Client) AddToken(ctx context.Context, in NewToken) (Token, error) {
	return post[Token](ctx, c, "/v1/tokens", in)
}

// RevokeToken ends a token at once.
func (c *Client) RevokeToken(ctx context.Context, tokenID string) error {
	return c.call(ctx, http.MethodDelete, "/v1/tokens/"+tokenID, nil, "", nil, nil)
}
