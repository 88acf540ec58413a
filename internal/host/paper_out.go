package host

import (
	"context"
	"encoding/json"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// RawMessage is a message byte for byte as it came, for a person who wants to see a mail or a
// file that no program reads.
func (h *Host) RawMessage(ctx context.Context, who auth.Principal, target id.Message) (inbox.Message, []byte, error) {
	m, err := read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (inbox.Message, error) { return inbox.Get(tx, target) })
	if err != nil {
		return m, nil, err
	}
	sum, err := blob.Parse(m.Sum)
	if err != nil {
		return m, nil, err
	}
	body, err := h.Store.Bytes(ctx, sum, 64<<20)
	return m, body, err
}

// Carries reports whether an act carries a document: an answer to a referral is its message alone.
func Carries(a acts.Act) bool {
	var l letter
	return json.Unmarshal([]byte(a.Payload), &l) == nil && len(l.Document) > 0
}

// ActPaper is the document that an act carries, as JSON, as a page, or printed: to send it by hand.
func (h *Host) ActPaper(ctx context.Context, who auth.Principal, target id.Act, ext string) (name string, body []byte, err error) {
	a, err := read(ctx, h, who, auth.HostRead, func(tx *sqldb.Tx) (acts.Act, error) { return acts.Get(tx, target) })
	if err != nil {
		return "", nil, err
	}
	var l letter
	if err := json.Unmarshal([]byte(a.Payload), &l); err != nil || len(l.Document) == 0 {
		return "", nil, problem.New(problem.NotFound, "this carries no document")
	}
	d, err := document.Parse(l.Document)
	if err != nil {
		return "", nil, err
	}
	switch ext {
	case "json":
		body, err = d.JSON()
	case "html":
		body, err = d.HTML()
	case "pdf":
		if h.Press == nil {
			return "", nil, problem.New(problem.Unavailable, "there is no program here to print with; install chromium, or take the page")
		}
		page, err := d.HTML()
		if err != nil {
			return "", nil, err
		}
		body, err = h.Press.PDF(ctx, page)
		return d.Name(ext), body, err
	default:
		return "", nil, problem.New(problem.NotFound, "a document is had as json, html or pdf")
	}
	return d.Name(ext), body, err
}
