package flow

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/correspondence"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Reading is what a person makes of a mail: one of the first four.
type Reading struct {
	Aside    bool            // there is nothing in it
	Attached bool            // its attached answer holds, though the mail does not prove its sender
	Answer   *client.Message // what the mail says, in the words of an answer
	Recorded bool            // what it says was recorded at the order, referral or notice itself
	Note     string          // how the person made sure of it, or why it is set aside
}

// ReadMail settles a mail that waits: a person read it, and says what is in it.
func (f *Flow) ReadMail(ctx context.Context, who auth.Principal, target id.Mail, r Reading) ([]Result, error) {
	if err := who.Require(auth.MailFile); err != nil {
		return nil, err
	}
	note, err := correspondence.Note(r.Note)
	if err != nil {
		return nil, err
	}
	var m correspondence.Mail
	err = f.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		if m, err = correspondence.Get(tx, target); err != nil {
			return err
		}
		return f.mayFile(tx, who, m.About.Subject)
	})
	if err == nil {
		err = correspondence.ToRead(m)
	}
	if err != nil {
		return nil, err
	}
	switch {
	case r.Aside:
		return nil, f.settleMail(ctx, who, m, correspondence.Aside, note)
	case r.Recorded:
		return nil, f.settleMail(ctx, who, m, correspondence.Answered, "recorded there: "+note)
	}
	message, err := f.said(ctx, &m, r)
	if err != nil {
		return nil, err
	}
	err = f.DB.View(ctx, func(tx *sqldb.Tx) error { return f.mayFile(tx, who, m.About.Subject) })
	if err != nil {
		return nil, err
	}
	from := Source{Platform: m.About.Platform, Channel: ByMail, Message: string(m.ID), Proof: "read in: " + note, By: who.Actor()}
	results, err := f.answered(ctx, from, message)
	if err != nil {
		return results, err
	}
	for _, one := range results {
		if one.Err == nil {
			return results, f.settleMail(ctx, who, m, correspondence.Answered, "read in: "+note)
		}
	}
	return results, nil // nothing of it was taken; it goes on waiting
}

// said is what the mail says: by its attachment, or in the words of the person who read it.
func (f *Flow) said(ctx context.Context, m *correspondence.Mail, r Reading) (client.Message, error) {
	var message client.Message
	switch {
	case r.Attached:
		found := false
		var err error
		if message, found, err = f.attachedAnswer(ctx, *m); err != nil {
			return message, err
		}
		if !found {
			return message, problem.New(problem.Invalid, "no answer that a program made is attached to the mail; read in what it says")
		}
	case r.Answer != nil:
		message = *r.Answer
		m.About = correspondence.About{} // the person says what it is about
	default:
		return message, problem.New(problem.Invalid, "say what the mail says, take its attached answer, or set it aside")
	}
	err := f.DB.View(ctx, func(tx *sqldb.Tx) error {
		why, err := agreed(tx, m, &message)
		if err == nil && why != "" {
			err = problem.New(problem.Invalid, "%s; give the subject that it is about", why)
		}
		return err
	})
	return message, err
}

// settleMail notes what a person made of a mail, unless another was quicker.
func (f *Flow) settleMail(ctx context.Context, who auth.Principal, m correspondence.Mail, state, outcome string) error {
	in, err := json.Marshal([]any{m.ID, state, outcome})
	if err != nil {
		return err
	}
	_, err = write(ctx, f, call{who, auth.MailFile, "mail.read", string(in)}, func(tx *sqldb.Tx) (id.Mail, error) {
		now, err := correspondence.Get(tx, m.ID)
		if err == nil {
			err = correspondence.ToRead(now)
		}
		if err != nil {
			return m.ID, err
		}
		return m.ID, correspondence.Settle(tx, who.Actor(), m, state, outcome)
	})
	return err
}

// mayFile refuses who must not say what the other side said about a subject. What is about
// nothing that is known here may be looked after by anybody who files mail.
func (f *Flow) mayFile(tx *sqldb.Tx, who auth.Principal, subject string) error {
	kind, _, _ := strings.Cut(subject, "_")
	switch kind {
	case "", id.Platform("").Prefix():
		return nil
	case id.Referral("").Prefix():
		return f.handing(deliver.Referral).mayResolve(tx, who, subject)
	case id.Item("").Prefix():
		return f.handing(deliver.Reinstatement).mayResolve(tx, who, subject)
	case id.Notice("").Prefix():
		return f.handing(deliver.Notice).mayResolve(tx, who, subject)
	}
	return f.handing(deliver.Order).mayResolve(tx, who, subject)
}
