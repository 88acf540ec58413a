package host

import (
	"context"
	"encoding/json"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// saidBefore looks whether what came before under the same name says the same in other bytes,
// and gives its digest. A sender that was killed before it knew that we have its message sends it
// again, or hands it to whoever fetches: with the timeline as it knows it by then, with a printed
// form or without. That is the same message. What differs in what it says is not.
func (h *Host) saidBefore(ctx context.Context, a arrival) (sum string, err error) {
	var before inbox.Message
	came := false
	err = h.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		before, came, err = inbox.Before(tx, a.proof.Sender.Name, a.proof.ID)
		return err
	})
	if err != nil || !came || before.Sum == inbox.SumOf(a.raw) {
		return "", err
	}
	at, err := blob.Parse(before.Sum)
	if err != nil {
		return "", err
	}
	text, err := h.Store.Bytes(ctx, at, maxSaid)
	if problem.Is(err, problem.NotFound) {
		return "", nil // a page of it is gone; then only the very same bytes are a repeat
	}
	var m client.Message
	if err != nil || json.Unmarshal(text, &m) != nil || said(m) != said(a.message) {
		return "", err
	}
	return before.Sum, nil
}

// maxSaid bounds a message that is read again.
const maxSaid = 64 << 20

// said is what a message says, without what its sender wraps around it.
func said(m client.Message) string {
	m.Text, m.PDF, m.PDFURL, m.Timeline = "", nil, "", nil
	text, _ := json.Marshal(m) // of a message that was read from JSON
	return string(text)
}
