package app

import (
	"context"
	"errors"
	"net/http"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/argine/argine/internal/audit"
)

// stopWithin is how long running jobs and calls may take to finish when the program stops.
const stopWithin = 20 * time.Second

// ballast is memory that is never touched, and so never taken from the system. It makes the
// garbage collector wait until as much garbage has gathered: the index lies outside its heap,
// which is so small that ten thousand lookups a second would have it run twenty times in
// each, and the slowest of them wait for it.
const ballast = 64 << 20

// Run serves and works until ctx ends, then stops in order: no new calls, running jobs
// finish or are given back, the audit tree takes in the last events.
func (a *App) Run(ctx context.Context) error {
	server := &http.Server{Handler: a.handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	group, groupCtx := errgroup.WithContext(ctx)
	switch {
	case a.cfg.Hosting:
		group.Go(func() error { return a.host.Keep(groupCtx) })
		group.Go(func() error { return a.sequence(groupCtx) })
	case a.cfg.runs("jobs"):
		if err := a.jobs.Start(context.WithoutCancel(ctx)); err != nil {
			return err
		}
		group.Go(func() error { return a.flow.Keep(groupCtx) })
		group.Go(func() error { return a.sequence(groupCtx) })
	}
	if a.mail != nil {
		group.Go(func() error { return a.takeMail(groupCtx) })
	}
	if a.cfg.runs(Matcher) && !a.cfg.Hosting {
		defer runtime.KeepAlive(make([]byte, ballast))
		group.Go(func() error { return a.index.Follow(groupCtx, followEvery) })
		group.Go(func() error { return a.keepSnapshots(groupCtx) })
	}
	group.Go(func() error {
		if err := server.Serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		<-groupCtx.Done()
		return a.stop(context.WithoutCancel(ctx), server)
	})
	return group.Wait()
}

func (a *App) stop(ctx context.Context, server *http.Server) error {
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	err := server.Shutdown(ctx)
	if a.cfg.Hosting {
		return errors.Join(err, a.sequenceWaiting(context.WithoutCancel(ctx)))
	}
	if a.cfg.runs("jobs") {
		err = errors.Join(err, a.jobs.Stop(ctx))
		err = errors.Join(err, a.sequenceWaiting(context.WithoutCancel(ctx)))
	}
	if a.cfg.runs(Matcher) {
		err = errors.Join(err, a.index.Save(ctx))
	}
	return err
}

const (
	// followEvery is how long an entry that was added or retracted goes unnoticed by lookups.
	followEvery = 250 * time.Millisecond
	// snapshotEvery is how much of what was added is read again from the database after a kill.
	snapshotEvery = 10 * time.Minute
)

// keepSnapshots saves the index from time to time, so that the next start is quick.
func (a *App) keepSnapshots(ctx context.Context) error {
	ticker := time.NewTicker(snapshotEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := a.index.Save(ctx); err != nil && ctx.Err() == nil {
				a.log.Error("the snapshot of the banks could not be written; it is tried again", "error", err)
			}
		}
	}
}

// sequenceEvery is how long an event waits for its place in the audit tree at the most.
const sequenceEvery = 250 * time.Millisecond

// sequence extends the audit tree by what has happened, until ctx ends.
func (a *App) sequence(ctx context.Context) error {
	ticker := time.NewTicker(sequenceEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := a.sequenceWaiting(ctx); err != nil && ctx.Err() == nil {
				a.log.Error("the audit tree could not be extended; it is tried again", "error", err)
			}
		}
	}
}

// sequenceWaiting places what waits now. Events that come meanwhile wait for the next time:
// to run after each of them would hold up the writers that make them.
func (a *App) sequenceWaiting(ctx context.Context) error {
	for {
		n, err := a.audit.Sequence(ctx)
		if err != nil || n < audit.Batch {
			return err
		}
	}
}
