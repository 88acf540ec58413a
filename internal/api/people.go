package api

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/id"
)

type none struct{}

// defaultTokenDays is how long a token lasts when nothing is said.
const defaultTokenDays = 90

func peopleRoutes() []Route {
	const tag = "people"
	return []Route{
		handle(Route{ID: "me", Method: "GET", Path: "/v1/me", Summary: "Who am I, and what may I do?", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Me, error) {
				return s.Desk.Me(ctx, who)
			}),
		handle(Route{ID: "list-units", Method: "GET", Path: "/v1/units", Permission: auth.PeopleRead, Summary: "List the units", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.Unit], error) {
				return whole(s.Desk.Units(ctx, who))
			}),
		handle(Route{ID: "add-unit", Method: "POST", Path: "/v1/units", Permission: auth.PeopleManage, Summary: "Add a unit", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewUnit }) (client.Unit, error) {
				u, err := s.Flow.AddUnit(ctx, who, auth.Unit{Name: in.Body.Name, Country: in.Body.Country, Kind: in.Body.Kind})
				return desk.UnitOf(u), err
			}),
		handle(Route{ID: "list-users", Method: "GET", Path: "/v1/users", Permission: auth.PeopleRead, Summary: "List the users of your unit, or all if you may see all", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.User], error) {
				return whole(s.Desk.Users(ctx, who))
			}),
		handle(Route{ID: "add-user", Method: "POST", Path: "/v1/users", Permission: auth.PeopleManage, Summary: "Add a user and make a one-time link", Tag: tag}, addUser),
		handle(Route{ID: "list-tokens", Method: "GET", Path: "/v1/tokens", Permission: auth.TokenManage, Summary: "List the API tokens", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.Token], error) {
				return whole(s.Desk.Tokens(ctx, who))
			}),
		handle(Route{ID: "add-token", Method: "POST", Path: "/v1/tokens", Permission: auth.TokenManage, Summary: "Make an API token; its secret is shown once", Tag: tag}, addToken),
		handle(Route{ID: "revoke-token", Method: "DELETE", Path: "/v1/tokens/{id}", Permission: auth.TokenManage, Summary: "End an API token at once", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ID string `path:"id"`
			}) (none, error) {
				return none{}, s.Flow.RevokeToken(ctx, who, id.Token(in.ID))
			}),
	}
}

func addUser(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewUser }) (client.NewUserAnswer, error) {
	b := in.Body
	roles := make([]auth.Role, len(b.Roles))
	for i, r := range b.Roles {
		roles[i] = auth.Role(r)
	}
	made, err := s.Flow.AddUser(ctx, who, auth.User{Unit: id.Unit(b.UnitID), Name: b.Name, Email: b.Email, Roles: roles, Platform: id.Platform(b.PlatformID)})
	out := client.NewUserAnswer{User: desk.UserOf(made.User)}
	if made.Invitation != "" { // a repeated call does not get it again
		out.Invitation = "/welcome/" + made.Invitation
	}
	return out, err
}

func addToken(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewToken }) (client.Token, error) {
	b := in.Body
	scopes := make([]auth.Permission, len(b.Scopes))
	for i, p := range b.Scopes {
		scopes[i] = auth.Permission(p)
	}
	if b.Days == 0 {
		b.Days = defaultTokenDays
	}
	made, err := s.Flow.AddToken(ctx, who, id.User(b.UserID), b.Name, scopes, time.Duration(b.Days)*24*time.Hour)
	out := desk.TokenOf(made.Token)
	out.Secret = made.Secret
	return out, err
}

// whole is a list that fits on one page.
func whole[T any](list []T, err error) (client.Page[T], error) {
	if list == nil {
		list = []T{}
	}
	return client.Page[T]{Items: list}, err
}
