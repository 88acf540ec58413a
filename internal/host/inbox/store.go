package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const columns = "id, way, sender, external_id, sum, type, reference, authority, trust, findings, case_id, sent_at, received_at"

const (
	sqlAdd     = "INSERT INTO host_message (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	sqlBefore  = "SELECT " + columns + " FROM host_message WHERE sender = $1 AND external_id = $2 AND trust <> 'forged'"
	sqlForged  = "SELECT COUNT(*) FROM host_message WHERE trust = 'forged' AND received_at > $1"
	sqlSame    = "SELECT " + columns + " FROM host_message WHERE sum = $1 AND trust = 'forged' ORDER BY id LIMIT 1"
	sqlOfCase  = "SELECT " + columns + " FROM host_message WHERE case_id = $1 ORDER BY received_at, id"
	sqlNewest  = "SELECT " + columns + " FROM host_message ORDER BY received_at DESC, id DESC LIMIT $1"
	sqlPulled  = "SELECT after FROM host_pull WHERE sender = $1"
	sqlPullDue = "SELECT sender FROM host_pull WHERE next_at <= $1"
	sqlPulls   = "SELECT sender, next_at, failure FROM host_pull ORDER BY sender"
	sqlSetPull = "INSERT INTO host_pull (sender, after, next_at, failure) VALUES ($1, $2, $3, $4) ON CONFLICT (sender) DO UPDATE SET after = excluded.after, next_at = excluded.next_at, failure = excluded.failure"
	sqlNewPull = "INSERT INTO host_pull (sender, after, next_at, failure) VALUES ($1, '', $2, '') ON CONFLICT (sender) DO NOTHING"
	sqlMessage = "SELECT " + columns + " FROM host_message WHERE id = $1"
	sqlOfOther = "SELECT authority FROM host_message WHERE reference = $1 AND trust = 'verified' AND type = 'order.issued' AND authority <> $2 LIMIT 1"
)

// maxForged is how many forgeries of a day are kept: whoever floods the door must not fill the disk.
const maxForged = 1000

// SumOf is the digest by which the same message is known again.
func SumOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Before finds the genuine message that came under the same name from the same sender.
func Before(tx *sqldb.Tx, sender, external string) (Message, bool, error) {
	m, err := read(tx.Row(sqlBefore, sender, external).Scan)
	if problem.Is(err, problem.NotFound) {
		return m, false, nil
	}
	return m, err == nil, err
}

// SameForged finds a forgery that came before, byte for byte.
func SameForged(tx *sqldb.Tx, sum string) (Message, bool, error) {
	m, err := read(tx.Row(sqlSame, sum).Scan)
	if problem.Is(err, problem.NotFound) {
		return m, false, nil
	}
	return m, err == nil, err
}

// Add keeps a message. A forgery beyond the day's measure is not kept.
func Add(tx *sqldb.Tx, by audit.Actor, m Message) (Message, error) {
	if m.Trust == Forged {
		var n int
		if err := tx.Row(sqlForged, sqldb.At(tx.Now.Add(-24*time.Hour))).Scan(&n); err != nil {
			return m, err
		}
		if n >= maxForged {
			return m, problem.New(problem.TooMany, "too many messages came in today that are not what they say; no more of them are kept")
		}
	}
	m.ID = id.New[id.Message](tx.Now)
	findings, err := json.Marshal(m.Findings)
	if err != nil {
		return m, err
	}
	if _, err := tx.Exec(sqlAdd, m.ID, m.Way, m.Sender, m.External, m.Sum, m.Type, m.Reference, m.Authority, m.Trust, string(findings), m.Case,
		sqldb.At(m.SentAt), sqldb.At(m.ReceivedAt)); err != nil {
		return m, err
	}
	return m, audit.Append(tx, by, audit.Entry{Verb: "message.received", Subject: string(m.ID), Detail: map[string]any{
		"way": m.Way, "sender": m.Sender, "external": m.External, "sum": m.Sum, "trust": m.Trust, "case": m.Case, "received_at": m.ReceivedAt}})
}

// OfCase are the messages of a case, oldest first.
func OfCase(tx *sqldb.Tx, c id.Case) ([]Message, error) {
	return sqldb.List(tx, sqlOfCase, []any{c}, read)
}

// Newest are the newest messages, whatever they proved to be.
func Newest(tx *sqldb.Tx, n int) ([]Message, error) {
	return sqldb.List(tx, sqlNewest, []any{n}, read)
}

// Get finds a message.
func Get(tx *sqldb.Tx, m id.Message) (Message, error) { return read(tx.Row(sqlMessage, m).Scan) }

// ReferenceOf tells under which other authority's name an order with this reference came before.
func ReferenceOf(tx *sqldb.Tx, reference, from string) (authority string, err error) {
	if reference == "" {
		return "", nil
	}
	err = tx.Row(sqlOfOther, reference, from).Scan(&authority)
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	return authority, err
}

// PullState is how the fetching from a sender goes.
type PullState struct {
	Sender  string
	NextAt  time.Time
	Failure string
}

// Pulls lists how fetching goes.
func Pulls(tx *sqldb.Tx) ([]PullState, error) {
	return sqldb.List(tx, sqlPulls, nil, func(scan sqldb.Scanner) (p PullState, err error) {
		return p, scan(&p.Sender, sqldb.Into(&p.NextAt), &p.Failure)
	})
}

// PullsDue are the senders that are to be fetched from now.
func PullsDue(tx *sqldb.Tx) ([]string, error) {
	return sqldb.Column[string](tx, sqlPullDue, sqldb.At(tx.Now))
}

// StartPull makes sure that a sender is fetched from.
func StartPull(tx *sqldb.Tx, sender string) error {
	_, err := tx.Exec(sqlNewPull, sender, sqldb.At(tx.Now))
	return err
}

// Pulled tells how far a sender's inbox was read.
func Pulled(tx *sqldb.Tx, sender string) (after string, err error) {
	err = tx.Row(sqlPulled, sender).Scan(&after)
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	return after, err
}

// SetPulled notes how far, when to fetch again, and what went wrong.
func SetPulled(tx *sqldb.Tx, sender, after string, next time.Time, failure string) error {
	_, err := tx.Exec(sqlSetPull, sender, after, sqldb.At(next), failure)
	return err
}

func read(scan sqldb.Scanner) (m Message, err error) {
	var findings string
	err = scan(&m.ID, &m.Way, &m.Sender, &m.External, &m.Sum, &m.Type, &m.Reference, &m.Authority, &m.Trust, &findings, &m.Case,
		sqldb.Into(&m.SentAt), sqldb.Into(&m.ReceivedAt))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal([]byte(findings), &m.Findings)
}
