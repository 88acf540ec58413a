package deliver

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Resolve settles an uncertain delivery after a person has asked the platform. What was
// received is delivered as of now; that it came earlier cannot be shown. What was not
// received is due at once.
func Resolve(tx *sqldb.Tx, by audit.Actor, delivery id.Delivery, received bool, detail string) (Delivery, error) {
	d, err := Get(tx, delivery)
	if err != nil {
		return d, err
	}
	detail = strings.Join(strings.Fields(plain(detail)), " ")
	if detail == "" {
		return d, problem.New(problem.Invalid, "say who at the platform told whether it came, and how")
	}
	if utf8.RuneCountInString(detail) > maxLegible {
		return d, problem.New(problem.Invalid, "keep what you were told to %d characters", maxLegible)
	}
	if d.State != Uncertain {
		if received && d.State == Delivered {
			return d, nil
		}
		return d, problem.New(problem.Conflict, "the delivery is %s; only an uncertain one can be resolved", d.State)
	}
	d.State, d.NextAt = Due, tx.Now
	if received {
		d.State, d.NextAt = Delivered, time.Time{}
		d.DeliveredAt, d.Receipt = tx.Now, detail
	}
	if err := d.save(tx); err != nil {
		return d, err
	}
	return d, audit.Append(tx, by, audit.Entry{Verb: "deliver.resolved", Subject: string(d.ID), Detail: struct {
		Subject  string `json:"subject_id"`
		Kind     Kind   `json:"kind"`
		Received bool   `json:"received"`
		Detail   string `json:"detail"`
	}{d.Subject, d.Kind, received, detail}})
}

// maxLegible is how many characters of what a server said are kept.
const maxLegible = 500

// legible makes one short line of what another machine said, fit for the database and the screen.
func legible(s string) string {
	s = strings.Join(strings.Fields(plain(s)), " ")
	if runes := []rune(s); len(runes) > maxLegible {
		s = string(runes[:maxLegible]) + "…"
	}
	return s
}

// plain takes out what a text could play tricks with: control characters except the end of
// a line, and marks that turn the direction of writing around.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}
