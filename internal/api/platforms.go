package api

import (
	"context"
	"encoding/json"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
)

// ByID names a thing in the path. It is exported because the library reads only exported members.
type ByID struct {
	ID string `path:"id"`
}

func platformRoutes() []Route {
	const tag = "platforms"
	return []Route{
		handle(Route{ID: "list-platforms", Method: "GET", Path: "/v1/platforms", Permission: auth.PlatformRead, Summary: "List the platforms", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.Platform], error) {
				return whole(s.Desk.Platforms(ctx, who))
			}),
		handle(Route{ID: "get-platform", Method: "GET", Path: "/v1/platforms/{id}", Permission: auth.PlatformRead, Summary: "One platform", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Platform, error) {
				return s.Desk.Platform(ctx, who, id.Platform(in.ID))
			}),
		handle(Route{ID: "add-platform", Method: "POST", Path: "/v1/platforms", Permission: auth.PlatformManage, Summary: "Add a platform", Tag: tag}, addPlatform),
		handle(Route{ID: "set-platform", Method: "PATCH", Path: "/v1/platforms/{id}", Permission: auth.PlatformManage, Tag: tag,
			Summary: "Change a platform; one whose contact point is another now must be verified anew"}, setPlatform),
		handle(Route{ID: "verify-contact", Method: "POST", Path: "/v1/platforms/{id}/contact-verification", Permission: auth.PlatformManage, Summary: "Record that you made sure of a platform's contact point", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Platform, error) {
				p, err := s.Flow.VerifyContact(ctx, who, id.Platform(in.ID))
				return desk.PlatformOf(p), err
			}),
		handle(Route{ID: "protect-hosts", Method: "POST", Path: "/v1/protected-hosts", Permission: auth.PlatformManage, Summary: "Add hosts to the protected list", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.ProtectedHosts }) (client.Rows, error) {
				hosts := make([]flow.Protected, len(in.Body.Hosts))
				for i, h := range in.Body.Hosts {
					hosts[i] = flow.Protected{Host: h.Host, Reason: h.Reason}
				}
				return rows(s.Flow.Protect(ctx, who, hosts))
			}),
	}
}

func addPlatform(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewPlatform }) (client.Platform, error) {
	b := in.Body
	p := platform.Platform{Name: b.Name, Country: b.Country, Language: b.Language, Transport: b.Transport, ContactEmail: b.ContactEmail, WebhookURL: b.WebhookURL, WebhookSecret: b.WebhookSecret,
		Languages: b.Languages, Hours: b.Hours, TimeZone: b.TimeZone, PGPKey: b.PGPKey, MailDomains: b.MailDomains}
	if r := b.Representative; r != nil {
		p.Representative = platform.Representative{Name: r.Name, MemberState: r.MemberState, Address: r.Address}
	}
	if err := json.Unmarshal(b.Rules, &p.Rules); err != nil {
		return client.Platform{}, problem.Wrap(err, problem.Invalid, "the rules are not what the documentation describes: %v", err)
	}
	made, err := s.Flow.AddPlatform(ctx, who, p)
	return desk.PlatformOf(made), err
}

func setPlatform(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.PlatformChange
}) (client.Platform, error) {
	b := in.Body
	c := platform.Change{Name: b.Name, Country: b.Country, Language: b.Language, Languages: b.Languages, Transport: b.Transport, ContactEmail: b.ContactEmail,
		WebhookURL: b.WebhookURL, WebhookSecret: b.WebhookSecret, Hours: b.Hours, TimeZone: b.TimeZone, PGPKey: b.PGPKey, MailDomains: b.MailDomains}
	if r := b.Representative; r != nil {
		c.Representative, c.RepresentativeState, c.RepresentativeAddress = &r.Name, &r.MemberState, &r.Address
	}
	made, err := s.Flow.SetPlatform(ctx, who, id.Platform(in.ID), c)
	return desk.PlatformOf(made), err
}

// rows says the results of a bulk call in the words of the API.
func rows(results []flow.Result, err error) (client.Rows, error) {
	out := client.Rows{Rows: make([]client.Row, len(results))}
	for i, r := range results {
		row := client.Row{Line: i + 1, ID: r.ID}
		if r.Err != nil {
			t := failure(r.Err)
			row.Error, row.Reason = t.Error(), problem.Of(r.Err).Meaning().Slug
			out.Failed++
		} else {
			out.Done++
		}
		out.Rows[i] = row
	}
	return out, err
}
