package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"time"
)

// HostCase is one matter at a hosting service's own Argine (`argine host serve`).
type HostCase struct {
	ID         string      `json:"id"`
	Track      string      `json:"track" enum:"order,referral,notice,act_order"`
	Sender     string      `json:"sender,omitempty"`
	Authority  string      `json:"authority"`
	Subject    string      `json:"subject,omitempty" doc:"identifier at the sender"`
	Reference  string      `json:"reference"`
	Trust      string      `json:"trust" enum:"verified,unverified,forged"`
	VouchedBy  string      `json:"vouched_by,omitempty" doc:"who made sure of the sender by another way"`
	State      string      `json:"state" enum:"open,closed"`
	Owes       string      `json:"owes,omitempty" enum:"issuer,home,host"`
	Duty       string      `json:"duty,omitempty"`
	DueAt      *time.Time  `json:"due_at,omitempty"`
	ReceivedAt time.Time   `json:"received_at"`
	ExecutedAt *time.Time  `json:"executed_at,omitempty"`
	AnsweredAt *time.Time  `json:"answered_at,omitempty"`
	URL        string      `json:"url,omitempty" doc:"of its first item"`
	Count      int         `json:"count" doc:"number of items"`
	Answered   int         `json:"answered" doc:"items that are answered"`
	Items      []HostItem  `json:"items,omitempty"`
	Events     []HostEvent `json:"events,omitempty"`
	Clocks     []HostClock `json:"clocks,omitempty"`
	Faults     []HostFault `json:"faults,omitempty" doc:"what the document lacks"`
	Twins      []HostTwin  `json:"twins,omitempty" doc:"the same content in other cases"`

	Reinstatements []HostReinstatement `json:"reinstatements,omitempty" doc:"requests to bring something of it back"`
	Returns        []HostReturn        `json:"returns,omitempty" doc:"what came back, and whether its provider was told"`
}

// HostTwin is an item of another case with the same content as one of this case.
type HostTwin struct {
	Place     int        `json:"place" doc:"of the item of this case"`
	Key       string     `json:"key" doc:"CASE/PLACE of the other, to settle it with this one"`
	Track     string     `json:"track"`
	Reference string     `json:"reference,omitempty"`
	Authority string     `json:"authority,omitempty"`
	URL       string     `json:"url"`
	Alike     string     `json:"alike" enum:"place,exact,picture,film" doc:"the same address, the same file, or only what looks alike"`
	Measure   int        `json:"measure,omitempty" doc:"of a picture, the bits of 256 that differ; of a film, the percentage in common"`
	Waits     bool       `json:"waits" doc:"it waits for this service"`
	DueAt     *time.Time `json:"due_at,omitempty"`
}

// HostItem is one place that a case is about.
type HostItem struct {
	Place   int        `json:"place"`
	ItemID  string     `json:"item_id,omitempty"`
	URL     string     `json:"url"`
	Content string     `json:"content" enum:"up,disabled,removed,reinstated"`
	ActedAt *time.Time `json:"acted_at,omitempty"`
	Answer  string     `json:"answer,omitempty"`
}

// HostEvent is one thing that happened in the case of a removal order.
type HostEvent struct {
	Kind string    `json:"kind"`
	At   time.Time `json:"at"`
}

// HostClock is one period or duty.
type HostClock struct {
	Name    string     `json:"name"`
	Article string     `json:"article"`
	Owes    string     `json:"owes"`
	State   string     `json:"state"`
	From    time.Time  `json:"from"`
	Until   *time.Time `json:"until,omitempty"`
	Done    *time.Time `json:"done,omitempty"`
}

// HostFault is one thing that a document lacks or has wrong.
type HostFault struct {
	Field   string `json:"field"`
	Article string `json:"article,omitempty"`
	Reason  string `json:"reason"`
}

// HostReceipt tells a sender that a message was taken in, and when the clock started.
type HostReceipt struct {
	ID         string    `json:"id"`
	Case       string    `json:"case,omitempty"`
	ReceivedAt time.Time `json:"received_at"`
}

// HostDisabling asks that content be disabled by the service.
type HostDisabling struct {
	Place  int      `json:"place" minimum:"1"`
	Twins  []string `json:"twins,omitempty" doc:"the same content in other cases, as CASE/PLACE; at the same place it is settled by this one act, elsewhere each place is disabled by its own"`
	Answer bool     `json:"answer,omitempty" doc:"answer as soon as it is done"`
}

// HostFeedback is Annex II: what was done, and when.
type HostFeedback struct {
	Measure string     `json:"measure,omitempty" enum:"removed,disabled"`
	TakenAt *time.Time `json:"taken_at,omitempty"`
}

// HostImpossibility is Annex III.
type HostImpossibility struct {
	Grounds []string `json:"grounds" minItems:"1" enum:"impossible,manifest_errors,insufficient"`
	Reasons string   `json:"reasons" minLength:"1"`
	Errors  string   `json:"errors,omitempty"`
	Wanted  string   `json:"wanted,omitempty"`
}

// HostAnswers are the answers to items of a referral or notice.
type HostAnswers struct {
	Answers []HostAnswer `json:"answers" nullable:"false" minItems:"1"`
	Twins   []string     `json:"twins,omitempty" doc:"the same content in other cases, as CASE/PLACE, to be answered the same; never orders, and that content is down only at the same place"`
}

// HostAnswer is the answer to one item.
type HostAnswer struct {
	Place   int        `json:"place" minimum:"1"`
	Kind    string     `json:"kind" enum:"removed,disabled,refused,impossible,clarification"`
	Reason  string     `json:"reason,omitempty" maxLength:"5000"`
	ActedAt *time.Time `json:"acted_at,omitempty"`
}

// HostCases lists cases, newest first; state and track may be empty.
func (c *Client) HostCases(ctx context.Context, state, track, after string, limit int) (Page[HostCase], error) {
	q := url.Values{}
	for name, value := range map[string]string{"state": state, "track": track, "cursor": after} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if limit > 0 {
		q.Set("limit", strconv.Itoa(limit))
	}
	return get[Page[HostCase]](ctx, c, "/v1/host/cases", q)
}

// HostCase gives one case whole.
func (c *Client) HostCase(ctx context.Context, caseID string) (HostCase, error) {
	return get[HostCase](ctx, c, "/v1/host/cases/"+caseID, nil)
}

// HostHandIn takes in a document or message that came by other means.
func (c *Client) HostHandIn(ctx context.Context, document json.RawMessage) (HostReceipt, error) {
	return upload[HostReceipt](ctx, c, "/v1/host/messages", "application/json", document)
}

// HostDisable has the service disable content.
func (c *Client) HostDisable(ctx context.Context, caseID string, in HostDisabling) (HostCase, error) {
	return post[HostCase](ctx, c, "/v1/host/cases/"+caseID+"/disabling", in)
}

// HostFeedback answers an order with Annex II.
func (c *Client) HostFeedback(ctx context.Context, caseID string, in HostFeedback) (HostCase, error) {
	return post[HostCase](ctx, c, "/v1/host/cases/"+caseID+"/feedback", in)
}

// HostImpossible answers an order with Annex III.
func (c *Client) HostImpossible(ctx context.Context, caseID string, in HostImpossibility) (HostCase, error) {
	return post[HostCase](ctx, c, "/v1/host/cases/"+caseID+"/impossibility", in)
}

// HostAnswer answers items of a referral or notice.
func (c *Client) HostAnswer(ctx context.Context, caseID string, in HostAnswers) (HostCase, error) {
	return post[HostCase](ctx, c, "/v1/host/cases/"+caseID+"/answers", in)
}

// HostReport is the transparency report of Article 7(3) of Regulation (EU) 2021/784.
type HostReport struct {
	Service     string       `json:"service"`
	MemberState string       `json:"member_state"`
	Year        int          `json:"year"`
	Due         string       `json:"due" doc:"the first day on which it is late"`
	Figures     []HostFigure `json:"figures" nullable:"false"`
}

// HostFigure is one number of it, with its counting rule.
type HostFigure struct {
	Letter string `json:"letter" doc:"point of Article 7(3)"`
	Name   string `json:"name"`
	Count  int    `json:"count"`
	Rule   string `json:"rule"`
}

// HostUpload is what trusted banks know of a file; without an identifier none of them knows it.
type HostUpload struct {
	ID   string    `json:"id,omitempty"`
	URL  string    `json:"url"`
	Hits []HostHit `json:"hits" nullable:"false"`
}

// HostHit is one entry of a bank.
type HostHit struct {
	At       string `json:"at"`
	Bank     string `json:"bank"`
	Signal   string `json:"signal"`
	Distance string `json:"distance,omitempty"`
}

// NewHostComplaint is what a content provider says against the removal of its content.
type NewHostComplaint struct {
	URL      string `json:"url" minLength:"1"`
	Contact  string `json:"contact,omitempty" doc:"address for the outcome"`
	Language string `json:"language,omitempty"`
	Words    string `json:"words" minLength:"1" maxLength:"10000"`
}

// HostComplaint is one that was taken in.
type HostComplaint struct {
	ID    string    `json:"id"`
	Case  string    `json:"case,omitempty"`
	DueAt time.Time `json:"due_at" doc:"two weeks, Article 10(2)"`
}

// HostActivity tells what a contact point has yet to do by itself.
type HostActivity struct {
	Due     int        `json:"due" doc:"acts that are due or under way"`
	NextDue *time.Time `json:"next_due,omitempty" doc:"when the next one is to be tried again"`
	Stuck   int        `json:"stuck" doc:"acts that wait for a person"`
}

// HostActivity asks what is left to do.
func (c *Client) HostActivity(ctx context.Context) (HostActivity, error) {
	return get[HostActivity](ctx, c, "/v1/host/activity", nil)
}

// HostReport computes the report of a year.
func (c *Client) HostReport(ctx context.Context, year int) (HostReport, error) {
	return get[HostReport](ctx, c, "/v1/host/report", url.Values{"year": {strconv.Itoa(year)}})
}

// HostAsk asks the trusted banks about a file that was uploaded to the service.
func (c *Client) HostAsk(ctx context.Context, at, provider, contentType string, file []byte) (out HostUpload, err error) {
	q := url.Values{"url": {at}, "provider": {provider}}
	return out, c.call(ctx, "POST", "/v1/host/uploads", q, contentType, file, &out)
}

// HostComplain hands in a complaint.
func (c *Client) HostComplain(ctx context.Context, in NewHostComplaint) (HostComplaint, error) {
	return post[HostComplaint](ctx, c, "/v1/host/complaints", in)
}

// HostStatement is a statement of reasons for the DSA Transparency Database, and what became of it.
type HostStatement struct {
	ID        string              `json:"id"`
	PUID      string              `json:"puid" doc:"the platform's own identifier; a correction keeps it"`
	Case      string              `json:"case"`
	State     string              `json:"state" enum:"due,sent,refused"`
	Errors    map[string][]string `json:"errors,omitempty" doc:"of a refused one: field, and what is wrong with it"`
	Statement json.RawMessage     `json:"statement" doc:"in the schema of the database"`
}

// HostStatements lists the newest statements of reasons.
func (c *Client) HostStatements(ctx context.Context) (Page[HostStatement], error) {
	return get[Page[HostStatement]](ctx, c, "/v1/host/statements", nil)
}

// HostCorrectStatement puts a corrected statement in the place of one that was refused; it is sent
// again with the same puid.
func (c *Client) HostCorrectStatement(ctx context.Context, statement string, corrected json.RawMessage) (HostStatement, error) {
	return upload[HostStatement](ctx, c, "/v1/host/statements/"+statement+"/correction", "application/json", corrected)
}
