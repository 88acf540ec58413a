package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/redress"
)

func complaintRoutes() []Route {
	const tag = "complaints"
	one := func(ctx context.Context, s *Server, who auth.Principal, c id.Complaint, err error) (client.Complaint, error) {
		if err != nil {
			return client.Complaint{}, err
		}
		return s.Desk.Complaint(ctx, who, c)
	}
	return []Route{
		handle(Route{ID: "file-complaint", Method: "POST", Path: "/v1/complaints", Permission: auth.ComplaintFile, Summary: "File a complaint: a platform's own, or what a content provider wrote in", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewComplaint }) (client.Complaint, error) {
				wanted := flow.NewComplaint{Item: id.Item(in.Body.ItemID), Subject: in.Body.SubjectID, Contact: in.Body.Contact, Reasons: in.Body.Reasons}
				if in.Body.ReceivedAt != nil {
					wanted.ReceivedAt = *in.Body.ReceivedAt
				}
				c, err := s.Flow.FileComplaint(ctx, who, wanted)
				return one(ctx, s, who, c, err)
			}),
		handle(Route{ID: "list-complaints", Method: "GET", Path: "/v1/complaints", Permission: auth.ComplaintRead, Summary: "List complaints, open ones first, the soonest due first", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				State string `query:"state" enum:"open,decided"`
			}) (client.Page[client.Complaint], error) {
				return whole(s.Desk.Complaints(ctx, who, in.State))
			}),
		handle(Route{ID: "get-complaint", Method: "GET", Path: "/v1/complaints/{id}", Permission: auth.ComplaintRead, Summary: "One complaint, with what was found and who must not decide", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Complaint, error) {
				return s.Desk.Complaint(ctx, who, id.Complaint(in.ID))
			}),
		handle(Route{ID: "reassess", Method: "POST", Path: "/v1/complaints/{id}/reassessments", Permission: auth.ComplaintDecide, Summary: "Assess the item anew; only for people who took no part in its case", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.NewReassessment
			}) (client.Complaint, error) {
				b := in.Body
				c, err := s.Flow.Reassess(ctx, who, id.Complaint(in.ID), redress.Finding{Decision: b.Decision, Limbs: b.Limbs, Purpose: b.Purpose, Reasons: b.Reasons})
				return one(ctx, s, who, c, err)
			}),
		handle(Route{ID: "tell-outcome", Method: "POST", Path: "/v1/complaints/{id}/telling", Permission: auth.ComplaintDecide, Summary: "Note that the complainant was told the outcome", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Telling
			}) (client.Complaint, error) {
				c, err := s.Flow.TellOutcome(ctx, who, id.Complaint(in.ID), in.Body.How)
				return one(ctx, s, who, c, err)
			}),
		handle(Route{ID: "precision", Method: "GET", Path: "/v1/precision", Permission: auth.ReportRead, Summary: "How often what was handed over held: by unit, platform, language, limb, designation and ideology", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				Year int `query:"year" minimum:"2020" maximum:"2100" doc:"of handing over; all time, if it is left out"`
			}) (client.Page[client.Precisions], error) {
				return whole(s.Desk.Precisions(ctx, who, in.Year))
			}),
	}
}
