package client

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
)

// Order is a removal order of Article 3 of Regulation (EU) 2021/784, or the copy of another
// authority's, which is here for scrutiny under Article 4.
type Order struct {
	ID             string     `json:"id"`
	Origin         string     `json:"origin" enum:"own,copy"`
	ItemID         string     `json:"item_id,omitempty"`
	ActionID       string     `json:"action_id,omitempty"`
	PlatformID     string     `json:"platform_id,omitempty"`
	Addressee      string     `json:"addressee"`
	UnitID         string     `json:"unit_id" doc:"that issues it, or that scrutinises the copy"`
	Authority      string     `json:"authority" doc:"that issued it"`
	Reference      string     `json:"reference"`
	URL            string     `json:"url" doc:"the exact one"`
	Language       string     `json:"language"`
	State          string     `json:"state" enum:"draft,approved,withdrawn"`
	Emergency      string     `json:"emergency,omitempty" doc:"why the twelve hours of Article 3(2) could not be waited for"`
	CrossBorder    bool       `json:"cross_border"`
	NonDisclosure  bool       `json:"non_disclosure" doc:"the content provider must not be told, Article 11(3)"`
	HomeID         string     `json:"home_id,omitempty" doc:"authority of the host's member state, in the register"`
	Supersedes     string     `json:"supersedes,omitempty" doc:"the order that this one corrects"`
	DraftedBy      string     `json:"drafted_by,omitempty"`
	DraftedAt      time.Time  `json:"drafted_at"`
	ApprovedBy     string     `json:"approved_by,omitempty"`
	ApprovedAt     *time.Time `json:"approved_at,omitempty" doc:"when it was issued"`
	ReceivedAt     *time.Time `json:"received_at,omitempty"`
	ExecutedAt     *time.Time `json:"executed_at,omitempty"`
	VoidedAt       *time.Time `json:"voided_at,omitempty" doc:"since when it has no effect"`
	FinalAt        *time.Time `json:"final_at,omitempty"`
	Owes           string     `json:"owes,omitempty" doc:"issuer, home or host; absent when the case is closed"`
	Duty           string     `json:"duty,omitempty" doc:"what is owed next"`
	DueAt          *time.Time `json:"due_at,omitempty" doc:"the first end of a running clock; in the past when it is overdue"`
	Attention      []string   `json:"attention" nullable:"false" doc:"why people must look at it now"`
	Undelivered    string     `json:"undelivered,omitempty"`
	ContradictedAt *time.Time `json:"contradicted_at,omitempty" doc:"the host says removed and our own look found it up"`
}

// OrderCase is an order with its whole case.
type OrderCase struct {
	Order
	Proof      string            `json:"proof,omitempty" doc:"of a copy: how its sender was made sure of, or what could not be"`
	Secret     string            `json:"secret,omitempty" doc:"why the content provider must not be told; not for the platform"`
	Filled     map[string]string `json:"filled" doc:"Annex I"`
	Document   json.RawMessage   `json:"document,omitempty" doc:"as it is handed over; see /v1/schemas"`
	Next       Duty              `json:"next"`
	Clocks     []Clock           `json:"clocks" nullable:"false"`
	Timeline   []OrderEvent      `json:"timeline" nullable:"false"`
	Answers    []OrderAnswer     `json:"answers" nullable:"false"`
	Steps      []OrderStep       `json:"steps" nullable:"false" doc:"what takes two people"`
	Deliveries []Delivery        `json:"deliveries" nullable:"false"`
	Now        time.Time         `json:"now" doc:"the server's clock, for countdowns"`
}

// Duty is what has to happen next, and who sees to it.
type Duty struct {
	Owes    string `json:"owes,omitempty"`
	Name    string `json:"name,omitempty"`
	Article string `json:"article,omitempty"`
}

// Clock is one period or duty of a case.
type Clock struct {
	Name    string     `json:"name"`
	Article string     `json:"article"`
	Owes    string     `json:"owes"`
	State   string     `json:"state" enum:"running,paused,met,late,stopped,over"`
	From    time.Time  `json:"from"`
	Until   *time.Time `json:"until,omitempty"`
	Done    *time.Time `json:"done,omitempty"`
	Overdue bool       `json:"overdue"`
}

// OrderEvent is one thing that happened in a case, and what is known of it.
type OrderEvent struct {
	TimelineEvent
	Channel    string            `json:"channel,omitempty"`
	Source     string            `json:"source,omitempty"`
	Proof      string            `json:"proof,omitempty"`
	Reasons    string            `json:"reasons,omitempty"`
	Form       string            `json:"form,omitempty"`
	Values     map[string]string `json:"values,omitempty"`
	SaidAt     *time.Time        `json:"said_at,omitempty" doc:"the moment that the other side named, where another one counts"`
	Assumed    bool              `json:"assumed,omitempty" doc:"nobody told so; it follows from what was told"`
	Party      string            `json:"party,omitempty"`
	UserID     string            `json:"user_id,omitempty"`
	RecordedAt time.Time         `json:"recorded_at"`
}

// OrderAnswer is Annex II or Annex III as it came.
type OrderAnswer struct {
	Form    string            `json:"form" enum:"annex-2,annex-3"`
	Values  map[string]string `json:"values"`
	Channel string            `json:"channel"`
	Source  string            `json:"source,omitempty"`
	Proof   string            `json:"proof,omitempty"`
	Refused string            `json:"refused,omitempty" doc:"why it had no effect"`
	At      time.Time         `json:"at"`
}

// OrderStep is something that takes two people: one proposes it, another agrees.
type OrderStep struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Reasons    string     `json:"reasons"`
	State      string     `json:"state" enum:"open,agreed,dropped"`
	ProposedBy string     `json:"proposed_by"`
	ProposedAt time.Time  `json:"proposed_at"`
	DecidedBy  string     `json:"decided_by,omitempty"`
	DecidedAt  *time.Time `json:"decided_at,omitempty"`
}

// NewOrder asks for a removal order. What it leaves out is filled in from the unit, the
// hosting service, the register and the assessments.
type NewOrder struct {
	ItemID     string            `json:"item_id" minLength:"1"`
	ActionID   string            `json:"action_id,omitempty"`
	URL        string            `json:"url,omitempty" doc:"one of the forms in which the link was seen"`
	Language   string            `json:"language,omitempty"`
	Emergency  string            `json:"emergency,omitempty" maxLength:"4000" doc:"why the twelve hours of Article 3(2) cannot be waited for"`
	Secret     string            `json:"secret,omitempty" maxLength:"4000" doc:"why the content provider must not be told, Article 11(3)"`
	HomeID     string            `json:"home_id,omitempty"`
	Supersedes string            `json:"supersedes,omitempty" doc:"the order that this one corrects"`
	Filled     map[string]string `json:"filled,omitempty" doc:"fields of Annex I that go before what is filled in"`
}

// NewOrderStep proposes what takes two people.
type NewOrderStep struct {
	Kind      string `json:"kind" enum:"withdrawn,clarified,non_disclosed_again,intended,infringing,scrutinised"`
	Reasons   string `json:"reasons" minLength:"1" maxLength:"10000" doc:"the other side is told them"`
	Infringed string `json:"infringed,omitempty" doc:"of infringing: regulation, charter, or both with a comma"`
}

// NewOrderEvent records what happened in a case.
type NewOrderEvent struct {
	Kind    string     `json:"kind" minLength:"1"`
	At      *time.Time `json:"at,omitempty" doc:"when it happened; absent: now"`
	Reasons string     `json:"reasons" minLength:"1" doc:"what is known of it, and from whom"`
	Party   string     `json:"party,omitempty" doc:"of review_asked: host or provider"`
	Contact string     `json:"contact,omitempty" doc:"of review_asked: the address at which who asked is told the decision"`
}

// OrderPaper is a document about an order: an answer, a copy, a decision.
type OrderPaper struct {
	Document    json.RawMessage `json:"document" doc:"a filled form; see /v1/schemas"`
	Proof       string          `json:"proof,omitempty" doc:"what a person reads in: how it came and by what it is known to be theirs"`
	AuthorityID string          `json:"authority_id,omitempty" doc:"who sent it, in the register, where a person made sure of that"`
}

// Reasons are why somebody does something.
type Reasons struct {
	Reasons string `json:"reasons" minLength:"1" maxLength:"10000"`
}

// Exposure is a decision of a home authority on a hosting service, Article 5(4) and (7).
type Exposure struct {
	Authority string    `json:"authority" minLength:"1"`
	Decision  string    `json:"decision" enum:"exposed,revoked"`
	Reasons   string    `json:"reasons" minLength:"1"`
	DecidedAt time.Time `json:"decided_at"`
}

// Standing is the record of a hosting service: its final orders and what was decided because of them.
type Standing struct {
	PlatformID string      `json:"platform_id"`
	InformedAt *time.Time  `json:"informed_at,omitempty" doc:"when it had the information of Article 3(2)"`
	SentAt     *time.Time  `json:"information_sent_at,omitempty"`
	Orders     int         `json:"orders" doc:"that were issued to it"`
	Executed   int         `json:"executed"`
	InTime     int         `json:"in_time" doc:"executed within the hour"`
	Finals     []time.Time `json:"finals" nullable:"false" doc:"when orders to it became final"`
	EnoughAt   *time.Time  `json:"enough_at,omitempty" doc:"newest moment at which two were final within twelve months"`
	Decisions  []Exposure  `json:"decisions" nullable:"false"`
	Reports    []Due       `json:"reports" nullable:"false" doc:"of specific measures that it owes, Article 5(5)"`
}

// Due is a duty with a day.
type Due struct {
	Name    string    `json:"name"`
	Article string    `json:"article"`
	By      time.Time `json:"by"`
}

// OrderFilter narrows a list of orders; the zero filter is all that one may see.
type OrderFilter struct {
	Platform, Action, Item, State, Owes string
	Attention                           bool // only those that people must look at now
	Limit                               int
}

// DraftOrder drafts a removal order; another person approves it.
func (c *Client) DraftOrder(ctx context.Context, in NewOrder) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/orders", in)
}

// Orders lists removal orders, those that wait for somebody first.
func (c *Client) Orders(ctx context.Context, f OrderFilter) (Page[Order], error) {
	q := paging("", f.Limit)
	for name, value := range map[string]string{"platform": f.Platform, "action": f.Action, "item": f.Item, "state": f.State, "owes": f.Owes} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if f.Attention {
		q.Set("attention", "true")
	}
	return get[Page[Order]](ctx, c, "/v1/orders", q)
}

// Order gives one order with its case.
func (c *Client) Order(ctx context.Context, orderID string) (OrderCase, error) {
	return get[OrderCase](ctx, c, "/v1/orders/"+url.PathEscape(orderID), nil)
}

// ApproveOrder issues an order; the caller must not be who drafted it.
func (c *Client) ApproveOrder(ctx context.Context, orderID string) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/orders/"+url.PathEscape(orderID)+"/approval", struct{}{})
}

// ProposeOrderStep proposes what takes two people.
func (c *Client) ProposeOrderStep(ctx context.Context, orderID string, in NewOrderStep) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/orders/"+url.PathEscape(orderID)+"/steps", in)
}

// AgreeOrderStep agrees to what somebody else proposed, and carries it out.
func (c *Client) AgreeOrderStep(ctx context.Context, orderID, kind string) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/orders/"+url.PathEscape(orderID)+"/steps/"+url.PathEscape(kind)+"/agreement", struct{}{})
}

// RecordOrderEvent records what happened in a case.
func (c *Client) RecordOrderEvent(ctx context.Context, orderID string, in NewOrderEvent) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/orders/"+url.PathEscape(orderID)+"/events", in)
}

// AnswerOrder says what you did about an order; for platform contacts.
func (c *Client) AnswerOrder(ctx context.Context, orderID string, document json.RawMessage) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/orders/"+url.PathEscape(orderID)+"/answers", OrderPaper{Document: document})
}

// SendOrderAgain has a delivery of an order that did not arrive made once more.
func (c *Client) SendOrderAgain(ctx context.Context, deliveryID string) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/deliveries/"+url.PathEscape(deliveryID)+"/resending", struct{}{})
}

// UploadOrderCopy takes in the copy of another authority's order.
func (c *Client) UploadOrderCopy(ctx context.Context, in OrderPaper) (OrderCase, error) {
	return post[OrderCase](ctx, c, "/v1/order-copies", in)
}

// InformHost sends a hosting service the information of Article 3(2).
func (c *Client) InformHost(ctx context.Context, platformID string) (Standing, error) {
	return post[Standing](ctx, c, "/v1/platforms/"+url.PathEscape(platformID)+"/information", struct{}{})
}

// Standing gives the record of a hosting service under Regulation (EU) 2021/784.
func (c *Client) Standing(ctx context.Context, platformID string) (Standing, error) {
	return get[Standing](ctx, c, "/v1/platforms/"+url.PathEscape(platformID)+"/standing", nil)
}

// Expose records a decision on the exposure of a hosting service.
func (c *Client) Expose(ctx context.Context, platformID string, in Exposure) (Standing, error) {
	return post[Standing](ctx, c, "/v1/platforms/"+url.PathEscape(platformID)+"/exposures", in)
}
