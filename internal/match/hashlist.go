package match

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// HashListPage is a piece of the hash list of Tech Against Terrorism in its version 2, as
// its clients in python-threatexchange read it: https://terrorismanalytics.org/docs/hash-list-v1
// describes the first version.
type HashListPage struct {
	Next       *string    `json:"next"`       // an URL while there is more
	Checkpoint string     `json:"checkpoint"` // moment and number of the last row, to ask for what comes after it
	Results    []hashItem `json:"results"`
}

type hashItem struct {
	ID        json.Number `json:"id"`
	Digest    string      `json:"hash_digest"`
	Algorithm string      `json:"algorithm"` // MD5, SHA256, PDQ …
	Ideology  string      `json:"ideology"`
	FileType  string      `json:"file_type"`
	Deleted   bool        `json:"deleted"`
}

// ReadHashList reads a piece of a hash list.
func ReadHashList(body []byte) (page HashListPage, err error) {
	if err := json.Unmarshal(body, &page); err != nil {
		return page, problem.Wrap(err, problem.Invalid, "the answer is no piece of a hash list of version 2")
	}
	return page, nil
}

// Lines are the page's entries, of which the first has the number after last.
func (p HashListPage) Lines(source string, last int) []EntryLine {
	list := make([]EntryLine, len(p.Results))
	for i, r := range p.Results {
		told := toldEntry{Kind: strings.ToLower(strings.ReplaceAll(r.Algorithm, "-", "")), Value: r.Digest,
			Labels: wordsOf(r.Ideology + " " + r.FileType), Provenance: fmt.Sprintf("hash list of %s, %s", source, r.ID)}
		if r.Deleted {
			told.RetractedAt = time.Unix(0, 0).UTC().Format(time.RFC3339)
		}
		list[i] = told.line(lines.Line{Number: last + i + 1, Text: r.Algorithm + " " + r.Digest})
	}
	return list
}
