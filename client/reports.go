package client

import "context"

// Report is the after-action report. Every figure counts items of the action unless its
// rule says otherwise; Rules gives the rule of each by its JSON name.
type Report struct {
	Action        string `json:"action"`
	Items         int    `json:"items"`
	Platforms     int    `json:"platforms"`
	Languages     int    `json:"languages"`
	Units         int    `json:"units"`
	Contributions int    `json:"contributions"`
	Duplicates    int    `json:"duplicates"`
	Captured      int    `json:"captured"`
	Unreachable   int    `json:"unreachable"`
	Media         int    `json:"media"`
	Matched       int    `json:"matched"`
	Assessed      int    `json:"assessed"`
	Rejected      int    `json:"rejected"`
	Disputed      int    `json:"disputed"`
	Held          int    `json:"held"`
	Blocked       int    `json:"blocked"`
	Referred      int    `json:"referred"`
	Delivered     int    `json:"delivered"`
	Undeliverable int    `json:"undeliverable"`

	Answered ReportAnswers  `json:"answered"`
	Verified ReportVerified `json:"verified"`
	Verdicts map[string]int `json:"verdicts" doc:"the eight verdicts apart"`
	Blocks   map[string]int `json:"blocks" doc:"pre-flight refusals by rule"`

	Ideologies map[string]ReportIdeology `json:"ideologies" doc:"decided items by ideology, all seven; for counting alone"`

	Reuploads              int         `json:"reuploads"`
	MedianMinutesToRemoval float64     `json:"median_minutes_to_removal"`
	Lost                   int         `json:"lost"`
	Audit                  ReportAudit `json:"audit"`

	Rules map[string]string `json:"rules" doc:"the counting rule and denominator of each figure"`
}

// ReportAnswers counts delivered items by the newest answer of their platform.
type ReportAnswers struct {
	Removed       int `json:"removed"`
	Refused       int `json:"refused"`
	Clarification int `json:"clarification"`
	None          int `json:"none"`
}

// ReportVerified counts delivered items by the verdict of the newest look.
type ReportVerified struct {
	Removed     int `json:"removed"`
	AccountGone int `json:"account_gone"`
	GeoBlocked  int `json:"geo_blocked"`
	LoginWall   int `json:"login_wall"`
	StillUp     int `json:"still_up"`
	Unknown     int `json:"unknown"`
}

// ReportIdeology counts items that two people have decided, by the ideology that both carry.
type ReportIdeology struct {
	Decided   int `json:"decided"`
	Confirmed int `json:"confirmed"`
	Rejected  int `json:"rejected"`
	Referred  int `json:"referred"`
	Delivered int `json:"delivered"`
	Gone      int `json:"gone"`
}

// ReportAudit is the audit log's head when the report was made.
type ReportAudit struct {
	Events int64  `json:"events"`
	Root   string `json:"root"`
}

// Report gives the after-action report.
func (c *Client) Report(ctx context.Context, actionID string) (Report, error) {
	return get[Report](ctx, c, "/v1/actions/"+actionID+"/report", nil)
}

// ReportHTML gives the report as one HTML file that needs nothing else.
func (c *Client) ReportHTML(ctx context.Context, actionID string) (out []byte, err error) {
	return out, c.call(ctx, "GET", "/v1/actions/"+actionID+"/report.html", nil, "", nil, &out)
}
