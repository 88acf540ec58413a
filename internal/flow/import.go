package flow

import (
	"context"
	"io"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Imported is what became of a file of fingerprints.
type Imported struct {
	Lines, Added, Repeated, Failed int
	Retracted                      int // lines that tell of an entry that was taken out there: they add nothing
	Bad                            []match.EntryLine
}

// entriesPerWrite is how many fingerprints are taken in one transaction.
const entriesPerWrite = 2000

// ImportEntries takes a file of fingerprints into a bank, in pieces, each whole; entries that
// are there already change nothing, so a file that was interrupted is handed in again.
func (f *Flow) ImportEntries(ctx context.Context, who auth.Principal, bank, contentType string, file io.Reader) (Imported, error) {
	var sum Imported
	if err := who.Require(auth.BankManage); err != nil {
		return sum, err
	}
	var b match.Bank
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { b, err = fills(tx, who, bank); return err })
	if err != nil {
		return sum, err
	}
	in := importing{flow: f, by: who.Actor(), bank: b.ID, sum: &sum}
	if err := match.ReadEntries(contentType, file, func(line match.EntryLine) error { return in.line(ctx, line) }); err != nil {
		return sum, err
	}
	return sum, in.flush(ctx)
}

// importing gathers the good lines of a file until there are enough for one transaction.
type importing struct {
	flow    *Flow
	by      audit.Actor
	bank    id.Bank
	sum     *Imported
	entries []match.Entry
}

func (in *importing) line(ctx context.Context, line match.EntryLine) error {
	in.sum.Lines++
	switch {
	case line.Err != nil:
		in.sum.Failed++
		if len(in.sum.Bad) < maxLineReports {
			in.sum.Bad = append(in.sum.Bad, line)
		}
		return nil
	case !line.RetractedAt.IsZero():
		in.sum.Retracted++
		return nil
	}
	if err := in.flow.keepFeatures(ctx, line); err != nil {
		return err
	}
	if in.entries = append(in.entries, line.Entry); len(in.entries) < entriesPerWrite {
		return nil
	}
	return in.flush(ctx)
}

// keepFeatures puts into the blob store what the value of an entry is the digest of. It does
// so before the entry is added: what a bank names can be read.
func (f *Flow) keepFeatures(ctx context.Context, line match.EntryLine) error {
	if line.Features == "" {
		return nil
	}
	sum, err := f.Store.PutBytes(ctx, []byte(line.Features))
	if err == nil && sum.String() != line.Value {
		return problem.New(problem.Internal, "the features of a %s are kept under %s and named %s", line.Kind, sum, line.Value)
	}
	return err
}

func (in *importing) flush(ctx context.Context) error {
	if len(in.entries) == 0 {
		return nil
	}
	var added match.Added
	err := in.flow.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		if added, err = match.AddEntries(tx, in.by, in.bank, in.entries); err != nil || added.New == 0 {
			return err
		}
		return in.flow.Jobs.Enqueue(tx, match.RetroJob{Bank: in.bank, Batch: added.Batch})
	})
	in.sum.Added += added.New
	in.sum.Repeated += len(in.entries) - added.New
	in.entries = in.entries[:0]
	return err
}

// Export says what is wanted of a bank's entries.
type Export struct {
	Form  string // text/csv or application/jsonl
	All   bool   // those that are retracted too
	After int64  // only entries with a higher number
	Limit int    // at most so many; 0: all
}

// ExportEntries gives a function that writes a bank's entries in the order of their numbers,
// or refuses, with the terms of sharing, who may not take them away. What is taken away is
// told in the log.
func (f *Flow) ExportEntries(ctx context.Context, who auth.Principal, bank string, e Export) (func(io.Writer) error, error) {
	if err := who.Require(auth.BankRead); err != nil {
		return nil, err
	}
	if _, err := match.NewEntryWriter(e.Form, io.Discard, e.All); err != nil {
		return nil, err
	}
	var b match.Bank
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		if b, err = match.GetBank(tx, bank); err != nil {
			return err
		}
		if err := b.OpenTo(who); err != nil {
			return err
		}
		detail := map[string]any{"form": e.Form, "all": e.All, "after": e.After}
		return audit.Append(tx, who.Actor(), audit.Entry{Verb: "bank.exported", Subject: string(b.ID), Detail: detail})
	})
	return func(w io.Writer) error { return f.export(ctx, b.ID, e, w) }, err
}

func (f *Flow) export(ctx context.Context, bank id.Bank, e Export, w io.Writer) error {
	out, err := match.NewEntryWriter(e.Form, w, e.All)
	if err != nil {
		return err
	}
	left := e.Limit
	for after := e.After; ; {
		n := f.pieces.exported()
		if e.Limit > 0 {
			n = min(n, left)
		}
		var piece []match.Entry
		err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
			piece, err = match.EntriesAfter(tx, bank, after, n, e.All)
			return err
		})
		if err != nil {
			return err
		}
		for _, entry := range piece {
			if err := f.exportOne(ctx, out, entry); err != nil {
				return err
			}
			after = entry.Number
		}
		if left -= len(piece); len(piece) < n || (e.Limit > 0 && left == 0) {
			return out.Flush()
		}
	}
}

// longestFeatures bounds what is read of a blob; import takes no longer lines.
const longestFeatures = 1 << 20

func (f *Flow) exportOne(ctx context.Context, out *match.EntryWriter, e match.Entry) error {
	if !match.HasFeatures(e.Kind) {
		return out.Write(e, "")
	}
	features, err := f.Features(ctx, e)
	if err != nil {
		return err
	}
	return out.Write(e, features)
}

// Features reads what the value of an entry is the digest of; what has no features is its
// own value. Whoever calls it has seen to it that the bank may be read.
func (f *Flow) Features(ctx context.Context, e match.Entry) (string, error) {
	if !match.HasFeatures(e.Kind) {
		return e.Value, nil
	}
	sum, err := blob.Parse(e.Value)
	if err != nil {
		return "", err
	}
	features, err := f.Store.Bytes(ctx, sum, longestFeatures)
	return string(features), err
}
