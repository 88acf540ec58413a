package flow

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// HookAnswer takes a signed message of a platform's program. The secret that webhooks to the
// platform are signed with shows who sent it; its time keeps an old one from being sent
// again, and its identifier the same one from having its effect twice.
func (f *Flow) HookAnswer(ctx context.Context, target id.Platform, h http.Header, body []byte) (client.Rows, error) {
	var rows client.Rows
	p, proof, err := f.verified(ctx, target, h, body)
	if err != nil {
		return rows, err
	}
	var m client.Message
	if err := json.Unmarshal(body, &m); err != nil {
		return rows, problem.Wrap(err, problem.Invalid, "the message is not the JSON of a client.Message: %v", err)
	}
	if m.Type != client.AnswerGiven && m.Type != client.OrderFollowed {
		return rows, problem.New(problem.Invalid, "a message of the type %.40q is not taken here; answers have the type %s, what happened in the case of an order %s", m.Type, client.AnswerGiven, client.OrderFollowed)
	}
	var before string
	err = f.DB.Housekeeping(ctx, "a signed message is worked on", func(tx *sqldb.Tx) (err error) {
		before, err = correspondence.Begin(tx, p.ID, proof.ID, m.Subject, body)
		return err
	})
	if err != nil || before != "" {
		if err == nil {
			err = json.Unmarshal([]byte(before), &rows)
		}
		return rows, err
	}
	results, err := f.answered(ctx, Source{Platform: p.ID, Channel: ByWebhook, Message: proof.ID, Proof: "a signature with the platform's secret"}, m)
	// What was done is done: it is noted even when the caller is gone.
	noting := context.WithoutCancel(ctx)
	if err != nil {
		f.DB.Housekeeping(noting, "a signed message had no effect", func(tx *sqldb.Tx) error { return correspondence.Forget(tx, p.ID, proof.ID) })
		return rows, err
	}
	rows = RowsOf(results)
	text, err := json.Marshal(rows)
	if err != nil {
		return rows, err
	}
	return rows, f.DB.Housekeeping(noting, "the answer to a signed message", func(tx *sqldb.Tx) error {
		return correspondence.End(tx, p.ID, proof.ID, string(text))
	})
}

// verified finds the platform that a message claims to be of, and its proof.
func (f *Flow) verified(ctx context.Context, target id.Platform, h http.Header, body []byte) (p platform.Platform, proof client.WebhookProof, err error) {
	err = f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { p, err = platform.Get(tx, target); return err })
	unknown := problem.Is(err, problem.NotFound)
	if err != nil && !unknown {
		return p, proof, err
	}
	proof, err = client.WebhookVerifier{Secret: p.WebhookSecret, Tolerance: f.HookTolerance}.Verify(h, body, f.DB.Now())
	if err != nil || unknown { // who has no secret learns nothing of which platforms there are
		return p, proof, problem.New(problem.Unauthenticated, "the message is not shown to be the platform's: %s; sign it with the secret that webhooks to you are signed with", because(err))
	}
	return p, proof, nil
}

func because(err error) string {
	if err == nil {
		return client.ErrWebhookSignature.Error()
	}
	return err.Error()
}

// answered hands an answer whose sender was made sure of to what it is about.
func (f *Flow) answered(ctx context.Context, from Source, m client.Message) ([]Result, error) {
	kind, _, _ := strings.Cut(m.Subject, "_")
	switch kind {
	case id.Order("").Prefix():
		if m.Type == client.OrderFollowed {
			return []Result{{ID: m.Subject}}, f.OrderFollowed(ctx, from, id.Order(m.Subject), m.Timeline)
		}
		if m.Reinstatement != nil {
			return []Result{{ID: m.Subject}}, f.orderReturned(ctx, from, id.Order(m.Subject), *m.Reinstatement)
		}
		doc, err := document.Parse(m.Document)
		if err != nil {
			return nil, err
		}
		return []Result{{ID: m.Subject}}, f.OrderAnswered(ctx, from, id.Order(m.Subject), doc)
	case id.Notice("").Prefix():
		results, err := f.NoticeAnswered(ctx, from, id.Notice(m.Subject), m.Decisions...)
		if len(results) == 0 && err == nil {
			results = []Result{{ID: m.Subject}}
		}
		return results, err
	case id.Item("").Prefix():
		if m.Reinstatement == nil {
			return nil, problem.New(problem.Invalid, "an answer about an item is to a request to reinstate it, and has the member reinstatement")
		}
		return []Result{{ID: m.Subject}}, f.ReinstatementAnswered(ctx, from, id.Item(m.Subject), *m.Reinstatement)
	case id.Referral("").Prefix():
		if m.Answers == nil || len(m.Answers.Answers) == 0 {
			return nil, problem.New(problem.Invalid, "an answer about a referral has the member answers, with one for each item")
		}
		return f.ReferralAnswered(ctx, from, id.Referral(m.Subject), m.Answers.Answers)
	}
	return nil, problem.New(problem.Invalid, "%.40q is nothing that can be answered; give the subject of the message that you answer", m.Subject)
}

// RowsOf says the results of a bulk call in the words of the API.
func RowsOf(results []Result) client.Rows {
	out := client.Rows{Rows: make([]client.Row, len(results))}
	for i, r := range results {
		row := client.Row{Line: i + 1, ID: r.ID}
		if r.Err != nil {
			row.Error, row.Reason = problem.Message(r.Err), problem.Of(r.Err).Meaning().Slug
			out.Failed++
		} else {
			out.Done++
		}
		out.Rows[i] = row
	}
	return out
}
