package match

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlSetSecret   = "UPDATE subscription SET secret = $2, next_at = CASE WHEN next_at > $3 THEN $3 ELSE next_at END WHERE id = $1"
	sqlPause       = "UPDATE subscription SET paused = $2, next_at = $3 WHERE id = $1"
	sqlFormSecret  = "SELECT secret FROM form_secret WHERE unit_id = $1 AND form = $2"
	sqlGiveSecret  = "INSERT INTO form_secret (unit_id, form, secret) VALUES ($1, $2, $3) ON CONFLICT (unit_id, form) DO UPDATE SET secret = excluded.secret"
	sqlTakeSecret  = "DELETE FROM form_secret WHERE unit_id = $1 AND form = $2"
	sqlSecretForms = "SELECT form FROM form_secret WHERE unit_id = $1 ORDER BY form"
)

// TakesGiven reports whether a subscription that has no secret of its own takes the one that
// its unit has given for the form. Only a hash list does: a bearer token belongs to one
// address, and must not be sent to another because both tell CSV.
func (s Subscription) TakesGiven() bool { return s.Form == FormHashList }

// SetSecret gives a subscription another secret, or none for "", with which it is fetched at once.
func SetSecret(tx *sqldb.Tx, by audit.Actor, s Subscription, secret string) error {
	s.Secret = secret
	if err := s.check(); err != nil {
		return err
	}
	if _, err := tx.Exec(sqlSetSecret, s.ID, secret, sqldb.At(tx.Now)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "subscription.secret_set", Subject: string(s.Bank), Detail: map[string]any{"subscription": s.ID, "has_secret": secret != ""}})
}

// Pause keeps a subscription from being fetched, or lets it go on. A draft that waits can
// still be taken or discarded.
func Pause(tx *sqldb.Tx, by audit.Actor, s Subscription, paused bool) error {
	if s.Paused == paused {
		return nil
	}
	verb, next := "subscription.paused", s.NextAt
	if !paused {
		verb = "subscription.resumed"
		_, open, err := OpenDraftOf(tx, s.ID)
		if err != nil {
			return err
		}
		if next.IsZero() && !open { // a job found it paused
			next = tx.Now
		}
	}
	if _, err := tx.Exec(sqlPause, s.ID, paused, sqldb.At(next)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(s.Bank), Detail: map[string]any{"subscription": s.ID}})
}

// GiveSecret keeps what a unit gives to all its subscriptions of a form that have no secret of
// their own; "" takes it back.
func GiveSecret(tx *sqldb.Tx, by audit.Actor, unit id.Unit, form, secret string) error {
	s := Subscription{Form: form, URL: "https://any.example/", Secret: secret, Every: leastEvery}
	if err := s.check(); err != nil {
		return err
	}
	if !s.TakesGiven() {
		return problem.New(problem.Invalid, "a token belongs to one address; give it to the subscription and not to all of the form %s", form)
	}
	var err error
	if secret == "" {
		_, err = tx.Exec(sqlTakeSecret, unit, form)
	} else {
		_, err = tx.Exec(sqlGiveSecret, unit, form, secret)
	}
	if err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "subscription.form_secret_set", Subject: string(unit), Detail: map[string]any{"form": form, "has_secret": secret != ""}})
}

// FormSecret is what a unit has given for a form, "" for nothing.
func FormSecret(tx *sqldb.Tx, unit id.Unit, form string) (secret string, err error) {
	err = tx.Row(sqlFormSecret, unit, form).Scan(&secret)
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	return secret, err
}

// FormsWithSecret lists the forms for which a unit has given a secret.
func FormsWithSecret(tx *sqldb.Tx, unit id.Unit) ([]string, error) {
	return sqldb.Column[string](tx, sqlSecretForms, unit)
}
