package api

import (
	"context"
	"math"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
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
		handle(Route{ID: "add-bank", Method: "POST", Path: "/v1/banks", Permission: auth.BankManage, Summary: "Add a bank of your unit", Tag: tag}, addBank),
		handle(Route{ID: "get-bank", Method: "GET", Path: "/v1/banks/{id}", Permission: auth.BankRead, Summary: "One bank, by its name or identifier", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Bank, error) {
				return s.Desk.Bank(ctx, who, in.ID)
			}),
		handle(Route{ID: "set-bank", Method: "PATCH", Path: "/v1/banks/{id}", Permission: auth.BankManage, Summary: "Change a bank that your unit keeps", Tag: tag}, setBank),
		handle(Route{ID: "import-entries", Method: "POST", Path: "/v1/banks/{id}/entries", Permission: auth.BankManage, Tag: tag,
			Summary: "Add fingerprints to a bank, named in the path: good lines are taken, bad ones reported", accepts: []string{"text/csv", "application/jsonl"}}, importEntries),
		handle(Route{ID: "list-entries", Method: "GET", Path: "/v1/banks/{id}/entries", Permission: auth.BankRead, Summary: "List a bank's entries in the order of their numbers", Tag: tag}, listEntries),
		stream(Route{ID: "export-entries", Method: "GET", Path: "/v1/banks/{id}/export", Permission: auth.BankRead, Tag: tag,
			Summary: "A bank's entries as a file that can be imported; it is yours, or shared with other units"}, exportEntries),
		handle(Route{ID: "retract-entries", Method: "POST", Path: "/v1/banks/{id}/retractions", Permission: auth.BankManage, Summary: "Take entries out of a bank: they match nothing from now on", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Retraction
			}) (client.Changed, error) {
				n, err := s.Flow.RetractEntries(ctx, who, in.ID, in.Body.Why, in.Body.Entries)
				return client.Changed{Changed: n}, err
			}),
		handle(Route{ID: "restore-entries", Method: "POST", Path: "/v1/banks/{id}/restorations", Permission: auth.BankManage, Summary: "Take retracted entries back into their bank", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Restoration
			}) (client.Changed, error) {
				n, err := s.Flow.RestoreEntries(ctx, who, in.ID, in.Body.Entries)
				return client.Changed{Changed: n}, err
			}),
	}
}

func addBank(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewBank }) (client.Bank, error) {
	b, err := s.Flow.AddBank(ctx, who, match.Bank{Name: in.Body.Name, Radius: in.Body.Radius, Terms: in.Body.Terms, Shared: in.Body.Shared, Enabled: true})
	if err != nil {
		return client.Bank{}, err
	}
	return s.Desk.Bank(ctx, who, string(b.ID))
}

func setBank(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.BankChange
}) (client.Bank, error) {
	c := in.Body
	change := flow.BankChange{Name: c.Name, Radius: c.Radius, Terms: c.Terms, Enabled: c.Enabled, Shared: c.Shared}
	if c.Share != nil {
		change.Share = ptr(int(math.Round(*c.Share * match.Whole)))
	}
	b, err := s.Flow.SetBank(ctx, who, in.ID, change)
	if err != nil {
		return client.Bank{}, err
	}
	return s.Desk.Bank(ctx, who, string(b.ID))
}

func importEntries(ctx context.Context, s *Server, who auth.Principal, in *file) (client.Imported, error) {
	got, err := s.Flow.ImportEntries(ctx, who, in.ID, in.kind, in.body)
	out := client.Imported{Lines: got.Lines, Added: got.Added, Repeated: got.Repeated, Retracted: got.Retracted, Failed: got.Failed, Errors: []client.RowError{}}
	for _, line := range got.Bad {
		out.Errors = append(out.Errors, client.RowError{Line: line.Number, Input: line.Input, Reason: problem.Message(line.Err)})
	}
	return out, err
}

type entriesQuery struct {
	ByID
	All   bool  `query:"all" doc:"those that are retracted too"`
	After int64 `query:"after" minimum:"0" doc:"only entries with a higher number"`
	Limit int   `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func listEntries(ctx context.Context, s *Server, who auth.Principal, in *entriesQuery) (client.Page[client.BankEntry], error) {
	return whole(s.Desk.BankEntries(ctx, who, in.ID, in.After, in.Limit, in.All))
}

type exportQuery struct {
	ByID
	Form  string `query:"form" enum:"csv,jsonl" default:"jsonl"`
	All   bool   `query:"all" doc:"those that are retracted too, with when and why"`
	After int64  `query:"after" minimum:"0" doc:"only entries with a higher number"`
	Limit int    `query:"limit" minimum:"0" doc:"at most so many; 0: all"`
}

// exportForms are the media types of the forms.
var exportForms = map[string]string{"csv": "text/csv", "jsonl": "application/jsonl"}

func exportEntries(ctx context.Context, s *Server, who auth.Principal, in *exportQuery) (*huma.StreamResponse, error) {
	write, err := s.Flow.ExportEntries(ctx, who, in.ID, flow.Export{Form: exportForms[in.Form], All: in.All, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", exportForms[in.Form]+"; charset=utf-8")
		h.SetHeader("Cache-Control", "no-store")
		s.orBreak(ctx, write(h.BodyWriter()))
	}}, nil
}

func feedRoutes() []Route {
	const tag = "banks"
	return []Route{
		handle(Route{ID: "list-subscriptions", Method: "GET", Path: "/v1/banks/{id}/subscriptions", Permission: auth.BankRead, Summary: "List where a bank of yours takes entries from", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Page[client.Subscription], error) {
				return whole(s.Desk.Subscriptions(ctx, who, in.ID))
			}),
		handle(Route{ID: "subscribe", Method: "POST", Path: "/v1/banks/{id}/subscriptions", Permission: auth.BankManage, Tag: tag,
			Summary: "Take a bank's entries from an URL again and again, as drafts that a person takes or discards"}, subscribe),
		handle(Route{ID: "unsubscribe", Method: "DELETE", Path: "/v1/subscriptions/{id}", Permission: auth.BankManage, Summary: "End a subscription; what was taken from it stays", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (none, error) {
				return none{}, s.Flow.Unsubscribe(ctx, who, id.Subscription(in.ID))
			}),
		handle(Route{ID: "list-bank-drafts", Method: "GET", Path: "/v1/banks/{id}/drafts", Permission: auth.BankRead, Summary: "List what subscriptions would change in a bank of yours", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Page[client.BankDraft], error) {
				return whole(s.Desk.BankDrafts(ctx, who, in.ID))
			}),
		handle(Route{ID: "get-bank-draft", Method: "GET", Path: "/v1/bank-drafts/{id}", Permission: auth.BankRead, Summary: "One draft with its consequences", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.BankDraft, error) {
				return s.Desk.BankDraft(ctx, who, id.Draft(in.ID))
			}),
		handle(Route{ID: "take-bank-draft", Method: "POST", Path: "/v1/bank-drafts/{id}/take", Permission: auth.BankManage, Summary: "Make the changes of a draft", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.BankDraft, error) {
				return decided(ctx, s, who, in.ID, s.Flow.TakeDraft)
			}),
		handle(Route{ID: "discard-bank-draft", Method: "POST", Path: "/v1/bank-drafts/{id}/discard", Permission: auth.BankManage, Summary: "Leave the bank as it is; the next fetch tells the changes again", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.BankDraft, error) {
				return decided(ctx, s, who, in.ID, s.Flow.DiscardDraft)
			}),
	}
}

func decided(ctx context.Context, s *Server, who auth.Principal, draft string, decide func(context.Context, auth.Principal, id.Draft) (match.Draft, error)) (client.BankDraft, error) {
	if _, err := decide(ctx, who, id.Draft(draft)); err != nil {
		return client.BankDraft{}, err
	}
	return s.Desk.BankDraft(ctx, who, id.Draft(draft))
}

// defaultEvery is how often a subscription is fetched when nothing is said, in minutes.
const defaultEvery = 24 * 60

func subscribe(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.NewSubscription
}) (client.Subscription, error) {
	b := in.Body
	if b.Every == 0 {
		b.Every = defaultEvery
	}
	made, err := s.Flow.Subscribe(ctx, who, in.ID, match.Subscription{Form: b.Form, URL: b.URL, Secret: b.Secret, Every: time.Duration(b.Every) * time.Minute})
	if err != nil {
		return client.Subscription{}, err
	}
	return s.Desk.Subscription(ctx, who, made.ID)
}
