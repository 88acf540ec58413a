package flow

import (
	"context"
	"errors"
	"io"
	"slices"

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

// entitiesPerEvent is how many entries one event of the audit log tells of; maxEntities is how many
// a list has at most. They are held in memory until the file was read: published lists have some
// thousand.
const (
	entitiesPerEvent = 500
	maxEntities      = 200_000
)

// ImportDesignations takes a published list as its next version. The file is kept first, byte
// for byte, and read to its end; then its entries are taken and the version comes into force, in one
// transaction.
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
	read, err := readList(ctx, reader)
	if err == nil {
		err = f.takeList(ctx, who, in, read, &out)
	}
	if err != nil && !problem.Is(err, problem.Conflict) { // where another import came in between, the version is its
		return out, f.abandonList(ctx, who, out.Version, err)
	}
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

// readList reads a file to its end before anything of it is written: one that breaks off must
// leave no trace among the entries and their names.
func readList(ctx context.Context, reader *designation.Reader) (all []designation.Read, err error) {
	for {
		got, err := reader.Next()
		switch {
		case errors.Is(err, io.EOF):
			return all, nil
		case err != nil:
			return nil, err
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case len(all) == maxEntities:
			return nil, problem.New(problem.TooLarge, "the file has more than %d entries; split the list", maxEntities)
		}
		all = append(all, got)
	}
}

// takeList takes what was read and puts it in force in one transaction: whoever searches meanwhile
// sees the version before, whole, and a process that dies in between leaves that one.
func (f *Flow) takeList(ctx context.Context, who auth.Principal, in NewList, read []designation.Read, out *DesignationImport) error {
	begun := out.Version
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
		out.Failed, out.Bad = 0, nil
		for some := range slices.Chunk(read, entitiesPerEvent) {
			if err := out.take(tx, who, begun, some); err != nil {
				return err
			}
		}
		version, err := designation.Finish(tx, who.Actor(), begun, out.Failed, in.Anyway)
		if err == nil {
			out.Version, out.List.Current = version, version.Number
		}
		return err
	})
}

// take takes the good ones of some entries, and keeps what is wrong with the others.
func (out *DesignationImport) take(tx *sqldb.Tx, who auth.Principal, v designation.Version, some []designation.Read) error {
	var good []designation.Read
	var entries []designation.Entry
	for _, r := range some {
		if r.Err != nil {
			out.bad(r)
			continue
		}
		good, entries = append(good, r), append(entries, r.Entry)
	}
	twice, err := designation.Take(tx, who.Actor(), v, entries)
	for _, i := range twice {
		r := good[i]
		r.Err = problem.New(problem.Conflict, "the file has an entry with the reference %q already; the first one is taken", r.Reference)
		out.bad(r)
	}
	return err
}

func (out *DesignationImport) bad(r designation.Read) {
	out.Failed++
	if len(out.Bad) < maxLineReports {
		out.Bad = append(out.Bad, r)
	}
}
