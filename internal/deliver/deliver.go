// Package deliver hands referrals to platforms, by mail or by webhook, and keeps account of
// every attempt.
//
// What makes it hard is that an attempt can end without anybody here knowing whether it
// arrived: the process is killed, or the line breaks after the last byte was sent. So it is
// noted that an attempt begins before anything leaves (Begin), and what came of it after
// (Finish). The two transports then differ in what an open end means.
//
//   - A webhook carries the identifier of its delivery, and the receiver drops repeats
//     (standardwebhooks.com). It is simply sent again.
//   - A mail that was cut off after the end of its data may have been accepted or not
//     (RFC 5321, 4.2.5, and RFC 1047). Sent again, it may be there twice. The delivery
//     becomes uncertain, and a person asks the platform (Resolve).
//
// A delivery goes from due to sending, and from there to delivered, undeliverable,
// uncertain, or back to due with the moment of the next attempt.
package deliver

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The states of a delivery.
const (
	Due           = "due"
	Sending       = "sending"
	Delivered     = "delivered"
	Undeliverable = "undeliverable"
	Uncertain     = "uncertain"
)

// The transports.
const (
	Webhook = "webhook"
	SMTP    = "smtp"
)

// Delivery is the handing-over of a referral to its platform.
type Delivery struct {
	ID          id.Delivery
	Referral    id.Referral
	Platform    id.Platform
	Transport   string
	State       string
	Attempts    int       // that were begun
	Claim       int64     // the handing-over to a job that may send now
	NextAt      time.Time // when it is tried again; zero when a job has it or nothing is left to do
	DeliveredAt time.Time
	Receipt     string // what the other side said when it took it
	CreatedAt   time.Time
}

// Job makes one attempt.
type Job struct {
	Delivery id.Delivery
	Claim    int64 // which handing-over to a job this is: an older job that runs again must not send
}

// Kind names the sort of job.
func (Job) Kind() string { return "deliver.send" }

// Queue names the queue that it waits in.
func (Job) Queue() string { return "deliver" }

const (
	sqlCreate = "INSERT INTO delivery (id, referral_id, platform_id, transport, state, attempts, receipt, created_at) VALUES ($1, $2, $3, $4, 'due', 0, '', $5)"
	sqlOf     = "SELECT id FROM delivery WHERE referral_id = $1"
	sqlGet    = "SELECT id, referral_id, platform_id, transport, state, attempts, claim, next_at, delivered_at, receipt, created_at FROM delivery WHERE id = $1"
	sqlClaim  = "UPDATE delivery SET next_at = NULL, claim = claim + 1 WHERE id IN (SELECT id FROM delivery WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2) RETURNING id, claim"
)

// Create makes the delivery of a referral, to be attempted by a job that the caller
// enqueues in the same transaction. A referral has one delivery: the one that is there
// already is returned, and nothing is recorded.
func Create(tx *sqldb.Tx, by audit.Actor, referral id.Referral, platform id.Platform, transport string) (id.Delivery, error) {
	if transport != Webhook && transport != SMTP {
		return "", problem.New(problem.Invalid, "%.20q is no transport; use webhook or smtp", transport)
	}
	var there id.Delivery
	err := tx.Row(sqlOf, referral).Scan(&there)
	if !problem.Is(err, problem.NotFound) {
		return there, err
	}
	d := id.New[id.Delivery](tx.Now)
	if _, err := tx.Exec(sqlCreate, d, referral, platform, transport, sqldb.At(tx.Now)); err != nil {
		return "", err
	}
	return d, audit.Append(tx, by, audit.Entry{Verb: "deliver.created", Subject: string(d), Detail: struct {
		Referral  id.Referral `json:"referral_id"`
		Platform  id.Platform `json:"platform_id"`
		Transport string      `json:"transport"`
	}{referral, platform, transport}})
}

// Get gives a delivery.
func Get(tx *sqldb.Tx, delivery id.Delivery) (d Delivery, err error) {
	err = tx.Row(sqlGet, delivery).Scan(&d.ID, &d.Referral, &d.Platform, &d.Transport, &d.State, &d.Attempts, &d.Claim,
		sqldb.Into(&d.NextAt), sqldb.Into(&d.DeliveredAt), &d.Receipt, sqldb.Into(&d.CreatedAt))
	if problem.Is(err, problem.NotFound) {
		return d, problem.New(problem.NotFound, "there is no delivery %.40q; check the identifier", delivery)
	}
	return d, err
}

// Claim takes up to limit deliveries whose next attempt has come due. The caller enqueues the
// jobs in the same transaction; from then on they have them.
func Claim(tx *sqldb.Tx, now time.Time, limit int) ([]Job, error) {
	return sqldb.List(tx, sqlClaim, []any{sqldb.At(now), limit}, func(scan sqldb.Scanner) (j Job, err error) {
		return j, scan(&j.Delivery, &j.Claim)
	})
}
