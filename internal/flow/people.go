package flow

import (
	"context"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// AddUnit makes a unit.
func (f *Flow) AddUnit(ctx context.Context, who auth.Principal, u auth.Unit) (auth.Unit, error) {
	return write(ctx, f, call{who, auth.PeopleManage, "unit.add", u}, func(tx *sqldb.Tx) (auth.Unit, error) {
		return auth.AddUnit(tx, who.Actor(), u)
	})
}

// NewUser is a user just made, with the secret of the one-time link.
type NewUser struct {
	User       auth.User
	Invitation string `json:"-"` // shown once, so not kept for a repeated call
}

// AddUser makes a user and a one-time link with which the person sets a password.
func (f *Flow) AddUser(ctx context.Context, who auth.Principal, u auth.User) (NewUser, error) {
	return write(ctx, f, call{who, auth.PeopleManage, "user.add", u}, func(tx *sqldb.Tx) (NewUser, error) {
		added, err := auth.AddUser(tx, who.Actor(), u)
		if err != nil {
			return NewUser{}, err
		}
		secret, err := f.Signin.Invite(tx, who.Actor(), added.ID)
		return NewUser{User: added, Invitation: secret}, err
	})
}

// NewToken is a token just made, with its secret.
type NewToken struct {
	Token  auth.Token
	Secret string `json:"-"` // shown once, so not kept for a repeated call
}

// AddToken makes an API token for a user.
func (f *Flow) AddToken(ctx context.Context, who auth.Principal, user id.User, name string, scopes []auth.Permission, life time.Duration) (NewToken, error) {
	in := []any{user, name, scopes, life}
	return write(ctx, f, call{who, auth.TokenManage, "token.add", in}, func(tx *sqldb.Tx) (NewToken, error) {
		t, secret, err := auth.AddToken(tx, who.Actor(), auth.Token{User: user, Name: name, Scopes: scopes, ExpiresAt: tx.Now.Add(life)})
		return NewToken{t, secret}, err
	})
}

// RevokeToken ends a token at once.
func (f *Flow) RevokeToken(ctx context.Context, who auth.Principal, token id.Token) error {
	_, err := write(ctx, f, call{who, auth.TokenManage, "token.revoke", token}, func(tx *sqldb.Tx) (id.Token, error) {
		if _, err := auth.GetToken(tx, token); err != nil {
			return "", problem.Wrap(err, problem.NotFound, "there is no token %q; see the list of tokens", token)
		}
		return token, auth.RevokeToken(tx, who.Actor(), token)
	})
	return err
}
