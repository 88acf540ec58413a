package api

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
)

// designationFile is a list as it is handed in.
type designationFile struct {
	upload
	Source string    `query:"source" required:"true" enum:"un,eu,csv" doc:"un: consolidated list of the Security Council, XML; eu: financial sanctions of the Union, XML 1.1; csv: a table"`
	Name   string    `query:"name" maxLength:"200" doc:"of the list, for csv"`
	Label  string    `query:"label" maxLength:"200" doc:"of the version, for csv"`
	Dated  time.Time `query:"dated" doc:"when the publisher made it, for csv"`
	Anyway bool      `query:"anyway" doc:"take it though more than half of the list is gone"`
}

type designationQuery struct {
	Question string `query:"q" maxLength:"1000" doc:"words of a name, in any script, or a reference"`
	List     string `query:"list" maxLength:"40" doc:"only of one list"`
	Limit    int    `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

func designationRoutes() []Route {
	const tag = "designations"
	return []Route{
		handle(Route{ID: "list-designation-lists", Method: "GET", Path: "/v1/designations", Permission: auth.ItemRead, Summary: "The lists of designated persons and groups, with their versions", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.DesignationList], error) {
				return whole(s.Desk.DesignationLists(ctx, who))
			}),
		handle(Route{ID: "import-designations", Method: "POST", Path: "/v1/designations", Permission: auth.DesignationManage, Tag: tag,
			Summary: "Take a published list as its next version: good entries are taken, bad ones reported; a file that breaks off is not taken", accepts: []string{"application/xml", "text/csv"}}, importDesignations),
		handle(Route{ID: "find-designations", Method: "GET", Path: "/v1/designations/entries", Permission: auth.ItemRead, Summary: "Look for entries by name, in any script, or by reference; those that are no longer listed come last", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *designationQuery) (client.Page[client.DesignatedEntity], error) {
				return whole(s.Desk.Designations(ctx, who, in.Question, in.List, in.Limit))
			}),
		handle(Route{ID: "get-designation", Method: "GET", Path: "/v1/designations/entries/{id}", Permission: auth.ItemRead, Summary: "One entry", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.DesignatedEntity, error) {
				return s.Desk.Designation(ctx, who, id.Entity(in.ID))
			}),
	}
}

func importDesignations(ctx context.Context, s *Server, who auth.Principal, in *designationFile) (client.DesignationImport, error) {
	list := flow.NewList{Source: in.Source, Name: in.Name, Header: designation.Header{Label: in.Label, Dated: in.Dated}, Anyway: in.Anyway}
	got, err := s.Flow.ImportDesignations(ctx, who, list, in.body)
	out := client.DesignationImport{List: got.List.Name, Version: desk.VersionOf(got.Version), Same: got.Same, Failed: got.Failed, Errors: []client.RowError{}}
	for _, b := range got.Bad {
		out.Errors = append(out.Errors, client.RowError{Line: b.Line, Input: b.Text, Reason: reason(b.Err)})
	}
	return out, err
}
