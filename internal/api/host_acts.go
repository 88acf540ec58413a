package api

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/id"
)

// onCase is a call about one case with a body.
type onCase[T any] struct {
	ID   string `path:"id"`
	Body T
}

// onCaseDo makes the row of a route that does something in a case and answers with the case.
func onCaseDo[T any](name, path, summary string, do func(ctx context.Context, s *Server, who auth.Principal, target id.Case, in T) error) Route {
	return handle(Route{ID: name, Method: "POST", Path: "/v1/host/cases/{id}/" + path, Permission: auth.HostAct, Summary: summary, Tag: "host"},
		func(ctx context.Context, s *Server, who auth.Principal, in *onCase[T]) (client.HostCase, error) {
			if err := do(ctx, s, who, id.Case(in.ID), in.Body); err != nil {
				return client.HostCase{}, err
			}
			return s.hostCase(ctx, who, id.Case(in.ID))
		})
}

func hostActRoutes() []Route {
	return []Route{
		onCaseDo("host-disable", "disabling", "Have the service disable content",
			func(ctx context.Context, s *Server, who auth.Principal, target id.Case, in client.HostDisabling) error {
				_, err := s.Host.Disable(ctx, who, target, host.Disabling{Place: in.Place, Twins: in.Twins, Answer: in.Answer})
				return err
			}),
		onCaseDo("host-feedback", "feedback", "Answer a removal order with Annex II",
			func(ctx context.Context, s *Server, who auth.Principal, target id.Case, in client.HostFeedback) error {
				_, err := s.Host.Feedback(ctx, who, target, host.Feedback{Measure: in.Measure, TakenAt: moment(in.TakenAt)})
				return err
			}),
		onCaseDo("host-impossible", "impossibility", "Answer a removal order with Annex III",
			func(ctx context.Context, s *Server, who auth.Principal, target id.Case, in client.HostImpossibility) error {
				_, err := s.Host.Impossible(ctx, who, target, host.Impossibility{Grounds: in.Grounds, Reasons: in.Reasons, Errors: in.Errors, Wanted: in.Wanted})
				return err
			}),
		onCaseDo("host-answer", "answers", "Answer items of a referral or notice",
			func(ctx context.Context, s *Server, who auth.Principal, target id.Case, in client.HostAnswers) error {
				list := make([]host.ItemAnswer, len(in.Answers))
				for i, a := range in.Answers {
					list[i] = host.ItemAnswer{Place: a.Place, Kind: a.Kind, Reason: a.Reason, ActedAt: moment(a.ActedAt)}
				}
				_, err := s.Host.AnswerItems(ctx, who, target, list, in.Twins)
				return err
			}),
	}
}

// moment is the zero time where there is none.
func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
