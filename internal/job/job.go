// Package job runs work that survives the process: a job is enqueued in the transaction of
// the change that causes it, and runs at least once after that.
//
// Because it can run again (the process may die between its work and the note that it is
// done), every job first looks whether its work is done already. Deadlines and retries of
// the trade are never kept here but in rows of their stage, by the injected clock; a job
// only carries out what is due now.
package job

import (
	"context"
	"database/sql"
	"log/slog"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"github.com/argine/argine/internal/sqldb"
)

// Args is what a job is to do. It is stored as JSON.
type Args interface {
	Kind() string  // names the sort of job for ever: "capture.take"
	Queue() string // which queue it waits in; one of Queues
}

// Queues are the queues and how many of their jobs run at once in one process. Deliveries
// and looks have their own, so that no backlog of captures holds up a deadline; removal orders
// have one to themselves, so that no backlog of referrals holds up an order.
var Queues = map[string]int{"order": 6, "capture": 6, "media": 2, "match": 2, "deconflict": 8, "deliver": 6, "recheck": 6, "feed": 2}

// Runner enqueues jobs and, in a process that has been given workers, runs them.
type Runner struct {
	client  *river.Client[*sql.Tx]
	workers *river.Workers
	db      *sqldb.DB
	node    string
}

// Config says how this process takes part.
type Config struct {
	Node string // names this process among those on the same database; the same after a restart
	Work bool   // run jobs, not only enqueue them
	Log  *slog.Logger
}

// Open connects to the queue. Handle must be called for every kind before Start.
func Open(db *sqldb.DB, cfg Config) (*Runner, error) {
	r := &Runner{db: db, workers: river.NewWorkers(), node: cfg.Node}
	settings := &river.Config{
		ID:                   cfg.Node,
		Logger:               slog.New(quiet{cfg.Log.Handler()}),
		FetchCooldown:        10 * time.Millisecond,
		FetchPollInterval:    100 * time.Millisecond,
		JobTimeout:           5 * time.Minute,
		RescueStuckJobsAfter: 6 * time.Minute,
		RetryPolicy:          soon{},
		MaxAttempts:          25,
		SkipUnknownJobCheck:  true,
	}
	if cfg.Work {
		settings.Workers = r.workers
		settings.Queues = map[string]river.QueueConfig{}
		for name, n := range Queues {
			settings.Queues[name] = river.QueueConfig{MaxWorkers: n}
		}
	}
	var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(db.Writer())
	if db.Engine() == sqldb.Postgres {
		driver = riverdatabasesql.NewWithPgxListener(db.Writer(), db.Pool())
		settings.FetchPollInterval = time.Second // LISTEN wakes it
	}
	var err error
	r.client, err = river.NewClient(driver, settings)
	return r, err
}

// Handle says what to do with jobs of one kind.
func Handle[A Args](r *Runner, work func(context.Context, A) error) {
	river.AddWorker(r.workers, river.WorkFunc(func(ctx context.Context, j *river.Job[A]) error {
		return work(ctx, j.Args)
	}))
}

// Enqueue adds jobs in the transaction of the change that causes them.
func (r *Runner) Enqueue(tx *sqldb.Tx, jobs ...Args) error {
	if len(jobs) == 0 {
		return nil
	}
	params := make([]river.InsertManyParams, len(jobs))
	for i, args := range jobs {
		params[i] = river.InsertManyParams{Args: args, InsertOpts: &river.InsertOpts{Queue: args.Queue()}}
	}
	_, err := r.client.InsertManyFastTx(tx.Context(), tx.Raw(), params)
	return err
}

// Start gives back what this node left running when it died, then begins to work.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.giveBack(ctx); err != nil {
		return err
	}
	return r.client.Start(ctx)
}

// Stop lets running jobs finish until ctx ends, then cancels them; they run again later.
func (r *Runner) Stop(ctx context.Context) error {
	err := r.client.Stop(ctx)
	if err != nil {
		now, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return r.client.StopAndCancel(now)
	}
	return nil
}

const (
	sqlGiveBack   = "UPDATE river_job SET state = 'available' WHERE id = $1 AND state = 'running'"
	sqlUnfinished = "SELECT COUNT(*) FROM river_job WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled')"
)

// giveBack makes jobs available that this very node was running when it was killed. The
// library would do so for any node, but only after minutes.
func (r *Runner) giveBack(ctx context.Context) error {
	list, err := r.client.JobList(ctx, river.NewJobListParams().States(rivertype.JobStateRunning).First(1000))
	if err != nil {
		return err
	}
	return r.db.Housekeeping(ctx, "jobs of a process that died", func(tx *sqldb.Tx) error {
		for _, j := range list.Jobs {
			if len(j.AttemptedBy) == 0 || j.AttemptedBy[len(j.AttemptedBy)-1] != r.node {
				continue
			}
			if _, err := tx.Exec(sqlGiveBack, j.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// Unfinished counts the jobs that wait, run, or will be tried again.
func Unfinished(tx *sqldb.Tx) (n int64, err error) { return n, tx.Row(sqlUnfinished).Scan(&n) }

// soon tries again after 0.1 s, 0.4 s, 0.9 s … up to a minute: a job fails here only by a
// defect or because a part of the machine does not answer, never by what a platform says.
type soon struct{}

func (soon) NextRetry(j *rivertype.JobRow) time.Time {
	n := time.Duration(len(j.Errors) + 1)
	return time.Now().Add(min(n*n*100*time.Millisecond, time.Minute))
}

// quiet drops what the library says below a warning.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && q.Handler.Enabled(ctx, level)
}
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(attrs)} }
func (q quiet) WithGroup(name string) slog.Handler       { return quiet{q.Handler.WithGroup(name)} }
