package client

import (
	"context"
	"net/http"
	"net/url"
	"time"
)

// Question is one that deconfliction asks the caller's unit: does it disturb your work when this
// item is acted on?
type Question struct {
	Item       Item       `json:"item"`
	AskedAt    time.Time  `json:"asked_at"`
	ClosesAt   time.Time  `json:"closes_at" doc:"from then on silence counts as free"`
	Answer     string     `json:"answer,omitempty" doc:"free, order, interest, silence; absent while it is open"`
	Contact    string     `json:"contact,omitempty" doc:"of an interest: whom to ring"`
	Until      *time.Time `json:"until,omitempty" doc:"of an interest: when the hold ends"`
	Reference  string     `json:"reference,omitempty" doc:"of an existing order"`
	AnsweredAt *time.Time `json:"answered_at,omitempty"`
	Interests  []Interest `json:"interests,omitempty" doc:"the standing interests of your unit that the item touches"`
	TakesPart  bool       `json:"takes_part" doc:"your unit takes part in an action that has the item; if not, it is asked because of its interests alone and cannot open the item"`
}

// Reply is what a unit says to its question.
type Reply struct {
	Answer  string     `json:"answer" enum:"free,order,interest"`
	Contact string     `json:"contact,omitempty" maxLength:"500" doc:"of an interest: whom to ring; others see it, and not why"`
	Until   *time.Time `json:"until,omitempty" doc:"of an interest: when the hold ends, within 90 days"`

	Reference string     `json:"reference,omitempty" maxLength:"500" doc:"of an existing order"`
	Authority string     `json:"authority,omitempty" maxLength:"500" doc:"that issued it"`
	IssuedAt  *time.Time `json:"issued_at,omitempty"`
}

// NewRound asks the other units about an item.
type NewRound struct {
	Silence int `json:"silence_minutes" minimum:"1" maximum:"10080" doc:"minutes after which silence counts as free"`
}

// Questions lists the questions to the caller's unit: "open" ones, or the items that it has
// "held" by its answer.
func (c *Client) Questions(ctx context.Context, state string) (Page[Question], error) {
	return get[Page[Question]](ctx, c, "/v1/deconfliction", url.Values{"state": {state}})
}

// AnswerQuestion says what the caller's unit has to say about an item.
func (c *Client) AnswerQuestion(ctx context.Context, itemID string, in Reply) (Question, error) {
	return post[Question](ctx, c, "/v1/items/"+itemID+"/deconfliction/answer", in)
}

// AskUnits asks every other unit of the item's actions about it.
func (c *Client) AskUnits(ctx context.Context, itemID string, in NewRound) (ItemDetail, error) {
	return post[ItemDetail](ctx, c, "/v1/items/"+itemID+"/deconfliction", in)
}

// Interests lists the standing interests of the caller's unit.
func (c *Client) Interests(ctx context.Context) (Page[Interest], error) {
	return get[Page[Interest]](ctx, c, "/v1/interests", nil)
}

// EndInterest ends a standing interest; what it held goes on.
func (c *Client) EndInterest(ctx context.Context, interestID string) error {
	return c.call(ctx, http.MethodDelete, "/v1/interests/"+interestID, nil, "", nil, nil)
}
