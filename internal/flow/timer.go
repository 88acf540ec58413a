package flow

import (
	"context"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/recheck"
	"github.com/argine/argine/internal/sqldb"
)

// tickEvery is how often the rows are asked whether something has come due. The moment a
// thing is due stands in its row, by the injected clock; this only bounds how late it is noticed.
const tickEvery = 50 * time.Millisecond

const dueAtOnce = 1000

// Keep wakes what comes due until ctx ends.
func (f *Flow) Keep(ctx context.Context) error {
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := f.tick(ctx); err != nil && ctx.Err() == nil {
				f.Log.Error("what came due could not be woken; it is tried again", "error", err)
			}
		}
	}
}

// tick hands what is due to jobs. It looks before it takes the write lock: mostly nothing is due.
func (f *Flow) tick(ctx context.Context) error {
	due := false
	err := f.DB.View(ctx, func(tx *sqldb.Tx) error {
		n, err := CountDue(tx)
		due = n > 0
		return err
	})
	if err != nil || !due {
		return err
	}
	err = f.DB.Housekeeping(ctx, "what is due goes to jobs", f.claim)
	if err != nil {
		return err
	}
	if err := f.endHolds(ctx); err != nil {
		return err
	}
	if err := f.wakeOrders(ctx); err != nil {
		return err
	}
	if err := f.tellCourses(ctx); err != nil {
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if _, err := match.Expire(tx, audit.System, tx.Now, dueAtOnce); err != nil {
			return err
		}
		back, err := match.Wake(tx, audit.System, tx.Now, dueAtOnce)
		if err != nil {
			return err
		}
		var jobs []job.Args
		for _, j := range back {
			jobs = append(jobs, j)
		}
		return f.Jobs.Enqueue(tx, jobs...)
	})
}

// claim takes what is due out of the rows and into jobs, in one transaction.
func (f *Flow) claim(tx *sqldb.Tx) error {
	var jobs []job.Args
	deliveries, err := deliver.Claim(tx, tx.Now, dueAtOnce)
	if err != nil {
		return err
	}
	for _, d := range deliveries {
		jobs = append(jobs, d)
	}
	looks, err := recheck.Claim(tx, tx.Now, dueAtOnce)
	if err != nil {
		return err
	}
	chunks(looks, itemsPerJob, func(some []recheck.Due) error {
		jobs = append(jobs, recheck.Job{Looks: some})
		return nil
	})
	fetches, err := match.ClaimDue(tx, tx.Now, dueAtOnce)
	if err != nil {
		return err
	}
	for _, j := range fetches {
		jobs = append(jobs, j)
	}
	confirmed, err := match.ClaimOwn(tx, tx.Now, dueAtOnce)
	if err != nil {
		return err
	}
	for _, j := range confirmed {
		jobs = append(jobs, j)
	}
	return f.Jobs.Enqueue(tx, jobs...)
}

// endHolds asks again for items whose hold has run out or whose questions have closed.
func (f *Flow) endHolds(ctx context.Context) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		held, err := deconflict.Expired(tx, tx.Now, dueAtOnce)
		if err != nil {
			return err
		}
		for _, it := range held {
			if err := askAgain(tx, it); err != nil {
				return err
			}
		}
		return nil
	})
}

const (
	sqlDueDeliveries = "SELECT COUNT(*), MIN(next_at) FROM delivery WHERE next_at <= $1"
	sqlDueLooks      = "SELECT COUNT(*), MIN(next_at) FROM recheck WHERE next_at <= $1"
	sqlDueHolds      = "SELECT COUNT(*), MIN(until) FROM clearance WHERE state IN ('hold', 'asking') AND until <= $1"
	sqlDueFetches    = "SELECT COUNT(*), MIN(next_at) FROM subscription WHERE next_at <= $1 AND NOT paused"
	sqlDueExpiries   = "SELECT COUNT(*), MIN(expires_at) FROM bank_entry WHERE expires_at <= $1 AND retracted_at IS NULL"
	sqlDueWakes      = "SELECT COUNT(*), MIN(off_until) FROM bank_entry WHERE off_until <= $1 AND retracted_at IS NULL"
	sqlDueOwn        = "SELECT COUNT(*), MIN(at) FROM bank_waiting WHERE at <= $1"
	sqlNextDelivery  = "SELECT MIN(next_at) FROM delivery WHERE next_at IS NOT NULL"
	sqlNextLook      = "SELECT MIN(next_at) FROM recheck WHERE next_at IS NOT NULL"
	sqlNextHold      = "SELECT MIN(until) FROM clearance WHERE state IN ('hold', 'asking') AND until IS NOT NULL"
	sqlNextFetch     = "SELECT MIN(next_at) FROM subscription WHERE next_at IS NOT NULL AND NOT paused"
	sqlNextOwn       = "SELECT MIN(at) FROM bank_waiting"
	sqlNextExpiry    = "SELECT MIN(expires_at) FROM bank_entry WHERE expires_at IS NOT NULL AND retracted_at IS NULL"
	sqlNextWake      = "SELECT MIN(off_until) FROM bank_entry WHERE off_until IS NOT NULL AND retracted_at IS NULL"
)

// CountDue counts the deliveries, looks, holds, fetches of subscriptions, entries of banks and
// items for own banks whose moment has come.
func CountDue(tx *sqldb.Tx) (total int, err error) {
	for _, q := range []sqldb.SQL{sqlDueDeliveries, sqlDueLooks, sqlDueHolds, sqlDueFetches, sqlDueExpiries, sqlDueWakes, sqlDueOwn, sqlDueOrders, sqlDueCourses} {
		var n int
		var first time.Time
		if err := tx.Row(q, sqldb.At(tx.Now)).Scan(&n, sqldb.Into(&first)); err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// NextDue is when the next of them comes; the zero time when nothing is planned.
func NextDue(tx *sqldb.Tx) (next time.Time, err error) {
	for _, q := range []sqldb.SQL{sqlNextDelivery, sqlNextLook, sqlNextHold, sqlNextFetch, sqlNextExpiry, sqlNextWake, sqlNextOwn} {
		var at time.Time
		if err := tx.Row(q).Scan(sqldb.Into(&at)); err != nil {
			return next, err
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return next, nil
}
