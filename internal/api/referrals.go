package api

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/refer"
)

type ofState struct {
	ByID
	State string `query:"state"`
}

func referralRoutes() []Route {
	const tag = "referrals"
	return []Route{
		handle(Route{ID: "add-interest", Method: "POST", Path: "/v1/interests", Permission: auth.DeconflictManage, Summary: "Register a standing interest of your unit", Tag: "deconfliction"}, addInterest),
		handle(Route{ID: "add-existing-orders", Method: "POST", Path: "/v1/existing-orders", Permission: auth.DeconflictManage, Summary: "Record orders that authorities have issued already", Tag: "deconfliction"}, addOrders),
		handle(Route{ID: "draft-referrals", Method: "POST", Path: "/v1/actions/{id}/referrals", Permission: auth.ReferDraft, Summary: "Run the pre-flight over cleared items and draft a referral for each platform", Tag: tag}, draft),
		handle(Route{ID: "list-referrals", Method: "GET", Path: "/v1/actions/{id}/referrals", Permission: auth.ReferralRead, Summary: "List an action's referrals", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ofState) (client.Page[client.Referral], error) {
				return whole(s.Desk.Referrals(ctx, who, id.Action(in.ID), in.State))
			}),
		handle(Route{ID: "get-referral", Method: "GET", Path: "/v1/referrals/{id}", Permission: auth.ReferralRead, Summary: "One referral with its items", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Referral, error) {
				return s.Desk.Referral(ctx, who, id.Referral(in.ID))
			}),
		handle(Route{ID: "approve-referral", Method: "POST", Path: "/v1/referrals/{id}/approval", Permission: auth.ReferApprove, Summary: "Let a referral leave that somebody else drafted", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Referral, error) {
				r, err := s.Flow.Approve(ctx, who, id.Referral(in.ID))
				if err != nil {
					return client.Referral{}, err
				}
				return s.Desk.Referral(ctx, who, r)
			}),
		handle(Route{ID: "list-deliveries", Method: "GET", Path: "/v1/actions/{id}/deliveries", Permission: auth.ReferralRead, Summary: "List an action's deliveries", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ofState) (client.Page[client.Delivery], error) {
				return whole(s.Desk.Deliveries(ctx, who, id.Action(in.ID), in.State))
			}),
		handle(Route{ID: "resolve-delivery", Method: "POST", Path: "/v1/deliveries/{id}/resolution", Permission: auth.DeliverResolve, Summary: "Settle a delivery of which nobody knows whether it arrived", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Resolution
			}) (client.Delivery, error) {
				d, err := s.Flow.Resolve(ctx, who, id.Delivery(in.ID), in.Body.Received, in.Body.Detail)
				if err != nil {
					return client.Delivery{}, err
				}
				return s.Desk.Delivery(ctx, who, d)
			}),
		handle(Route{ID: "answer-referral", Method: "POST", Path: "/v1/referrals/{id}/answers", Permission: auth.AnswerGive, Summary: "Say what you did about a referral's items; for platform contacts", Tag: tag}, answer),
	}
}

func addOrders(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.ExistingOrders }) (client.Rows, error) {
	list := make([]deconflict.Order, len(in.Body.Orders))
	for i, o := range in.Body.Orders {
		list[i] = deconflict.Order{URL: o.URL, Reference: o.Reference, Authority: o.Authority, IssuedAt: o.IssuedAt}
	}
	return rows(s.Flow.AddOrders(ctx, who, list))
}

func draft(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Drafted, error) {
	out := client.Drafted{Referrals: []client.Referral{}, Blocked: []client.Block{}}
	drafted, err := s.Flow.Draft(ctx, who, id.Action(in.ID))
	if err != nil {
		return out, err
	}
	for _, r := range drafted.Referrals {
		referral, err := s.Desk.Referral(ctx, who, r)
		if err != nil {
			return out, err
		}
		referral.Items = nil // the list of what was drafted, not all of its content
		out.Referrals = append(out.Referrals, referral)
	}
	out.Blocked, err = blockedNow(ctx, s, who, id.Action(in.ID), drafted.Blocked)
	return out, err
}

func answer(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.NewAnswers
}) (client.Rows, error) {
	list := make([]refer.New, len(in.Body.Answers))
	for i, a := range in.Body.Answers {
		var acted time.Time
		if a.ActedAt != nil {
			acted = *a.ActedAt
		}
		list[i] = refer.New{Item: id.Item(a.ItemID), Kind: a.Kind, Reason: a.Reason, ActedAt: acted}
	}
	return rows(s.Flow.Answer(ctx, who, id.Referral(in.ID), list))
}
