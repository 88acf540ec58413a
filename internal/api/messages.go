package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
)

func messageRoutes() []Route {
	const tag = "messages"
	return []Route{
		handle(Route{ID: "keys", Method: "GET", Path: "/v1/keys", Public: true, Summary: "Public keys of what this Argine sends", Tag: tag},
			func(_ context.Context, s *Server, _ auth.Principal, _ *none) (client.Keys, error) {
				return s.Flow.PublicKeys(), nil
			}),
		stream(Route{ID: "inbox", Method: "GET", Path: "/v1/inbox", Permission: auth.AnswerGive, Summary: "What there is for your platform; to be given it is to have received it", Tag: tag}, inbox),
		stream(Route{ID: "inbox-pdf", Method: "GET", Path: "/v1/inbox/{id}/document.pdf", Permission: auth.AnswerGive, Summary: "The printed form of a message to your platform; printed when it is first asked for", Tag: tag}, inboxPDF),
		handle(Route{ID: "confirm-receipt", Method: "POST", Path: "/v1/inbox/receipts", Permission: auth.AnswerGive, Summary: "Confirm that you received messages", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				from
				Body client.Receipts
			}) (client.Rows, error) {
				ids := make([]id.Delivery, len(in.Body.IDs))
				for i, d := range in.Body.IDs {
					ids[i] = id.Delivery(d)
				}
				return rows(s.Flow.ConfirmReceipt(ctx, who, "confirmed with the token "+string(who.Token)+" from "+in.address, ids))
			}),
		handle(Route{ID: "give-answer", Method: "POST", Path: "/v1/answers/{id}", Public: true, Summary: "Answer by program: a message of the type answer.given, signed with the secret that webhooks to you are signed with", Tag: tag},
			func(ctx context.Context, s *Server, _ auth.Principal, in *signedCall) (client.Rows, error) {
				return s.Flow.HookAnswer(ctx, id.Platform(in.ID), in.header, in.RawBody)
			}),
		handle(Route{ID: "tell-authority", Method: "POST", Path: "/v1/authority-messages", Public: true, Summary: "What one authority's program tells another: the copy of an order, an intention, a decision; signed with a key that the register has", Tag: tag},
			func(ctx context.Context, s *Server, _ auth.Principal, in *signedMessage) (client.Taken, error) {
				o, err := s.Flow.AuthorityHook(ctx, in.header, in.RawBody)
				return client.Taken{ID: string(o)}, err
			}),
	}
}

// signedCall is a call whose signature stands for a token. It is exported as far as the
// library reads it.
type signedCall struct {
	ID      string          `path:"id"`
	Body    json.RawMessage `doc:"a Message; its signature is looked at before it is read"`
	RawBody []byte
	header  http.Header
}

// Resolve takes over the headers that the signature is in.
func (c *signedCall) Resolve(ctx huma.Context) []error {
	c.header = http.Header{}
	for _, name := range []string{client.WebhookID, client.WebhookTimestamp, client.WebhookSignature} {
		c.header.Set(name, ctx.Header(name))
	}
	return nil
}

// signedMessage is a signedCall that names nobody in its path: the key tells who calls.
type signedMessage struct {
	Body    json.RawMessage `doc:"a Message; its signature is looked at before it is read"`
	RawBody []byte
	header  http.Header
}

// Resolve takes over the headers that the signature is in.
func (c *signedMessage) Resolve(ctx huma.Context) []error {
	var call signedCall
	errs := call.Resolve(ctx)
	c.header = call.header
	return errs
}

// from is the address that a call comes from.
type from struct{ address string }

// Resolve takes the address over from the connection.
func (f *from) Resolve(ctx huma.Context) []error {
	f.address = ctx.RemoteAddr()
	return nil
}

// inboxPDF writes the printed form. To be given it is to have received the message.
func inboxPDF(ctx context.Context, s *Server, who auth.Principal, in *ByID) (*huma.StreamResponse, error) {
	pdf, err := s.Flow.InboxPDF(ctx, who, id.Delivery(in.ID))
	if err != nil {
		return nil, err
	}
	return s.handOver(ctx, who, "application/pdf", pdf, id.Delivery(in.ID)), nil
}

// inbox writes the messages, and records that they were received when the whole answer has
// been handed to the network.
func inbox(ctx context.Context, s *Server, who auth.Principal, in *struct {
	After string `query:"after" maxLength:"40"`
}) (*huma.StreamResponse, error) {
	list, err := s.Flow.Inbox(ctx, who, in.After)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	ids := make([]id.Delivery, len(list.Messages))
	for i, m := range list.Messages {
		ids[i] = id.Delivery(m.ID)
	}
	return s.handOver(ctx, who, "application/json", body, ids...), nil
}

// handOver writes what a platform fetches, and notes what it has received by that.
func (s *Server) handOver(ctx context.Context, who auth.Principal, kind string, body []byte, ids ...id.Delivery) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", kind)
		c.SetHeader("Content-Length", strconv.Itoa(len(body)))
		c.SetHeader("Cache-Control", "no-store")
		w := c.BodyWriter()
		_, err := w.Write(body)
		if rw, ok := w.(http.ResponseWriter); ok && err == nil {
			err = http.NewResponseController(rw).Flush()
		}
		if err != nil {
			return // nobody had it: it waits
		}
		proof := "fetched with the token " + string(who.Token) + " from " + c.RemoteAddr() + "; the answer was written whole"
		if err := s.Flow.Taken(context.WithoutCancel(ctx), who, proof, ids...); err != nil {
			s.Log.ErrorContext(ctx, "it could not be noted that a platform fetched its messages; they count as not received until it fetches again", "error", err)
		}
	}}
}
