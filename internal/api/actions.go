package api

import (
	"context"
	"io"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

func actionRoutes() []Route {
	const tag = "actions"
	return []Route{
		handle(Route{ID: "list-actions", Method: "GET", Path: "/v1/actions", Permission: auth.ActionRead, Summary: "List the actions that your unit takes part in", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Page[client.Action], error) {
				return whole(s.Desk.Actions(ctx, who))
			}),
		handle(Route{ID: "open-action", Method: "POST", Path: "/v1/actions", Permission: auth.ActionOpen, Summary: "Open a joint action", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewAction }) (client.Action, error) {
				b := in.Body
				a, err := s.Flow.OpenAction(ctx, who, action.Action{Name: b.Name, Theme: b.Theme, OpensAt: b.OpensAt, ClosesAt: b.ClosesAt, Blind: b.Blind, Silence: time.Duration(b.Silence) * time.Minute}, b.Units)
				return desk.ActionOf(a), err
			}),
		handle(Route{ID: "get-action", Method: "GET", Path: "/v1/actions/{id}", Permission: auth.ActionRead, Summary: "One action", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Action, error) {
				return s.Desk.Action(ctx, who, id.Action(in.ID))
			}),
		handle(Route{ID: "set-action", Method: "PATCH", Path: "/v1/actions/{id}", Permission: auth.ActionOpen, Summary: "Change how an action of yours is worked on", Tag: tag}, setAction),
		handle(Route{ID: "action-status", Method: "GET", Path: "/v1/actions/{id}/status", Permission: auth.ActionRead, Summary: "The live board of an action", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Status, error) {
				return s.Desk.Status(ctx, who, id.Action(in.ID))
			}),
		handle(Route{ID: "action-report", Method: "GET", Path: "/v1/actions/{id}/report", Permission: auth.ReportRead, Summary: "The after-action report", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Report, error) {
				return s.Desk.Report(ctx, who, id.Action(in.ID))
			}),
		stream(Route{ID: "action-report-html", Method: "GET", Path: "/v1/actions/{id}/report.html", Permission: auth.ReportRead, Summary: "The after-action report as one HTML file", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (*huma.StreamResponse, error) {
				page, err := s.Desk.ReportHTML(ctx, who, id.Action(in.ID))
				return written("text/html; charset=utf-8", page), err
			}),
		handle(Route{ID: "contribute", Method: "POST", Path: "/v1/actions/{id}/contributions", Permission: auth.ActionContribute, Tag: tag,
			Summary: "Hand in a file of links: good lines are taken, bad ones reported", accepts: []string{"text/csv", "application/jsonl", "text/uri-list", "text/plain"}}, contribute),
		handle(Route{ID: "activity", Method: "GET", Path: "/v1/activity", Permission: auth.Operate, Summary: "Is anything left to do now, and when is more due?", Tag: "operation"},
			func(ctx context.Context, s *Server, who auth.Principal, _ *none) (client.Activity, error) {
				return s.Desk.Activity(ctx, who)
			}),
	}
}

func setAction(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.ActionChange
}) (client.Action, error) {
	now, err := s.Desk.Action(ctx, who, id.Action(in.ID))
	if err != nil {
		return now, err
	}
	if in.Body.Blind != nil {
		now.Blind = *in.Body.Blind
	}
	if in.Body.Silence != nil {
		now.Silence = *in.Body.Silence
	}
	a, err := s.Flow.SetAction(ctx, who, id.Action(in.ID), now.Blind, time.Duration(now.Silence)*time.Minute)
	return desk.ActionOf(a), err
}

// file is an uploaded file, read as it comes.
type file struct {
	ByID
	kind string
	body io.Reader
}

// maxFile bounds an uploaded file: about ten million links.
const maxFile = 1 << 30

// Resolve implements huma.Resolver: it keeps the body as a stream.
func (f *file) Resolve(ctx huma.Context) []error {
	f.kind, f.body = ctx.Header("Content-Type"), &bounded{ctx.BodyReader(), maxFile}
	return nil
}

// bounded fails, where io.LimitReader would end: a file that is cut off is not the file.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, problem.New(problem.TooLarge, "the file is over 1 GiB; hand it in in parts")
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

func contribute(ctx context.Context, s *Server, who auth.Principal, in *file) (client.Contributed, error) {
	got, err := s.Flow.Contribute(ctx, who, id.Action(in.ID), in.kind, in.body)
	out := client.Contributed{Lines: got.Lines, Taken: got.Taken, NewItems: got.NewItems, Duplicates: got.Duplicates, Repeated: got.Repeated, Failed: got.Failed, Errors: []client.RowError{}}
	for _, line := range got.Bad {
		out.Errors = append(out.Errors, client.RowError{Line: line.Number, Input: line.Input, Reason: problem.Message(line.Err)})
	}
	return out, err
}

// written is an answer that is there whole.
func written(kind string, body []byte) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", kind)
		ctx.BodyWriter().Write(body)
	}}
}
