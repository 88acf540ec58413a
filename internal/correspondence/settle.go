package correspondence

import (
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Job looks at a mail that was kept.
type Job struct{ Mail id.Mail }

// Kind names the sort of job.
func (Job) Kind() string { return "mail.look" }

// Queue names the queue that it waits in: an answer stops a clock, as an order starts one.
func (Job) Queue() string { return "order" }

const (
	sqlSettle = "UPDATE inbound_mail SET state = $1, outcome = $2, read_by = $3, settled_at = $4, platform_id = $5, delivery_id = $6, subject_id = $7, matched_by = $8 WHERE id = $9"
	maxNote   = 1000 // characters
)

// Settle records what became of a mail: in the state it is to have from now on, and in words.
func Settle(tx *sqldb.Tx, by audit.Actor, m Mail, state, outcome string) error {
	outcome = strings.Join(strings.Fields(outcome), " ")
	if runes := []rune(outcome); len(runes) > maxNote {
		outcome = string(runes[:maxNote]) + "…"
	}
	reader := by.User
	if by.User == audit.System.User {
		reader = ""
	}
	if _, err := tx.Exec(sqlSettle, state, outcome, reader, sqldb.At(tx.Now), m.About.Platform, m.About.Delivery, m.About.Subject, m.About.MatchedBy, m.ID); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "mail." + state, Subject: string(m.ID), Detail: struct {
		Subject string `json:"subject_id,omitempty"`
		Outcome string `json:"outcome,omitempty"`
	}{m.About.Subject, outcome}})
}

// Note brings to one line what a person writes about a mail, and refuses none and too much.
func Note(text string) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch n := utf8.RuneCountInString(text); {
	case n == 0:
		return "", problem.New(problem.Invalid, "say how you made sure of it: who of the platform told you, or why there is nothing in the mail")
	case n > maxNote:
		return "", problem.New(problem.Invalid, "keep the note to %d characters", maxNote)
	}
	return text, nil
}

// ToRead refuses a mail that does not wait for a person.
func ToRead(m Mail) error {
	if m.State == Waiting {
		return nil
	}
	return problem.New(problem.Conflict, "the mail is settled already (%s: %s)", m.State, m.Outcome)
}
