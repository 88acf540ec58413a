package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/complaints"
)

func hostMoreRoutes() []Route {
	const tag = "host"
	return []Route{
		handle(Route{ID: "host-report", Method: "GET", Path: "/v1/host/report", Permission: auth.HostRead, Summary: "The transparency report of Article 7 for a year", Tag: tag}, hostReport),
		handle(Route{ID: "host-activity", Method: "GET", Path: "/v1/host/activity", Permission: auth.HostRead, Summary: "What is left to do by itself", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.HostActivity, error) {
				a, err := s.Host.Activity(ctx, who)
				return client.HostActivity{Due: a.Due, NextDue: maybe(a.Next), Stuck: a.Stuck}, err
			}),
		handle(Route{ID: "host-ask", Method: "POST", Path: "/v1/host/uploads", Permission: auth.HostAct, Summary: "Ask the trusted banks about a file; the body is the file", Tag: tag,
			accepts: []string{"image/jpeg", "image/png", "video/mp4", "application/octet-stream"}}, hostAsk),
		handle(Route{ID: "host-complain", Method: "POST", Path: "/v1/host/complaints", Permission: auth.HostAct, Summary: "Take in a content provider's complaint", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewHostComplaint }) (client.HostComplaint, error) {
				b := in.Body
				c, err := s.Host.Complain(ctx, who, complaints.Complaint{URL: b.URL, Contact: b.Contact, Language: b.Language, Words: b.Words})
				return client.HostComplaint{ID: string(c.ID), Case: string(c.Case), DueAt: c.DueAt}, err
			}),
	}
}

func hostReport(ctx context.Context, s *Server, who auth.Principal, in *struct {
	Year int `query:"year" required:"true" minimum:"2022" maximum:"9999"`
}) (client.HostReport, error) {
	r, err := s.Host.Report(ctx, who, in.Year)
	out := client.HostReport{Service: r.Service, MemberState: r.MemberState, Year: r.Year, Due: r.Due, Figures: []client.HostFigure{}}
	for _, f := range r.Figures {
		out.Figures = append(out.Figures, client.HostFigure(f))
	}
	return out, err
}

func hostAsk(ctx context.Context, s *Server, who auth.Principal, in *struct {
	URL      string `query:"url" required:"true"`
	Provider string `query:"provider"`
	Type     string `header:"Content-Type"`
	RawBody  []byte
}) (client.HostUpload, error) {
	u, err := s.Host.Ask(ctx, who, in.URL, in.Provider, in.Type, in.RawBody)
	out := client.HostUpload{ID: string(u.ID), URL: in.URL, Hits: []client.HostHit{}}
	for _, h := range u.Hits {
		out.Hits = append(out.Hits, client.HostHit(h))
	}
	return out, err
}
