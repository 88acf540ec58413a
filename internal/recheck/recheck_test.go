package recheck

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var delivered = time.Date(2026, 4, 25, 9, 0, 0, 0, time.UTC)

// desk is a database with a clock that the test owns.
type desk struct {
	t   *testing.T
	db  *sqldb.DB
	now time.Time
}

func eachDesk(t *testing.T, fn func(t *testing.T, d *desk)) {
	d := &desk{now: delivered}
	dbtest.EachAt(t, func() time.Time { return d.now }, func(t *testing.T, db *sqldb.DB) {
		d.t, d.db, d.now = t, db, delivered
		fn(t, d)
	})
}

func (d *desk) update(fn func(*sqldb.Tx) error) {
	d.t.Helper()
	if err := d.db.Update(d.t.Context(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) start(items ...id.Item) {
	d.t.Helper()
	if err := d.db.Housekeeping(d.t.Context(), "test", func(tx *sqldb.Tx) error {
		for _, it := range items {
			if err := Start(tx, it, "ref_1", delivered); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) claim(limit int) (due []Due) {
	d.t.Helper()
	if err := d.db.Housekeeping(d.t.Context(), "test", func(tx *sqldb.Tx) (err error) {
		due, err = Claim(tx, tx.Now, limit)
		return err
	}); err != nil {
		d.t.Fatal(err)
	}
	return due
}

func (d *desk) save(item id.Item, step int, v Verdict) (saved bool) {
	d.t.Helper()
	d.update(func(tx *sqldb.Tx) (err error) {
		saved, err = Save(tx, audit.System, item, step, Look{Verdict: v, At: d.now, Status: 200, FinalURL: "https://t.example/", Vantage: "direct", Proof: blob.SumOf([]byte("w")), Reason: "because"})
		return err
	})
	return saved
}

func (d *desk) state(item id.Item) (s State) {
	d.t.Helper()
	if err := d.db.View(d.t.Context(), func(tx *sqldb.Tx) (err error) { s, err = Get(tx, item); return err }); err != nil {
		d.t.Fatal(err)
	}
	return s
}

func TestGoneAndBack(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		d.start("itm_a")
		d.start("itm_a") // again, as after a restart
		if due := d.claim(10); due != nil {
			t.Fatalf("due before its time: %v", due)
		}
		d.now = delivered.Add(time.Hour)
		if diff := cmp.Diff([]Due{{"itm_a", 1}}, d.claim(10)); diff != "" {
			t.Fatal(diff)
		}
		if due := d.claim(10); due != nil {
			t.Fatalf("claimed twice: %v", due)
		}
		if !d.save("itm_a", 1, StillUp) || d.save("itm_a", 1, Removed) {
			t.Error("the look was not saved, or twice")
		}
		d.now = delivered.Add(3*time.Hour + time.Minute)
		if diff := cmp.Diff([]Due{{"itm_a", 2}}, d.claim(10)); diff != "" {
			t.Fatal(diff)
		}
		d.save("itm_a", 2, Soft404)
		goneAt := d.now
		want := State{Item: "itm_a", Referral: "ref_1", DeliveredAt: delivered, Step: 2, NextStep: 7, NextAt: delivered.Add(7 * 24 * time.Hour), Verdict: Soft404, GoneAt: goneAt}
		if diff := cmp.Diff(want, d.state("itm_a")); diff != "" {
			t.Error(diff)
		}
		d.now = delivered.Add(8 * 24 * time.Hour)
		if diff := cmp.Diff([]Due{{"itm_a", 7}}, d.claim(10)); diff != "" {
			t.Fatal(diff)
		}
		d.save("itm_a", 7, StillUp)
		want.Step, want.NextStep, want.NextAt, want.Verdict, want.GoneAt = 7, 8, time.Time{}, StillUp, time.Time{}
		if diff := cmp.Diff(want, d.state("itm_a")); diff != "" {
			t.Error(diff)
		}
		d.now = delivered.Add(80 * 24 * time.Hour)
		if due := d.claim(10); due != nil || d.save("itm_a", 8, Removed) {
			t.Errorf("a look after the end of the schedule: %v", due)
		}
	})
}

func TestWhatIsKeptOfALook(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		d.start("itm_a")
		d.now = delivered.Add(time.Hour)
		d.claim(1)
		d.save("itm_a", 1, GeoBlocked)
		err := d.db.View(t.Context(), func(tx *sqldb.Tx) error {
			var step, status int
			var verdict, final, vantage, proof, reason string
			var at time.Time
			err := tx.Row("SELECT step, at, verdict, status, final_url, vantage, proof, reason FROM probe WHERE item_id = $1", "itm_a").
				Scan(&step, sqldb.Into(&at), &verdict, &status, &final, &vantage, &proof, &reason)
			if err != nil {
				return err
			}
			if step != 1 || !at.Equal(d.now) || verdict != "geo_blocked" || status != 200 || proof != blob.SumOf([]byte("w")).String() || reason != "because" {
				t.Errorf("kept %d %s %s %d %s %s", step, at, verdict, status, proof, reason)
			}
			events, err := audit.History(tx, "itm_a")
			if len(events) != 1 || events[0].Verb != "recheck.seen" {
				t.Errorf("events %v", events)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestClaimTakesTheOldestFirst(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		d.start("itm_c", "itm_a", "itm_b")
		d.now = delivered.Add(2 * time.Hour)
		var all []Due
		for _, want := range []int{2, 1, 0} {
			some := d.claim(2)
			if len(some) != want {
				t.Fatalf("%d were claimed, want %d", len(some), want)
			}
			all = append(all, some...)
		}
		if diff := cmp.Diff([]Due{{"itm_a", 1}, {"itm_b", 1}, {"itm_c", 1}}, all); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnItemThatWasNeverDelivered(t *testing.T) {
	eachDesk(t, func(t *testing.T, d *desk) {
		err := d.db.Update(t.Context(), func(tx *sqldb.Tx) error {
			_, err := Save(tx, audit.System, "itm_x", 1, Look{Verdict: Removed})
			return err
		})
		if !problem.Is(err, problem.NotFound) {
			t.Errorf("got %v", err)
		}
	})
}

// Whatever is seen and however late, the schedule runs forward and ends, and gone_at tells
// when it went.
func TestScheduleProperties(t *testing.T) {
	verdicts := []Verdict{Removed, Soft404, AccountGone, RedirectedHome, LoginWall, GeoBlocked, StillUp, Unsure}
	rapid.Check(t, func(t *rapid.T) {
		s := State{DeliveredAt: delivered, NextStep: 1, NextAt: delivered.Add(Schedule[0])}
		var gone time.Time
		looks := 0
		for !s.NextAt.IsZero() {
			if looks++; looks > len(Schedule) {
				t.Fatalf("%d looks", looks)
			}
			now := s.NextAt.Add(time.Duration(rapid.Int64Range(0, int64(200*time.Hour)).Draw(t, "late")))
			v := rapid.SampledFrom(verdicts).Draw(t, "verdict")
			step := s.NextStep
			s.take(step, Look{Verdict: v, At: now}, now)
			if v == StillUp {
				gone = time.Time{}
			} else if v.Gone() && gone.IsZero() {
				gone = now
			}
			if !s.GoneAt.Equal(gone) || s.Verdict != v || s.Step != step {
				t.Fatalf("after %s at %s: %+v, gone since %s", v, now, s, gone)
			}
			if s.NextAt.IsZero() {
				if now.Before(delivered.Add(Schedule[len(Schedule)-1])) {
					t.Fatalf("the schedule ended at %s", now)
				}
				continue
			}
			if s.NextStep <= step || !s.NextAt.After(now) || !s.NextAt.Equal(delivered.Add(Schedule[s.NextStep-1])) {
				t.Fatalf("after step %d at %s the next is %d at %s", step, now, s.NextStep, s.NextAt)
			}
			if !gone.IsZero() && s.NextStep != len(Schedule) {
				t.Fatalf("gone, and looked at again at step %d", s.NextStep)
			}
		}
	})
}
