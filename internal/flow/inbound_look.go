package flow

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// lookAtMail does what a kept mail calls for.
func (f *Flow) lookAtMail(ctx context.Context, j correspondence.Job) error {
	var m correspondence.Mail
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { m, err = correspondence.Get(tx, j.Mail); return err })
	if err != nil || m.State != correspondence.New {
		return err
	}
	if m.Bounce != nil {
		return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return f.bounced(tx, m) })
	}
	if taken, why, err := f.reviewAsked(ctx, m); err != nil || taken {
		return f.settleAsked(ctx, m, why, err)
	}
	message, found, err := f.attachedAnswer(ctx, m)
	if err != nil {
		return err
	}
	if !found {
		return f.lookForAuthority(ctx, m)
	}
	from, why, err := f.trusted(ctx, &m, &message)
	if err != nil {
		return err
	}
	if why != "" {
		return f.wait(ctx, m, why)
	}
	results, err := f.answered(ctx, from, message)
	if kind := problem.Of(err); err != nil && (kind == problem.Internal || kind == problem.Unavailable) {
		return err
	}
	if err != nil {
		return f.wait(ctx, m, "its attached answer was not taken: "+problem.Message(err))
	}
	state, outcome := outcomeOf(results)
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return correspondence.Settle(tx, audit.System, m, state, outcome) })
}

// outcomeOf says what became of the rows of an answer.
func outcomeOf(results []Result) (state, outcome string) {
	var faults []string
	for _, r := range results {
		if r.Err != nil {
			faults = append(faults, problem.Message(r.Err))
		}
	}
	outcome = fmt.Sprintf("the attached answer was taken: %d of %d", len(results)-len(faults), len(results))
	if len(faults) == 0 {
		return correspondence.Answered, outcome
	}
	return correspondence.Waiting, outcome + "; not: " + strings.Join(faults, "; ")
}

// wait leaves a mail to a person.
func (f *Flow) wait(ctx context.Context, m correspondence.Mail, why string) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return correspondence.Settle(tx, audit.System, m, correspondence.Waiting, why)
	})
}

// bounced takes a bounce for what it says: what it names did not arrive. It names a mail of
// ours by an identifier that only who handled that mail knows.
func (f *Flow) bounced(tx *sqldb.Tx, m correspondence.Mail) error {
	outcome := m.Bounce.Recipient + ": " + m.Bounce.Diagnostic
	switch {
	case m.About.Delivery == "":
		return correspondence.Settle(tx, audit.System, m, correspondence.Waiting, "a mail did not arrive, and the bounce does not say which: "+outcome)
	case !m.Bounce.Permanent:
		return correspondence.Settle(tx, audit.System, m, correspondence.Bounced, "its server still tries: "+outcome)
	}
	d, changed, err := deliver.Bounce(tx, audit.System, m.About.Delivery, outcome)
	if err != nil {
		return err
	}
	if changed {
		if err := f.handing(d.Kind).settle(tx, audit.System, d); err != nil {
			return err
		}
	}
	return correspondence.Settle(tx, audit.System, m, correspondence.Bounced, outcome)
}

// maxAnswer bounds a document that a program made.
const maxAnswer = 4 << 20

// attachedAnswer finds the answer that a program attached: a message of the type answer.given,
// or the form of Annex II or III.
func (f *Flow) attachedAnswer(ctx context.Context, m correspondence.Mail) (client.Message, bool, error) {
	for _, a := range m.Attached {
		if a.Size > maxAnswer || !strings.HasSuffix(a.Type, "json") && !strings.HasSuffix(strings.ToLower(a.Name), ".json") {
			continue
		}
		sum, err := blob.Parse(a.SHA256)
		if err != nil {
			return client.Message{}, false, err
		}
		text, err := f.Store.Bytes(ctx, sum, maxAnswer)
		if err != nil {
			return client.Message{}, false, err
		}
		if message, ok := readAnswer(text); ok {
			return message, true, nil
		}
	}
	return client.Message{}, false, nil
}

func readAnswer(text []byte) (client.Message, bool) {
	var m client.Message
	if json.Unmarshal(text, &m) == nil && m.Type == client.AnswerGiven {
		return m, true
	}
	doc, err := document.Parse(text)
	if err != nil || doc.Form != document.AnnexII && doc.Form != document.AnnexIII {
		return m, false
	}
	return client.Message{Type: client.AnswerGiven, Reference: doc.Reference, Document: text}, true
}

// old is how old a mail may be that an answer is taken from without a person.
const old = 7 * 24 * time.Hour

// trusted makes out what an attached answer is about, and whether the mail is shown to come
// from the platform that was asked; why says why a person must look at it first.
func (f *Flow) trusted(ctx context.Context, m *correspondence.Mail, message *client.Message) (from Source, why string, err error) {
	var p platform.Platform
	err = f.DB.View(ctx, func(tx *sqldb.Tx) error {
		if why, err = agreed(tx, m, message); err != nil || why != "" {
			return err
		}
		p, err = platform.Get(tx, m.About.Platform)
		return err
	})
	switch {
	case err != nil || why != "":
	case m.Proven == "":
		why = "the attached answer is well formed, but no DKIM signature shows that the mail is of " + m.Sender
	case !p.SendsFrom(m.Proven):
		why = "the attached answer is well formed, but comes from " + m.Proven + ", which is no mail domain of " + p.Name
	case !m.SentAt.IsZero() && m.ReceivedAt.Sub(m.SentAt) > old:
		why = "the attached answer is of " + m.SentAt.Format(time.DateOnly) + "; look why it comes now"
	}
	return Source{Platform: p.ID, Channel: ByMail, Message: string(m.ID), Proof: "DKIM of " + m.Proven}, why, err
}

// agreed holds what the answer says it is about against what its mail does.
func agreed(tx *sqldb.Tx, m *correspondence.Mail, message *client.Message) (why string, err error) {
	var about correspondence.About
	if message.Subject != "" {
		about, err = aboutNamed(tx, message.Subject, correspondence.ByAttachment)
	} else if message.Reference != "" {
		about, err = aboutReference(tx, message.Reference, correspondence.ByAttachment)
	}
	switch {
	case err != nil:
		return "", err
	case about.Subject == "" && m.About.Subject == "":
		return "the attached answer does not say what it is about", nil
	case about.Subject != "" && m.About.Subject != "" && about.Subject != m.About.Subject:
		return "the attached answer is about " + about.Subject + ", the mail about " + m.About.Subject, nil
	case m.About.Subject == "":
		m.About = about
	}
	message.Subject = m.About.Subject
	return "", nil
}
