package host

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// ReceiveWebhook takes in what was posted to the address of a sender. A message that is not
// what it says is kept and shown, and its sender is told no more than that it was refused.
func (h *Host) ReceiveWebhook(ctx context.Context, sender string, header http.Header, body []byte) (Receipt, error) {
	var m client.Message
	if err := json.Unmarshal(body, &m); err != nil {
		return Receipt{}, problem.Wrap(err, problem.Invalid, "the body is no message; its JSON is that of the webhooks of Argine")
	}
	r, err := h.receive(ctx, arrival{way: inbox.Webhook, proof: h.known.ByWebhook(sender, header, body, h.DB.Now()), message: m, raw: body})
	if err == nil && r.Trust == inbox.Forged {
		return r, problem.New(problem.Unauthenticated, "the signature of this message is not that of a sender who is known here")
	}
	return r, err
}

// SignReceipt signs what a sender is answered: with the secret that both have, where it has one,
// and with our own key. It is the sender's proof that we have its message, and since when.
func (h *Host) SignReceipt(sender string, header http.Header, message id.Message, body []byte) error {
	known, _ := h.known.Sender(sender)
	return client.WebhookSigner{Secret: known.Secret, Key: h.key}.Sign(header, string(message), h.DB.Now(), body)
}

// Handed is what a person hands in that came by other means: a letter, a portal, a mail to
// another address.
type Handed struct {
	Sender     string    // its name in the settings; empty: none of them
	ReceivedAt time.Time // when the service got it: the hour runs from there
	How        string    // how it came
	File       []byte    // JSON of a document or message
}

// ReceiveUpload takes in what a person hands in. Its sender is not proven by that.
func (h *Host) ReceiveUpload(ctx context.Context, who auth.Principal, in Handed) (Receipt, error) {
	if err := who.Require(auth.HostAct); err != nil {
		return Receipt{}, err
	}
	now := h.DB.Now()
	switch {
	case in.ReceivedAt.IsZero():
		in.ReceivedAt = now
	case in.ReceivedAt.After(now.Add(time.Minute)):
		return Receipt{}, problem.New(problem.Invalid, "it cannot have been received in the future; times are UTC")
	case in.ReceivedAt.Before(now.AddDate(0, -6, 0)):
		return Receipt{}, problem.New(problem.Invalid, "a receipt of more than six months ago cannot be handed in; check the date")
	}
	m, err := messageOf(in.File)
	if err != nil {
		return Receipt{}, err
	}
	proof := h.known.ByUpload(in.Sender, inbox.SumOf(in.File))
	r, err := h.receive(ctx, arrival{way: inbox.Upload, proof: proof, message: m, raw: in.File, at: in.ReceivedAt})
	if err != nil {
		return r, err
	}
	return r, h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return audit.Append(tx, who.Actor(), audit.Entry{Verb: "message.handed_in", Subject: string(r.Message), Detail: map[string]string{"how": in.How}})
	})
}

// messageOf reads a file that is a message, or a document by itself.
func messageOf(file []byte) (client.Message, error) {
	var m client.Message
	if json.Unmarshal(file, &m) == nil && m.Type != "" {
		return m, nil
	}
	var d struct {
		Form      string `json:"form"`
		Reference string `json:"reference"`
		AnswerURL string `json:"answer_url"`
	}
	if err := json.Unmarshal(file, &d); err != nil || typeOf(d.Form) == "" {
		return m, problem.New(problem.Invalid, "this is no order, referral or notice in JSON; where it came as PDF or on paper alone, fill in the form")
	}
	return client.Message{Type: typeOf(d.Form), Document: file, Reference: d.Reference, AnswerURL: d.AnswerURL}, nil
}

// FormMessage makes a document of what a person typed from a paper. It is kept as it is typed,
// with all that it lacks.
func FormMessage(d document.Document) ([]byte, error) {
	values := map[string]any{}
	form, err := d.Law()
	if err != nil {
		return nil, err
	}
	for _, f := range form.Fields() {
		switch v := d.Values[f.Key]; {
		case v == "":
		case f.Shape == law.Tick:
			values[f.Key] = true
		case f.Shape == law.Ticks:
			values[f.Key] = strings.Split(v, ",")
		default:
			values[f.Key] = v
		}
	}
	return json.Marshal(map[string]any{"form": d.Form, "edition": d.Edition, "reference": d.Reference, "language": d.Language, "values": values})
}

// pull fetches what waits at the Argine of a sender.
func (h *Host) pull(ctx context.Context, name string) error {
	sender, known := h.known.Sender(name)
	if !known || sender.URL == "" {
		return nil
	}
	var after string
	if err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) { after, err = inbox.Pulled(tx, name); return err }); err != nil {
		return err
	}
	every, err := time.ParseDuration(sender.Every)
	if err != nil {
		return err
	}
	failure := ""
	box, err := client.New(sender.URL, sender.Token).Inbox(ctx, after)
	if err != nil {
		failure = err.Error()
	}
	for _, m := range box.Messages {
		raw, err := json.Marshal(m)
		if err != nil {
			return err
		}
		if _, err := h.receive(ctx, arrival{way: inbox.Pull, proof: h.known.ByPull(sender, m.ID, m.At), message: m, raw: raw}); err != nil {
			failure = problem.Message(err)
			break // it is fetched again: nothing behind it is taken for read
		}
	}
	if failure == "" && box.Next != "" {
		after = box.Next
	}
	return h.DB.Housekeeping(ctx, "how far an inbox was read", func(tx *sqldb.Tx) error {
		return inbox.SetPulled(tx, name, after, tx.Now.Add(every), failure)
	})
}
