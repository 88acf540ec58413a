package flow

import (
	"context"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// AddBank makes a bank of the caller's unit.
func (f *Flow) AddBank(ctx context.Context, who auth.Principal, b match.Bank) (match.Bank, error) {
	b.Unit = who.Unit
	return write(ctx, f, call{who, auth.BankManage, "bank.add", b}, func(tx *sqldb.Tx) (match.Bank, error) {
		return match.AddBank(tx, who.Actor(), b)
	})
}

// BankChange says what is to be changed of a bank; what is nil stays.
type BankChange struct {
	Name    *string
	Radius  *int
	Terms   *string
	Enabled *bool
	Share   *int // millionths
	Shared  *bool
}

// SetBank changes a bank. What its entries match from now on that they did not match before,
// because it was switched on or its radius grew, is looked for among all that is stored.
func (f *Flow) SetBank(ctx context.Context, who auth.Principal, bank string, c BankChange) (match.Bank, error) {
	return write(ctx, f, call{who, auth.BankManage, "bank.set", []any{bank, c}}, func(tx *sqldb.Tx) (match.Bank, error) {
		b, err := keeps(tx, who, bank)
		if err != nil {
			return b, err
		}
		after := b
		set(&after.Name, c.Name)
		set(&after.Radius, c.Radius)
		set(&after.Terms, c.Terms)
		set(&after.Enabled, c.Enabled)
		set(&after.Share, c.Share)
		set(&after.Shared, c.Shared)
		return f.setBank(tx, who, b, after)
	})
}

func (f *Flow) setBank(tx *sqldb.Tx, who auth.Principal, before, after match.Bank) (match.Bank, error) {
	after, err := match.SetBank(tx, who.Actor(), after)
	if err != nil || after.Batch == 0 || !after.Enabled || (before.Enabled && after.Radius <= before.Radius) {
		return after, err
	}
	return after, f.Jobs.Enqueue(tx, match.RetroJob{Bank: after.ID, Batch: 1, Last: after.Batch})
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// keeps finds a bank and refuses who may not change it: only people of the unit that keeps
// it, and administrators.
func keeps(tx *sqldb.Tx, who auth.Principal, bank string) (match.Bank, error) {
	b, err := match.GetBank(tx, bank)
	if err == nil {
		err = b.Kept(who)
	}
	return b, err
}

// fills is keeps for what brings entries into a bank from outside.
func fills(tx *sqldb.Tx, who auth.Principal, bank string) (match.Bank, error) {
	b, err := keeps(tx, who, bank)
	if err == nil && b.Own {
		return b, problem.New(problem.Refused, "the bank %s is filled by what your unit confirms, and by nothing else; add a bank for entries from elsewhere", b.Name)
	}
	return b, err
}

// RetractEntries takes entries out of a bank; they are named by identifier, number or value.
// It says how many were in it.
func (f *Flow) RetractEntries(ctx context.Context, who auth.Principal, bank, why string, entries []string) (int, error) {
	return f.onEntries(ctx, who, "bank.retract", bank, why, entries, func(tx *sqldb.Tx, b match.Bank, list []id.Entry) (int, error) {
		return match.Retract(tx, who.Actor(), b.ID, why, list...)
	})
}

// RestoreEntries takes entries back into their bank that were retracted from it.
func (f *Flow) RestoreEntries(ctx context.Context, who auth.Principal, bank string, entries []string) (int, error) {
	return f.onEntries(ctx, who, "bank.restore", bank, "", entries, func(tx *sqldb.Tx, b match.Bank, list []id.Entry) (int, error) {
		return f.restore(tx, who, b, list)
	})
}

func (f *Flow) restore(tx *sqldb.Tx, who auth.Principal, b match.Bank, list []id.Entry) (int, error) {
	restored, err := match.Restore(tx, who.Actor(), b.ID, list...)
	if err != nil || restored.New == 0 {
		return 0, err
	}
	return restored.New, f.Jobs.Enqueue(tx, match.RetroJob{Bank: b.ID, Batch: restored.Batch})
}

// SwitchOffEntries keeps entries of a bank from matching until a moment, when they come back
// by themselves. A moment that is past takes them back at once.
func (f *Flow) SwitchOffEntries(ctx context.Context, who auth.Principal, bank string, until time.Time, entries []string) (int, error) {
	return f.onEntries(ctx, who, "bank.off", bank, until.Format(time.RFC3339Nano), entries, func(tx *sqldb.Tx, b match.Bank, list []id.Entry) (int, error) {
		if until.After(tx.Now) {
			return match.OffUntil(tx, who.Actor(), b.ID, until, list...)
		}
		return f.restore(tx, who, b, list)
	})
}

// maxNamed is how many entries one call names.
const maxNamed = 10_000

func (f *Flow) onEntries(ctx context.Context, who auth.Principal, verb, bank, why string, entries []string, do func(*sqldb.Tx, match.Bank, []id.Entry) (int, error)) (int, error) {
	if len(entries) == 0 || len(entries) > maxNamed {
		return 0, problem.New(problem.Invalid, "name 1 to %d entries by their identifiers, numbers or values", maxNamed)
	}
	return write(ctx, f, call{who, auth.BankManage, verb, []any{bank, why, entries}}, func(tx *sqldb.Tx) (int, error) {
		b, err := keeps(tx, who, bank)
		if err != nil {
			return 0, err
		}
		list, err := match.Named(tx, b.ID, entries)
		if err != nil {
			return 0, err
		}
		return do(tx, b, list)
	})
}
