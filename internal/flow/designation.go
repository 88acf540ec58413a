package flow

import (
	"context"
	"errors"
	"io"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// NewList says of a file of designated entities what it does not say itself.
type NewList struct {
	Source string // designation.UN, EU or CSV
	Name   string // of a table
	Header designation.Header
	Anyway bool // more than half of the list may be gone
}

// DesignationImport is what became of a file.
type DesignationImport struct {
	List    designation.List
	Version designation.Version
	Same    bool // the file was taken before
	Failed  int
	Bad     []designation.Read
}

// entitiesPerWrite is how many entries are taken in one transaction.
const entitiesPerWrite = 500

// ImportDesignations takes a published list as its next version. The file is kept first, byte
// for byte; then its entries are taken in pieces, and the version comes into force at once when
// the file was read to its end.
func (f *Flow) ImportDesignations(ctx context.Context, who auth.Principal, in NewList, file io.Reader) (out DesignationImport, err error) {
	if err := who.Require(auth.DesignationManage); err != nil {
		return out, err
	}
	sum, _, err := f.Store.Put(ctx, file)
	if err != nil {
		return out, err
	}
	kept, err := f.Store.Get(ctx, sum)
	if err != nil {
		return out, err
	}
	defer kept.Close()
	reader, err := designation.Open(in.Source, kept)
	if err != nil {
		return out, err
	}
	if in.Source == designation.CSV {
		reader.Header = in.Header
	}
	if err := f.beginList(ctx, who, in, reader.Header, sum, &out); err != nil || out.Same {
		return out, err
	}
	taking := takingList{flow: f, who: who, out: &out}
	if err := taking.all(ctx, reader); err != nil {
		return out, f.abandonList(ctx, who, out.Version, err)
	}
	err = f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		out.Version, err = designation.Finish(tx, who.Actor(), out.Version, out.Failed, in.Anyway)
		return err
	})
	if problem.Is(err, problem.Refused) {
		return out, f.abandonList(ctx, who, out.Version, err)
	}
	out.List.Current = out.Version.Number
	return out, err
}

func (f *Flow) beginList(ctx context.Context, who auth.Principal, in NewList, header designation.Header, sum blob.Sum, out *DesignationImport) error {
	return f.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		out.List, out.Version, err = designation.Begin(tx, who.Actor(), in.Source, in.Name, header, sum.String())
		out.Same = err == nil && out.Version.State == designation.Taken
		return err
	})
}

// abandonList ends a version that did not come into force, and gives the reason on.
func (f *Flow) abandonList(ctx context.Context, who auth.Principal, v designation.Version, why error) error {
	ctx = context.WithoutCancel(ctx)
	err := f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		return designation.Abandon(tx, who.Actor(), v, problem.Message(why))
	})
	return errors.Join(why, err)
}

// takingList gathers entries until there are enough for one transaction.
type takingList struct {
	flow  *Flow
	who   auth.Principal
	out   *DesignationImport
	piece []designation.Read
}

func (t *takingList) all(ctx context.Context, reader *designation.Reader) error {
	for {
		got, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return t.flush(ctx)
		}
		if err != nil {
			return err
		}
		if got.Err != nil {
			t.bad(got)
			continue
		}
		if t.piece = append(t.piece, got); len(t.piece) == entitiesPerWrite {
			if err := t.flush(ctx); err != nil {
				return err
			}
		}
	}
}

func (t *takingList) bad(r designation.Read) {
	t.out.Failed++
	if len(t.out.Bad) < maxLineReports {
		t.out.Bad = append(t.out.Bad, r)
	}
}

func (t *takingList) flush(ctx context.Context) error {
	if len(t.piece) == 0 {
		return nil
	}
	entries := make([]designation.Entry, len(t.piece))
	for i, r := range t.piece {
		entries[i] = r.Entry
	}
	var twice []int
	err := t.flow.DB.Update(ctx, func(tx *sqldb.Tx) (err error) {
		twice, err = designation.Take(tx, t.who.Actor(), t.out.Version, entries)
		return err
	})
	for _, i := range twice {
		r := t.piece[i]
		r.Err = problem.New(problem.Conflict, "the file has an entry with the reference %q already; the first one is taken", r.Reference)
		t.bad(r)
	}
	t.piece = t.piece[:0]
	return err
}
