package api

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/id"
)

func deconflictionRoutes() []Route {
	const tag = "deconfliction"
	return []Route{
		handle(Route{ID: "list-questions", Method: "GET", Path: "/v1/deconfliction", Permission: auth.DeconflictManage, Summary: "What your unit is asked about items before they leave, as one that takes part or for its standing interests, or what it holds", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				State string `query:"state" enum:"open,held" default:"open"`
			}) (client.Page[client.Question], error) {
				return whole(s.Desk.Questions(ctx, who, in.State == "held"))
			}),
		handle(Route{ID: "ask-units", Method: "POST", Path: "/v1/items/{id}/deconfliction", Permission: auth.DeconflictManage, Summary: "Ask every other unit of the item's actions about it; until they have answered it does not leave", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.NewRound
			}) (client.ItemDetail, error) {
				it, err := s.Flow.AskRound(ctx, who, id.Item(in.ID), time.Duration(in.Body.Silence)*time.Minute)
				if err != nil {
					return client.ItemDetail{}, err
				}
				return s.Desk.Item(ctx, who, it)
			}),
		handle(Route{ID: "answer-question", Method: "POST", Path: "/v1/items/{id}/deconfliction/answer", Permission: auth.DeconflictManage, Summary: "Say whether it disturbs your unit's work when an item is acted on; an answer can be changed until the item has left", Tag: tag}, answerQuestion),
		handle(Route{ID: "list-interests", Method: "GET", Path: "/v1/interests", Permission: auth.DeconflictManage, Summary: "The standing interests of your unit", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.Interest], error) {
				return whole(s.Desk.Interests(ctx, who))
			}),
		handle(Route{ID: "end-interest", Method: "DELETE", Path: "/v1/interests/{id}", Permission: auth.DeconflictManage, Summary: "End a standing interest of your unit; what waits or is held for its sake alone is free", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (none, error) {
				return none{}, s.Flow.EndInterest(ctx, who, id.Interest(in.ID))
			}),
	}
}

func answerQuestion(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.Reply
}) (client.Question, error) {
	b := in.Body
	r := deconflict.Reply{Item: id.Item(in.ID), Answer: b.Answer, Contact: b.Contact, Order: deconflict.Order{Reference: b.Reference, Authority: b.Authority}}
	if b.Until != nil {
		r.Until = *b.Until
	}
	if b.IssuedAt != nil {
		r.Order.IssuedAt = *b.IssuedAt
	}
	if _, err := s.Flow.AnswerRound(ctx, who, r); err != nil {
		return client.Question{}, err
	}
	return s.Desk.Question(ctx, who, r.Item)
}

func addInterest(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewInterest }) (client.Interest, error) {
	b := in.Body
	i, err := s.Flow.AddInterest(ctx, who, deconflict.Interest{Kind: b.Kind, Value: b.Value, Contact: b.Contact, ExpiresAt: b.ExpiresAt, Silence: time.Duration(b.Silence) * time.Minute})
	return desk.InterestOf(i), err
}
