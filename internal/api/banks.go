package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
)

func bankRoutes() []Route {
	const tag = "banks"
	return []Route{
		handle(Route{ID: "list-banks", Method: "GET", Path: "/v1/banks", Permission: auth.BankRead, Summary: "List the banks", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.Bank], error) {
				return whole(s.Desk.Banks(ctx, who))
			}),
		handle(Route{ID: "add-bank", Method: "POST", Path: "/v1/banks", Permission: auth.BankManage, Summary: "Add a bank of your unit", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewBank }) (client.Bank, error) {
				b, err := s.Flow.AddBank(ctx, who, match.Bank{Name: in.Body.Name, Radius: in.Body.Radius, Terms: in.Body.Terms, Enabled: true})
				return client.Bank{ID: string(b.ID), Name: b.Name, UnitID: string(b.Unit), Radius: b.Radius, Terms: b.Terms, Enabled: b.Enabled}, err
			}),
		handle(Route{ID: "import-entries", Method: "POST", Path: "/v1/banks/{id}/entries", Permission: auth.BankManage, Tag: tag,
			Summary: "Add fingerprints to a bank, named in the path: good lines are taken, bad ones reported", accepts: []string{"text/csv", "application/jsonl"}}, importEntries),
	}
}

func importEntries(ctx context.Context, s *Server, who auth.Principal, in *file) (client.Imported, error) {
	got, err := s.Flow.ImportEntries(ctx, who, in.ID, in.kind, in.body)
	out := client.Imported{Lines: got.Lines, Added: got.Added, Repeated: got.Repeated, Failed: got.Failed, Errors: []client.RowError{}}
	for _, line := range got.Bad {
		out.Errors = append(out.Errors, client.RowError{Line: line.Number, Input: line.Input, Reason: problem.Message(line.Err)})
	}
	return out, err
}
