package host

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/host/acts"
	"github.com/argine/argine/internal/host/cases"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/host/prints"
	"github.com/argine/argine/internal/host/reinstatements"
	"github.com/argine/argine/internal/host/vault"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

// tickEvery is how often the rows are asked whether something has come due; a verb that plans
// something wakes the timer at once. The moments stand in the rows, by the injected clock.
const tickEvery = 250 * time.Millisecond

// atOnce is how many acts are tried side by side.
const atOnce = 8

// Keep does what is due until ctx ends. It begins with what a process that died left.
func (h *Host) Keep(ctx context.Context) error {
	if err := h.pickUp(ctx); err != nil {
		if ctx.Err() != nil {
			return nil // it is to end before it began
		}
		return err
	}
	group := &errgroup.Group{}
	group.SetLimit(atOnce)
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			group.Wait()
			return nil
		case <-ticker.C:
		case <-h.waked:
		}
		if err := h.tick(ctx, group); err != nil && ctx.Err() == nil {
			h.Log.Error("what came due could not be done; it is tried again", "error", err)
		}
	}
}

// pickUp settles attempts that were cut off, removes sealed files that no row names, and makes
// sure that every sender who is to be fetched from is.
func (h *Host) pickUp(ctx context.Context) error {
	err := h.DB.Housekeeping(ctx, "what a process left that died", func(tx *sqldb.Tx) error {
		for _, s := range h.Settings.Senders {
			if s.Every != "" {
				if err := inbox.StartPull(tx, s.Name); err != nil {
					return err
				}
			}
		}
		_, err := acts.Interrupted(tx, audit.System)
		return err
	})
	if err != nil {
		return err
	}
	held, err := h.vault.Held()
	if err != nil {
		return err
	}
	for _, k := range held {
		known := false
		if err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) { known, err = vault.Known(tx, k); return err }); err != nil {
			return err
		}
		if !known {
			if err := h.vault.Remove(k); err != nil {
				return err
			}
		}
	}
	return nil
}

// longest is how long one thing may take in all: the service's own limit stands in its settings.
const longest = 15 * time.Minute

// tick does what has come due: acts, inboxes, statements, and cases that time has changed.
func (h *Host) tick(ctx context.Context, group *errgroup.Group) error {
	var due []id.Act
	var pulls []string
	var waking []id.Case
	var back []id.Return
	looks := false
	err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) {
		if due, err = acts.DueNow(tx, 100); err != nil {
			return err
		}
		if pulls, err = inbox.PullsDue(tx); err != nil {
			return err
		}
		if back, err = reinstatements.ReturnsDue(tx, 100); err != nil {
			return err
		}
		if looks, err = prints.Pending(tx); err != nil {
			return err
		}
		waking, err = cases.Waking(tx, 100)
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range due {
		if !h.start(ctx, group, string(a), func(ctx context.Context) error { return h.run(ctx, a) }) {
			break // all hands are full; the rest is due still
		}
	}
	for _, name := range pulls {
		h.start(ctx, group, "pull "+name, func(ctx context.Context) error { return h.pull(ctx, name) })
	}
	if looks {
		h.start(ctx, group, "looks", h.look)
	}
	if h.Settings.Statements.URL != "" {
		h.start(ctx, group, "statements", h.sendStatements)
	}
	for _, r := range back {
		err = errors.Join(err, h.backDue(ctx, r))
	}
	for _, c := range waking {
		err = errors.Join(err, h.ripen(ctx, c))
	}
	return err
}

// start does one thing beside the others; the same thing is not done twice at once. It reports
// whether there was a hand free for it.
func (h *Host) start(ctx context.Context, group *errgroup.Group, name string, do func(context.Context) error) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy[name] {
		return true
	}
	free := group.TryGo(func() error {
		defer h.end(name)
		ctx, cancel := context.WithTimeout(ctx, longest)
		defer cancel()
		if err := do(ctx); err != nil && ctx.Err() == nil {
			h.Log.Error("what was due could not be noted; it is done again", "what", name, "error", err)
		}
		return nil
	})
	if free {
		h.busy[name] = true
	}
	return free
}

func (h *Host) end(name string) {
	h.mu.Lock()
	delete(h.busy, name)
	h.mu.Unlock()
}

// ripen computes anew what a case owes now, and erases what has been kept long enough.
func (h *Host) ripen(ctx context.Context, target id.Case) error {
	over := false
	err := h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		c, err := cases.Refresh(tx, audit.System, target)
		if err != nil {
			return err
		}
		if c.Track != cases.Order {
			n, err := vault.Count(tx, target)
			over = n > 0 && !c.ExecutedAt.IsZero() && !tx.Now.Before(law.KeptUntil(c.ExecutedAt))
			return err
		}
		order, err := cases.Follow(tx, target)
		for _, clock := range order.Clocks(tx.Now, nil) {
			if clock.Name == "preserve" {
				over = clock.State == law.Running && !tx.Now.Before(clock.Until)
			}
		}
		return err
	})
	if err != nil || !over {
		return err
	}
	return h.erase(ctx, target)
}

// erase removes first the files and then notes that they are gone, so that no crash leaves a
// file behind that nothing tells of.
func (h *Host) erase(ctx context.Context, target id.Case) error {
	var kept []vault.Kept
	if err := h.DB.View(ctx, func(tx *sqldb.Tx) (err error) { kept, err = vault.OfCase(tx, target); return err }); err != nil {
		return err
	}
	for _, k := range kept {
		if err := h.vault.Remove(k.ID); err != nil {
			return err
		}
	}
	return h.DB.Update(ctx, func(tx *sqldb.Tx) error {
		if err := vault.Erased(tx, audit.System, target); err != nil {
			return err
		}
		c, err := cases.Get(tx, target)
		if err != nil || c.Track != cases.Order {
			return err
		}
		_, err = cases.Record(tx, audit.System, target, law.Event{Kind: law.Erased, At: tx.Now}, map[string]int{"files": len(kept)})
		return err
	})
}
