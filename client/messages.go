package client

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
)

// What messages are about.
const (
	ReferralCreated    = "referral.created"
	OrderIssued        = "order.issued"        // a removal order, Article 3 of Regulation (EU) 2021/784
	OrderCopy          = "order.copy"          // its copy to the authority of the host's member state, Article 4(1)
	OrderInformation   = "order.information"   // procedures and deadlines before the first order, Article 3(2)
	OrderClarified     = "order.clarified"     // what Annex III asked for, Article 3(8)
	OrderWithdrawn     = "order.withdrawn"     // it has no effect any more
	OrderSecrecy       = "order.secrecy"       // its non-disclosure goes on, Article 11(3)
	OrderFinal         = "order.final"         // it became final, Article 3(9); to the home authority
	OrderIntended      = "order.intended"      // what the home authority means to decide, Article 4(5)
	OrderCourse        = "order.course"        // what happened in its case, Article 14(1); between authorities
	ReviewAsked        = "review.asked"        // from a hosting service to the authority of its state, Article 4(4)
	OrderReviewed      = "order.reviewed"      // what it decided, Article 4(6)
	NoticeCreated      = "notice.created"      // Article 16 of Regulation (EU) 2022/2065
	ActOrderIssued     = "act_order.issued"    // its Article 9
	ReinstatementAsked = "reinstatement.asked" // what was referred or given notice of was reversed
	AnswerGiven        = "answer.given"        // from a hosting service to the authority
	OrderFollowed      = "order.followed"      // from it too: what happened in the case of an order, as its timeline
)

// Message is what one program tells another: the body of every webhook, and an entry of the
// inbox that a platform fetches. Which members are there depends on the type.
type Message struct {
	Type          string               `json:"type"`
	ID            string               `json:"id,omitempty" doc:"of the delivery; the same when it is sent again"`
	At            time.Time            `json:"at,omitzero" doc:"when it was approved to leave"`
	Subject       string               `json:"subject,omitempty" doc:"the order, referral or notice"`
	Reference     string               `json:"reference,omitempty" doc:"what both sides call it in writing"`
	Document      json.RawMessage      `json:"document,omitempty" doc:"the filled form; see /v1/schemas"`
	Referral      *MessageReferral     `json:"referral,omitempty" doc:"of referral.created"`
	Answers       *NewAnswers          `json:"answers,omitempty" doc:"of answer.given about a referral"`
	Decisions     []NoticeDecision     `json:"decisions,omitempty" doc:"of answer.given about a notice or an order of Article 9"`
	Reinstatement *ReinstatementAnswer `json:"reinstatement,omitempty" doc:"of answer.given about a request to reinstate"`
	Text          string               `json:"text,omitempty" doc:"the letter for people; its links are made harmless"`
	AnswerURL     string               `json:"answer_url,omitempty" doc:"to which a signed message of the type answer.given is posted; of a referral, where its answers are posted"`
	PDF           []byte               `json:"pdf,omitempty" doc:"the printed form, in base64"`
	PDFURL        string               `json:"pdf_url,omitempty" doc:"where a contact of the platform fetches the printed form with its token, as it may be missing here"`
	Timeline      []TimelineEvent      `json:"timeline,omitempty" doc:"of a removal order: what happened in its case so far, as the sender knows it; of order.followed, what is new: grounds_ceased, provider_informed, reinstated, kept_down"`
}

// TimelineEvent is one thing that happened in the case of a removal order. Whoever folds the
// same events comes to the same clocks.
type TimelineEvent struct {
	Kind        string    `json:"kind"`
	At          time.Time `json:"at"`
	Emergency   string    `json:"emergency,omitempty" doc:"of issued: why the twelve hours of Article 3(2) could not be waited for"`
	CrossBorder bool      `json:"cross_border,omitempty" doc:"of issued"`
}

// MessageReferral is the referral in a message.
type MessageReferral struct {
	ID        string         `json:"id"`
	Reference string         `json:"reference"`
	Language  string         `json:"language"`
	Track     string         `json:"track"`
	Items     []ReferralItem `json:"items" nullable:"false"`
}

// NoticeDecision is what a platform decided about one item of a notice (Article 16(5) and (6)
// of Regulation (EU) 2022/2065) or what effect it gave to an order (its Article 9(1)).
type NoticeDecision struct {
	ItemID    string     `json:"item_id,omitempty"`
	URL       string     `json:"url,omitempty" doc:"of an item that was named by its link alone, as an order of Article 9 does; without either, all items are meant"`
	Decision  string     `json:"decision" enum:"removed,disabled,restricted,refused,none"`
	DecidedAt *time.Time `json:"decided_at,omitempty"`
	Reason    string     `json:"reason,omitempty" maxLength:"5000"`
	Redress   string     `json:"redress,omitempty" maxLength:"5000" doc:"possibilities for redress, Article 16(5)"`
	Automated bool       `json:"automated,omitempty" doc:"decided by automated means, Article 16(6)"`
}

// ReinstatementAnswer is what a hosting service says to a request to bring content back: the subject
// of its message is the item, or the removal order that lost its effect.
type ReinstatementAnswer struct {
	Outcome string     `json:"outcome" enum:"reinstated,kept_down,not_down" doc:"kept_down: by its own terms or other law; not_down: it is not down there"`
	Reasons string     `json:"reasons,omitempty" maxLength:"10000" doc:"of kept_down"`
	At      *time.Time `json:"at,omitempty" doc:"when it came back, or was decided"`
	URL     string     `json:"url,omitempty"`
}

// Inbox is what waits for a platform that fetches. Reading it is receiving it: the moment of
// the answer is when the clocks start.
type Inbox struct {
	Messages []Message `json:"messages" nullable:"false"`
	Next     string    `json:"next,omitempty" doc:"give it as after to read on"`
}

// Receipts confirms that messages of the inbox were received.
type Receipts struct {
	IDs []string `json:"ids" nullable:"false" minItems:"1" maxItems:"1000" doc:"of the messages"`
}

// ConfirmReceipt confirms that messages were received.
func (c *Client) ConfirmReceipt(ctx context.Context, ids ...string) (Rows, error) {
	return post[Rows](ctx, c, "/v1/inbox/receipts", Receipts{ids})
}

// Keys are the public keys by which receivers know what this Argine sends.
type Keys struct {
	Webhook []string `json:"webhook" nullable:"false" doc:"whpk_ and base64: Ed25519 keys of v1a signatures"`
	DKIM    string   `json:"dkim,omitempty" doc:"domain that signs mails; its keys are in the DNS"`
	PGP     string   `json:"pgp,omitempty" doc:"OpenPGP public key that signs mails, armored"`
}

// Keys gives the public keys; no token is needed.
func (c *Client) Keys(ctx context.Context) (Keys, error) {
	return get[Keys](ctx, c, "/v1/keys", nil)
}

// Inbox fetches the messages after a place in the inbox; "" is its beginning.
func (c *Client) Inbox(ctx context.Context, after string) (Inbox, error) {
	q := url.Values{}
	if after != "" {
		q.Set("after", after)
	}
	return get[Inbox](ctx, c, "/v1/inbox", q)
}

// InboxPDF fetches the printed form of a message.
func (c *Client) InboxPDF(ctx context.Context, messageID string) (out []byte, err error) {
	return out, c.call(ctx, "GET", "/v1/inbox/"+url.PathEscape(messageID)+"/document.pdf", nil, "", nil, &out)
}

// Taken is the answer to a message of another authority.
type Taken struct {
	ID string `json:"id,omitempty" doc:"of the case that a copy opened or told of"`
}
