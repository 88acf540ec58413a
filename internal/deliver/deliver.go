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
// By pull and portal nothing is sent: the delivery stays due until the platform comes and
// takes it (Hand), and the moment at which it was given the answer is its receipt.
//
// A delivery goes from due to sending, and from there to delivered, undeliverable,
// uncertain, or back to due with the moment of the next attempt.
package deliver

import (
	"slices"
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
	Pull    = "pull"   // the platform's program fetches
	Portal  = "portal" // its people look
)

// Kind is what is handed over. A subject has at most one delivery of each kind.
type Kind string

// The kinds.
const (
	Referral      Kind = "referral"
	Order         Kind = "order"         // removal order, Article 3 of Regulation (EU) 2021/784
	Copy          Kind = "copy"          // its copy to the home authority, Article 4(1)
	Information   Kind = "information"   // procedures and deadlines, Article 3(2); the subject is the platform
	Clarification Kind = "clarification" // answer to a request of Article 3(8)
	Withdrawal    Kind = "withdrawal"    // the order is without effect
	Secrecy       Kind = "secrecy"       // non-disclosure goes on for six more weeks, Article 11(3); the subject is what was agreed on

	// To authorities.
	WithdrawalCopy Kind = "withdrawal_copy" // to who has the copy of the order
	Final          Kind = "final"           // the order became final, Article 3(9)
	Intention      Kind = "intention"       // Article 4(5)
	Course         Kind = "course"          // what happened in the case, Article 14(1); the subject is what was told (order.Course)
	Review         Kind = "review"          // the decision of Article 4, to the issuing authority
	ReviewHost     Kind = "review_host"     // to the hosting service
	ReviewProvider Kind = "review_provider" // to a content provider who asked for it

	Notice        Kind = "notice"        // Article 16 of Regulation (EU) 2022/2065
	ActOrder      Kind = "act_order"     // its Article 9
	Reinstatement Kind = "reinstatement" // of what was referred or given notice of and reversed; the subject is the item
)

// New is what to hand over, to whom, and how.
type New struct {
	Subject   string
	Kind      Kind
	Platform  id.Platform
	Address   string
	Transport string
}

// Delivery is the handing-over of one of them.
type Delivery struct {
	ID          id.Delivery
	Subject     string      // identifier of the referral, order or notice that is handed over
	Kind        Kind        // what of it
	Platform    id.Platform // empty for what goes to an authority
	Address     string      // of mail, where it is not the platform's contact point
	Transport   string
	State       string
	Attempts    int       // that were begun
	Claim       int64     // the handing-over to a job that may send now
	NextAt      time.Time // when it is tried again; zero when a job has it or nothing is left to do
	DeliveredAt time.Time
	Receipt     string // what the other side said when it took it
	Signature   string // how it signed that
	CreatedAt   time.Time
}

// Job makes one attempt.
type Job struct {
	Delivery id.Delivery
	Claim    int64 // which handing-over to a job this is: an older job that runs again must not send
	Urgent   bool  `json:",omitempty"` // orders, and what belongs to them, wait behind no referral
}

// Kind names the sort of job.
func (Job) Kind() string { return "deliver.send" }

// Queue names the queue that it waits in.
func (j Job) Queue() string {
	if j.Urgent {
		return "order"
	}
	return "deliver"
}

// Urgent reports whether the law sets a clock on what is handed over.
func (k Kind) Urgent() bool { return k != Referral && k != Notice && k != ActOrder }

const (
	sqlCreate = "INSERT INTO delivery (id, subject_id, kind, platform_id, address, transport, state, attempts, receipt, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'due', 0, '', $7)"
	sqlOf     = "SELECT id FROM delivery WHERE subject_id = $1 AND kind = $2"
	sqlGet    = "SELECT id, subject_id, kind, platform_id, address, transport, state, attempts, claim, next_at, delivered_at, receipt, receipt_signature, created_at FROM delivery WHERE id = $1"
	sqlClaim  = "UPDATE delivery SET next_at = NULL, claim = claim + 1 WHERE id IN (SELECT id FROM delivery WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2) RETURNING id, claim, kind"
)

// Create makes a delivery, to be attempted by a job that the caller enqueues in the same
// transaction. A subject has one delivery of each kind: the one that is there already is
// returned, and nothing is recorded.
func Create(tx *sqldb.Tx, by audit.Actor, in New) (id.Delivery, error) {
	if !slices.Contains([]string{Webhook, SMTP, Pull, Portal}, in.Transport) {
		return "", problem.New(problem.Invalid, "%.20q is no transport; use webhook, smtp, pull or portal", in.Transport)
	}
	var there id.Delivery
	err := tx.Row(sqlOf, in.Subject, in.Kind).Scan(&there)
	if !problem.Is(err, problem.NotFound) {
		return there, err
	}
	d := id.New[id.Delivery](tx.Now)
	if _, err := tx.Exec(sqlCreate, d, in.Subject, in.Kind, in.Platform, in.Address, in.Transport, sqldb.At(tx.Now)); err != nil {
		return "", err
	}
	return d, audit.Append(tx, by, audit.Entry{Verb: "deliver.created", Subject: string(d), Detail: struct {
		Subject   string      `json:"subject_id"`
		Kind      Kind        `json:"kind"`
		Platform  id.Platform `json:"platform_id,omitempty"`
		Transport string      `json:"transport"`
	}{in.Subject, in.Kind, in.Platform, in.Transport}})
}

// Get gives a delivery.
func Get(tx *sqldb.Tx, delivery id.Delivery) (d Delivery, err error) {
	err = tx.Row(sqlGet, delivery).Scan(&d.ID, &d.Subject, &d.Kind, &d.Platform, &d.Address, &d.Transport, &d.State, &d.Attempts, &d.Claim,
		sqldb.Into(&d.NextAt), sqldb.Into(&d.DeliveredAt), &d.Receipt, &d.Signature, sqldb.Into(&d.CreatedAt))
	if problem.Is(err, problem.NotFound) {
		return d, problem.New(problem.NotFound, "there is no delivery %.40q; check the identifier", delivery)
	}
	return d, err
}

// Claim takes up to limit deliveries whose next attempt has come due. The caller enqueues the
// jobs in the same transaction; from then on they have them.
func Claim(tx *sqldb.Tx, now time.Time, limit int) ([]Job, error) {
	return sqldb.List(tx, sqlClaim, []any{sqldb.At(now), limit}, func(scan sqldb.Scanner) (j Job, err error) {
		var kind Kind
		err = scan(&j.Delivery, &j.Claim, &kind)
		j.Urgent = kind.Urgent()
		return j, err
	})
}

const sqlAny = "SELECT id FROM delivery ORDER BY id LIMIT 1"

// Any gives some delivery, the first; "" when there is none.
func Any(tx *sqldb.Tx) (id.Delivery, error) {
	list, err := sqldb.Column[id.Delivery](tx, sqlAny)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0], nil
}
