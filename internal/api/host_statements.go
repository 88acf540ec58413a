package api

import (
	"context"
	"encoding/json"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host/statements"
	"github.com/argine/argine/internal/id"
)

func hostStatementRoutes() []Route {
	const tag = "host"
	return []Route{
		handle(Route{ID: "host-statements", Method: "GET", Path: "/v1/host/statements", Permission: auth.HostRead, Summary: "The newest statements of reasons, and what became of them", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.HostStatement], error) {
				rows, err := s.Host.StatementRows(ctx, who)
				page := client.Page[client.HostStatement]{Items: []client.HostStatement{}}
				for _, r := range rows {
					one, bad := statementOf(r)
					if bad != nil {
						return page, bad
					}
					page.Items = append(page.Items, one)
				}
				return page, err
			}),
		handle(Route{ID: "host-correct-statement", Method: "POST", Path: "/v1/host/statements/{id}/correction", Permission: auth.HostAct,
			Summary: "Correct a statement of reasons that was refused; it is sent again with the same puid", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *onCase[statements.Statement]) (client.HostStatement, error) {
				r, err := s.Host.CorrectStatement(ctx, who, id.Statement(in.ID), in.Body)
				if err != nil {
					return client.HostStatement{}, err
				}
				return statementOf(r)
			}),
	}
}

func statementOf(r statements.Row) (client.HostStatement, error) {
	body, err := json.Marshal(r.Statement)
	return client.HostStatement{ID: string(r.ID), PUID: r.PUID, Case: string(r.Case), State: r.State, Errors: r.Wrong(), Statement: body}, err
}
