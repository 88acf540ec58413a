package api

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/host"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/id"
)

func hostReinstatementRoutes() []Route {
	const tag = "host"
	return []Route{
		handle(Route{ID: "host-reinstatements", Method: "GET", Path: "/v1/host/reinstatements", Permission: auth.HostRead, Summary: "Content that is to come back: what waits, and what was decided last", Tag: tag}, hostReinstatements),
		handle(Route{ID: "host-decide-reinstatement", Method: "POST", Path: "/v1/host/reinstatements/{id}/decision", Permission: auth.HostAct,
			Summary: "Bring content back, or keep it down with reasons that whoever asked is told", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *onCase[client.HostBackDecision]) (client.HostReinstatement, error) {
				_, err := s.Host.DecideRequest(ctx, who, id.Request(in.ID), host.BackDecision{Outcome: in.Body.Outcome, Why: in.Body.Why, ByHand: in.Body.ByHand})
				return s.hostReinstatement(ctx, who, in.ID, err)
			}),
		handle(Route{ID: "host-vouch-reinstatement", Method: "POST", Path: "/v1/host/reinstatements/{id}/vouching", Permission: auth.HostAct,
			Summary: "Say how somebody made sure by another way of who asked", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *onCase[client.HostVouching]) (client.HostReinstatement, error) {
				_, err := s.Host.VouchRequest(ctx, who, id.Request(in.ID), in.Body.Why)
				return s.hostReinstatement(ctx, who, in.ID, err)
			}),
		handle(Route{ID: "host-tell-return", Method: "POST", Path: "/v1/host/returns/{id}/telling", Permission: auth.HostAct,
			Summary: "Tell a content provider that its content is back, where its address was not known", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *onCase[client.HostTelling]) (client.HostReturn, error) {
				r, err := s.Host.TellReturn(ctx, who, id.Return(in.ID), host.Telling{Mail: in.Body.Mail, Language: in.Body.Language, ByHand: in.Body.ByHand})
				return returnOf(r), err
			}),
	}
}

func hostReinstatements(ctx context.Context, s *Server, who auth.Principal, in *struct {
	State string `query:"state" enum:"waiting,decided"`
}) (client.Page[client.HostReinstatement], error) {
	waiting, decided, err := s.Host.Requests(ctx, who)
	page := client.Page[client.HostReinstatement]{Items: []client.HostReinstatement{}}
	if in.State != "decided" {
		page.Items = append(page.Items, reinstatementsOf(waiting)...)
	}
	if in.State != "waiting" {
		page.Items = append(page.Items, reinstatementsOf(decided)...)
	}
	return page, err
}

func (s *Server) hostReinstatement(ctx context.Context, who auth.Principal, target string, err error) (client.HostReinstatement, error) {
	if err != nil {
		return client.HostReinstatement{}, err
	}
	w, err := s.Host.OneRequest(ctx, who, id.Request(target))
	return reinstatementsOf([]host.Wanted{w})[0], err
}

func reinstatementsOf(list []host.Wanted) (out []client.HostReinstatement) {
	for _, w := range list {
		one := client.HostReinstatement{ID: string(w.ID), Basis: w.Basis, Case: string(w.Case), Place: w.Place, URL: w.URL, Content: w.Content, Held: w.Held, Authority: w.Authority, Reference: w.Reference,
			Reasons: w.Reasons, Trust: string(w.Trust), VouchedBy: string(w.VouchedBy), Findings: []client.HostFinding{}, AskedAt: w.AskedAt, DueAt: w.DueAt, State: w.State, Outcome: w.Outcome, Why: w.Why, DecidedAt: maybe(w.DecidedAt)}
		for _, f := range w.Findings {
			one.Findings = append(one.Findings, client.HostFinding(f))
		}
		out = append(out, one)
	}
	return out
}

func returnOf(r reinstatements.Return) client.HostReturn {
	return client.HostReturn{ID: string(r.ID), Case: string(r.Case), URL: r.URL, Path: r.Path, BackAt: r.BackAt, State: r.State}
}
