package desk

import (
	"context"
	"slices"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// mostOrders bounds a list.
const mostOrders = 500

// Orders lists removal orders, those that wait for somebody first. A platform's contact sees
// those that were issued to it.
func (d *Desk) Orders(ctx context.Context, who auth.Principal, f client.OrderFilter) ([]client.Order, error) {
	return view(ctx, d, who, auth.OrderRead, func(tx *sqldb.Tx) ([]client.Order, error) {
		if who.Platform != "" {
			list, err := order.ForPlatform(tx, who.Platform)
			return ordersOf(tx, list, true), err
		}
		narrow := order.Filter{Unit: who.Unit, Platform: id.Platform(f.Platform), Action: id.Action(f.Action), Item: id.Item(f.Item), State: f.State, Owes: f.Owes, Attention: f.Attention, Limit: f.Limit}
		if who.SeesAll() {
			narrow.Unit = ""
		}
		if narrow.Limit <= 0 || narrow.Limit > mostOrders {
			narrow.Limit = mostOrders
		}
		list, err := order.List(tx, narrow)
		return ordersOf(tx, list, false), err
	})
}

func ordersOf(tx *sqldb.Tx, list []order.Order, forHost bool) []client.Order {
	out := make([]client.Order, len(list))
	for i, o := range list {
		out[i] = orderOf(o)
		if forHost {
			hide(&out[i])
		}
	}
	return out
}

func orderOf(o order.Order) client.Order {
	out := client.Order{ID: string(o.ID), Origin: o.Origin, ItemID: string(o.Item), ActionID: string(o.Action), PlatformID: string(o.Platform), Addressee: o.Filled["a.addressee"],
		UnitID: string(o.Unit), Authority: o.Authority, Reference: o.Reference, URL: o.URL, Language: o.Language, State: o.State, Emergency: o.Emergency, CrossBorder: o.CrossBorder,
		NonDisclosure: o.Secret != "", HomeID: string(o.Home), Supersedes: string(o.Supersedes), DraftedBy: string(o.DraftedBy), DraftedAt: o.DraftedAt, ApprovedBy: string(o.ApprovedBy),
		ApprovedAt: optional(o.ApprovedAt), ReceivedAt: optional(o.ReceivedAt), ExecutedAt: optional(o.ExecutedAt), VoidedAt: optional(o.VoidedAt), FinalAt: optional(o.FinalAt),
		Owes: string(o.Owes), Duty: o.Duty, DueAt: optional(o.DueAt), Attention: []string{}, Undelivered: o.Undelivered, ContradictedAt: optional(o.ContradictedAt)}
	for _, a := range o.Attention {
		out.Attention = append(out.Attention, string(a))
	}
	return out
}

// hide leaves out of an order what is the authority's own affair.
func hide(o *client.Order) {
	o.DraftedBy, o.ApprovedBy, o.ActionID, o.ItemID, o.UnitID, o.Undelivered, o.ContradictedAt, o.Attention = "", "", "", "", "", "", nil, []string{}
}

// Order gives one order with its case. A platform's contact sees what both sides share.
func (d *Desk) Order(ctx context.Context, who auth.Principal, target id.Order) (client.OrderCase, error) {
	return view(ctx, d, who, auth.OrderRead, func(tx *sqldb.Tx) (client.OrderCase, error) {
		o, err := d.mayRead(tx, who, target)
		if err != nil {
			return client.OrderCase{}, err
		}
		out := client.OrderCase{Order: orderOf(o), Filled: o.Filled, Proof: o.Proof, Secret: o.Secret, Steps: []client.OrderStep{}, Deliveries: []client.Delivery{}, Now: tx.Now}
		if err := readCase(tx, o, &out); err != nil {
			return out, err
		}
		if out.Document, err = d.paper(o); err != nil {
			return out, err
		}
		if who.Platform != "" {
			share(&out)
			return out, nil
		}
		return out, readOwn(tx, o, &out)
	})
}

// mayRead refuses who may not see an order.
func (d *Desk) mayRead(tx *sqldb.Tx, who auth.Principal, target id.Order) (order.Order, error) {
	o, err := order.Get(tx, target)
	none := problem.New(problem.NotFound, "there is no removal order %.40q that you can see", target)
	switch {
	case err != nil:
		return o, err
	case who.Platform != "":
		if o.Platform != who.Platform || o.Origin != order.Own || o.ApprovedAt.IsZero() {
			return o, none
		}
		return o, nil
	case who.SeesAll() || o.Unit == who.Unit:
		return o, nil
	case o.Action == "":
		return o, none
	}
	if seesAction(tx, who, o.Action) != nil {
		return o, none
	}
	return o, nil
}

// share leaves what both sides know: when what happened, and not who at the desk did what.
func share(out *client.OrderCase) {
	hide(&out.Order)
	out.Secret, out.Proof = "", ""
	for i := range out.Timeline {
		e := &out.Timeline[i]
		e.UserID, e.Proof, e.Source, e.Channel = "", "", "", ""
		if e.Kind == string(law.NonDisclosed) {
			e.Reasons = ""
		}
	}
}

// readCase reads what happened, which clocks run and what the host said.
func readCase(tx *sqldb.Tx, o order.Order, out *client.OrderCase) error {
	theCase, events, err := order.Case(tx, o.ID)
	if err != nil {
		return err
	}
	if o.State != order.StateWithdrawn || !o.ApprovedAt.IsZero() {
		next := theCase.Next(tx.Now)
		out.Next = client.Duty{Owes: string(next.Owes), Name: next.Name, Article: next.Article}
	}
	out.Clocks, out.Timeline = []client.Clock{}, []client.OrderEvent{}
	for _, c := range theCase.Clocks(tx.Now, nil) {
		out.Clocks = append(out.Clocks, client.Clock{Name: c.Name, Article: c.Article, Owes: string(c.Owes), State: string(c.State), From: c.From,
			Until: optional(c.Until), Done: optional(c.Done), Overdue: c.Overdue(tx.Now)})
	}
	for _, e := range events {
		out.Timeline = append(out.Timeline, client.OrderEvent{TimelineEvent: client.TimelineEvent{Kind: string(e.Kind), At: e.At, Emergency: e.Emergency, CrossBorder: e.CrossBorder},
			Channel: e.Detail.Channel, Source: e.Detail.Source, Proof: e.Detail.Proof, Reasons: e.Detail.Reasons, Form: e.Detail.Form, Values: e.Detail.Values,
			SaidAt: optional(e.Detail.SaidAt), Assumed: e.Detail.Assumed, Party: e.Detail.Party, UserID: string(e.By), RecordedAt: e.RecordedAt})
	}
	answers, err := order.Answers(tx, o.ID)
	out.Answers = []client.OrderAnswer{}
	for _, a := range answers {
		out.Answers = append(out.Answers, client.OrderAnswer{Form: a.Form, Values: a.Filled, Channel: a.Channel, Source: a.Source, Proof: a.Proof, Refused: a.Refused, At: a.At})
	}
	return err
}

const sqlOrderDeliveries = `SELECT d.id, d.subject_id, d.kind, d.platform_id, d.transport, d.state, d.attempts, d.next_at, d.delivered_at, d.receipt, d.receipt_signature,
	COALESCE((SELECT a.detail FROM delivery_attempt a WHERE a.delivery_id = d.id ORDER BY a.number DESC LIMIT 1), '')
	FROM delivery d WHERE d.subject_id = $1 OR d.subject_id IN (SELECT s.id FROM order_step s WHERE s.order_id = $1) ORDER BY d.id`

// readOwn reads what only the authority sees: what two people agreed on, and what became of each delivery.
func readOwn(tx *sqldb.Tx, o order.Order, out *client.OrderCase) error {
	steps, err := order.Steps(tx, o.ID)
	if err != nil {
		return err
	}
	for _, s := range steps {
		out.Steps = append(out.Steps, client.OrderStep{ID: s.ID, Kind: string(s.Kind), Reasons: s.Reasons, State: s.State, ProposedBy: string(s.ProposedBy), ProposedAt: s.ProposedAt,
			DecidedBy: string(s.DecidedBy), DecidedAt: optional(s.DecidedAt)})
	}
	list, err := sqldb.List(tx, sqlOrderDeliveries, []any{o.ID}, func(scan sqldb.Scanner) (client.Delivery, error) {
		d, err := readDeliveryRow(scan)
		d.Kind, d.Reference, d.ReferralID = d.Reference, o.Reference, ""
		return d, err
	})
	out.Deliveries = some(list)
	return err
}

// paper is the order as it is handed over; nothing for a draft that is not complete yet.
func (d *Desk) paper(o order.Order) ([]byte, error) {
	doc := flow.OrderDocument(o, d.answersAt(o.Platform))
	if doc.Check() != nil {
		return nil, nil
	}
	return doc.JSON()
}

// OrderDocument gives an order as the document that is handed over, to be printed or read.
func (d *Desk) OrderDocument(ctx context.Context, who auth.Principal, target id.Order) (document.Document, error) {
	return view(ctx, d, who, auth.OrderRead, func(tx *sqldb.Tx) (document.Document, error) {
		o, err := d.mayRead(tx, who, target)
		return flow.OrderDocument(o, d.answersAt(o.Platform)), err
	})
}

// answersAt is where a platform's program answers; empty where nobody has set how we are reached.
func (d *Desk) answersAt(p id.Platform) string {
	if d.Public == "" {
		return ""
	}
	return d.Public + "/v1/answers/" + string(p)
}

const sqlPunctual = `SELECT COUNT(*), COALESCE(SUM(CASE WHEN executed_at IS NOT NULL THEN 1 ELSE 0 END), 0) FROM removal_order
	WHERE platform_id = $1 AND origin = 'own' AND approved_at IS NOT NULL`

// Standing gives the record of a hosting service under Regulation (EU) 2021/784.
func (d *Desk) Standing(ctx context.Context, who auth.Principal, target id.Platform) (client.Standing, error) {
	return view(ctx, d, who, auth.OrderRead, func(tx *sqldb.Tx) (client.Standing, error) {
		out := client.Standing{PlatformID: string(target), Finals: []time.Time{}, Decisions: []client.Exposure{}, Reports: []client.Due{}}
		if who.Platform != "" && who.Platform != target {
			return out, problem.New(problem.NotFound, "there is no platform %.40q that you can see", target)
		}
		info, err := order.InformationOf(tx, target)
		if err != nil {
			return out, err
		}
		out.InformedAt, out.SentAt = optional(info.InformedAt), optional(info.SentAt)
		s, err := order.StandingOf(tx, target)
		if err != nil {
			return out, err
		}
		out.Finals, out.EnoughAt = append(out.Finals, s.Finals...), optional(s.Enough)
		for _, e := range s.Decisions {
			out.Decisions = append(out.Decisions, client.Exposure{Authority: e.Authority, Decision: e.Decision, Reasons: e.Reasons, DecidedAt: e.DecidedAt})
		}
		for _, r := range s.Reports {
			out.Reports = append(out.Reports, client.Due{Name: r.Name, Article: r.Article, By: r.By})
		}
		if err := tx.Row(sqlPunctual, target).Scan(&out.Orders, &out.Executed); err != nil {
			return out, err
		}
		out.InTime, err = inTime(tx, target)
		return out, err
	})
}

// inTime counts the orders to a host that were executed within the hour.
func inTime(tx *sqldb.Tx, target id.Platform) (n int, err error) {
	list, err := order.ForPlatform(tx, target)
	for _, o := range list {
		if err != nil || o.ExecutedAt.IsZero() {
			continue
		}
		var theCase law.Order
		if theCase, _, err = order.Case(tx, o.ID); err == nil &&
			slices.ContainsFunc(theCase.Clocks(tx.Now, nil), func(c law.Clock) bool { return c.Name == "execute" && c.State == law.Met }) {
			n++
		}
	}
	return n, err
}
