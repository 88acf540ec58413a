package client

import (
	"context"
	"encoding/json"
	"net/url"
	"time"
)

// Item is one piece of content at one place.
type Item struct {
	ID         string    `json:"id"`
	URL        string    `json:"url" doc:"canonical"`
	Host       string    `json:"host"`
	PlatformID string    `json:"platform_id,omitempty"`
	Platform   string    `json:"platform,omitempty"`
	Kind       string    `json:"kind" doc:"post, account, channel, file, site"`
	Language   string    `json:"language,omitempty"`
	Title      string    `json:"title,omitempty"`
	Stage      string    `json:"stage" doc:"contributed, captured, unreachable, ready, assessed, disputed, rejected, confirmed, held, cleared, blocked, drafted, approved, delivered, undeliverable"`
	Answer     string    `json:"answer,omitempty" doc:"removed, disabled, refused, impossible, clarification"`
	Verdict    string    `json:"verdict,omitempty" doc:"removed, soft_404, account_gone, login_wall, geo_blocked, redirected_home, still_up, unknown"`
	Ideology   string    `json:"ideology,omitempty" doc:"that the people who decided agree on, for counting alone; missing until two have decided"`
	MovedAt    time.Time `json:"moved_at" doc:"when it entered its stage"`
}

// ItemFilter narrows a list of items.
type ItemFilter struct {
	Stage    string
	Platform string // identifier
	Language string
	Verdict  string
	Ideology string
	Query    string // an URL or its beginning
	Cursor   string
	Limit    int // 1 to 500, 50 if 0
}

// Capture is what was there at one moment.
type Capture struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Outcome  string    `json:"outcome" enum:"captured,unreachable"`
	Fault    string    `json:"fault,omitempty"`
	Status   int       `json:"status"`
	FinalURL string    `json:"final_url,omitempty"`
	WARC     string    `json:"warc,omitempty" doc:"SHA-256 of the WARC file"`
	Size     int64     `json:"size"`
	Title    string    `json:"title,omitempty"`
	Language string    `json:"language,omitempty"`
	Text     string    `json:"text,omitempty" doc:"the page's text, its first 4,000 bytes"`
}

// Medium is a picture, video, sound or document found in a capture.
type Medium struct {
	SHA256  string `json:"sha256"`
	MD5     string `json:"md5"`
	MIME    string `json:"mime"`
	Size    int64  `json:"size"`
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	PDQ     string `json:"pdq,omitempty"`
	Quality int    `json:"quality"`
	Fault   string `json:"fault,omitempty" doc:"why it could not be read"`
	URL     string `json:"url,omitempty"`
	Items   int    `json:"items" doc:"how many items carry it"`
}

// Match is a fingerprint within a bank's radius of an entry.
type Match struct {
	Bank     string    `json:"bank"`
	EntryID  string    `json:"entry_id"`
	Number   int64     `json:"number" doc:"of the entry; exchanges call it a content id"`
	SHA256   string    `json:"sha256" doc:"the medium that matched"`
	Kind     string    `json:"kind" enum:"pdq,sha256,md5,sha1,sha512,vpdq,sound,text,tlsh"`
	Distance int       `json:"distance" doc:"bits, of videos and sounds their mean; of texts, per cent that only one of the two has; of tlsh its own measure"`
	Share    int       `json:"share,omitempty" doc:"how much of the entry is in the medium, in millionths: videos, sounds, texts"`
	Label    string    `json:"label,omitempty"`
	Labels   []string  `json:"labels" nullable:"false"`
	Own      bool      `json:"own" doc:"the bank fills by itself with what its unit confirmed; such matches are counted apart"`
	At       time.Time `json:"at"`

	Seen      []string `json:"seen" nullable:"false" doc:"other items that carry the medium and that you may see, newest first, at most 20"`
	SeenCount int      `json:"seen_count" doc:"how many those items are"`
}

// Reupload ties an item to an earlier one whose medium it carries again.
type Reupload struct {
	ItemID    string    `json:"item_id"`
	EarlierID string    `json:"earlier_id"`
	SHA256    string    `json:"sha256"`
	Kind      string    `json:"kind,omitempty" enum:"sha256,pdq,vpdq,sound,text" doc:"the fingerprint that ties them; missing in records of older versions"`
	Distance  int       `json:"distance"`
	GoneAt    time.Time `json:"gone_at" doc:"when the earlier one was seen gone"`
	At        time.Time `json:"at" doc:"when the medium was found again"`
}

// ContributionRecord is one unit's handing-in of an item.
type ContributionRecord struct {
	ID       string     `json:"id"`
	ActionID string     `json:"action_id"`
	Unit     string     `json:"unit"`
	URL      string     `json:"url" doc:"as it was handed in"`
	Source   string     `json:"source,omitempty"`
	Note     string     `json:"note,omitempty"`
	SeenAt   *time.Time `json:"seen_at,omitempty"`
	At       time.Time  `json:"at"`
}

// Event is one entry of the audit log.
type Event struct {
	ID      string          `json:"id"`
	At      time.Time       `json:"at"`
	Actor   string          `json:"actor"`
	Unit    string          `json:"unit,omitempty"`
	Verb    string          `json:"verb"`
	Subject string          `json:"subject"`
	Detail  json.RawMessage `json:"detail,omitempty"`
}

// ItemDetail is an item with all that is known of it.
type ItemDetail struct {
	Item          Item                 `json:"item"`
	Variants      []string             `json:"variants" nullable:"false"`
	Contributions []ContributionRecord `json:"contributions" nullable:"false"`
	Captures      []Capture            `json:"captures" nullable:"false"`
	Media         []Medium             `json:"media" nullable:"false"`
	Matches       []Match              `json:"matches" nullable:"false"`
	Reuploads     []Reupload           `json:"reuploads" nullable:"false"`
	Assessments   []Assessment         `json:"assessments" nullable:"false"`
	Hidden        bool                 `json:"hidden,omitempty" doc:"what others found is not shown to you: you may still be the next to assess it"`
	Clearance     *Clearance           `json:"clearance,omitempty"`
	Block         *Block               `json:"block,omitempty"`
	Referral      *Referral            `json:"referral,omitempty"`
	Answers       []Answer             `json:"answers" nullable:"false"`
	Reinstatement *Reinstatement       `json:"reinstatement,omitempty" doc:"that it was asked back, and what came of that"`
	Probes        []Probe              `json:"probes" nullable:"false"`
	History       []Event              `json:"history" nullable:"false"`
}

// Reversal asks to take back what two people confirmed.
type Reversal struct {
	Reasons string `json:"reasons" minLength:"1" maxLength:"20000"`
}

// Justification says why an item on a protected host may leave all the same.
type Justification struct {
	Text string `json:"text" minLength:"1" maxLength:"5000"`
}

// Justify records it; the next drafting looks at the item again.
func (c *Client) Justify(ctx context.Context, itemID string, in Justification) (ItemDetail, error) {
	return post[ItemDetail](ctx, c, "/v1/items/"+itemID+"/justification", in)
}

// Reverse takes back what two people confirmed of an item.
func (c *Client) Reverse(ctx context.Context, itemID string, in Reversal) (ItemDetail, error) {
	return post[ItemDetail](ctx, c, "/v1/items/"+itemID+"/reversal", in)
}

// Items lists an action's items.
func (c *Client) Items(ctx context.Context, actionID string, f ItemFilter) (Page[Item], error) {
	q := paging(f.Cursor, f.Limit)
	for name, value := range map[string]string{"stage": f.Stage, "platform": f.Platform, "language": f.Language, "verdict": f.Verdict, "ideology": f.Ideology, "q": f.Query} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return get[Page[Item]](ctx, c, "/v1/actions/"+actionID+"/items", q)
}

// Item gives one item with its whole history.
func (c *Client) Item(ctx context.Context, itemID string) (ItemDetail, error) {
	return get[ItemDetail](ctx, c, "/v1/items/"+itemID, nil)
}

// Search answers "has anyone seen this?" for an URL, a digest or an identifier.
func (c *Client) Search(ctx context.Context, query string) (Page[Item], error) {
	return get[Page[Item]](ctx, c, "/v1/search", url.Values{"q": {query}})
}

// MediumBytes gives the bytes of a medium; each look is recorded.
func (c *Client) MediumBytes(ctx context.Context, sha256 string) (out []byte, err error) {
	return out, c.call(ctx, "GET", "/v1/media/"+sha256, nil, "", nil, &out)
}
