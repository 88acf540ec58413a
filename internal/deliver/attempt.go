package deliver

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Attempt is one try to hand a referral over.
type Attempt struct {
	ID        id.Attempt
	Delivery  id.Delivery
	Subject   string
	Kind      Kind
	Transport string
	Number    int  // from 1
	Go        bool // send now; when false there is nothing to send, and the other fields of the attempt are empty
}

// Outcome is what an attempt came to.
type Outcome string

const (
	Sent        Outcome = "delivered"     // the other side took it
	Failed      Outcome = "failed"        // it did not, and may later
	Rejected    Outcome = "undeliverable" // it did not, and never will
	Unknown     Outcome = "uncertain"     // nobody here can know
	Interrupted Outcome = "interrupted"   // we stopped before it was told from the others; sending again does no harm
)

const started Outcome = "started"

// Result is what SendMail or SendWebhook found out.
type Result struct {
	Outcome Outcome
	Receipt string // what the other side said when it took it
	// Signature is how a program signed that: proof of the receipt beside our word for it.
	Signature string
	Detail    string    // for the person who looks after it
	At        time.Time // when the other side says that it took it; now where it cannot have been then
}

// backOff is how long to wait after the first, second, … failure. After one more, the
// delivery is undeliverable: most of a working day has passed by then, and a person has to
// look for another way to the platform.
var backOff = []time.Duration{5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour}

const (
	sqlOpen     = "SELECT id, number FROM delivery_attempt WHERE delivery_id = $1 AND ended_at IS NULL"
	sqlSending  = "UPDATE delivery SET state = 'sending', attempts = $1, next_at = NULL WHERE id = $2"
	sqlStart    = "INSERT INTO delivery_attempt (id, delivery_id, number, started_at, outcome, detail) VALUES ($1, $2, $3, $4, 'started', '')"
	sqlEnd      = "UPDATE delivery_attempt SET ended_at = $1, outcome = $2, detail = $3 WHERE id = $4"
	sqlOutcome  = "SELECT outcome FROM delivery_attempt WHERE id = $1 AND delivery_id = $2"
	sqlFirstAt  = "SELECT started_at FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number LIMIT 1"
	sqlFailures = "SELECT COUNT(*) FROM delivery_attempt WHERE delivery_id = $1 AND outcome = 'failed'"
	sqlSettle   = "UPDATE delivery SET state = $1, next_at = $2, delivered_at = $3, receipt = $4, receipt_signature = $5 WHERE id = $6"
)

// Begin notes that an attempt begins. It says no (Go is false) when there is nothing to
// send: the delivery has come to its end, or waits for its next attempt, which Claim wakes.
//
// When an attempt had begun and never ended, the process that made it died. A webhook is
// sent again under the same identifier; a mail may be there already, so the delivery
// becomes uncertain.
func Begin(tx *sqldb.Tx, by audit.Actor, j Job) (Attempt, error) {
	d, err := Get(tx, j.Delivery)
	if err != nil {
		return Attempt{}, err
	}
	none := Attempt{Delivery: d.ID, Subject: d.Subject, Kind: d.Kind, Transport: d.Transport}
	switch {
	case d.Claim != j.Claim: // another job has it now
		return none, nil
	case d.State == Sending:
		again, err := died(tx, by, d)
		if err != nil || !again {
			return none, err
		}
	case d.State != Due || !d.NextAt.IsZero(), d.Transport == Pull, d.Transport == Portal:
		return none, nil
	}
	return start(tx, by, d)
}

// start notes an attempt that begins now.
func start(tx *sqldb.Tx, by audit.Actor, d Delivery) (Attempt, error) {
	none := Attempt{Delivery: d.ID, Subject: d.Subject, Kind: d.Kind, Transport: d.Transport}
	a := none
	a.ID, a.Number, a.Go = id.New[id.Attempt](tx.Now), d.Attempts+1, true
	if _, err := tx.Exec(sqlSending, a.Number, d.ID); err != nil {
		return none, err
	}
	if _, err := tx.Exec(sqlStart, a.ID, d.ID, a.Number, sqldb.At(tx.Now)); err != nil {
		return none, err
	}
	return a, a.event(tx, by, "deliver.begun", "")
}

// died settles the attempt that was left open, and reports whether to make another.
func died(tx *sqldb.Tx, by audit.Actor, d Delivery) (again bool, err error) {
	a := Attempt{Delivery: d.ID, Subject: d.Subject, Kind: d.Kind, Transport: d.Transport}
	if err := tx.Row(sqlOpen, d.ID).Scan(&a.ID, &a.Number); err != nil {
		return false, err
	}
	if d.Transport == Webhook {
		const detail = "the program stopped before the answer came; it is sent again with the same identifier"
		if _, err := tx.Exec(sqlEnd, sqldb.At(tx.Now), Interrupted, detail, a.ID); err != nil {
			return false, err
		}
		return true, a.event(tx, by, "deliver.interrupted", detail)
	}
	_, err = Finish(tx, by, a, Result{Outcome: Unknown, Detail: "the program stopped while the mail was being sent; ask the platform whether it came"})
	return false, err
}

// Finish notes what came of an attempt, and returns the delivery as it is then. An attempt
// that was given up in the meantime can still report that it got through, which settles
// the delivery; whatever else it reports is too late and changes nothing.
func Finish(tx *sqldb.Tx, by audit.Actor, a Attempt, r Result) (Delivery, error) {
	d, err := Get(tx, a.Delivery)
	if err != nil {
		return d, err
	}
	var before Outcome
	err = tx.Row(sqlOutcome, a.ID, d.ID).Scan(&before)
	if problem.Is(err, problem.NotFound) {
		return d, problem.New(problem.Invalid, "attempt %.40q was never begun", a.ID)
	}
	if err != nil {
		return d, err
	}
	if before != started && (r.Outcome != Sent || before == Sent) {
		return d, nil
	}
	r.Receipt, r.Detail = legible(r.Receipt), legible(r.Detail)
	if _, err := tx.Exec(sqlEnd, sqldb.At(tx.Now), r.Outcome, r.Detail, a.ID); err != nil {
		return d, err
	}
	if d.State == Delivered || d.State == Undeliverable {
		return d, a.event(tx, by, "deliver.superseded", r.Receipt+r.Detail)
	}
	if d, err = follow(tx, d, r); err != nil {
		return d, err
	}
	if err := d.save(tx); err != nil {
		return d, err
	}
	return d, a.event(tx, by, verb(d, r), r.Receipt+r.Detail)
}

// follow gives the delivery the state that a result leads to.
func follow(tx *sqldb.Tx, d Delivery, r Result) (Delivery, error) {
	d.NextAt = time.Time{}
	switch r.Outcome {
	case Sent:
		d.State, d.DeliveredAt, d.Receipt, d.Signature = Delivered, tx.Now, r.Receipt, legible(r.Signature)
		var first time.Time // a repeat is answered with the moment of what came first
		if err := tx.Row(sqlFirstAt, d.ID).Scan(sqldb.Into(&first)); err != nil {
			return d, err
		}
		if !r.At.Before(first) && !r.At.After(tx.Now) {
			d.DeliveredAt = r.At.UTC().Truncate(time.Microsecond)
		}
	case Rejected:
		d.State = Undeliverable
	case Unknown:
		d.State = Uncertain
	case Interrupted:
		d.State, d.NextAt = Due, tx.Now
	case Failed:
		var failures int // this one included
		if err := tx.Row(sqlFailures, d.ID).Scan(&failures); err != nil {
			return d, err
		}
		d.State = Undeliverable
		if failures <= len(backOff) {
			d.State, d.NextAt = Due, tx.Now.Add(backOff[failures-1])
		}
	default:
		return d, problem.New(problem.Internal, "%q is no outcome of an attempt", r.Outcome)
	}
	return d, nil
}

func verb(d Delivery, r Result) string {
	switch {
	case d.State == Delivered:
		return "deliver.sent"
	case d.State == Undeliverable:
		return "deliver.undeliverable"
	case d.State == Uncertain:
		return "deliver.uncertain"
	case r.Outcome == Interrupted:
		return "deliver.interrupted"
	}
	return "deliver.failed"
}

func (d Delivery) save(tx *sqldb.Tx) error {
	_, err := tx.Exec(sqlSettle, d.State, sqldb.At(d.NextAt), sqldb.At(d.DeliveredAt), d.Receipt, d.Signature, d.ID)
	return err
}

func (a Attempt) event(tx *sqldb.Tx, by audit.Actor, verb, detail string) error {
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(a.Delivery), Detail: struct {
		Subject   string `json:"subject_id"`
		Kind      Kind   `json:"kind"`
		Transport string `json:"transport"`
		Attempt   int    `json:"attempt"`
		Detail    string `json:"detail,omitempty"`
	}{a.Subject, a.Kind, a.Transport, a.Number, detail}})
}
