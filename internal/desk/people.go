package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Units lists all units.
func (d *Desk) Units(ctx context.Context, who auth.Principal) ([]client.Unit, error) {
	return view(ctx, d, who, auth.PeopleRead, func(tx *sqldb.Tx) ([]client.Unit, error) {
		list, err := auth.Units(tx)
		return mapped(list, UnitOf), err
	})
}

// Users lists the people that a person may know of: all, for who sees all, else those of the own unit.
func (d *Desk) Users(ctx context.Context, who auth.Principal) ([]client.User, error) {
	return view(ctx, d, who, auth.PeopleRead, func(tx *sqldb.Tx) ([]client.User, error) {
		list, err := auth.Users(tx)
		out := []client.User{}
		for _, u := range list {
			if who.SeesAll() || u.Unit == who.Unit {
				out = append(out, UserOf(u))
			}
		}
		return out, err
	})
}

// Tokens lists tokens: everybody's for who manages them.
func (d *Desk) Tokens(ctx context.Context, who auth.Principal) ([]client.Token, error) {
	return view(ctx, d, who, auth.TokenManage, func(tx *sqldb.Tx) ([]client.Token, error) {
		list, err := auth.Tokens(tx, "")
		return mapped(list, TokenOf), err
	})
}

// Me tells who asks and what they may do.
func (d *Desk) Me(ctx context.Context, who auth.Principal) (client.Me, error) {
	var me client.Me
	err := d.DB.View(ctx, func(tx *sqldb.Tx) error {
		u, err := auth.GetUser(tx, who.User)
		if err != nil {
			return err
		}
		unit, err := auth.UnitByName(tx, string(u.Unit))
		me = client.Me{User: UserOf(u), Unit: UnitOf(unit), Permissions: texts(who.Permissions())}
		return err
	})
	return me, err
}

// Principal tells who holds an API token.
func (d *Desk) Principal(ctx context.Context, secret string) (p auth.Principal, err error) {
	err = d.DB.View(ctx, func(tx *sqldb.Tx) error { p, err = auth.ByToken(tx, secret); return err })
	return p, err
}

// UnitOf says a unit in the words of the API.
func UnitOf(u auth.Unit) client.Unit {
	return client.Unit{ID: string(u.ID), Name: u.Name, Country: u.Country, Kind: u.Kind}
}

// UserOf says a user in the words of the API.
func UserOf(u auth.User) client.User {
	return client.User{ID: string(u.ID), UnitID: string(u.Unit), Name: u.Name, Email: u.Email, Roles: texts(u.Roles), PlatformID: string(u.Platform), Disabled: u.Disabled}
}

// TokenOf says a token in the words of the API.
func TokenOf(t auth.Token) client.Token {
	return client.Token{ID: string(t.ID), UserID: string(t.User), Name: t.Name, Scopes: texts(t.Scopes), ExpiresAt: t.ExpiresAt, Revoked: t.Revoked}
}

// UserNames gives the names behind user identifiers, for pages.
func (d *Desk) UserNames(ctx context.Context) (map[id.User]string, error) {
	out := map[id.User]string{}
	err := d.DB.View(ctx, func(tx *sqldb.Tx) error {
		list, err := auth.Users(tx)
		for _, u := range list {
			out[u.ID] = u.Name
		}
		return err
	})
	return out, err
}

func texts[S ~string](list []S) []string {
	return mapped(list, func(s S) string { return string(s) })
}

func mapped[A, B any](list []A, to func(A) B) []B {
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = to(v)
	}
	return out
}
