package client

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// Action is a joint action.
type Action struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Theme    string    `json:"theme"`
	UnitID   string    `json:"unit_id" doc:"who leads"`
	Units    []string  `json:"units" nullable:"false" doc:"who takes part"`
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
	Blind    bool      `json:"blind" doc:"who assesses an item sees nothing of those who did before"`
	Silence  int       `json:"silence_minutes" doc:"minutes after which an unanswered question of deconfliction counts as free; 0: only the owners of standing interests are asked, and have a day"`
}

// ActionChange says how an action is worked on; what is left out stays.
type ActionChange struct {
	Blind   *bool `json:"blind,omitempty"`
	Silence *int  `json:"silence_minutes,omitempty" minimum:"0" maximum:"10080"`
}

// NewAction asks for an action; the caller's unit leads and takes part.
type NewAction struct {
	Name     string    `json:"name" minLength:"1" maxLength:"200"`
	Theme    string    `json:"theme" maxLength:"2000"`
	Units    []string  `json:"units,omitempty" doc:"identifiers or names of the units that take part besides"`
	OpensAt  time.Time `json:"opens_at"`
	ClosesAt time.Time `json:"closes_at"`
	Blind    bool      `json:"blind,omitempty" doc:"who assesses an item sees nothing of those who did before"`
	Silence  int       `json:"silence_minutes,omitempty" minimum:"0" maximum:"10080" doc:"minutes that the units have to say whether an item disturbs them; 0: only the owners of standing interests are asked, and have a day"`
}

// Contributed is what became of a file of links.
type Contributed struct {
	Lines      int        `json:"lines" doc:"lines or links read"`
	Taken      int        `json:"taken" doc:"contributions recorded"`
	NewItems   int        `json:"new_items" doc:"of them, items nobody had handed in to this action before"`
	Duplicates int        `json:"duplicates" doc:"of them, items that were there already"`
	Repeated   int        `json:"repeated" doc:"lines this unit had handed in before, letter for letter"`
	Failed     int        `json:"failed"`
	Errors     []RowError `json:"errors" nullable:"false" doc:"the first 1000 bad lines, each with its reason"`
}

// Count is a name with a number.
type Count struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// PlatformOutcome is one row of the board's table: a platform and how its items stand.
type PlatformOutcome struct {
	PlatformID string         `json:"platform_id"`
	Platform   string         `json:"platform"`
	Items      int            `json:"items"`
	Delivered  int            `json:"delivered"`
	Verdicts   map[string]int `json:"verdicts"`
	Answers    map[string]int `json:"answers"`
}

// Status is the live board of an action.
type Status struct {
	Action        Action            `json:"action"`
	Now           time.Time         `json:"now" doc:"the server's clock"`
	Items         int               `json:"items"`
	Contributions int               `json:"contributions"`
	Stages        []Count           `json:"stages" nullable:"false" doc:"items by stage, in the order of the work"`
	Languages     []Count           `json:"languages" nullable:"false"`
	Units         []Count           `json:"units" nullable:"false" doc:"contributions by unit"`
	Platforms     []PlatformOutcome `json:"platforms" nullable:"false"`
	Verdicts      []Count           `json:"verdicts" nullable:"false"`
	Answers       []Count           `json:"answers" nullable:"false"`
}

// Activity tells whether the program has anything left to do at this moment of its clock.
type Activity struct {
	Now     time.Time  `json:"now"`
	Jobs    int        `json:"jobs" doc:"jobs that wait or run"`
	Due     int        `json:"due" doc:"deliveries, looks and holds whose time has come"`
	NextDue *time.Time `json:"next_due,omitempty" doc:"when the next of them comes"`
}

// SetAction changes how an action is worked on.
func (c *Client) SetAction(ctx context.Context, actionID string, in ActionChange) (out Action, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	return out, c.call(ctx, http.MethodPatch, "/v1/actions/"+actionID, nil, "application/json", body, &out)
}

// Actions lists the actions that the caller's unit takes part in.
func (c *Client) Actions(ctx context.Context) (Page[Action], error) {
	return get[Page[Action]](ctx, c, "/v1/actions", nil)
}

// AddAction opens an action.
func (c *Client) AddAction(ctx context.Context, in NewAction) (Action, error) {
	return post[Action](ctx, c, "/v1/actions", in)
}

// Status gives the board of an action.
func (c *Client) Status(ctx context.Context, actionID string) (Status, error) {
	return get[Status](ctx, c, "/v1/actions/"+actionID+"/status", nil)
}

// Contribute hands in a file of links: text/csv, application/jsonl, text/uri-list (one URL
// a line), or text/plain (any text with links in it, defanged or not).
func (c *Client) Contribute(ctx context.Context, actionID, contentType string, file []byte) (Contributed, error) {
	return upload[Contributed](ctx, c, "/v1/actions/"+actionID+"/contributions", contentType, file)
}

// Activity asks whether there is anything left to do now.
func (c *Client) Activity(ctx context.Context) (Activity, error) {
	return get[Activity](ctx, c, "/v1/activity", nil)
}
