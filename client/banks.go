package client

import "context"

// Bank is a curated set of fingerprints.
type Bank struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	UnitID  string `json:"unit_id"`
	Radius  int    `json:"radius" doc:"largest distance in bits that is a match"`
	Terms   string `json:"terms,omitempty" doc:"terms of sharing"`
	Enabled bool   `json:"enabled"`
	Entries int    `json:"entries"`
}

// NewBank asks for a bank.
type NewBank struct {
	Name   string `json:"name" pattern:"^[A-Z_][A-Z0-9_]*$" maxLength:"100"`
	Radius int    `json:"radius" minimum:"0" maximum:"63" doc:"31 is usual for pdq"`
	Terms  string `json:"terms,omitempty"`
}

// Imported is what became of a file of fingerprints.
type Imported struct {
	Lines    int        `json:"lines"`
	Added    int        `json:"added"`
	Repeated int        `json:"repeated" doc:"were there already"`
	Failed   int        `json:"failed"`
	Errors   []RowError `json:"errors" nullable:"false" doc:"the first 1000 bad lines, each with its reason"`
}

// Banks lists the banks.
func (c *Client) Banks(ctx context.Context) (Page[Bank], error) {
	return get[Page[Bank]](ctx, c, "/v1/banks", nil)
}

// AddBank makes a bank.
func (c *Client) AddBank(ctx context.Context, in NewBank) (Bank, error) {
	return post[Bank](ctx, c, "/v1/banks", in)
}

// ImportEntries adds fingerprints to a bank: text/csv with the columns kind, value, label,
// provenance, or application/jsonl with members of these names. kind is pdq, sha256 or md5.
func (c *Client) ImportEntries(ctx context.Context, bank, contentType string, file []byte) (Imported, error) {
	return upload[Imported](ctx, c, "/v1/banks/"+bank+"/entries", contentType, file)
}
