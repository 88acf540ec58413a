package api

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/id"
)

// HostRoutes is the list of routes of a hosting service's own Argine.
func HostRoutes() []Route {
	return slices.Concat(peopleRoutes(), auditRoutes(), hostRoutes(), hostActRoutes(), hostMoreRoutes(), hostStatementRoutes(), hostReinstatementRoutes(), schemaRoutes())
}

// hookIn is a webhook as it comes: the signature is over the body byte for byte.
type hookIn struct {
	Sender    string `path:"sender"`
	ID        string `header:"Webhook-Id"`
	Timestamp string `header:"Webhook-Timestamp"`
	Signature string `header:"Webhook-Signature"`
	RawBody   []byte
}

func hostRoutes() []Route {
	const tag = "host"
	return []Route{
		stream(Route{ID: "hook", Method: "POST", Path: "/hooks/{sender}", Public: true, Summary: "Take in a signed message (Standard Webhooks); the answer, a HostReceipt, is signed in the same way", Tag: tag}, hook),
		handle(Route{ID: "host-cases", Method: "GET", Path: "/v1/host/cases", Permission: auth.HostRead, Summary: "List the cases, newest first", Tag: tag}, hostCases),
		handle(Route{ID: "host-case", Method: "GET", Path: "/v1/host/cases/{id}", Permission: auth.HostRead, Summary: "One case whole, with its clocks", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.HostCase, error) {
				return s.hostCase(ctx, who, id.Case(in.ID))
			}),
		handle(Route{ID: "host-hand-in", Method: "POST", Path: "/v1/host/messages", Permission: auth.HostAct, Summary: "Hand in a document or message that came by other means", Tag: tag,
			accepts: []string{"application/json"}}, handIn),
	}
}

func hook(ctx context.Context, s *Server, _ auth.Principal, in *hookIn) (*huma.StreamResponse, error) {
	h := http.Header{}
	h.Set(client.WebhookID, in.ID)
	h.Set(client.WebhookTimestamp, in.Timestamp)
	h.Set(client.WebhookSignature, in.Signature)
	r, err := s.Host.ReceiveWebhook(ctx, in.Sender, h, in.RawBody)
	if err != nil {
		return nil, err
	}
	body, err := json.Marshal(client.HostReceipt{ID: string(r.Message), Case: string(r.Case), ReceivedAt: r.ReceivedAt})
	if err != nil {
		return nil, err
	}
	signed := http.Header{}
	if err := s.Host.SignReceipt(in.Sender, signed, r.Message, body); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "application/json")
		for name := range signed {
			c.SetHeader(name, signed.Get(name))
		}
		c.BodyWriter().Write(body)
	}}, nil
}

func handIn(ctx context.Context, s *Server, who auth.Principal, in *struct {
	Sender     string    `query:"sender" doc:"its name in the settings"`
	ReceivedAt time.Time `query:"received_at" doc:"when the service got it; left out: now"`
	How        string    `query:"how"`
	RawBody    []byte
}) (client.HostReceipt, error) {
	r, err := s.Host.ReceiveUpload(ctx, who, host.Handed{Sender: in.Sender, ReceivedAt: in.ReceivedAt, How: in.How, File: in.RawBody})
	return client.HostReceipt{ID: string(r.Message), Case: string(r.Case), ReceivedAt: r.ReceivedAt}, err
}

func hostCases(ctx context.Context, s *Server, who auth.Principal, in *struct {
	State  string `query:"state" enum:"open,closed"`
	Track  string `query:"track" enum:"order,referral,notice,act_order"`
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"500" default:"100"`
}) (client.Page[client.HostCase], error) {
	rows, err := s.Host.Cases(ctx, who, cases.Filter{State: in.State, Track: cases.Track(in.Track), After: id.Case(in.Cursor), Limit: in.Limit})
	page := client.Page[client.HostCase]{Items: []client.HostCase{}}
	for _, r := range rows {
		c := caseOf(r.Case)
		c.URL, c.Count, c.Answered = r.URL, r.Items, r.Answered
		page.Items = append(page.Items, c)
	}
	if len(rows) == in.Limit {
		page.Next = string(rows[len(rows)-1].ID)
	}
	return page, err
}

// hostCase is one case in the words of the API.
func (s *Server) hostCase(ctx context.Context, who auth.Principal, target id.Case) (client.HostCase, error) {
	v, err := s.Host.Case(ctx, who, target)
	if err != nil {
		return client.HostCase{}, err
	}
	c := caseOf(v.Case)
	c.Count = len(v.Items)
	for _, it := range v.Items {
		c.Items = append(c.Items, client.HostItem{Place: it.Place, ItemID: it.ItemID, URL: it.URL, Content: it.Content, ActedAt: maybe(it.ActedAt), Answer: it.Answer})
		if it.Answer != "" {
			c.Answered++
		}
	}
	if len(v.Items) > 0 {
		c.URL = v.Items[0].URL
	}
	for _, e := range v.Events {
		c.Events = append(c.Events, client.HostEvent{Kind: string(e.Kind), At: e.At})
	}
	for _, k := range v.Clocks {
		c.Clocks = append(c.Clocks, client.HostClock{Name: k.Name, Article: k.Article, Owes: string(k.Owes), State: string(k.State), From: k.From, Until: maybe(k.Until), Done: maybe(k.Done)})
	}
	c.Reinstatements = reinstatementsOf(v.Requests)
	for _, r := range v.Returns {
		c.Returns = append(c.Returns, returnOf(r))
	}
	for _, f := range v.Case.Faults {
		c.Faults = append(c.Faults, client.HostFault{Field: f.Key, Article: f.Article, Reason: f.Why})
	}
	for _, t := range v.Twins {
		c.Twins = append(c.Twins, twinOf(t))
	}
	return c, nil
}

func twinOf(t host.Twin) client.HostTwin {
	out := client.HostTwin{Place: t.Place, Key: t.Key(), Track: string(t.Case.Track), Reference: t.Case.Reference, Authority: t.Case.Authority, URL: t.Item.URL,
		Alike: t.Like.Kind, Measure: t.Like.Measure, Waits: t.Waits(), DueAt: maybe(t.Case.DueAt)}
	if !t.Elsewhere() {
		out.Alike = "place"
	}
	return out
}

func caseOf(c cases.Case) client.HostCase {
	return client.HostCase{ID: string(c.ID), Track: string(c.Track), Sender: c.Sender, Authority: c.Authority, Subject: c.Subject, Reference: c.Reference, Trust: string(c.Trust),
		VouchedBy: string(c.VouchedBy), State: c.State, Owes: string(c.Owes), Duty: c.Duty, DueAt: maybe(c.DueAt), ReceivedAt: c.ReceivedAt, ExecutedAt: maybe(c.ExecutedAt), AnsweredAt: maybe(c.AnsweredAt)}
}

// maybe leaves out a moment that there is none of.
func maybe(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
