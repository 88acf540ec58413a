package signin

import (
	"context"
	"strings"
	"time"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// An address, of e-mail or of the network, may fail so often in that time.
const (
	maxFailures = 10
	failureSpan = 15 * time.Minute
	maxSubject  = 320 // bytes; the longest e-mail address of RFC 5321 has 64 + 1 + 255
)

const (
	sqlFailures   = "SELECT COUNT(*) FROM signin_failure WHERE subject = $1 AND at > $2"
	sqlFailed     = "INSERT INTO signin_failure (subject, at) VALUES ($1, $2)"
	sqlForgetFail = "DELETE FROM signin_failure WHERE at <= $1"
)

func subjects(email, addr string) []string {
	return []string{"email:" + storable(strings.ToLower(strings.TrimSpace(email))), "addr:" + storable(addr)}
}

// storable cuts what a stranger sent to what a text column takes.
func storable(text string) string {
	if len(text) > maxSubject {
		text = text[:maxSubject]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "?")
}

// mayTry refuses an attempt after too many failures. It does so before the password is
// looked at, so a right one does not get through either until the time is over.
func (d *Desk) mayTry(ctx context.Context, email, addr string) error {
	return d.db.View(ctx, func(tx *sqldb.Tx) error {
		for _, subject := range subjects(email, addr) {
			var n int
			if err := tx.Row(sqlFailures, subject, sqldb.At(tx.Now.Add(-failureSpan))).Scan(&n); err != nil {
				return err
			}
			if n >= maxFailures {
				return problem.New(problem.TooMany, "too many failed attempts; wait %d minutes and try again", int(failureSpan.Minutes()))
			}
		}
		return nil
	})
}

// failed counts a failure and gives the one message for all of them.
func (d *Desk) failed(ctx context.Context, email, addr string) error {
	err := d.db.Housekeeping(ctx, "failed attempts to sign in", func(tx *sqldb.Tx) error {
		if _, err := tx.Exec(sqlForgetFail, sqldb.At(tx.Now.Add(-failureSpan))); err != nil {
			return err
		}
		for _, subject := range subjects(email, addr) {
			if _, err := tx.Exec(sqlFailed, subject, sqldb.At(tx.Now)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return problem.New(problem.Unauthenticated, "the e-mail address or the password is not right; try again, or ask an administrator for a new one-time link")
}
