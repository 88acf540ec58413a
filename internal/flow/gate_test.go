package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/platform"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// eachGate is a world with a clock of its own.
func eachGate(t *testing.T, fn func(w *world, clock *time.Time)) {
	clock := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	dbtest.EachAt(t, func() time.Time { return clock }, func(t *testing.T, db *sqldb.DB) {
		clock = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		fn(newSerialWorld(t, db), &clock)
	})
}

// drafted drafts a referral of the items and gives it.
func (w *world) drafted(items ...id.Item) id.Referral {
	w.Helper()
	w.cleared(items...)
	made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
	w.must(err)
	if len(made.Referrals) != 1 {
		w.Fatalf("%+v", made)
	}
	return made.Referrals[0]
}

func (w *world) clips() (p platform.Platform) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		list, err := platform.List(tx)
		p = list[0]
		return err
	})
	return p
}

func (w *world) approve(r id.Referral) error {
	_, err := w.flow.Approve(w.Context(), w.people["reviewer"], r)
	return err
}

func (w *world) told(r id.Referral) (n int) {
	w.Helper()
	w.view(func(tx *sqldb.Tx) error {
		items, err := refer.Items(tx, r)
		n = len(items)
		return err
	})
	return n
}

func ptr[T any](v T) *T { return &v }

// TestAReferralLeavesInContactHours: not at two on a Sunday morning, by the platform's clock, nor
// an hour early after its clock was set forward.
func TestAReferralLeavesInContactHours(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		draft := w.drafted(w.contribute("https://clips.example/v/1")...)
		_, err := w.flow.SetPlatform(t.Context(), w.people["coordinator"], w.clips().ID, platform.Change{Hours: ptr("Mo-Fr 09:00-17:00"), TimeZone: ptr("Europe/Dublin")})
		w.must(err)
		// Irish clocks went forward on Sunday, 29 March 2026, at 01:00.
		for _, tt := range []struct {
			at, opens string
		}{
			{"2026-03-29T02:00:00Z", "Monday 2026-03-30 09:00 IST"},
			{"2026-03-27T17:00:00Z", "Monday 2026-03-30 09:00 IST"},
			{"2026-03-27T08:59:00Z", "Friday 2026-03-27 09:00 GMT"},
			{"2026-03-30T07:59:00Z", "Monday 2026-03-30 09:00 IST"},
		} {
			*clock, _ = time.Parse(time.RFC3339, tt.at)
			err := w.approve(draft)
			if !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "nobody at the platform reads") || !strings.Contains(err.Error(), tt.opens) {
				t.Errorf("%s: %v, want from %s on", tt.at, err, tt.opens)
			}
			if w.rows()["delivery"] != 0 {
				t.Fatal("it has left")
			}
		}
		*clock, _ = time.Parse(time.RFC3339, "2026-03-30T08:00:00Z") // nine o'clock in summer time
		w.must(w.approve(draft))
		if w.rows()["delivery"] != 1 {
			t.Error("it has not left")
		}
	})
}

// TestAThreatToLifeKnowsNoHours, nor does a crisis; what is only promotional does.
func TestAThreatToLifeKnowsNoHours(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		_, err := w.flow.SetPlatform(t.Context(), w.people["coordinator"], w.clips().ID, platform.Change{Hours: ptr("Mo-Fr 09:00-17:00"), TimeZone: ptr("Europe/Dublin")})
		w.must(err)
		*clock = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
		for i, tt := range []struct {
			tier   string
			leaves bool
		}{{law.TierPromotional, false}, {law.TierCrisis, true}, {law.TierThreatToLife, true}} {
			it := w.contribute("https://clips.example/t/" + string(rune('a'+i)))[0]
			w.ready(it)
			for _, name := range []string{"analyst", "reviewer"} {
				in := assess.New{Item: it, Decision: assess.Terrorist, Limbs: []string{"e"}, Purpose: "none", PurposeReasons: "x", Confidence: 80, Reasons: "made-up", Tier: tt.tier}
				results, err := w.flow.Assess(t.Context(), w.people[name], []assess.New{in})
				w.must(err)
				w.must(results[0].Err)
			}
			w.must(w.flow.Deconflict(t.Context(), deconflict.Job{Items: []id.Item{it}}))
			made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
			w.must(err)
			if err := w.approve(made.Referrals[0]); (err == nil) != tt.leaves {
				t.Errorf("%s: %v", tt.tier, err)
			}
		}
	})
}

// TestTheGateLooksAgainBeforeLeaving: what came up since is taken out, the rest goes.
func TestTheGateLooksAgainBeforeLeaving(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3")
		draft := w.drafted(items...)
		_, err := w.flow.AddInterest(t.Context(), w.people["southern coordinator"], deconflict.Interest{Kind: deconflict.KindURLPrefix, Value: "https://clips.example/v/1", Contact: "Desk South", ExpiresAt: clock.Add(time.Hour)})
		w.must(err)
		w.update(func(tx *sqldb.Tx) error {
			_, err := deconflict.AddOrders(tx, audit.System, []deconflict.Order{{URL: "https://clips.example/v/2", Reference: "XA-9", Authority: "Sample Court", IssuedAt: *clock}})
			return err
		})
		w.must(w.approve(draft))
		for i, want := range []item.Stage{item.Confirmed, item.Blocked, item.Approved} {
			if got := w.stage(items[i]); got != want {
				t.Errorf("item %d is %s, want %s", i+1, got, want)
			}
		}
		if n := w.told(draft); n != 1 {
			t.Errorf("the platform is told of %d items", n)
		}
		// When the owner holds it, and the hold and the interest have ended, it is drafted anew.
		w.must(w.replies("southern coordinator", deconflict.Reply{Item: items[0], Answer: deconflict.Interested, Contact: "Desk South", Until: clock.Add(time.Hour)}))
		if w.stage(items[0]) != item.Held {
			t.Errorf("after the answer it is %s", w.stage(items[0]))
		}
		*clock = clock.Add(time.Hour)
		w.must(w.flow.Tick(t.Context()))
		made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		if err != nil || len(made.Referrals) != 1 || w.stage(items[0]) != item.Drafted || w.stage(items[1]) != item.Blocked {
			t.Errorf("%+v, %v, %s, %s", made, err, w.stage(items[0]), w.stage(items[1]))
		}
	})
}

// TestAContactPointThatMovedStopsAll, and once somebody has made sure of it, it leaves.
func TestAContactPointThatMovedStopsAll(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		it := w.contribute("https://clips.example/v/1")[0]
		draft := w.drafted(it)
		_, err := w.flow.SetPlatform(t.Context(), w.people["coordinator"], w.clips().ID, platform.Change{ContactEmail: ptr("new@clips.example")})
		w.must(err)
		if err := w.approve(draft); !problem.Is(err, problem.Refused) || !strings.Contains(err.Error(), "made sure of") || w.stage(it) != item.Drafted {
			t.Errorf("%v, %s", err, w.stage(it))
		}
		_, err = w.flow.VerifyContact(t.Context(), w.people["coordinator"], w.clips().ID)
		w.must(err)
		w.must(w.approve(draft))
	})
}

// TestAProtectedHostNeedsAThirdPersonsJustification.
func TestAProtectedHostNeedsAThirdPersonsJustification(t *testing.T) {
	eachGate(t, func(w *world, clock *time.Time) {
		_, err := w.flow.Protect(t.Context(), w.people["coordinator"], protectedClips())
		w.must(err)
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		if err != nil || len(made.Blocked) != 1 || w.stage(it) != item.Blocked {
			t.Fatalf("%+v, %v", made, err)
		}
		if again, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action); err != nil || len(again.Blocked)+len(again.Referrals) != 0 {
			t.Errorf("tried again: %+v, %v", again, err)
		}
		for name, want := range map[string]problem.Kind{"analyst": problem.Forbidden, "reviewer": problem.Refused, "western coordinator": problem.NotFound} {
			if _, err := w.flow.Justify(t.Context(), w.people[name], it, "a visitor put it there"); !problem.Is(err, want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.flow.Justify(t.Context(), w.people["second reviewer"], it, " "); !problem.Is(err, problem.Invalid) {
			t.Errorf("without words: %v", err)
		}
		_, err = w.flow.Justify(t.Context(), w.people["second reviewer"], it, "a visitor put it there")
		w.must(err)
		made, err = w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		if err != nil || len(made.Referrals) != 1 || w.stage(it) != item.Drafted {
			t.Fatalf("%+v, %v, %s", made, err, w.stage(it))
		}
		w.must(w.approve(made.Referrals[0]))
	})
}

func protectedClips() []flow.Protected {
	return []flow.Protected{{Host: "clips.example", Reason: "archive"}}
}
