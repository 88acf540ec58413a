package flow

import (
	"bufio"
	"context"
	"errors"
	"time"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/sqldb"
)

// TakeDraft takes a draft's changes in. They are made piece by piece; a process that dies in
// the middle goes on where it was.
func (f *Flow) TakeDraft(ctx context.Context, who auth.Principal, target id.Draft) (match.Draft, error) {
	return f.decide(ctx, who, "draft.take", target, func(tx *sqldb.Tx) (match.Draft, error) {
		d, err := match.TakeDraft(tx, who.Actor(), target)
		if err != nil {
			return d, err
		}
		return d, f.Jobs.Enqueue(tx, match.TakeJob{Draft: d.ID, User: who.User, Unit: who.Unit})
	})
}

// DiscardDraft leaves the bank as it is.
func (f *Flow) DiscardDraft(ctx context.Context, who auth.Principal, target id.Draft) (match.Draft, error) {
	return f.decide(ctx, who, "draft.discard", target, func(tx *sqldb.Tx) (match.Draft, error) {
		return match.DiscardDraft(tx, who.Actor(), target)
	})
}

func (f *Flow) decide(ctx context.Context, who auth.Principal, verb string, target id.Draft, do func(*sqldb.Tx) (match.Draft, error)) (match.Draft, error) {
	return write(ctx, f, call{who, auth.BankManage, verb, target}, func(tx *sqldb.Tx) (match.Draft, error) {
		d, err := match.GetDraft(tx, target)
		if err != nil {
			return d, err
		}
		if _, err := keeps(tx, who, string(d.Bank)); err != nil {
			return match.Draft{}, err
		}
		return do(tx)
	})
}

// takeFor is how long one job makes changes before it leaves the rest to another.
const takeFor = time.Minute

var (
	errPassed = errors.New("another run of the job has passed this place")
	errEnough = errors.New("the rest is left to another job")
)

// takeDraft makes the changes of a draft.
func (f *Flow) takeDraft(ctx context.Context, j match.TakeJob) error {
	var d match.Draft
	err := f.DB.View(ctx, func(tx *sqldb.Tx) (err error) { d, err = match.GetDraft(tx, j.Draft); return err })
	if err != nil || d.State != match.DraftTaking {
		return err
	}
	sum, err := blob.Parse(d.Changes)
	if err != nil {
		return err
	}
	changes, err := f.Store.Get(ctx, sum)
	if err != nil {
		return err
	}
	defer changes.Close()
	t := taking{flow: f, job: j, draft: d, until: time.Now().Add(takeFor)}
	err = match.ReadEntries("application/jsonl", bufio.NewReader(changes), func(line match.EntryLine) error { return t.line(ctx, line) })
	if err == nil {
		err = t.flush(ctx)
	}
	switch {
	case errors.Is(err, errPassed):
		return nil
	case errors.Is(err, errEnough):
		return f.DB.Housekeeping(ctx, "the rest of a draft goes to another job", func(tx *sqldb.Tx) error { return f.Jobs.Enqueue(tx, j) })
	case err != nil:
		return err
	}
	return f.DB.Update(ctx, func(tx *sqldb.Tx) error { return match.FinishDraft(tx, j.By(), j.Draft) })
}

// taking gathers changes until there are enough for one transaction.
type taking struct {
	flow  *Flow
	job   match.TakeJob
	draft match.Draft
	read  int // lines of the file
	until time.Time
	piece []match.EntryLine
}

func (t *taking) line(ctx context.Context, line match.EntryLine) error {
	if t.read++; t.read <= t.draft.Done {
		return nil
	}
	if err := t.flow.keepFeatures(ctx, line); err != nil {
		return err
	}
	line.Features = ""
	if t.piece = append(t.piece, line); len(t.piece) < t.flow.pieces.changes() {
		return nil
	}
	if err := t.flush(ctx); err != nil {
		return err
	}
	if time.Now().After(t.until) {
		return errEnough
	}
	return nil
}

// flush makes the changes and passes their place in one transaction. The place in a draft is
// no event of the trade; what changes in the bank is, and is told by itself.
func (t *taking) flush(ctx context.Context) error {
	if len(t.piece) == 0 {
		return nil
	}
	err := t.flow.DB.Housekeeping(ctx, "the place in a draft", func(tx *sqldb.Tx) error {
		ok, first, last, err := match.TakePiece(tx, t.job.By(), t.draft.ID, t.draft.Done, t.piece)
		if err != nil {
			return err
		}
		if !ok {
			return errPassed
		}
		if last == 0 {
			return nil
		}
		return t.flow.Jobs.Enqueue(tx, match.RetroJob{Bank: t.draft.Bank, Batch: first, Last: last})
	})
	t.draft.Done += len(t.piece)
	t.piece = t.piece[:0]
	return err
}
