package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
)

func assessmentRoutes() []Route {
	const tag = "assessments"
	return []Route{
		handle(Route{ID: "worklist", Method: "GET", Path: "/v1/actions/{id}/worklist", Permission: auth.AssessFirst, Summary: "Items that wait for your assessment, most urgent first", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Step  int `query:"step" minimum:"1" maximum:"3" default:"1" doc:"3: items on which two people do not agree"`
				Limit int `query:"limit" minimum:"1" maximum:"500" default:"50"`
			}) (client.Page[client.Task], error) {
				return whole(s.Desk.Worklist(ctx, who, id.Action(in.ID), in.Step, in.Limit))
			}),
		handle(Route{ID: "assess", Method: "POST", Path: "/v1/assessments", Permission: auth.AssessFirst, Summary: "Record assessments, each by itself", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewAssessments }) (client.Rows, error) {
				list := make([]assess.New, len(in.Body.Assessments))
				for i, a := range in.Body.Assessments {
					list[i] = assess.New{Item: id.Item(a.ItemID), Decision: a.Decision, Limbs: a.Limbs, Purpose: a.Purpose, PurposeReasons: a.PurposeReasons, Confidence: a.Confidence, Reasons: a.Reasons,
						Factors: a.Factors, Language: a.Language, Producer: a.Producer, Entity: id.Entity(a.Designation), Behaviours: a.Behaviours, Tier: a.Tier, Ideology: a.Ideology}
				}
				return rows(s.Flow.Assess(ctx, who, list))
			}),
	}
}
