package match

import (
	"net/url"
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The forms in which others hand their entries on.
const (
	FormArgine   = "argine"    // the export of another Argine, in pieces
	FormCSV      = "csv"       // one file
	FormJSONL    = "jsonl"     // one file
	FormHashList = "hash-list" // the hash list of Tech Against Terrorism, version 2: what changed since the last time
)

// Subscription is where a bank's entries are taken from again and again.
type Subscription struct {
	ID         id.Subscription
	Bank       id.Bank
	Form       string
	URL        string
	Secret     string `json:"-"` // bearer token, or user:password for a hash list; never shown
	Every      time.Duration
	Checkpoint string // of a hash list: up to where it was taken in
	Paused     bool   // it is not fetched
	Fault      string // why the newest fetch failed; "" when it did not
	FetchedAt  time.Time
	NextAt     time.Time // zero while it is fetched, or a draft waits for a person
}

// Delta reports whether the source tells only what changed since the checkpoint. Of the
// others, what they tell no more they have no more.
func (s Subscription) Delta() bool { return s.Form == FormHashList }

const (
	leastEvery  = time.Minute
	mostEvery   = 366 * 24 * time.Hour
	retryWithin = time.Hour // a fetch that failed is made again after so long, or sooner if it is due
)

const (
	subscriptionColumns = "id, bank_id, form, url, secret, every, checkpoint, paused, fault, fetched_at, next_at"

	sqlSubscribe     = "INSERT INTO subscription (id, bank_id, form, url, secret, every, checkpoint, fault, fetched_at, next_at) VALUES ($1, $2, $3, $4, $5, $6, '', '', NULL, $7)"
	sqlUnsubscribe   = "DELETE FROM subscription WHERE id = $1"
	sqlSubscriptions = "SELECT " + subscriptionColumns + " FROM subscription WHERE bank_id = $1 ORDER BY id"
	sqlSubscription  = "SELECT " + subscriptionColumns + " FROM subscription WHERE id = $1"
	sqlDue           = "SELECT id FROM subscription WHERE next_at <= $1 AND NOT paused ORDER BY next_at LIMIT $2"
	sqlClaim         = "UPDATE subscription SET next_at = NULL WHERE id = $1"
	sqlFetched       = "UPDATE subscription SET checkpoint = $2, fault = $3, fetched_at = $4, next_at = $5 WHERE id = $1"
	sqlNext          = "UPDATE subscription SET checkpoint = $2, next_at = $3 WHERE id = $1"
)

// Subscribe makes a bank take entries from an URL. It is fetched at once, and then again and again.
func Subscribe(tx *sqldb.Tx, by audit.Actor, s Subscription) (Subscription, error) {
	if err := s.check(); err != nil {
		return Subscription{}, err
	}
	s.ID, s.NextAt = id.New[id.Subscription](tx.Now), tx.Now
	if _, err := tx.Exec(sqlSubscribe, s.ID, s.Bank, s.Form, s.URL, s.Secret, s.Every.Microseconds(), sqldb.At(s.NextAt)); err != nil {
		return Subscription{}, err
	}
	detail := map[string]any{"subscription": s.ID, "form": s.Form, "url": s.URL, "every": s.Every.String()}
	return s, audit.Append(tx, by, audit.Entry{Verb: "subscription.added", Subject: string(s.Bank), Detail: detail})
}

func (s Subscription) check() error {
	u, err := url.Parse(s.URL)
	switch {
	case s.Form != FormArgine && s.Form != FormCSV && s.Form != FormJSONL && s.Form != FormHashList:
		return problem.New(problem.Invalid, "%.20q is no form of a subscription; choose argine, csv, jsonl or hash-list", s.Form)
	case err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || !plain(s.URL):
		return problem.New(problem.Invalid, "%.200q cannot be subscribed to; give an URL that begins with https://", s.URL)
	case u.User != nil:
		return problem.New(problem.Invalid, "the URL holds a password, which would be shown with it; give it as the secret")
	case s.Every < leastEvery || s.Every > mostEvery:
		return problem.New(problem.Invalid, "fetching every %s is not done; choose from 1 minute to 366 days", s.Every)
	case s.Form == FormHashList && s.Secret != "" && strings.Index(s.Secret, ":") <= 0:
		return problem.New(problem.Invalid, "a hash list asks for a name and a password; give them as the secret, name:password")
	case !plain(s.Secret) || strings.ContainsAny(s.Secret, "\r\n"):
		return problem.New(problem.Invalid, "the secret is not one line of plain text")
	}
	return nil
}

// Unsubscribe ends a subscription. What was taken from it stays; a draft that waits is discarded.
func Unsubscribe(tx *sqldb.Tx, by audit.Actor, s Subscription) error {
	d, open, err := OpenDraftOf(tx, s.ID)
	if err != nil {
		return err
	}
	if open && d.State == DraftTaking {
		return problem.New(problem.Conflict, "a draft of this subscription is being taken in; wait until it is done")
	}
	if open {
		if _, err := DiscardDraft(tx, by, d.ID); err != nil {
			return err
		}
	}
	if n, err := tx.Exec(sqlUnsubscribe, s.ID); err != nil || n == 0 {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "subscription.ended", Subject: string(s.Bank), Detail: map[string]any{"subscription": s.ID, "url": s.URL}})
}

// Subscriptions lists those of a bank, oldest first.
func Subscriptions(tx *sqldb.Tx, bank id.Bank) ([]Subscription, error) {
	return sqldb.List(tx, sqlSubscriptions, []any{bank}, readSubscription)
}

// GetSubscription gives one.
func GetSubscription(tx *sqldb.Tx, s id.Subscription) (Subscription, error) {
	out, err := readSubscription(tx.Row(sqlSubscription, s).Scan)
	if problem.Is(err, problem.NotFound) {
		return out, problem.New(problem.NotFound, "there is no subscription %.40q; see those of the bank", s)
	}
	return out, err
}

func readSubscription(scan sqldb.Scanner) (s Subscription, err error) {
	var every int64
	err = scan(&s.ID, &s.Bank, &s.Form, &s.URL, &s.Secret, &every, &s.Checkpoint, &s.Paused, &s.Fault, sqldb.Into(&s.FetchedAt), sqldb.Into(&s.NextAt))
	s.Every = time.Duration(every) * time.Microsecond
	return s, err
}

// FetchJob asks to look what a subscription has that is new.
type FetchJob struct {
	Subscription id.Subscription `json:"subscription"`
}

func (FetchJob) Kind() string  { return "match.fetch" }
func (FetchJob) Queue() string { return "feed" }

// ClaimDue moves subscriptions that have come due into jobs, which the caller enqueues in the
// same transaction. Its changes are no event of the trade.
func ClaimDue(tx *sqldb.Tx, now time.Time, limit int) ([]FetchJob, error) {
	due, err := sqldb.Column[id.Subscription](tx, sqlDue, sqldb.At(now), limit)
	if err != nil {
		return nil, err
	}
	var jobs []FetchJob
	for _, s := range due {
		if _, err := tx.Exec(sqlClaim, s); err != nil {
			return nil, err
		}
		jobs = append(jobs, FetchJob{s})
	}
	return jobs, nil
}

// Fetched notes that a subscription was fetched and brought nothing for a person to decide: it
// had nothing new, or it failed, and fault says why. Its changes are no event of the trade.
func Fetched(tx *sqldb.Tx, s Subscription, checkpoint, fault string) error {
	wait := s.Every
	if fault != "" {
		wait, checkpoint = min(wait, retryWithin), s.Checkpoint
	}
	_, err := tx.Exec(sqlFetched, s.ID, checkpoint, fault, sqldb.At(tx.Now), sqldb.At(tx.Now.Add(wait)))
	return err
}
