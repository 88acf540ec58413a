package client

import (
	"context"
	"net/url"
	"time"
)

// Notice is a batch of items to one platform under Regulation (EU) 2022/2065: a notice of its
// Article 16 or an order of its Article 9. Neither is counted with referrals or removal orders.
type Notice struct {
	ID          string            `json:"id"`
	ActionID    string            `json:"action_id"`
	PlatformID  string            `json:"platform_id"`
	Platform    string            `json:"platform"`
	UnitID      string            `json:"unit_id"`
	Unit        string            `json:"unit"`
	Track       string            `json:"track" enum:"notice,act_order"`
	Reference   string            `json:"reference"`
	Language    string            `json:"language"`
	State       string            `json:"state" enum:"draft,approved,withdrawn"`
	Form        map[string]string `json:"form,omitempty" doc:"the filled form without its links, by key"`
	DraftedBy   string            `json:"drafted_by"`
	DraftedAt   time.Time         `json:"drafted_at"`
	ApprovedBy  string            `json:"approved_by,omitempty"`
	ApprovedAt  *time.Time        `json:"approved_at,omitempty"`
	ReceivedAt  *time.Time        `json:"received_at,omitempty" doc:"when the platform had it"`
	ConfirmedAt *time.Time        `json:"confirmed_at,omitempty" doc:"when the platform confirmed that, Article 16(4)"`
	Items       []NoticeItem      `json:"items,omitempty"`
	Count       int               `json:"count" doc:"number of items"`
	Decided     int               `json:"decided" doc:"of them, those that the platform has decided on"`
	Delivery    *Delivery         `json:"delivery,omitempty"`
}

// NoticeItem is one item of a notice, with the newest decision of the platform.
type NoticeItem struct {
	ItemID   string          `json:"item_id"`
	URL      string          `json:"url" doc:"the exact URL that was seen"`
	Limbs    []string        `json:"limbs" nullable:"false"`
	Reasons  string          `json:"reasons"`
	Decision *NoticeDecision `json:"decision,omitempty"`
	ToldAt   *time.Time      `json:"told_at,omitempty" doc:"when the decision was learned of"`
}

// NewNotices asks for notices of items, one for each platform.
type NewNotices struct {
	Track string            `json:"track" enum:"notice,act_order"`
	Items []string          `json:"items,omitempty" maxItems:"5000" doc:"none: all cleared items of the action"`
	Form  map[string]string `json:"form" doc:"values of the form by key, without the links; see /v1/schemas"`
}

// Noticed is what became of the items.
type Noticed struct {
	Notices []Notice `json:"notices" nullable:"false"`
	Blocked []Block  `json:"blocked" nullable:"false"`
}

// NewNoticeAnswers is what a platform says of one notice. Without decisions it confirms receipt.
type NewNoticeAnswers struct {
	Decisions []NoticeDecision `json:"decisions" nullable:"false" maxItems:"5000" doc:"a decision that names no item is about all of them"`
}

// DraftNotices runs the pre-flight over items and drafts a notice for each platform.
func (c *Client) DraftNotices(ctx context.Context, actionID string, in NewNotices) (Noticed, error) {
	return post[Noticed](ctx, c, "/v1/actions/"+actionID+"/notices", in)
}

// Notices lists an action's notices of a track, or of both for "".
func (c *Client) Notices(ctx context.Context, actionID, track string) (Page[Notice], error) {
	q := url.Values{}
	if track != "" {
		q.Set("track", track)
	}
	return get[Page[Notice]](ctx, c, "/v1/actions/"+actionID+"/notices", q)
}

// Notice gives one notice with its items.
func (c *Client) Notice(ctx context.Context, noticeID string) (Notice, error) {
	return get[Notice](ctx, c, "/v1/notices/"+noticeID, nil)
}

// ApproveNotice lets a notice leave; the caller must not be who drafted it.
func (c *Client) ApproveNotice(ctx context.Context, noticeID string) (Notice, error) {
	return post[Notice](ctx, c, "/v1/notices/"+noticeID+"/approval", struct{}{})
}

// AnswerNotice records what a platform says of a notice; for platform contacts.
func (c *Client) AnswerNotice(ctx context.Context, noticeID string, in NewNoticeAnswers) (Rows, error) {
	return post[Rows](ctx, c, "/v1/notices/"+noticeID+"/answers", in)
}
