package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/register"
	"github.com/argine/argine/internal/sqldb"
)

// Register lists the competent authorities of a member state that are competent for a role;
// "" means any.
func (d *Desk) Register(ctx context.Context, who auth.Principal, state, role string) ([]client.Authority, error) {
	return view(ctx, d, who, auth.PlatformRead, func(tx *sqldb.Tx) ([]client.Authority, error) {
		book, err := register.All(tx)
		if state == "" && role == "" {
			return mapped(book, AuthorityOf), err
		}
		var found []client.Authority
		for _, a := range book {
			if (state == "" || a.MemberState == state) && (role == "" || a.May(role)) {
				found = append(found, AuthorityOf(a))
			}
		}
		return found, err
	})
}

// Authority gives one competent authority.
func (d *Desk) Authority(ctx context.Context, who auth.Principal, a id.Authority) (client.Authority, error) {
	return view(ctx, d, who, auth.PlatformRead, func(tx *sqldb.Tx) (client.Authority, error) {
		found, err := register.Get(tx, a)
		return AuthorityOf(found), err
	})
}

// AuthorityOf says an authority in the words of the API.
func AuthorityOf(a register.Authority) client.Authority {
	return client.Authority{ID: string(a.ID), Name: a.Name, MemberState: a.MemberState, Roles: some(a.Roles), Address: a.Address, Email: a.Email, Telephone: a.Telephone,
		Domains: a.Domains, WebhookKeys: a.WebhookKeys, DKIMDomains: a.DKIMDomains, Languages: a.Languages,
		Redress: client.Redress{Body: a.Redress.Body, Deadline: a.Redress.Deadline, Provisions: a.Redress.Provisions},
		MadeUp:  a.MadeUp, Edition: a.Edition, VerifiedAt: optional(a.VerifiedAt)}
}
