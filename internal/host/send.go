package host

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
)

// send posts or mails what an act carries.
func (h *Host) send(ctx context.Context, a acts.Act, c cases.Case) acts.Result {
	if a.Target == "" {
		return acts.Result{State: acts.Failed, Detail: "there is no address to send this to; send it yourself and say that you did"}
	}
	if a.Way == acts.Webhook {
		return h.post(ctx, a, c)
	}
	l, err := h.letterOf(ctx, a, c)
	if err != nil {
		return acts.Result{State: acts.Failed, Detail: problem.Message(err)}
	}
	if h.Mail.Host == "" {
		return acts.Result{State: acts.Failed, Detail: "no mail server is set ([smtp]); send it yourself and say that you did"}
	}
	switch r := deliver.SendMail(ctx, h.Door, h.Mail, a.Target, l); r.Outcome {
	case deliver.Sent:
		return acts.Result{State: acts.Done, Detail: r.Receipt}
	case deliver.Unknown:
		return acts.Result{State: acts.Uncertain, Detail: r.Detail}
	case deliver.Rejected:
		return acts.Result{State: acts.Failed, Detail: r.Detail}
	default:
		return acts.Result{State: acts.Due, Detail: r.Detail}
	}
}

// post sends an answer to the program of the sender, signed with the secret that both share and
// with our own key. A sender that takes answers to referrals at its API gets them there.
func (h *Host) post(ctx context.Context, a acts.Act, c cases.Case) acts.Result {
	var p parcel
	if err := json.Unmarshal([]byte(a.Payload), &p); err != nil {
		return acts.Result{State: acts.Failed, Detail: err.Error()}
	}
	if a.Kind == acts.Reply {
		c.Sender, c.Subject, c.Reference = p.Sender, p.Subject, p.Reference
	}
	sender, _ := h.known.Sender(c.Sender)
	kind := client.AnswerGiven
	if len(p.Followed) > 0 {
		kind = client.OrderFollowed
	}
	var body any = client.Message{Type: kind, Timeline: p.Followed, ID: string(a.ID), At: a.CreatedAt, Subject: c.Subject, Reference: c.Reference, Document: p.Document, Answers: p.Answers, Decisions: p.Decisions, Reinstatement: p.Reinstatement}
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}, "Idempotency-Key": {string(a.ID)}}
	if strings.Contains(a.Target, "/v1/referrals/") && p.Answers != nil && sender.Token != "" {
		body = p.Answers
		header.Set("Authorization", "Bearer "+sender.Token)
	}
	text, err := json.Marshal(body)
	if err != nil {
		return acts.Result{State: acts.Failed, Detail: err.Error()}
	}
	if err := (client.WebhookSigner{Secret: sender.Secret, Key: h.key}).Sign(header, string(a.ID), h.DB.Now(), text); err != nil {
		return acts.Result{State: acts.Failed, Detail: err.Error()}
	}
	resp, err := h.Door.Do(ctx, fetch.Request{Method: http.MethodPost, URL: a.Target, Header: header, Body: text})
	if err != nil && resp.Status == 0 {
		return acts.Result{State: acts.Due, Detail: string(fetch.Why(err)) + ": " + problem.Message(err)}
	}
	said := "HTTP " + strconv.Itoa(resp.Status) + " " + strings.ToValidUTF8(string(resp.Body[:min(len(resp.Body), 1000)]), "")
	switch {
	case resp.Status >= 200 && resp.Status < 300 && rowsFailed(resp.Body) != "":
		return acts.Result{State: acts.Failed, Detail: rowsFailed(resp.Body)}
	case resp.Status >= 200 && resp.Status < 300:
		return acts.Result{State: acts.Done, Detail: said}
	case resp.Status >= 500 || resp.Status == http.StatusTooManyRequests || resp.Status == http.StatusRequestTimeout:
		return acts.Result{State: acts.Due, Detail: said}
	}
	return acts.Result{State: acts.Failed, Detail: said}
}

// rowsFailed is what a sender's API says of answers that it did not take, one by one.
func rowsFailed(body []byte) string {
	var rows client.Rows
	if json.Unmarshal(body, &rows) != nil {
		return ""
	}
	for _, r := range rows.Rows {
		if r.Error != "" {
			return "answer " + strconv.Itoa(r.Line) + " was not taken: " + r.Error
		}
	}
	return ""
}

// letter is what a content provider or an authority gets by mail.
type letter struct {
	Subject  string          `json:"subject"`
	Body     string          `json:"body"`
	Language string          `json:"language"`
	Document json.RawMessage `json:"document,omitempty"`
	Request  *client.Message `json:"request,omitempty"` // of a review, for the authority's program
}

// letterOf writes the mail of an act.
func (h *Host) letterOf(ctx context.Context, a acts.Act, c cases.Case) (deliver.Letter, error) {
	out := deliver.Letter{Delivery: id.Delivery(a.ID), Reference: c.Reference, Date: a.CreatedAt, Unit: h.Settings.Name}
	var l letter
	var p parcel
	if err := errors.Join(json.Unmarshal([]byte(a.Payload), &l), json.Unmarshal([]byte(a.Payload), &p)); err != nil {
		return out, err
	}
	out.Subject, out.Body, out.Language = l.Subject, l.Body, l.Language
	text := l.Document
	if a.Kind == acts.Answer {
		text = p.Document
	}
	if a.Kind == acts.Reply {
		c.Subject, c.Reference = p.Subject, p.Reference
	}
	if len(text) == 0 {
		if a.Kind == acts.Answer || a.Kind == acts.Reply {
			return out, h.plainAnswers(&out, p, c)
		}
		return out, nil
	}
	d, err := document.Parse(text)
	if err != nil {
		return out, err
	}
	if out.Body == "" {
		if out.Subject, out.Body, err = d.Text(); err != nil {
			return out, err
		}
		out.Language = d.Language
	}
	if out.Attached, err = h.attachments(ctx, d); err != nil || l.Request == nil {
		return out, err
	}
	request, err := json.MarshalIndent(l.Request, "", "  ")
	out.Attached = append(out.Attached, deliver.Attached{Name: "review-request-" + string(c.ID) + ".json", Type: "application/json", Body: request})
	return out, err
}

// plainAnswers is a mail that tells the answers to a referral or a notice.
func (h *Host) plainAnswers(out *deliver.Letter, p parcel, c cases.Case) error {
	m := client.Message{Type: client.AnswerGiven, Subject: c.Subject, Reference: c.Reference, Answers: p.Answers, Decisions: p.Decisions, Reinstatement: p.Reinstatement}
	text, err := json.MarshalIndent(m, "", "  ")
	out.Subject, out.Language = "Re: "+c.Reference, "en"
	out.Body = "The answers of " + h.Settings.Name + " to " + c.Reference + " are in the attached file.\n"
	out.Attached = []deliver.Attached{{Name: "answer-" + string(c.ID) + ".json", Type: "application/json", Body: text}}
	return err
}

// attachments are the shapes of a document that go with a mail.
func (h *Host) attachments(ctx context.Context, d document.Document) ([]deliver.Attached, error) {
	text, err := d.JSON()
	if err != nil {
		return nil, err
	}
	page, err := d.HTML()
	if err != nil {
		return nil, err
	}
	out := []deliver.Attached{{Name: d.Name("json"), Type: "application/json", Body: text}}
	if h.Press != nil {
		if pdf, err := h.Press.PDF(ctx, page); err == nil {
			return append(out, deliver.Attached{Name: d.Name("pdf"), Type: "application/pdf", Body: pdf}), nil
		}
	}
	return append(out, deliver.Attached{Name: d.Name("html"), Type: "text/html; charset=utf-8", Body: page}), nil
}
