package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
)

func calibrationRoutes() []Route {
	return []Route{
		handle(Route{ID: "get-calibration", Method: "GET", Path: "/v1/banks/{id}/calibration", Permission: auth.BankRead, Tag: "banks",
			Summary: "What people's decisions say of the radius of a bank, named in the path"},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Calibration, error) {
				return s.Desk.Calibration(ctx, who, in.ID)
			}),
	}
}
