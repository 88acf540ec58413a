package api

import (
	"context"
	"io"
	"mime"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
)

func mailRoutes() []Route {
	const tag = "mail"
	return []Route{
		handle(Route{ID: "list-mail", Method: "GET", Path: "/v1/mail", Permission: auth.MailRead, Summary: "Mail that came in: in a state, or the newest", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				State string `query:"state" enum:"waiting,answered,bounce,repeat,loop,aside,new,"`
			}) (client.Page[client.Mail], error) {
				return whole(s.Desk.Mails(ctx, who, in.State))
			}),
		handle(Route{ID: "get-mail", Method: "GET", Path: "/v1/mail/{id}", Permission: auth.MailRead, Summary: "One mail that came in", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Mail, error) {
				return s.Desk.Mail(ctx, who, id.Mail(in.ID))
			}),
		stream(Route{ID: "mail-file", Method: "GET", Path: "/v1/mail/{id}/files/{place}", Permission: auth.MailRead, Summary: "A file of a mail; 0 is the mail as it came", Tag: tag}, mailFile),
		handle(Route{ID: "read-mail", Method: "POST", Path: "/v1/mail/{id}/reading", Permission: auth.MailFile, Summary: "Say what is in a mail that waits for a person", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.MailReading
			}) (client.Rows, error) {
				b := in.Body
				return rows(s.Flow.ReadMail(ctx, who, id.Mail(in.ID), flow.Reading{Aside: b.Aside, Attached: b.Attached, Recorded: b.Recorded, Answer: b.Answer, Note: b.Note}))
			}),
	}
}

func mailFile(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Place int `path:"place" minimum:"0" maximum:"1000"`
}) (*huma.StreamResponse, error) {
	name, size, file, err := s.Desk.MailFile(ctx, who, id.Mail(in.ID), in.Place)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer file.Close()
		c.SetHeader("Content-Type", "application/octet-stream") // whatever the mail claims
		c.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		c.SetHeader("Content-Length", strconv.FormatInt(size, 10))
		_, err := io.Copy(c.BodyWriter(), file)
		s.orBreak(ctx, err)
	}}, nil
}
