package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
)

func messageRoutes() []Route {
	const tag = "messages"
	return []Route{
		handle(Route{ID: "keys", Method: "GET", Path: "/v1/keys", Public: true, Summary: "Public keys of what this Argine sends", Tag: tag},
			func(_ context.Context, s *Server, _ auth.Principal, _ *none) (client.Keys, error) {
				return client.Keys{Webhook: s.Flow.PublicKeys()}, nil
			}),
	}
}
