package client

import (
	"context"
	"net/url"
	"time"
)

// Interest is a unit's standing interest: before anything that it covers leaves, its unit is asked. By itself it holds nothing.
type Interest struct {
	ID        string    `json:"id"`
	UnitID    string    `json:"unit_id"`
	Kind      string    `json:"kind" enum:"url_prefix,account,sha256,pdq"`
	Value     string    `json:"value"`
	Contact   string    `json:"contact" doc:"whom the unit means to have rung; nobody else is told before it holds an item and names a contact"`
	ExpiresAt time.Time `json:"expires_at"`
	Silence   int       `json:"silence_minutes,omitempty" doc:"minutes that the unit has to answer, where that is longer than what the action gives"`

	EndedAt *time.Time `json:"ended_at,omitempty"`
}

// NewInterest asks for one.
type NewInterest struct {
	Kind      string    `json:"kind" enum:"url_prefix,account,sha256,pdq"`
	Value     string    `json:"value" minLength:"1"`
	Contact   string    `json:"contact" minLength:"1"`
	ExpiresAt time.Time `json:"expires_at"`
	Silence   int       `json:"silence_minutes,omitempty" minimum:"0" maximum:"10080" doc:"minutes that your unit has to answer, where that is longer than what the action gives; where life is threatened or in a crisis an hour at most"`
}

// ExistingOrder is a removal order that some authority has issued already (recital 36).
type ExistingOrder struct {
	URL       string    `json:"url"`
	Reference string    `json:"reference" minLength:"1"`
	Authority string    `json:"authority" minLength:"1"`
	IssuedAt  time.Time `json:"issued_at"`
}

// ExistingOrders is a list of them.
type ExistingOrders struct {
	Orders []ExistingOrder `json:"orders" nullable:"false"`
}

// Clearance is the answer of deconfliction.
type Clearance struct {
	State   string     `json:"state" enum:"clear,hold,asking" doc:"asking: others were asked whether it disturbs them, and have not all answered"`
	Contact string     `json:"contact,omitempty" doc:"who to ring about a hold"`
	Until   *time.Time `json:"until,omitempty"`
	At      time.Time  `json:"at"`
}

// Block is a refusal of the pre-flight gate.
type Block struct {
	ItemID string    `json:"item_id"`
	Rule   string    `json:"rule" doc:"home_page, search_page, listing_page, protected_host, no_capture, unseen, gone, existing_order, hold, asking, no_platform, no_contact, placeholder, contact_hours"`
	Reason string    `json:"reason"`
	Remedy string    `json:"remedy"`
	At     time.Time `json:"at"`
}

// Referral is a batch of items to one platform on one legal track.
type Referral struct {
	ID         string         `json:"id"`
	ActionID   string         `json:"action_id"`
	PlatformID string         `json:"platform_id"`
	Platform   string         `json:"platform"`
	Track      string         `json:"track" enum:"referral,order,notice"`
	Reference  string         `json:"reference"`
	Language   string         `json:"language"`
	State      string         `json:"state" enum:"draft,approved,withdrawn"`
	DraftedBy  string         `json:"drafted_by"`
	DraftedAt  time.Time      `json:"drafted_at"`
	ApprovedBy string         `json:"approved_by,omitempty"`
	ApprovedAt *time.Time     `json:"approved_at,omitempty"`
	Items      []ReferralItem `json:"items,omitempty"`
	Count      int            `json:"count" doc:"number of items"`
	Delivery   *Delivery      `json:"delivery,omitempty"`
}

// ReferralItem is one item of a referral.
type ReferralItem struct {
	ItemID  string   `json:"item_id"`
	URL     string   `json:"url" doc:"the exact URL that was seen"`
	Limbs   []string `json:"limbs" nullable:"false"`
	Reasons string   `json:"reasons"`
}

// Drafted is what became of the items that were ready to be referred.
type Drafted struct {
	Referrals []Referral `json:"referrals" nullable:"false"`
	Blocked   []Block    `json:"blocked" nullable:"false"`
}

// Delivery is the handing-over of a referral to its platform.
type Delivery struct {
	ID          string     `json:"id"`
	ReferralID  string     `json:"referral_id,omitempty"`
	Kind        string     `json:"kind,omitempty" doc:"of an order: what of it was handed over: order, copy, clarification …"`
	Reference   string     `json:"reference"`
	PlatformID  string     `json:"platform_id"`
	Transport   string     `json:"transport"`
	State       string     `json:"state" enum:"due,sending,delivered,undeliverable,uncertain"`
	Attempts    int        `json:"attempts"`
	NextAt      *time.Time `json:"next_at,omitempty"`
	DeliveredAt *time.Time `json:"delivered_at,omitempty"`
	Receipt     string     `json:"receipt,omitempty"`

	ReceiptSignature string `json:"receipt_signature,omitempty" doc:"how the program that took a webhook signed its answer: the headers of Standard Webhooks, and whether the shared secret made it"`

	Detail string `json:"detail,omitempty" doc:"what the newest attempt came to"`
}

// Resolution tells what became of a delivery of which Argine cannot know whether it arrived.
type Resolution struct {
	Received bool   `json:"received" doc:"the platform has it; if false it is sent again"`
	Detail   string `json:"detail" minLength:"1" doc:"who said so"`
}

// NewAnswer is what the platform says of one item.
type NewAnswer struct {
	ItemID  string     `json:"item_id"`
	Kind    string     `json:"kind" enum:"removed,disabled,refused,impossible,clarification"`
	Reason  string     `json:"reason,omitempty" maxLength:"5000" doc:"needed for refused, impossible, clarification"`
	ActedAt *time.Time `json:"acted_at,omitempty" doc:"when it was removed or disabled"`
}

// NewAnswers is a platform's answers about one referral.
type NewAnswers struct {
	Answers []NewAnswer `json:"answers" nullable:"false" minItems:"1" maxItems:"5000"`
}

// Answer is a recorded one.
type Answer struct {
	ID      string     `json:"id"`
	ItemID  string     `json:"item_id"`
	Kind    string     `json:"kind"`
	Reason  string     `json:"reason,omitempty"`
	ActedAt *time.Time `json:"acted_at,omitempty"`
	At      time.Time  `json:"at"`
}

// Probe is one look whether an item is still there.
type Probe struct {
	At       time.Time `json:"at"`
	Step     int       `json:"step"`
	Verdict  string    `json:"verdict"`
	Status   int       `json:"status"`
	FinalURL string    `json:"final_url,omitempty"`
	Vantage  string    `json:"vantage"`
	Proof    string    `json:"proof,omitempty" doc:"SHA-256 of the WARC of the look"`
	Reason   string    `json:"reason" doc:"what told the verdict"`
}

// AddInterest registers a standing interest of the caller's unit.
func (c *Client) AddInterest(ctx context.Context, in NewInterest) (Interest, error) {
	return post[Interest](ctx, c, "/v1/interests", in)
}

// AddExistingOrders records orders that authorities have issued already.
func (c *Client) AddExistingOrders(ctx context.Context, in ExistingOrders) (Rows, error) {
	return post[Rows](ctx, c, "/v1/existing-orders", in)
}

// Draft runs the pre-flight over an action's cleared items and drafts a referral for each platform.
func (c *Client) Draft(ctx context.Context, actionID string) (Drafted, error) {
	return post[Drafted](ctx, c, "/v1/actions/"+actionID+"/referrals", struct{}{})
}

// Referrals lists an action's referrals.
func (c *Client) Referrals(ctx context.Context, actionID, state string) (Page[Referral], error) {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	return get[Page[Referral]](ctx, c, "/v1/actions/"+actionID+"/referrals", q)
}

// Referral gives one referral with its items.
func (c *Client) Referral(ctx context.Context, referralID string) (Referral, error) {
	return get[Referral](ctx, c, "/v1/referrals/"+referralID, nil)
}

// Approve lets a referral leave; the caller must not be who drafted it.
func (c *Client) Approve(ctx context.Context, referralID string) (Referral, error) {
	return post[Referral](ctx, c, "/v1/referrals/"+referralID+"/approval", struct{}{})
}

// Deliveries lists an action's deliveries.
func (c *Client) Deliveries(ctx context.Context, actionID, state string) (Page[Delivery], error) {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	return get[Page[Delivery]](ctx, c, "/v1/actions/"+actionID+"/deliveries", q)
}

// Resolve settles a delivery of which Argine cannot know whether it arrived.
func (c *Client) Resolve(ctx context.Context, deliveryID string, in Resolution) (Delivery, error) {
	return post[Delivery](ctx, c, "/v1/deliveries/"+deliveryID+"/resolution", in)
}

// Answer records what the platform says of a referral's items; for platform contacts.
func (c *Client) Answer(ctx context.Context, referralID string, in NewAnswers) (Rows, error) {
	return post[Rows](ctx, c, "/v1/referrals/"+referralID+"/answers", in)
}
