package job_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// task is a job that only says which it is.
type task struct{ Name string }

func (task) Kind() string  { return "test.task" }
func (task) Queue() string { return "match" }

// patience bounds a wait for what must happen. It is far below the minutes after which the
// library itself rescues what was left running.
const patience = 60 * time.Second

// bench is a runner that tells of each run of a task.
type bench struct {
	*testing.T
	db   *sqldb.DB
	jobs *job.Runner
	runs chan string

	mu   sync.Mutex
	seen map[string]int
}

func each(t *testing.T, fn func(t *testing.T, db *sqldb.DB)) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) { fn(t, shared.Open(t, engine)) })
	}
}

func open(t *testing.T, db *sqldb.DB, node string, work func(ctx context.Context, name string, run int) error) *bench {
	t.Helper()
	jobs, err := job.Open(db, job.Config{Node: node, Work: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, db: db, jobs: jobs, runs: make(chan string, 100), seen: map[string]int{}}
	job.Handle(jobs, func(ctx context.Context, do task) error {
		b.mu.Lock()
		b.seen[do.Name]++
		run := b.seen[do.Name]
		b.mu.Unlock()
		b.runs <- do.Name
		return work(ctx, do.Name, run)
	})
	return b
}

func (b *bench) start() {
	b.Helper()
	if err := b.jobs.Start(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { b.stop(patience) })
}

func (b *bench) stop(d time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	defer cancel()
	if err := b.jobs.Stop(ctx); err != nil {
		b.Errorf("Stop: %v", err)
	}
}

// enqueue adds tasks in a transaction that also records an event, and ends with fail.
func (b *bench) enqueue(fail error, names ...string) error {
	return b.db.Update(context.Background(), func(tx *sqldb.Tx) error {
		for _, name := range names {
			if err := b.jobs.Enqueue(tx, task{name}); err != nil {
				return err
			}
		}
		if err := audit.Append(tx, audit.System, audit.Entry{Verb: "test", Subject: "itm_1"}); err != nil {
			return err
		}
		return fail
	})
}

// next waits for the next run of any task.
func (b *bench) next() string {
	b.Helper()
	select {
	case name := <-b.runs:
		return name
	case <-time.After(patience):
		b.Fatal("no job ran")
		return ""
	}
}

// idle waits until no job is unfinished.
func (b *bench) idle() {
	b.Helper()
	for end := time.Now().Add(patience); b.unfinished() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			b.Fatalf("%d jobs are still unfinished", b.unfinished())
		}
	}
}

func (b *bench) unfinished() (n int64) {
	b.Helper()
	err := b.db.View(context.Background(), func(tx *sqldb.Tx) (err error) { n, err = job.Unfinished(tx); return err })
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func done(context.Context, string, int) error { return nil }

func TestAJobFollowsItsTransaction(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		b := open(t, db, "one", done)
		undone := errors.New("undone")
		if err := b.enqueue(undone, "rolled back"); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := b.enqueue(nil, "before the start", "another"); err != nil {
			t.Fatal(err)
		}
		if n := b.unfinished(); n != 2 {
			t.Fatalf("%d jobs are unfinished, want 2", n)
		}
		b.start()
		b.next()
		b.next()
		if err := b.enqueue(undone, "rolled back"); !errors.Is(err, undone) {
			t.Fatal(err)
		}
		if err := b.enqueue(nil, "after the start"); err != nil {
			t.Fatal(err)
		}
		if name := b.next(); name != "after the start" {
			t.Errorf("%q ran", name)
		}
		b.idle()
		for name, want := range map[string]int{"rolled back": 0, "before the start": 1, "another": 1, "after the start": 1} {
			if b.seen[name] != want {
				t.Errorf("%q ran %d times, want %d", name, b.seen[name], want)
			}
		}
	})
}

func TestAJobThatFailsIsTriedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		b := open(t, db, "one", func(_ context.Context, name string, run int) error {
			switch {
			case run > 1:
				return nil
			case name == "panics":
				panic("a defect")
			default:
				return errors.New("does not answer")
			}
		})
		b.start()
		if err := b.enqueue(nil, "fails", "panics"); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			b.next()
		}
		b.idle()
		if b.seen["fails"] != 2 || b.seen["panics"] != 2 {
			t.Errorf("runs: %v", b.seen)
		}
	})
}

func TestStopLetsARunningJobFinish(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		release := make(chan struct{})
		finished := false
		b := open(t, db, "one", func(ctx context.Context, _ string, _ int) error {
			<-release
			finished = ctx.Err() == nil
			return ctx.Err()
		})
		b.start()
		if err := b.enqueue(nil, "runs"); err != nil {
			t.Fatal(err)
		}
		b.next()
		stopped := make(chan struct{})
		go func() { b.stop(patience); close(stopped) }()
		select {
		case <-stopped:
			t.Error("Stop did not wait")
		case <-time.After(100 * time.Millisecond):
		}
		close(release)
		<-stopped
		if n := b.unfinished(); !finished || n != 0 {
			t.Errorf("finished: %v; %d jobs are unfinished", finished, n)
		}
	})
}

func TestStopCancelsWhatDoesNotFinish(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		b := open(t, db, "one", func(ctx context.Context, _ string, run int) error {
			if run > 1 {
				return nil
			}
			<-ctx.Done()
			return ctx.Err()
		})
		b.start()
		if err := b.enqueue(nil, "hangs"); err != nil {
			t.Fatal(err)
		}
		b.next()
		b.stop(50 * time.Millisecond)
		if n := b.unfinished(); n != 1 {
			t.Fatalf("%d jobs are unfinished, want the one that was cancelled", n)
		}
		again := open(t, db, "one", done)
		again.start()
		if name := again.next(); name != "hangs" {
			t.Errorf("%q ran", name)
		}
		again.idle()
	})
}

// A process without workers only enqueues.
func TestAProcessThatDoesNotWork(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB) {
		desk, err := job.Open(db, job.Config{Node: "desk", Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		b := open(t, db, "one", done)
		err = db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) error {
			if err := desk.Enqueue(tx); err != nil {
				return err
			}
			return desk.Enqueue(tx, task{"from the desk"}, task{"and another"})
		})
		if err != nil {
			t.Fatal(err)
		}
		b.start()
		b.next()
		b.next()
		b.idle()
	})
}
