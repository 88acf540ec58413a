package flow_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/capture"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/media"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// work runs the jobs of the world from now on.
func (w *world) work() {
	w.Helper()
	jobs, err := job.Open(w.db, job.Config{Node: "worker", Work: true, Log: slog.New(slog.DiscardHandler)})
	w.must(err)
	worker := *w.flow
	worker.Jobs = jobs
	worker.Register()
	w.must(jobs.Start(w.Context()))
	go worker.Keep(w.Context())
	w.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		jobs.Stop(ctx)
	})
}

// carry gives ready items media, the sums of which are numbers.
func (w *world) carry(it id.Item, sums ...int) {
	w.Helper()
	w.update(func(tx *sqldb.Tx) error {
		c, err := capture.Save(tx, audit.System, it, capture.Taken{Outcome: capture.Captured, Status: 200}, tx.Now)
		if err != nil {
			return err
		}
		var list []media.Medium
		for _, n := range sums {
			list = append(list, media.Medium{SHA256: fmt.Sprintf("%064x", n), MD5: fmt.Sprintf("%032x", n), MIME: "video/mp4", Size: 1 << 20})
		}
		return media.Save(tx, audit.System, it, c, media.Extracted{Media: list})
	})
}

// own is the own bank of the northern unit; the zero bank before there is one.
func (w *world) own() (b match.Bank) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) (err error) {
		if b, err = match.GetBank(tx, "OWN_UNIT_NORTH"); problem.Is(err, problem.NotFound) {
			return nil
		}
		return err
	})
	return b
}

// until waits for what jobs do.
func (w *world) until(what string, done func() bool) {
	w.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.Fatalf("waited in vain for %s", what)
		}
	}
}

func TestWhatIsConfirmedEntersTheOwnBankAndLeavesIt(t *testing.T) {
	var later atomic.Int64 // how far the clock is ahead
	now := func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	dbtest.EachAt(t, now, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3")
		w.ready(items...)
		for i, it := range items {
			w.carry(it, 7, 10+i)
		}
		w.work()
		w.must(w.assess("analyst", items[0], assess.Terrorist))
		w.must(w.assess("second reviewer", items[0], assess.Terrorist))
		later.Add(int64(time.Minute))
		w.until("the own bank", func() bool { return w.own().Entries == 2 })
		if b := w.own(); b.Unit != w.people["analyst"].Unit || !b.Own {
			t.Errorf("whose bank it is: %+v", b)
		}
		w.must(w.assess("analyst", items[1], assess.Terrorist))
		w.must(w.assess("reviewer", items[1], assess.Terrorist))
		later.Add(int64(time.Minute))
		w.until("a match of what was there before", func() bool { return w.rows()["match"] == 2 }) // of the two others, by the medium they share
		w.until("the second item", func() bool { return w.own().Entries == 3 })

		w.refusals(items)
		ctx := flow.WithKey(t.Context(), "reversal")
		for range 2 {
			_, err := w.flow.Reverse(ctx, w.people["coordinator"], items[0], " a news report, seen whole ")
			w.must(err)
		}
		if b := w.own(); w.stage(items[0]) != item.Rejected || b.Entries != 2 || b.Retracted != 1 {
			t.Errorf("the item is %s, the bank %+v", w.stage(items[0]), b)
		}
		w.view(func(tx *sqldb.Tx) error {
			events, err := audit.History(tx, string(items[0]))
			told := slices.IndexFunc(events, func(e audit.Event) bool { return e.Verb == "item.rejected" })
			if told < 0 || !strings.Contains(string(events[told].Detail), `"reversed":true`) || !strings.Contains(string(events[told].Detail), "a news report, seen whole") {
				t.Errorf("%+v", events)
			}
			return err
		})
		if _, err := w.flow.Reverse(t.Context(), w.people["coordinator"], items[0], "again"); !problem.Is(err, problem.Refused) {
			t.Errorf("reversed again: %v", err)
		}
	})
}

func (w *world) refusals(items []id.Item) {
	w.Helper()
	for name, c := range map[string]struct {
		who, reasons string
		it           id.Item
		want         problem.Kind
	}{
		"no reasons":         {"coordinator", " ", items[0], problem.Invalid},
		"too many":           {"coordinator", strings.Repeat("é", 5001), items[0], problem.Invalid},
		"a NUL":              {"coordinator", "a\x00", items[0], problem.Invalid},
		"who assessed it":    {"second reviewer", "why", items[0], problem.Refused},
		"an analyst":         {"analyst", "why", items[0], problem.Forbidden},
		"another unit":       {"western coordinator", "why", items[0], problem.NotFound},
		"nobody's item":      {"coordinator", "why", "itm_none", problem.NotFound},
		"not yet assessed":   {"coordinator", "why", items[2], problem.Refused},
		"of an assessment 2": {"reviewer", "why", items[1], problem.Refused},
	} {
		if _, err := w.flow.Reverse(w.Context(), w.people[c.who], c.it, c.reasons); !problem.Is(err, c.want) {
			w.Errorf("%s: %v", name, err)
		}
	}
}

// TestAReversedItemIsNotSent: neither with a referral that was drafted before, nor alone.
func TestAReversedItemIsNotSent(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
	w.cleared(items...)
	made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
	w.must(err)
	for i, it := range items {
		_, err := w.flow.Reverse(t.Context(), w.people["southern coordinator"], it, "made up")
		w.must(err)
		if i == 0 {
			if _, err := w.flow.Approve(flow.WithKey(t.Context(), "x"), w.people["analyst"], made.Referrals[0]); !problem.Is(err, problem.Forbidden) {
				t.Errorf("an analyst approves: %v", err)
			}
		}
	}
	if _, err := w.flow.Approve(t.Context(), w.people["southern coordinator"], made.Referrals[0]); !problem.Is(err, problem.Conflict) || !strings.Contains(err.Error(), "withdrawn") {
		t.Errorf("a referral of reversed items is approved: %v", err)
	}
	if n := w.rows()["delivery"]; n != 0 {
		t.Errorf("%d deliveries", n)
	}
}

// TestWhatIsReversedAfterApprovalIsLeftOut of the letter; of a referral without any other
// item nothing is sent.
func TestWhatIsReversedAfterApprovalIsLeftOut(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	var told atomic.Pointer[string]
	platformSide := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := string(body)
		told.Store(&text)
	}))
	defer platformSide.Close()
	door, err := fetch.New(fetch.Config{AllowLoopback: true})
	w.must(err)
	w.flow.Door = door
	w.update(func(tx *sqldb.Tx) error {
		for i, host := range []string{"one.example", "two.example"} {
			p, err := platform.Add(tx, audit.System, platform.Platform{Name: host, Country: "IE", Language: "en", Transport: platform.Webhook,
				WebhookURL: platformSide.URL + "/" + strconv.Itoa(i), WebhookSecret: "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 32)), Rules: link.Rules{Hosts: []string{host}}})
			if err == nil {
				err = platform.Verify(tx, audit.System, p.ID)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	items := w.contribute("https://one.example/v/1", "https://one.example/v/2", "https://two.example/v/3")
	w.cleared(items...)
	made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
	w.must(err)
	for _, r := range made.Referrals {
		_, err := w.flow.Approve(t.Context(), w.people["southern coordinator"], r)
		w.must(err)
	}
	for _, it := range []id.Item{items[0], items[2]} {
		_, err := w.flow.Reverse(t.Context(), w.people["southern coordinator"], it, "made up")
		w.must(err)
	}
	w.work()
	w.until("the deliveries", func() bool {
		var n int
		w.view(func(tx *sqldb.Tx) error {
			return tx.Row("SELECT COUNT(*) FROM delivery WHERE state IN ('delivered', 'undeliverable')").Scan(&n)
		})
		return n == 2
	})
	body := told.Load()
	if body == nil || !strings.Contains(*body, "one.example/v/2") || strings.Contains(*body, "one.example/v/1") || strings.Contains(*body, "two.example") {
		t.Errorf("what was sent: %v", body)
	}
	if a, b, c := w.stage(items[0]), w.stage(items[1]), w.stage(items[2]); a != item.Rejected || b != item.Delivered || c != item.Rejected {
		t.Errorf("the items are %s, %s, %s", a, b, c)
	}
}
