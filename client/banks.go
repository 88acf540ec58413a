package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Bank is a curated set of fingerprints.
type Bank struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	UnitID    string  `json:"unit_id" doc:"who keeps it"`
	Unit      string  `json:"unit"`
	Radius    int     `json:"radius" doc:"largest distance in bits that is a match"`
	Terms     string  `json:"terms,omitempty" doc:"terms of sharing"`
	Enabled   bool    `json:"enabled"`
	Share     float64 `json:"share" doc:"of the lookups from outside that may match, 0 to 1"`
	Own       bool    `json:"own" doc:"filled by what the unit itself confirmed, and by nothing else"`
	Shared    bool    `json:"shared" doc:"other units may take its entries away"`
	Entries   int     `json:"entries"`
	Retracted int     `json:"retracted" doc:"entries that were taken out"`
}

// NewBank asks for a bank.
type NewBank struct {
	Name   string `json:"name" pattern:"^[A-Z_][A-Z0-9_]*$" maxLength:"100"`
	Radius int    `json:"radius" minimum:"0" maximum:"63" doc:"31 is usual for pdq"`
	Terms  string `json:"terms,omitempty"`
	Shared bool   `json:"shared,omitempty" doc:"other units may take its entries away"`
}

// BankChange says what is to be changed of a bank; what is left out stays.
type BankChange struct {
	Name    *string  `json:"name,omitempty" pattern:"^[A-Z_][A-Z0-9_]*$" maxLength:"100" doc:"others who have the old one in an URL must be told"`
	Radius  *int     `json:"radius,omitempty" minimum:"0" maximum:"63"`
	Terms   *string  `json:"terms,omitempty"`
	Enabled *bool    `json:"enabled,omitempty"`
	Share   *float64 `json:"share,omitempty" minimum:"0" maximum:"1" doc:"of the lookups from outside that may match"`
	Shared  *bool    `json:"shared,omitempty" doc:"other units may take its entries away"`
}

// BankEntry is one fingerprint of a bank.
type BankEntry struct {
	ID          string     `json:"id"`
	Number      int64      `json:"number" doc:"content id of exchanges"`
	Kind        string     `json:"kind" doc:"pdq, sha256, md5, sha1, sha512, vpdq, sound, text, tlsh"`
	Value       string     `json:"value" doc:"of a video, a sound or a text the SHA-256 of its features; the export has them whole"`
	Label       string     `json:"label,omitempty"`
	Labels      []string   `json:"labels,omitempty"`
	Provenance  string     `json:"provenance,omitempty"`
	ExpiresAt   *time.Time `json:"expires_at,omitempty"`
	OffUntil    *time.Time `json:"off_until,omitempty" doc:"it matches nothing before this moment, and comes back by itself"`
	At          time.Time  `json:"at"`
	RetractedAt *time.Time `json:"retracted_at,omitempty"`
	Cause       string     `json:"cause,omitempty" doc:"of the retraction: person, expiry, source, reversal"`
	Why         string     `json:"why,omitempty" doc:"reason for the retraction"`
}

// Imported is what became of a file of fingerprints.
type Imported struct {
	Lines     int        `json:"lines"`
	Added     int        `json:"added"`
	Repeated  int        `json:"repeated" doc:"were there already"`
	Retracted int        `json:"retracted" doc:"tell of an entry that was taken out where the file comes from, and add nothing"`
	Failed    int        `json:"failed"`
	Errors    []RowError `json:"errors" nullable:"false" doc:"the first 1000 bad lines, each with its reason"`
}

// Retraction asks to take entries out of a bank.
type Retraction struct {
	Entries []string `json:"entries" minItems:"1" maxItems:"10000" doc:"identifiers, numbers or values"`
	Why     string   `json:"why" minLength:"1"`
}

// Restoration asks to take retracted entries back into their bank.
type Restoration struct {
	Entries []string `json:"entries" minItems:"1" maxItems:"10000" doc:"identifiers, numbers or values"`
}

// Changed says how many entries were changed; the others stood so already.
type Changed struct {
	Changed int `json:"changed"`
}

// NewSubscription asks to take a bank's entries from an URL.
type NewSubscription struct {
	Form   string `json:"form" enum:"argine,csv,jsonl,hash-list" doc:"argine: the export of a bank of another Argine; hash-list: that of Tech Against Terrorism, version 2"`
	URL    string `json:"url" maxLength:"4000"`
	Secret string `json:"secret,omitempty" doc:"bearer token, or name:password for a hash list; never shown again"`
	Every  int    `json:"every_minutes,omitempty" minimum:"1" maximum:"527040" doc:"minutes between two fetches; a day if left out"`
}

// Subscription is where a bank's entries are taken from again and again.
type Subscription struct {
	ID        string     `json:"id"`
	Bank      string     `json:"bank"`
	Form      string     `json:"form"`
	URL       string     `json:"url"`
	HasSecret bool       `json:"has_secret"`
	Every     int        `json:"every_minutes"`
	Paused    bool       `json:"paused,omitempty" doc:"it is not fetched"`
	Fault     string     `json:"fault,omitempty" doc:"why the newest fetch failed"`
	FetchedAt *time.Time `json:"fetched_at,omitempty"`
	NextAt    *time.Time `json:"next_at,omitempty" doc:"absent while it is fetched, or a draft waits for a person"`
}

// BankDraft is what a fetch would change in a bank, before a person takes it in.
type BankDraft struct {
	ID             string            `json:"id"`
	Bank           string            `json:"bank"`
	SubscriptionID string            `json:"subscription_id"`
	State          string            `json:"state" enum:"open,taking,taken,discarded"`
	Lines          int               `json:"lines" doc:"entries that the source told of"`
	New            int               `json:"new"`
	Back           int               `json:"back" doc:"entries that left by this source, and come back"`
	Retracted      int               `json:"retracted" doc:"entries that leave, because the source has them no more"`
	Repeated       int               `json:"repeated"`
	Bad            int               `json:"bad"`
	BadLines       []RowError        `json:"bad_lines" nullable:"false" doc:"the first ones"`
	Examples       []BankDraftChange `json:"examples" nullable:"false" doc:"the first changes"`
	Checked        int               `json:"checked" doc:"of the entries that come, how many were looked for among what is stored"`
	Media          int               `json:"media" doc:"stored media that they would match"`
	Items          int               `json:"items" doc:"items that carry these media"`
	Rejected       int               `json:"rejected" doc:"of these items, those that people decided not to be terrorist content"`
	Done           int               `json:"done" doc:"changes that are made"`
	At             time.Time         `json:"at"`
	DecidedBy      string            `json:"decided_by,omitempty"`
	DecidedAt      *time.Time        `json:"decided_at,omitempty"`
}

// BankDraftChange is one change that a draft would make.
type BankDraftChange struct {
	Change string `json:"change" enum:"new,back,retracted"`
	Kind   string `json:"kind"`
	Value  string `json:"value"`
	Label  string `json:"label,omitempty"`
}

// Banks lists the banks.
func (c *Client) Banks(ctx context.Context) (Page[Bank], error) {
	return get[Page[Bank]](ctx, c, "/v1/banks", nil)
}

// Bank gives one bank, by its name or identifier.
func (c *Client) Bank(ctx context.Context, bank string) (Bank, error) {
	return get[Bank](ctx, c, bankPath(bank, ""), nil)
}

func bankPath(bank, rest string) string { return "/v1/banks/" + url.PathEscape(bank) + rest }

// AddBank makes a bank.
func (c *Client) AddBank(ctx context.Context, in NewBank) (Bank, error) {
	return post[Bank](ctx, c, "/v1/banks", in)
}

// SetBank changes a bank.
func (c *Client) SetBank(ctx context.Context, bank string, in BankChange) (out Bank, err error) {
	body, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	return out, c.call(ctx, http.MethodPatch, bankPath(bank, ""), nil, "application/json", body, &out)
}

// ImportEntries adds fingerprints to a bank: text/csv with the columns kind, value, label,
// labels, provenance, expires_at, or application/jsonl with members of these names.
func (c *Client) ImportEntries(ctx context.Context, bank, contentType string, file []byte) (Imported, error) {
	return upload[Imported](ctx, c, bankPath(bank, "/entries"), contentType, file)
}

// ImportFile is ImportEntries for a file of any size: it is sent as it is read, and once. The
// same file again changes nothing, so a call that failed can be made again.
func (c *Client) ImportFile(ctx context.Context, bank, contentType string, file io.Reader) (out Imported, err error) {
	resp, err := c.open(ctx, http.MethodPost, bankPath(bank, "/entries"), nil, contentType, file)
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	return out, json.NewDecoder(resp.Body).Decode(&out)
}

// Export says what is wanted of a bank's entries.
type Export struct {
	Form  string // csv or jsonl
	All   bool   // those that are retracted too
	After int64  // only entries with a higher number
	Limit int    // at most so many; 0: all
}

func (e Export) query() url.Values {
	q := url.Values{"all": {strconv.FormatBool(e.All)}}
	if e.Form != "" {
		q.Set("form", e.Form)
	}
	if e.After > 0 {
		q.Set("after", strconv.FormatInt(e.After, 10))
	}
	if e.Limit > 0 {
		q.Set("limit", strconv.Itoa(e.Limit))
	}
	return q
}

// ExportEntries writes a bank's entries as a file that ImportEntries reads.
func (c *Client) ExportEntries(ctx context.Context, bank string, e Export, w io.Writer) error {
	resp, err := c.open(ctx, http.MethodGet, bankPath(bank, "/export"), e.query(), "", nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(w, resp.Body)
	return err
}

// Entries lists a piece of a bank in the order of numbers: those behind a number, 0 for the first.
func (c *Client) Entries(ctx context.Context, bank string, e Export) (Page[BankEntry], error) {
	return get[Page[BankEntry]](ctx, c, bankPath(bank, "/entries"), e.query())
}

// open makes a call whose bodies are not held in memory. It is made once.
func (c *Client) open(ctx context.Context, method, path string, query url.Values, contentType string, body io.Reader) (*http.Response, error) {
	target := c.base + path
	if len(query) > 0 {
		target += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, target, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	if body != nil {
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("Idempotency-Key", rand.Text())
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("no answer from Argine at %s: %w", c.base, err)
	}
	if resp.StatusCode >= 400 {
		defer resp.Body.Close()
		return nil, failure(resp)
	}
	return resp, nil
}

// RetractEntries takes entries out of a bank.
func (c *Client) RetractEntries(ctx context.Context, bank string, in Retraction) (Changed, error) {
	return post[Changed](ctx, c, bankPath(bank, "/retractions"), in)
}

// RestoreEntries takes retracted entries back into their bank.
func (c *Client) RestoreEntries(ctx context.Context, bank string, in Restoration) (Changed, error) {
	return post[Changed](ctx, c, bankPath(bank, "/restorations"), in)
}

// Subscribe makes a bank take entries from an URL, as drafts.
func (c *Client) Subscribe(ctx context.Context, bank string, in NewSubscription) (Subscription, error) {
	return post[Subscription](ctx, c, bankPath(bank, "/subscriptions"), in)
}

// Subscriptions lists those of a bank.
func (c *Client) Subscriptions(ctx context.Context, bank string) (Page[Subscription], error) {
	return get[Page[Subscription]](ctx, c, bankPath(bank, "/subscriptions"), nil)
}

// Unsubscribe ends a subscription; what was taken from it stays.
func (c *Client) Unsubscribe(ctx context.Context, subscriptionID string) error {
	return c.call(ctx, http.MethodDelete, "/v1/subscriptions/"+url.PathEscape(subscriptionID), nil, "", nil, nil)
}

// BankDrafts lists the drafts of a bank, newest first.
func (c *Client) BankDrafts(ctx context.Context, bank string) (Page[BankDraft], error) {
	return get[Page[BankDraft]](ctx, c, bankPath(bank, "/drafts"), nil)
}

// BankDraft gives one draft.
func (c *Client) BankDraft(ctx context.Context, draftID string) (BankDraft, error) {
	return get[BankDraft](ctx, c, "/v1/bank-drafts/"+url.PathEscape(draftID), nil)
}

// TakeDraft takes a draft's changes in.
func (c *Client) TakeDraft(ctx context.Context, draftID string) (BankDraft, error) {
	return post[BankDraft](ctx, c, "/v1/bank-drafts/"+url.PathEscape(draftID)+"/take", struct{}{})
}

// DiscardDraft leaves the bank as it is.
func (c *Client) DiscardDraft(ctx context.Context, draftID string) (BankDraft, error) {
	return post[BankDraft](ctx, c, "/v1/bank-drafts/"+url.PathEscape(draftID)+"/discard", struct{}{})
}
