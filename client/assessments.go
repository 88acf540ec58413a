package client

import (
	"context"
	"net/url"
	"strconv"
	"time"
)

// Task is an item that waits for somebody's assessment, with the facts to decide on.
type Task struct {
	Item      Item       `json:"item"`
	Step      int        `json:"step" doc:"1: first assessment, 2: second, 3: the one that decides between two"`
	Capture   *Capture   `json:"capture,omitempty"`
	Media     []Medium   `json:"media" nullable:"false"`
	Matches   []Match    `json:"matches" nullable:"false"`
	Reuploads []Reupload `json:"reuploads" nullable:"false"`
	Variants  []string   `json:"variants" nullable:"false"`

	Assessments []Assessment `json:"assessments,omitempty" doc:"the two that do not agree, for the third person; never those of a first person for the second, nor any in a blind action"`
}

// NewAssessment is a person's reasoned decision.
type NewAssessment struct {
	ItemID         string   `json:"item_id"`
	Decision       string   `json:"decision" enum:"terrorist,not_terrorist"`
	Limbs          []string `json:"limbs,omitempty" doc:"of Article 2(7) of Regulation (EU) 2021/784: a, b, c, d, e; at least one for terrorist"`
	Purpose        string   `json:"purpose" enum:"none,education,journalism,art,research,counter_terrorism,public_debate" doc:"protected purpose of Article 1(3) that was found"`
	PurposeReasons string   `json:"purpose_reasons" maxLength:"5000" doc:"how the true purpose was determined; always needed"`
	Confidence     int      `json:"confidence" minimum:"0" maximum:"100" doc:"per cent"`
	Reasons        string   `json:"reasons" maxLength:"5000"`

	Factors     []string `json:"factors,omitempty" doc:"of recital 11 that counted: wording, context, harm, listed_producer"`
	Language    string   `json:"language,omitempty" maxLength:"35" doc:"that the content is in, BCP 47"`
	Producer    string   `json:"producer,omitempty" maxLength:"500" doc:"person or group that it is attributed to"`
	Designation string   `json:"designation,omitempty" maxLength:"200" doc:"entry of a list that the producer is: its identifier or the publisher's reference"`
	Behaviours  []string `json:"behaviours,omitempty" doc:"publishes, reposts, mirrors, outlinks, recruits, finances, instructs, threatens"`
	Tier        string   `json:"tier,omitempty" enum:"threat_to_life,crisis,designation,promotional"`
	Ideology    string   `json:"ideology,omitempty" enum:"jihadist,right_wing,left_wing_anarchist,ethno_nationalist_separatist,single_issue,other_kind,not_specified" doc:"for counting alone; left out, the one of the entry of a list, or not_specified"`
}

// NewAssessments is a list of them.
type NewAssessments struct {
	Assessments []NewAssessment `json:"assessments" nullable:"false" minItems:"1" maxItems:"500"`
}

// Assessment is a recorded one.
type Assessment struct {
	ID             string    `json:"id"`
	ItemID         string    `json:"item_id"`
	Step           int       `json:"step"`
	UserID         string    `json:"user_id"`
	UnitID         string    `json:"unit_id"`
	Decision       string    `json:"decision"`
	Limbs          []string  `json:"limbs" nullable:"false"`
	Purpose        string    `json:"purpose"`
	PurposeReasons string    `json:"purpose_reasons"`
	Confidence     int       `json:"confidence"`
	Reasons        string    `json:"reasons"`
	At             time.Time `json:"at"`

	Factors     []string     `json:"factors,omitempty"`
	Language    string       `json:"language,omitempty"`
	Producer    string       `json:"producer,omitempty"`
	Designation *Designation `json:"designation,omitempty"`
	Behaviours  []string     `json:"behaviours,omitempty"`
	Tier        string       `json:"tier,omitempty"`
	Ideology    string       `json:"ideology,omitempty"`
}

// Designation is the entry of a list that an assessment rests on, as it was then.
type Designation struct {
	EntityID  string     `json:"entity_id"`
	ListID    string     `json:"list_id"`
	List      string     `json:"list"`
	Reference string     `json:"reference"`
	Name      string     `json:"name"`
	Version   int        `json:"version"`
	Label     string     `json:"label,omitempty" doc:"what the publisher called the version"`
	Dated     *time.Time `json:"dated,omitempty"`
	SHA256    string     `json:"sha256" doc:"of the file"`
	Listed    bool       `json:"listed" doc:"the entry is still on the list"`
}

// Worklist lists items that wait for the caller's assessment at a step, in order of urgency.
func (c *Client) Worklist(ctx context.Context, actionID string, step, limit int) (Page[Task], error) {
	q := url.Values{"step": {strconv.Itoa(step)}, "limit": {strconv.Itoa(limit)}}
	return get[Page[Task]](ctx, c, "/v1/actions/"+actionID+"/worklist", q)
}

// Assess records assessments, each by itself.
func (c *Client) Assess(ctx context.Context, in NewAssessments) (Rows, error) {
	return post[Rows](ctx, c, "/v1/assessments", in)
}
