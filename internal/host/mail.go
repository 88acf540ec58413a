package host

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/mailbox"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// maxDocument bounds an attachment that is read as a document, in bytes.
const maxDocument = 8 << 20

// PlainMail is the type of a message that came by mail without a document that a program reads:
// a person looks at it, and types in what it holds.
const PlainMail = "mail"

// ReceiveMail takes in a mail that came to the contact point. What it carries as a document is
// read; a mail without one is kept and shown too, for an order may well come as a PDF alone.
// What no person and no authority's program wrote (a bounce, an automatic reply) opens nothing.
func (h *Host) ReceiveMail(ctx context.Context, m mailbox.Mail) error {
	if m.Bounce != nil {
		return h.bounced(ctx, *m.Bounce)
	}
	if m.Loop() {
		return nil
	}
	raw, err := os.ReadFile(m.Raw)
	if err != nil {
		return err
	}
	message := client.Message{Type: PlainMail, Reference: m.Subject}
	for _, file := range m.Attached {
		if read, ok := readAttached(file); ok {
			message = read
			break
		}
	}
	signatures := make([]inbox.Signature, len(m.DKIM))
	for i, s := range m.DKIM {
		signatures[i] = inbox.Signature{Domain: s.Domain, Verified: s.Verified, Why: s.Why}
	}
	if message.Type == PlainMail && m.Auto != "" {
		return nil
	}
	proof := h.known.ByMail(m.From, m.MessageID, signatures)
	proof.SentAt = m.Date
	_, err = h.receive(ctx, arrival{way: inbox.Mail, proof: proof, message: message, raw: raw, at: m.ReceivedAt, mail: m.From, replyTo: m.MessageID})
	if problem.Is(err, problem.TooMany) {
		return nil // forgeries beyond the day's measure are not kept, and nobody is told so
	}
	return err
}

// readAttached reads a file of a mail as a message or a document.
func readAttached(file mailbox.Attachment) (client.Message, bool) {
	if file.Size > maxDocument || !strings.HasSuffix(strings.ToLower(file.Name), ".json") && !strings.HasPrefix(file.Type, "application/json") {
		return client.Message{}, false
	}
	body, err := file.Open()
	if err != nil {
		return client.Message{}, false
	}
	defer body.Close()
	text, err := io.ReadAll(io.LimitReader(body, maxDocument))
	if err != nil {
		return client.Message{}, false
	}
	m, err := messageOf(text)
	return m, err == nil
}

// bounced notes that a mail of ours did not arrive: the act waits for a person again.
func (h *Host) bounced(ctx context.Context, b mailbox.Bounce) error {
	name, _, _ := strings.Cut(b.Original, "@")
	target, err := id.Parse[id.Act](name)
	if err != nil || !b.Permanent {
		return nil // of none of ours, or its server still tries
	}
	err = h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return acts.Bounced(tx, audit.System, target, strings.TrimSpace(b.Status+" "+b.Recipient+" "+b.Diagnostic))
	})
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}
