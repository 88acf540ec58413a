package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
)

// AskedReport says which report is asked for. It is exported because the library reads only
// exported members.
type AskedReport struct {
	Kind     string `path:"kind" enum:"article8,article21,trusted-flagger,dsa-csv,public"`
	Year     int    `query:"year" minimum:"2020" maximum:"2100" doc:"the calendar year; this one, if it is left out"`
	Unit     string `query:"unit" doc:"name or identifier; your own, or all for who sees all, if it is left out"`
	Suppress int    `query:"suppress" minimum:"0" maximum:"1000" doc:"of the public report: counts below it are not told"`
}

func (a AskedReport) query() client.TransparencyQuery {
	return client.TransparencyQuery{Kind: a.Kind, Unit: a.Unit, Year: a.Year, Suppress: a.Suppress}
}

func transparencyRoutes() []Route {
	const tag = "transparency"
	return []Route{
		handle(Route{ID: "transparency", Method: "GET", Path: "/v1/transparency/{kind}", Permission: auth.ReportRead, Summary: "A transparency report with the counting rule of each figure", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *AskedReport) (client.Transparency, error) {
				return s.Desk.Transparency(ctx, who, in.query())
			}),
		stream(Route{ID: "transparency-csv", Method: "GET", Path: "/v1/transparency/{kind}/csv", Permission: auth.ReportRead, Summary: "A transparency report as comma-separated values", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				AskedReport
				Table string `query:"table" doc:"one table by its key, such as 1.2.1; all of the report, if it is left out"`
			}) (*huma.StreamResponse, error) {
				body, err := s.Desk.TransparencyCSV(ctx, who, in.query(), in.Table)
				if err != nil {
					return nil, err
				}
				return &huma.StreamResponse{Body: func(out huma.Context) {
					out.SetHeader("Content-Type", "text/csv; charset=utf-8")
					out.BodyWriter().Write(body)
				}}, nil
			}),
	}
}
