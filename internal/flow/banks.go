package flow

import (
	"context"
	"io"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

// AddBank makes a bank of the caller's unit.
func (f *Flow) AddBank(ctx context.Context, who auth.Principal, b match.Bank) (match.Bank, error) {
	b.Unit = who.Unit
	return write(ctx, f, call{who, auth.BankManage, "bank.add", b}, func(tx *sqldb.Tx) (match.Bank, error) {
		return match.AddBank(tx, who.Actor(), b)
	})
}

// Imported is what became of a file of fingerprints.
type Imported struct {
	Lines, Added, Repeated, Failed int
	Bad                            []match.EntryLine
}

// entriesPerWrite is how many fingerprints are taken in one transaction.
const entriesPerWrite = 2000

// ImportEntries takes a file of fingerprints into a bank, in pieces, each whole; entries that
// are there already change nothing.
func (f *Flow) ImportEntries(ctx context.Context, who auth.Principal, bank, contentType string, file io.Reader) (Imported, error) {
	var sum Imported
	if err := who.Require(auth.BankManage); err != nil {
		return sum, err
	}
	var target id.Bank
	err := f.DB.View(ctx, func(tx *sqldb.Tx) error {
		b, err := match.GetBank(tx, bank)
		target = b.ID
		return err
	})
	if err != nil {
		return sum, err
	}
	var entries []match.Entry
	flush := func() error {
		var added int
		err := f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
			added, err = match.AddEntries(tx, who.Actor(), target, entries)
			return err
		})
		sum.Added += added
		sum.Repeated += len(entries) - added
		entries = entries[:0]
		return err
	}
	err = match.ReadEntries(contentType, file, func(line match.EntryLine) error {
		sum.Lines++
		if line.Err != nil {
			sum.Failed++
			if len(sum.Bad) < maxLineReports {
				sum.Bad = append(sum.Bad, line)
			}
			return nil
		}
		if entries = append(entries, line.Entry); len(entries) < entriesPerWrite {
			return nil
		}
		return flush()
	})
	if err != nil {
		return sum, err
	}
	if len(entries) > 0 {
		err = flush()
	}
	return sum, err
}
