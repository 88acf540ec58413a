package api

import (
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
)

type itemsQuery struct {
	ByID
	Stage    string `query:"stage"`
	Platform string `query:"platform" doc:"identifier of the platform"`
	Language string `query:"language"`
	Verdict  string `query:"verdict"`
	Ideology string `query:"ideology" enum:"jihadist,right_wing,left_wing_anarchist,ethno_nationalist_separatist,single_issue,other_kind,not_specified"`
	Query    string `query:"q" doc:"an URL or its beginning" maxLength:"2000"`
	Cursor   string `query:"cursor"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func itemRoutes() []Route {
	const tag = "items"
	return []Route{
		handle(Route{ID: "list-items", Method: "GET", Path: "/v1/actions/{id}/items", Permission: auth.ItemRead, Summary: "List an action's items", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *itemsQuery) (client.Page[client.Item], error) {
				return s.Desk.Items(ctx, who, id.Action(in.ID), client.ItemFilter{Stage: in.Stage, Platform: in.Platform, Language: in.Language, Verdict: in.Verdict, Ideology: in.Ideology, Query: in.Query, Cursor: in.Cursor, Limit: in.Limit})
			}),
		handle(Route{ID: "get-item", Method: "GET", Path: "/v1/items/{id}", Permission: auth.ItemRead, Summary: "One item with its whole history", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.ItemDetail, error) {
				return s.Desk.Item(ctx, who, id.Item(in.ID))
			}),
		handle(Route{ID: "search", Method: "GET", Path: "/v1/search", Permission: auth.ItemRead, Summary: "Has anyone seen this URL, digest, reference or identifier?", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				Query string `query:"q" required:"true" minLength:"1" maxLength:"8192"`
			}) (client.Page[client.Item], error) {
				return whole(s.Desk.Search(ctx, who, in.Query))
			}),
		handle(Route{ID: "justify-item", Method: "POST", Path: "/v1/items/{id}/justification", Permission: auth.AssessSecond, Tag: tag,
			Summary: "Say why an item on a protected host may leave all the same; by a person who took no part in its assessment"},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Justification
			}) (client.ItemDetail, error) {
				if _, err := s.Flow.Justify(ctx, who, id.Item(in.ID), in.Body.Text); err != nil {
					return client.ItemDetail{}, err
				}
				return s.Desk.Item(ctx, who, id.Item(in.ID))
			}),
		handle(Route{ID: "reverse-item", Method: "POST", Path: "/v1/items/{id}/reversal", Permission: auth.ItemReverse, Tag: tag,
			Summary: "Take back what two people confirmed; by a third person, with reasons"},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Reversal
			}) (client.ItemDetail, error) {
				if _, err := s.Flow.Reverse(ctx, who, id.Item(in.ID), in.Body.Reasons); err != nil {
					return client.ItemDetail{}, err
				}
				return s.Desk.Item(ctx, who, id.Item(in.ID))
			}),
		handle(Route{ID: "list-reinstatements", Method: "GET", Path: "/v1/reinstatements", Permission: auth.ItemRead, Summary: "What is proposed to be asked back and waits for a second person, the oldest first", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *struct{}) (client.Page[client.ProposedReinstatement], error) {
				return whole(s.Desk.Proposed(ctx, who))
			}),
		handle(Route{ID: "approve-reinstatement", Method: "POST", Path: "/v1/items/{id}/reinstatement/approval", Permission: auth.ItemReverse, Tag: tag,
			Summary: "Agree to ask the platform to bring back what another person reversed; by somebody who did not assess it either"},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.ItemDetail, error) {
				if _, err := s.Flow.ApproveReinstatement(ctx, who, id.Item(in.ID)); err != nil {
					return client.ItemDetail{}, err
				}
				return s.Desk.Item(ctx, who, id.Item(in.ID))
			}),
		stream(Route{ID: "get-medium", Method: "GET", Path: "/v1/media/{sha256}", Permission: auth.MediaView, Summary: "The bytes of a medium; the look is recorded", Tag: tag}, medium),
	}
}

func medium(ctx context.Context, s *Server, who auth.Principal, in *struct {
	SHA256 string `path:"sha256" pattern:"^[0-9a-f]{64}$"`
}) (*huma.StreamResponse, error) {
	m, err := s.Desk.Medium(ctx, who, in.SHA256)
	if err != nil {
		return nil, err
	}
	if err := s.Flow.Looked(ctx, who, in.SHA256); err != nil {
		m.Body.Close()
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		defer m.Body.Close()
		ctx.SetHeader("Content-Type", m.MIME)
		ctx.SetHeader("Cache-Control", "no-store")
		ctx.SetHeader("X-Content-Type-Options", "nosniff")
		ctx.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		io.Copy(ctx.BodyWriter(), m.Body)
	}}, nil
}
