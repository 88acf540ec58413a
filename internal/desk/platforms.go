package desk

import (
	"context"
	"encoding/json"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
)

// Platforms lists all platforms.
func (d *Desk) Platforms(ctx context.Context, who auth.Principal) ([]client.Platform, error) {
	return view(ctx, d, who, auth.PlatformRead, func(tx *sqldb.Tx) ([]client.Platform, error) {
		list, err := platform.List(tx)
		return mapped(list, PlatformOf), err
	})
}

// Platform gives one platform.
func (d *Desk) Platform(ctx context.Context, who auth.Principal, p id.Platform) (client.Platform, error) {
	return view(ctx, d, who, auth.PlatformRead, func(tx *sqldb.Tx) (client.Platform, error) {
		found, err := platform.Get(tx, p)
		return PlatformOf(found), err
	})
}

// PlatformOf says a platform in the words of the API, without its secret.
func PlatformOf(p platform.Platform) client.Platform {
	rules, _ := json.Marshal(p.Rules) // plain data: cannot fail
	j := p.Jurisdiction()
	out := client.Platform{ID: string(p.ID), Name: p.Name, Country: p.Country, Language: p.Language, Languages: p.Languages, Transport: p.Transport,
		ContactEmail: p.ContactEmail, WebhookURL: p.WebhookURL, Rules: rules, VerifiedAt: optional(p.VerifiedAt), Hours: p.Hours, TimeZone: p.TimeZone, PGPKey: p.PGPKey, MailDomains: p.MailDomains,
		Jurisdiction: client.Jurisdiction{MemberState: j.State, Article: j.Article, Text: j.Text}}
	if r := p.Representative; r.Name != "" {
		out.Representative = &client.Representative{Name: r.Name, MemberState: r.MemberState, Address: r.Address}
	}
	return out
}

// PlatformRecord is how a platform has dealt with what was delivered to it, over all actions a person sees.
type PlatformRecord struct {
	Platform client.Platform
	Outcome  client.PlatformOutcome
	Minutes  float64 // median from delivery to the first look at which it was gone
}
