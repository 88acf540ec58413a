package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/notice"
)

type ofTrack struct {
	ByID
	Track string `query:"track" enum:"notice,act_order"`
}

func noticeRoutes() []Route {
	const tag = "notices"
	return []Route{
		handle(Route{ID: "draft-notices", Method: "POST", Path: "/v1/actions/{id}/notices", Permission: auth.ReferDraft, Summary: "Run the pre-flight over items and draft notices of Article 16, or orders of Article 9, of Regulation (EU) 2022/2065", Tag: tag}, draftNotices),
		handle(Route{ID: "list-notices", Method: "GET", Path: "/v1/actions/{id}/notices", Permission: auth.ReferralRead, Summary: "List an action's notices and orders to act", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ofTrack) (client.Page[client.Notice], error) {
				return whole(s.Desk.Notices(ctx, who, id.Action(in.ID), in.Track))
			}),
		handle(Route{ID: "get-notice", Method: "GET", Path: "/v1/notices/{id}", Permission: auth.ReferralRead, Summary: "One notice with its items and what the platform decided", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Notice, error) {
				return s.Desk.Notice(ctx, who, id.Notice(in.ID))
			}),
		handle(Route{ID: "approve-notice", Method: "POST", Path: "/v1/notices/{id}/approval", Permission: auth.ReferApprove, Summary: "Let a notice leave that somebody else drafted", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Notice, error) {
				n, err := s.Flow.ApproveNotice(ctx, who, id.Notice(in.ID))
				if err != nil {
					return client.Notice{}, err
				}
				return s.Desk.Notice(ctx, who, n)
			}),
		handle(Route{ID: "answer-notice", Method: "POST", Path: "/v1/notices/{id}/answers", Permission: auth.AnswerGive, Summary: "Confirm a notice and say what you decided, or what effect you gave to an order; for platform contacts", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.NewNoticeAnswers
			}) (client.Rows, error) {
				return rows(s.Flow.AnswerNotice(ctx, who, flow.ByAPI, id.Notice(in.ID), in.Body.Decisions...))
			}),
	}
}

func draftNotices(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.NewNotices
}) (client.Noticed, error) {
	out := client.Noticed{Notices: []client.Notice{}, Blocked: []client.Block{}}
	wanted := flow.NewNotices{Track: notice.Track(in.Body.Track), Filled: in.Body.Form}
	for _, it := range in.Body.Items {
		wanted.Items = append(wanted.Items, id.Item(it))
	}
	made, err := s.Flow.DraftNotices(ctx, who, id.Action(in.ID), wanted)
	if err != nil {
		return out, err
	}
	for _, n := range made.Notices {
		one, err := s.Desk.Notice(ctx, who, n)
		if err != nil {
			return out, err
		}
		one.Items = nil // the list of what was drafted, not all of its content
		out.Notices = append(out.Notices, one)
	}
	for _, b := range made.Blocked {
		out.Blocked = append(out.Blocked, client.Block{ItemID: string(b.Item), Rule: b.Rule, Reason: b.Reason, Remedy: b.Remedy, At: b.At})
	}
	return out, nil
}

// blockedNow are the blocks of items that a call has just blocked.
func blockedNow(ctx context.Context, s *Server, who auth.Principal, a id.Action, items []id.Item) ([]client.Block, error) {
	list := []client.Block{}
	now := map[string]bool{}
	for _, it := range items {
		now[string(it)] = true
	}
	blocks, err := s.Desk.Blocks(ctx, who, a)
	for _, b := range blocks {
		if now[b.ItemID] {
			list = append(list, b)
		}
	}
	return list, err
}
