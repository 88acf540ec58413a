package flow

import (
	"context"
	"errors"
	"io"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Subscribe makes a bank take entries from an URL: as drafts, that a person takes or discards.
func (f *Flow) Subscribe(ctx context.Context, who auth.Principal, bank string, s match.Subscription) (match.Subscription, error) {
	return write(ctx, f, call{who, auth.BankManage, "bank.subscribe", []any{bank, s}}, func(tx *sqldb.Tx) (match.Subscription, error) {
		b, err := fills(tx, who, bank)
		if err != nil {
			return s, err
		}
		s.Bank = b.ID
		if err := hasSecret(tx, b, s); err != nil {
			return s, err
		}
		made, err := match.Subscribe(tx, who.Actor(), s)
		made.Secret = ""
		return made, err
	})
}

// hasSecret refuses a subscription that cannot be fetched without a secret and has none.
func hasSecret(tx *sqldb.Tx, b match.Bank, s match.Subscription) error {
	if s.Secret != "" || !s.TakesGiven() {
		return nil
	}
	given, err := match.FormSecret(tx, b.Unit, s.Form)
	if err == nil && given == "" {
		err = problem.New(problem.Invalid, "a hash list asks for a name and a password; give them as the secret, name:password")
	}
	return err
}

// Unsubscribe ends a subscription; what was taken from it stays.
func (f *Flow) Unsubscribe(ctx context.Context, who auth.Principal, target id.Subscription) error {
	_, err := write(ctx, f, call{who, auth.BankManage, "bank.unsubscribe", target}, func(tx *sqldb.Tx) (id.Subscription, error) {
		s, err := match.GetSubscription(tx, target)
		if err != nil {
			return target, err
		}
		if _, err := keeps(tx, who, string(s.Bank)); err != nil {
			return target, err
		}
		return target, match.Unsubscribe(tx, who.Actor(), s)
	})
	return err
}

// fetchSubscription looks what a subscription has that is new, and opens a draft of it. A
// source that does not answer, or whose answer cannot be read, is noted and asked again later.
func (f *Flow) fetchSubscription(ctx context.Context, j match.FetchJob) error {
	s, b, err := f.toFetch(ctx, j.Subscription)
	if err != nil || s.ID == "" {
		return err
	}
	if err := f.Index.Refresh(ctx); err != nil {
		return err
	}
	draft, err := f.compare(ctx, s, b)
	var fault sourceFault
	switch {
	case errors.As(err, &fault):
		f.Log.Warn("a subscription was not fetched; it is tried again", "subscription", s.ID, "error", fault.error)
		return f.noteFetch(ctx, s, "", problem.Message(fault.error))
	case err != nil:
		return err
	case draft.Consequences.Changes() > 0:
		return f.DB.Update(ctx, func(tx *sqldb.Tx) error {
			_, err := match.OpenDraft(tx, audit.System, draft)
			return err
		})
	case draft.Consequences.Bad > 0:
		first := draft.Consequences.BadLines[0]
		return f.noteFetch(ctx, s, "", "nothing new, and lines that cannot be used; the first: "+first.Reason)
	}
	return f.noteFetch(ctx, s, draft.Checkpoint, "")
}

// toFetch reads a subscription, or nothing where it is not to be fetched: it was ended or
// paused, or a draft of it waits, as when the job runs a second time.
func (f *Flow) toFetch(ctx context.Context, target id.Subscription) (s match.Subscription, b match.Bank, err error) {
	err = f.DB.View(ctx, func(tx *sqldb.Tx) error {
		found, err := match.GetSubscription(tx, target)
		if problem.Is(err, problem.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		_, open, err := match.OpenDraftOf(tx, target)
		if err != nil || open || found.Paused {
			return err
		}
		s = found
		if b, err = match.GetBank(tx, string(s.Bank)); err != nil || s.Secret != "" || !s.TakesGiven() {
			return err
		}
		s.Secret, err = match.FormSecret(tx, b.Unit, s.Form)
		return err
	})
	return s, b, err
}

func (f *Flow) noteFetch(ctx context.Context, s match.Subscription, checkpoint, fault string) error {
	return f.DB.Housekeeping(ctx, "when a subscription was fetched", func(tx *sqldb.Tx) error {
		return match.Fetched(tx, s, checkpoint, fault)
	})
}

// compare fetches a source and keeps what it would change. The changes flow into the blob
// store as they are found.
func (f *Flow) compare(ctx context.Context, s match.Subscription, b match.Bank) (d match.Draft, err error) {
	d = match.Draft{Bank: b.ID, Subscription: s.ID}
	read, write := io.Pipe()
	kept := make(chan error, 1)
	go func() {
		sum, _, err := f.Store.Put(ctx, read)
		d.Changes = sum.String()
		read.CloseWithError(err)
		kept <- err
	}()
	drafting := match.NewDrafting(f.Index, b, s, write)
	src := source{door: f.Door, sub: s, size: f.pieces.fetched(), line: func(line match.EntryLine) error { return drafting.Line(ctx, line) }}
	checkpoint, err := src.read(ctx)
	var consequences match.Consequences
	if err == nil {
		consequences, err = drafting.Finish(ctx)
	}
	write.CloseWithError(err) // nil ends the blob
	if putErr := <-kept; err == nil {
		err = putErr
	}
	d.Consequences, d.Checkpoint = consequences, checkpoint
	return d, err
}
