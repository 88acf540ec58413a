package client

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// DesignationList is a list of designated persons and groups, with its versions.
type DesignationList struct {
	ID       string               `json:"id"`
	Source   string               `json:"source" enum:"un,eu,csv"`
	Name     string               `json:"name"`
	Current  int                  `json:"current" doc:"number of the version in force; 0: none yet"`
	Versions []DesignationVersion `json:"versions" nullable:"false" doc:"newest first"`
}

// DesignationVersion is one published state of a list.
type DesignationVersion struct {
	Number     int        `json:"number"`
	Label      string     `json:"label" doc:"what the publisher calls it"`
	Dated      *time.Time `json:"dated,omitempty" doc:"when the publisher made it"`
	SHA256     string     `json:"sha256" doc:"of the file, which is kept"`
	State      string     `json:"state" enum:"taking,taken,abandoned"`
	Entries    int        `json:"entries"`
	Failed     int        `json:"failed"`
	Added      int        `json:"added"`
	Changed    int        `json:"changed"`
	Delisted   int        `json:"delisted" doc:"entries of the version before that are not in this one"`
	ImportedAt time.Time  `json:"imported_at"`
	ImportedBy string     `json:"imported_by"`
}

// DesignatedEntity is a person or group on a list.
type DesignatedEntity struct {
	ID        string           `json:"id"`
	ListID    string           `json:"list_id"`
	List      string           `json:"list"`
	Reference string           `json:"reference" doc:"the publisher's"`
	Kind      string           `json:"kind" enum:"person,group"`
	Name      string           `json:"name"`
	Names     []DesignatedName `json:"names" nullable:"false"`
	Programme string           `json:"programme,omitempty"`
	ListedOn  string           `json:"listed_on,omitempty"`
	Note      string           `json:"note,omitempty"`
	Ideology  string           `json:"ideology,omitempty" doc:"that an assessment which rests on the entry has, unless it says otherwise; for counting alone"`
	Listed    bool             `json:"listed" doc:"the version in force has it"`
	First     int              `json:"first_version"`
	Last      int              `json:"last_version"`
}

// DesignatedName is one name of an entity.
type DesignatedName struct {
	Name    string `json:"name"`
	Quality string `json:"quality" enum:"name,alias,weak,former,original"`
}

// DesignationImport is what became of a file of designated entities.
type DesignationImport struct {
	List    string             `json:"list"`
	Version DesignationVersion `json:"version"`
	Same    bool               `json:"same" doc:"the file was taken before; nothing is changed"`
	Failed  int                `json:"failed"`
	Errors  []RowError         `json:"errors" nullable:"false" doc:"the first 1000 bad entries, each with its reason"`
}

// NewDesignations says what a file of designated entities is.
type NewDesignations struct {
	Source string // un, eu, csv
	Name   string // of the list, of a table
	Label  string // of the version, of a table
	Dated  time.Time
	Anyway bool // more than half of the list may be gone
}

// DesignationLists gives the lists with their versions.
func (c *Client) DesignationLists(ctx context.Context) (Page[DesignationList], error) {
	return get[Page[DesignationList]](ctx, c, "/v1/designations", nil)
}

// Designations looks for entries by words of their names, in any script, or by reference.
func (c *Client) Designations(ctx context.Context, question, list string, limit int) (Page[DesignatedEntity], error) {
	q := paging("", limit)
	q.Set("q", question)
	if list != "" {
		q.Set("list", list)
	}
	return get[Page[DesignatedEntity]](ctx, c, "/v1/designations/entries", q)
}

// Designation gives one entry.
func (c *Client) Designation(ctx context.Context, entityID string) (DesignatedEntity, error) {
	return get[DesignatedEntity](ctx, c, "/v1/designations/entries/"+entityID, nil)
}

// ImportDesignations takes a published list as its next version, reading it as it goes.
func (c *Client) ImportDesignations(ctx context.Context, in NewDesignations, file io.Reader) (out DesignationImport, err error) {
	q := url.Values{"source": {in.Source}, "name": {in.Name}, "label": {in.Label}, "anyway": {strconv.FormatBool(in.Anyway)}}
	if !in.Dated.IsZero() {
		q.Set("dated", in.Dated.UTC().Format(time.RFC3339))
	}
	kind := "application/xml"
	if in.Source == "csv" {
		kind = "text/csv"
	}
	resp, err := c.open(ctx, http.MethodPost, "/v1/designations", q, kind, file)
	if err != nil {
		return out, err
	}
	defer resp.Body.Close()
	return out, json.NewDecoder(resp.Body).Decode(&out)
}
