package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Complaint is one of a content provider or a platform, about one item.
type Complaint struct {
	ID            string         `json:"id"`
	Reference     string         `json:"reference"`
	ItemID        string         `json:"item_id"`
	URL           string         `json:"url" doc:"the canonical link of the item"`
	PlatformID    string         `json:"platform_id"`
	Platform      string         `json:"platform"`
	UnitID        string         `json:"unit_id" doc:"whose decision is complained of"`
	Unit          string         `json:"unit"`
	SubjectID     string         `json:"subject_id,omitempty" doc:"the referral, order or notice"`
	Complainant   string         `json:"complainant" enum:"provider,platform"`
	Contact       string         `json:"contact,omitempty"`
	Reasons       string         `json:"reasons"`
	ReceivedAt    time.Time      `json:"received_at"`
	DueAt         time.Time      `json:"due_at" doc:"two weeks after receipt"`
	FiledAt       time.Time      `json:"filed_at"`
	FiledBy       string         `json:"filed_by,omitempty" doc:"user, who must not decide either; platforms do not see it"`
	State         string         `json:"state" enum:"open,decided"`
	Outcome       string         `json:"outcome,omitempty" enum:"upheld,reversed" doc:"upheld: the decision stands"`
	DecidedAt     *time.Time     `json:"decided_at,omitempty"`
	ToldAt        *time.Time     `json:"told_at,omitempty" doc:"when the complainant was told"`
	ToldHow       string         `json:"told_how,omitempty"`
	Found         int            `json:"found" doc:"how many people have assessed it anew"`
	Reassessments []Reassessment `json:"reassessments,omitempty"`
	Reinstatement *Reinstatement `json:"reinstatement,omitempty" doc:"of one by which the decision fell: whether the content is back"`
	TookPart      []string       `json:"took_part,omitempty" doc:"users who had a hand in the case and must not decide"`
}

// Reassessment is what one person found who took no part in the case. A platform sees no users.
type Reassessment struct {
	Step     int       `json:"step"`
	UserID   string    `json:"user_id,omitempty"`
	UnitID   string    `json:"unit_id,omitempty"`
	Decision string    `json:"decision" enum:"terrorist,not_terrorist"`
	Limbs    []string  `json:"limbs" nullable:"false"`
	Purpose  string    `json:"purpose"`
	Reasons  string    `json:"reasons"`
	At       time.Time `json:"at"`
}

// NewComplaint files one. A platform's contact complains for the platform; somebody of a unit
// files what a content provider wrote in.
type NewComplaint struct {
	ItemID     string     `json:"item_id,omitempty"`
	SubjectID  string     `json:"subject_id,omitempty" doc:"instead of the item: the removal order that is complained of"`
	Contact    string     `json:"contact,omitempty" maxLength:"5000" doc:"where the outcome is told to"`
	Reasons    string     `json:"reasons" minLength:"1" maxLength:"5000"`
	ReceivedAt *time.Time `json:"received_at,omitempty" doc:"now, if it is left out"`
}

// NewReassessment is what a person finds.
type NewReassessment struct {
	Decision string   `json:"decision" enum:"terrorist,not_terrorist"`
	Limbs    []string `json:"limbs,omitempty"`
	Purpose  string   `json:"purpose,omitempty"`
	Reasons  string   `json:"reasons" minLength:"1" maxLength:"5000"`
}

// Telling says how a complainant was told the outcome.
type Telling struct {
	How string `json:"how" minLength:"1" maxLength:"5000"`
}

// Held is how often what was handed over held.
type Held struct {
	Of        string  `json:"of" doc:"identifier or word of what it is the precision of"`
	Name      string  `json:"name"`
	Delivered int     `json:"delivered" doc:"items that reached their platform, each decided by two people: the denominator"`
	Heard     int     `json:"heard" doc:"of these, those that people decided on anew, on a complaint or without one: how much the share was put to the test"`
	Reversed  int     `json:"reversed" doc:"of these, those whose decision fell afterwards"`
	Share     float64 `json:"share" doc:"not reversed, of delivered"`
	Low       float64 `json:"low" doc:"95 per cent interval (Wilson)"`
	High      float64 `json:"high"`
	Answered  int     `json:"answered" doc:"of delivered, those on which the platform said what it did or why not"`
	Refused   int     `json:"refused" doc:"of answered; the platform judges by its own terms, so it is not called wrong"`
	Small     bool    `json:"small" doc:"fewer than 30 items were delivered: the share says little, see its interval"`
}

// Precisions are those of one way of grouping.
type Precisions struct {
	By   string `json:"by" enum:"all,unit,platform,language,limb,designation,ideology"`
	List []Held `json:"list" nullable:"false"`
}

// FileComplaint files a complaint.
func (c *Client) FileComplaint(ctx context.Context, in NewComplaint) (Complaint, error) {
	return post[Complaint](ctx, c, "/v1/complaints", in)
}

// Complaints lists complaints of a state, or all for "", the soonest due first.
func (c *Client) Complaints(ctx context.Context, state string) (Page[Complaint], error) {
	q := url.Values{}
	if state != "" {
		q.Set("state", state)
	}
	return get[Page[Complaint]](ctx, c, "/v1/complaints", q)
}

// Complaint gives one complaint with what was found.
func (c *Client) Complaint(ctx context.Context, complaintID string) (Complaint, error) {
	return get[Complaint](ctx, c, "/v1/complaints/"+complaintID, nil)
}

// Reassess records what the caller finds, who took no part in the case.
func (c *Client) Reassess(ctx context.Context, complaintID string, in NewReassessment) (Complaint, error) {
	return post[Complaint](ctx, c, "/v1/complaints/"+complaintID+"/reassessments", in)
}

// TellOutcome notes that the complainant was told.
func (c *Client) TellOutcome(ctx context.Context, complaintID string, in Telling) (Complaint, error) {
	return post[Complaint](ctx, c, "/v1/complaints/"+complaintID+"/telling", in)
}

// Precisions computes the precision of what was handed over in a year, or ever for 0.
func (c *Client) Precisions(ctx context.Context, year int) (Page[Precisions], error) {
	q := url.Values{}
	if year != 0 {
		q.Set("year", strconv.Itoa(year))
	}
	return get[Page[Precisions]](ctx, c, "/v1/precision", q)
}
