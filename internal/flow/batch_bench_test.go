package flow_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/deliver"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// BenchmarkBatchOf2068 takes 2,068 cleared items of one platform from the press of the button to
// the composed letter: pre-flight and draft, the second person's approval, the letter with its
// JSON and CSV. Beside the time on the clock it tells that of the processor, which other
// programs on the machine do not lengthen.
func BenchmarkBatchOf2068(b *testing.B) {
	var busy time.Duration
	for b.Loop() {
		b.StopTimer()
		w := newBatch(b, 2068)
		before := processor()
		b.StartTimer()
		w.handOver()
		busy += processor() - before
	}
	b.ReportMetric(float64(busy.Milliseconds())/float64(b.N), "cpu-ms/op")
}

// processor is the time that this process has had of the processors.
func processor() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// batch is an action with cleared items of one platform.
type batch struct {
	*testing.B
	flow         *flow.Flow
	first, other auth.Principal
	action       id.Action
}

func (w *batch) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *batch) handOver() {
	ctx := context.Background()
	made, err := w.flow.Draft(ctx, w.first, w.action)
	w.must(err)
	if len(made.Referrals) != 1 || len(made.Blocked) != 0 {
		w.Fatalf("%d referrals, %d blocked", len(made.Referrals), len(made.Blocked))
	}
	_, err = w.flow.Approve(ctx, w.other, made.Referrals[0])
	w.must(err)
	w.must(w.flow.DB.View(ctx, func(tx *sqldb.Tx) error {
		letter, err := w.flow.Compose(tx, string(made.Referrals[0]), deliver.Referral, "dlv_1")
		if err == nil && len(letter.Message.Referral.Items) != 2068 {
			w.Fatalf("%d items in the letter", len(letter.Message.Referral.Items))
		}
		return err
	}))
}

func newBatch(b *testing.B, n int) *batch {
	b.Helper()
	db := dbtest.SQLite(b)
	log := slog.New(slog.DiscardHandler)
	w := &batch{B: b}
	jobs, err := job.Open(db, job.Config{Node: "bench", Log: log})
	w.must(err)
	store, err := blob.Open(b.TempDir())
	w.must(err)
	index, err := match.Open(context.Background(), db, store, "")
	w.must(err)
	w.flow = &flow.Flow{DB: db, Jobs: jobs, Store: store, Index: index, Log: log, Public: "https://desk.example"}
	w.must(db.Update(context.Background(), w.people))
	var links strings.Builder
	for i := range n {
		fmt.Fprintf(&links, "https://clips.example/v/%d\n", i)
	}
	_, err = w.flow.Contribute(context.Background(), w.first, w.action, "text/uri-list", strings.NewReader(links.String()))
	w.must(err)
	w.must(db.Update(context.Background(), w.clear))
	return w
}

func (w *batch) people(tx *sqldb.Tx) error {
	p, err := platform.Add(tx, audit.System, platform.Platform{Name: "Clips", Country: "IE", Language: "en", Transport: platform.SMTP, ContactEmail: "trust@clips.example", Rules: link.Rules{Hosts: []string{"clips.example"}}})
	if err != nil {
		return err
	}
	if err := platform.Verify(tx, audit.System, p.ID); err != nil {
		return err
	}
	unit, err := auth.AddUnit(tx, audit.System, auth.Unit{Name: "Unit North", Country: "BE", Kind: "authority"})
	if err != nil {
		return err
	}
	for name, who := range map[string]*auth.Principal{"first": &w.first, "other": &w.other} {
		u, err := auth.AddUser(tx, audit.System, auth.User{Unit: unit.ID, Name: name, Email: name + "@desk.test", Roles: []auth.Role{auth.Coordinator}})
		if err != nil {
			return err
		}
		if *who, err = auth.PrincipalOf(tx, u.ID); err != nil {
			return err
		}
	}
	a, err := action.Open(tx, w.first.Actor(), action.Action{Name: "Example Action", Unit: unit.ID, Units: []id.Unit{unit.ID}, OpensAt: tx.Now, ClosesAt: tx.Now.Add(48 * time.Hour)})
	w.action = a.ID
	return err
}

// clear takes every item through capture, two assessments and deconfliction.
func (w *batch) clear(tx *sqldb.Tx) error {
	items, err := item.InStage(tx, w.action, item.Contributed, "", 5000)
	if err != nil {
		return err
	}
	for _, it := range items {
		found, err := item.Get(tx, it)
		if err != nil {
			return err
		}
		if _, err := capture.Save(tx, audit.System, it, capture.Taken{Outcome: capture.Captured, Status: 200}, tx.Now); err != nil {
			return err
		}
		for _, who := range []auth.Principal{w.first, w.other} {
			if _, _, err := assess.Record(tx, who.Actor(), assess.New{Item: it, Decision: assess.Terrorist, Limbs: []string{"a"}, Purpose: "none", PurposeReasons: "no context", Confidence: 80, Reasons: "It calls for joining Sample Brigade."}); err != nil {
				return err
			}
		}
		if _, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: it, URL: found.URL, Units: []id.Unit{w.first.Unit}}); err != nil {
			return err
		}
	}
	_, err = item.Move(tx, audit.System, item.Cleared, []item.Stage{item.Contributed}, items...)
	return err
}
