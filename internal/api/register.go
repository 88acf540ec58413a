package api

import (
	"context"
	"io"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

type registerQuery struct {
	MemberState string `query:"member_state" maxLength:"2" doc:"ISO 3166-1"`
	Role        string `query:"role" enum:"issue,scrutinise,supervise,penalise"`
}

// upload is a file that belongs to nothing in the path.
type upload struct {
	kind string
	body io.Reader
}

// Resolve implements huma.Resolver: it keeps the body as a stream.
func (u *upload) Resolve(ctx huma.Context) []error {
	u.kind, u.body = ctx.Header("Content-Type"), &bounded{ctx.BodyReader(), maxFile}
	return nil
}

func registerRoutes() []Route {
	const tag = "register"
	return []Route{
		handle(Route{ID: "list-authorities", Method: "GET", Path: "/v1/register", Permission: auth.PlatformRead, Summary: "List the competent authorities of the member states", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *registerQuery) (client.Page[client.Authority], error) {
				return whole(s.Desk.Register(ctx, who, in.MemberState, in.Role))
			}),
		handle(Route{ID: "get-authority", Method: "GET", Path: "/v1/register/{id}", Permission: auth.PlatformRead, Summary: "One competent authority", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Authority, error) {
				return s.Desk.Authority(ctx, who, id.Authority(in.ID))
			}),
		handle(Route{ID: "import-register", Method: "POST", Path: "/v1/register", Permission: auth.RegisterManage, Tag: tag,
			Summary: "Take a file of competent authorities: good entries are taken, bad ones reported", accepts: []string{"text/csv", "application/json", "application/jsonl"}}, importRegister),
		handle(Route{ID: "verify-authority", Method: "POST", Path: "/v1/register/{id}/verification", Permission: auth.RegisterManage, Summary: "Record that you made sure of an authority's contact and keys", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Authority, error) {
				a, err := s.Flow.VerifyAuthority(ctx, who, id.Authority(in.ID))
				return desk.AuthorityOf(a), err
			}),
	}
}

func importRegister(ctx context.Context, s *Server, who auth.Principal, in *upload) (client.RegisterImport, error) {
	got, err := s.Flow.ImportRegister(ctx, who, in.kind, in.body)
	out := client.RegisterImport{Entries: got.Entries, Added: got.Added, Changed: got.Changed, Same: got.Same, Failed: got.Failed, Errors: []client.RowError{}}
	for _, b := range got.Bad {
		out.Errors = append(out.Errors, client.RowError{Line: b.Line, Input: b.Text, Reason: reason(b.Err)})
	}
	return out, err
}

// reason says a failure with the fields that are wrong.
func reason(err error) string {
	text := problem.Message(err)
	for _, f := range failure(err).Errors {
		text += "; " + f.Location + ": " + f.Message
	}
	return text
}
