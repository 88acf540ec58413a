package api

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
)

type ordersQuery struct {
	Platform  string `query:"platform"`
	Action    string `query:"action"`
	Item      string `query:"item"`
	State     string `query:"state"`
	Owes      string `query:"owes"`
	Attention bool   `query:"attention" doc:"only those that people must look at now"`
	Limit     int    `query:"limit" minimum:"1" maximum:"500"`
}

type stepOf struct {
	ByID
	Kind string `path:"kind"`
}

func orderRoutes() []Route {
	const tag = "orders"
	return []Route{
		handle(Route{ID: "list-orders", Method: "GET", Path: "/v1/orders", Permission: auth.OrderRead, Summary: "List removal orders, those that wait for somebody first", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ordersQuery) (client.Page[client.Order], error) {
				return whole(s.Desk.Orders(ctx, who, client.OrderFilter{Platform: in.Platform, Action: in.Action, Item: in.Item, State: in.State, Owes: in.Owes, Attention: in.Attention, Limit: in.Limit}))
			}),
		handle(Route{ID: "draft-order", Method: "POST", Path: "/v1/orders", Permission: auth.OrderDraft, Summary: "Draft a removal order (Article 3 of Regulation (EU) 2021/784)", Tag: tag}, draftOrder),
		handle(Route{ID: "get-order", Method: "GET", Path: "/v1/orders/{id}", Permission: auth.OrderRead, Summary: "One order with its case: what happened, which clocks run, who owes what", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.OrderCase, error) {
				return s.Desk.Order(ctx, who, id.Order(in.ID))
			}),
		handle(Route{ID: "approve-order", Method: "POST", Path: "/v1/orders/{id}/approval", Permission: auth.OrderApprove, Tag: tag,
			Summary: "Issue an order that somebody else drafted; its copy leaves with it"}, approveOrder),
		handle(Route{ID: "discard-order", Method: "POST", Path: "/v1/orders/{id}/discarding", Permission: auth.OrderDraft, Summary: "Give up a draft", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *struct {
				ByID
				Body client.Reasons
			}) (client.OrderCase, error) {
				o, err := s.Flow.DiscardOrder(ctx, who, id.Order(in.ID), in.Body.Reasons)
				return s.orderCase(ctx, who, o, err)
			}),
		handle(Route{ID: "propose-order-step", Method: "POST", Path: "/v1/orders/{id}/steps", Permission: auth.OrderApprove, Tag: tag,
			Summary: "Propose what takes two people: withdrawal, clarification, more non-disclosure; on a copy, the intention and the decision of Article 4"}, proposeStep),
		handle(Route{ID: "agree-order-step", Method: "POST", Path: "/v1/orders/{id}/steps/{kind}/agreement", Permission: auth.OrderApprove, Summary: "Agree to what somebody else proposed, and carry it out", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *stepOf) (client.OrderCase, error) {
				_, err := s.Flow.AgreeStep(ctx, who, id.Order(in.ID), law.Kind(in.Kind))
				return s.orderCase(ctx, who, id.Order(in.ID), err)
			}),
		handle(Route{ID: "drop-order-step", Method: "POST", Path: "/v1/orders/{id}/steps/{kind}/dropping", Permission: auth.OrderApprove, Summary: "End a proposal without effect", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *stepOf) (client.OrderCase, error) {
				_, err := s.Flow.DropStep(ctx, who, id.Order(in.ID), law.Kind(in.Kind))
				return s.orderCase(ctx, who, id.Order(in.ID), err)
			}),
	}
}

// toldRoutes are about what others tell in the case of an order, and about hosting services.
func toldRoutes() []Route {
	const tag = "orders"
	return []Route{
		handle(Route{ID: "record-order-event", Method: "POST", Path: "/v1/orders/{id}/events", Permission: auth.OrderRecord, Summary: "Record what happened in a case: an appeal, finality, what another authority told", Tag: tag}, recordOrder),
		handle(Route{ID: "answer-order", Method: "POST", Path: "/v1/orders/{id}/answers", Permission: auth.AnswerGive, Summary: "Answer an order with Annex II or III; for platform contacts", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *paperAbout) (client.OrderCase, error) {
				doc, err := document.Parse(in.Body.Document)
				if err == nil {
					err = s.Flow.AnswerOrder(ctx, who, flow.ByAPI, id.Order(in.ID), doc)
				}
				return s.orderCase(ctx, who, id.Order(in.ID), err)
			}),
		handle(Route{ID: "grounds-ceased", Method: "POST", Path: "/v1/orders/{id}/grounds-ceased", Permission: auth.AnswerGive, Tag: tag,
			Summary: "Say that what made an order impossible has ended: the hour begins anew (Article 3(7)); for platform contacts"}, groundsCeased),
		handle(Route{ID: "read-in-answer", Method: "POST", Path: "/v1/orders/{id}/read-in-answers", Permission: auth.OrderRecord, Summary: "Read in an answer that came on another way", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *paperAbout) (client.OrderCase, error) {
				doc, err := document.Parse(in.Body.Document)
				if err == nil {
					err = s.Flow.ReadInAnswer(ctx, who, id.Order(in.ID), doc, in.Body.Proof)
				}
				return s.orderCase(ctx, who, id.Order(in.ID), err)
			}),
		handle(Route{ID: "send-order-again", Method: "POST", Path: "/v1/deliveries/{id}/resending", Permission: auth.OrderRecord, Tag: tag,
			Summary: "Have what did not arrive in the case of an order handed over once more"},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.OrderCase, error) {
				o, err := s.Flow.SendOrderAgain(ctx, who, id.Delivery(in.ID))
				return s.orderCase(ctx, who, o, err)
			}),
		handle(Route{ID: "upload-order-copy", Method: "POST", Path: "/v1/order-copies", Permission: auth.OrderScrutinise, Tag: tag,
			Summary: "Take in the copy of another authority's order (Article 4(1))"}, uploadCopy),
		handle(Route{ID: "inform-host", Method: "POST", Path: "/v1/platforms/{id}/information", Permission: auth.OrderDraft, Tag: tag,
			Summary: "Send a hosting service the information that reaches it twelve hours before its first order (Article 3(2))"},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Standing, error) {
				p, err := s.Flow.InformHost(ctx, who, id.Platform(in.ID))
				if err != nil {
					return client.Standing{}, err
				}
				return s.Desk.Standing(ctx, who, p)
			}),
		handle(Route{ID: "standing", Method: "GET", Path: "/v1/platforms/{id}/standing", Permission: auth.OrderRead, Summary: "A hosting service's orders, final orders and exposure", Tag: tag},
			func(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.Standing, error) {
				return s.Desk.Standing(ctx, who, id.Platform(in.ID))
			}),
		handle(Route{ID: "expose", Method: "POST", Path: "/v1/platforms/{id}/exposures", Permission: auth.OrderRecord, Summary: "Record a decision on the exposure of a hosting service (Article 5(4) and (7))", Tag: tag}, expose),
	}
}

type paperAbout struct {
	ByID
	Body client.OrderPaper
}

// orderCase is the answer to a verb: the case as it is now.
func (s *Server) orderCase(ctx context.Context, who auth.Principal, o id.Order, err error) (client.OrderCase, error) {
	if err != nil {
		return client.OrderCase{}, err
	}
	return s.Desk.Order(ctx, who, o)
}

func draftOrder(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.NewOrder }) (client.OrderCase, error) {
	b := in.Body
	o, err := s.Flow.DraftOrder(ctx, who, flow.NewOrder{Item: id.Item(b.ItemID), Action: id.Action(b.ActionID), URL: b.URL, Language: b.Language, Emergency: b.Emergency, Secret: b.Secret,
		Home: id.Authority(b.HomeID), Supersedes: id.Order(b.Supersedes), Filled: b.Filled})
	return s.orderCase(ctx, who, o, err)
}

func approveOrder(ctx context.Context, s *Server, who auth.Principal, in *ByID) (client.OrderCase, error) {
	o, err := s.Flow.ApproveOrder(ctx, who, id.Order(in.ID))
	return s.orderCase(ctx, who, o, err)
}

func proposeStep(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.NewOrderStep
}) (client.OrderCase, error) {
	var particulars law.Filled
	if in.Body.Infringed != "" {
		particulars = law.Filled{"b.infringed": in.Body.Infringed}
	}
	_, err := s.Flow.ProposeStep(ctx, who, id.Order(in.ID), law.Kind(in.Body.Kind), in.Body.Reasons, particulars)
	return s.orderCase(ctx, who, id.Order(in.ID), err)
}

func recordOrder(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.NewOrderEvent
}) (client.OrderCase, error) {
	var at time.Time
	if in.Body.At != nil {
		at = *in.Body.At
	}
	o, err := s.Flow.RecordOrderEvent(ctx, who, id.Order(in.ID), flow.NewOrderEvent{Kind: law.Kind(in.Body.Kind), At: at, Reasons: in.Body.Reasons, Party: in.Body.Party, Contact: in.Body.Contact})
	return s.orderCase(ctx, who, o, err)
}

func groundsCeased(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.Reasons
}) (client.OrderCase, error) {
	err := s.Flow.GroundsCeased(ctx, flow.FromPerson(who, flow.ByAPI), id.Order(in.ID), in.Body.Reasons)
	return s.orderCase(ctx, who, id.Order(in.ID), err)
}

func uploadCopy(ctx context.Context, s *Server, who auth.Principal, in *struct{ Body client.OrderPaper }) (client.OrderCase, error) {
	doc, err := document.Parse(in.Body.Document)
	if err != nil {
		return client.OrderCase{}, err
	}
	proof := in.Body.Proof
	if proof == "" {
		proof = "uploaded; nobody has made sure of the sender"
	}
	o, err := s.Flow.UploadCopy(ctx, who, flow.FromAuthority{Authority: id.Authority(in.Body.AuthorityID), Channel: flow.ByAPI, Proof: proof}, doc)
	return s.orderCase(ctx, who, o, err)
}

func expose(ctx context.Context, s *Server, who auth.Principal, in *struct {
	ByID
	Body client.Exposure
}) (client.Standing, error) {
	b := in.Body
	if _, err := s.Flow.Expose(ctx, who, order.Exposure{Platform: id.Platform(in.ID), Authority: b.Authority, Decision: b.Decision, Reasons: b.Reasons, DecidedAt: b.DecidedAt}); err != nil {
		return client.Standing{}, err
	}
	return s.Desk.Standing(ctx, who, id.Platform(in.ID))
}
