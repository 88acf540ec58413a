package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func TestTheSecondAssessmentIsAnotherPersons(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		it := w.contribute("https://clips.example/v/1")[0]
		w.ready(it)
		w.must(w.assess("reviewer", it, assess.Terrorist))
		if err := w.assess("reviewer", it, assess.Terrorist); !problem.Is(err, problem.Refused) {
			t.Errorf("the same person again: %v", err)
		}
		if err := w.assess("analyst", it, assess.Terrorist); !problem.Is(err, problem.Forbidden) {
			t.Errorf("an analyst as the second: %v", err)
		}
		if got := w.stage(it); got != item.Assessed || w.rows()["assessment"] != 1 {
			t.Fatalf("after one person it is %s", got)
		}
		jobs := w.rows()["river_job"]
		w.must(w.assess("second reviewer", it, assess.Terrorist))
		if got := w.stage(it); got != item.Confirmed || w.rows()["river_job"] != jobs+1 || w.rows()["bank_waiting"] != 1 {
			t.Errorf("after two people it is %s, and deconfliction is not asked or the own bank does not wait for it", got)
		}
		if err := w.assess("coordinator", it, assess.NotTerrorist); !problem.Is(err, problem.Refused) {
			t.Errorf("a third person: %v", err)
		}
	})
}

func TestWhatTwoPeopleComeTo(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3")
	w.ready(items...)
	for i, c := range []struct {
		first, second string
		want          item.Stage
	}{{assess.Terrorist, assess.NotTerrorist, item.Disputed}, {assess.NotTerrorist, assess.NotTerrorist, item.Rejected}, {assess.Terrorist, assess.Terrorist, item.Confirmed}} {
		w.must(w.assess("analyst", items[i], c.first))
		w.must(w.assess("reviewer", items[i], c.second))
		if got := w.stage(items[i]); got != c.want {
			t.Errorf("%s and %s: %s, want %s", c.first, c.second, got, c.want)
		}
	}
}

// TestWhoDraftsDoesNotApprove: and what is approved already is not sent a second time.
func TestWhoDraftsDoesNotApprove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		it := w.contribute("https://clips.example/v/1")[0]
		w.cleared(it)
		made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		w.must(err)
		if len(made.Referrals) != 1 || w.stage(it) != item.Drafted {
			t.Fatalf("%+v, the item is %s", made, w.stage(it))
		}
		draft := made.Referrals[0]
		if _, err := w.flow.Approve(t.Context(), w.people["coordinator"], draft); !problem.Is(err, problem.Refused) {
			t.Errorf("who drafted approves: %v", err)
		}
		if _, err := w.flow.Approve(t.Context(), w.people["western coordinator"], draft); !problem.Is(err, problem.NotFound) {
			t.Errorf("a unit that takes no part approves: %v", err)
		}
		if rows := w.rows(); rows["delivery"] != 0 || w.stage(it) != item.Drafted {
			t.Fatalf("%d deliveries, the item is %s", rows["delivery"], w.stage(it))
		}
		_, err = w.flow.Approve(t.Context(), w.people["southern coordinator"], draft)
		w.must(err)
		before := w.rows()
		_, err = w.flow.Approve(t.Context(), w.people["reviewer"], draft)
		w.must(err)
		if diff := cmp.Diff(before, w.rows()); diff != "" || before["delivery"] != 1 || w.stage(it) != item.Approved {
			t.Errorf("approved again, the item is %s:\n%s", w.stage(it), diff)
		}
	})
}

// TestAnInterestAfterClearanceWaits: between clearance and drafting somebody may have declared an
// interest. About what it covers its owner is asked, the rest is drafted.
func TestAnInterestAfterClearanceWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		items := w.contribute("https://clips.example/watched/1", "https://clips.example/v/2")
		w.cleared(items...)
		_, err := w.flow.AddInterest(t.Context(), w.people["western coordinator"], deconflict.Interest{Kind: deconflict.KindURLPrefix,
			Value: "https://clips.example/watched/", Contact: "duty officer", ExpiresAt: time.Now().Add(time.Hour)})
		w.must(err)
		made, err := w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		w.must(err)
		if w.stage(items[0]) != item.Confirmed || w.stage(items[1]) != item.Drafted || len(made.Referrals) != 1 || w.rows()["referral_item"] != 1 {
			t.Errorf("the watched one is %s, the other %s; %+v", w.stage(items[0]), w.stage(items[1]), made)
		}
		made, err = w.flow.Draft(t.Context(), w.people["coordinator"], w.action)
		if err != nil || len(made.Referrals) != 0 {
			t.Errorf("drafted again: %+v %v", made, err)
		}
	})
}

// TestAKeyKeepsAnAnswer: a verb called again under its key has no second effect.
func TestAKeyKeepsAnAnswer(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		items := w.contribute("https://clips.example/v/1")
		w.ready(items...)
		ctx := flow.WithKey(t.Context(), "k")
		in := []assess.New{{Item: items[0], Decision: assess.NotTerrorist, Purpose: "none", PurposeReasons: "no context", Confidence: 60, Reasons: "made up"}}
		first, err := w.flow.Assess(ctx, w.people["analyst"], in)
		w.must(err)
		before := w.rows()
		again, err := w.flow.Assess(ctx, w.people["analyst"], in)
		w.must(err)
		if first[0].Err != nil || first[0] != again[0] || before["audit_event"] != w.rows()["audit_event"] {
			t.Errorf("%+v, then %+v", first, again)
		}
		in[0].Confidence = 61
		if other, err := w.flow.Assess(ctx, w.people["analyst"], in); err != nil || !problem.Is(other[0].Err, problem.Conflict) {
			t.Errorf("another decision under the same key: %+v %v", other, err)
		}
	})
}

// TestVerbsNeedTheirPermission: the verbs refuse by themselves, whoever calls them.
func TestVerbsNeedTheirPermission(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	before := w.rows()
	nobody := auth.Principal{User: "usr_x", Unit: w.people["analyst"].Unit, Roles: []auth.Role{auth.Overseer}}
	ctx := t.Context()
	for name, do := range map[string]func() error{
		"contribute":   func() error { _, err := w.flow.Contribute(ctx, nobody, w.action, "text/plain", nil); return err },
		"assess":       func() error { _, err := w.flow.Assess(ctx, nobody, nil); return err },
		"draft":        func() error { _, err := w.flow.Draft(ctx, nobody, w.action); return err },
		"approve":      func() error { _, err := w.flow.Approve(ctx, nobody, id.Referral("x")); return err },
		"resolve":      func() error { _, err := w.flow.Resolve(ctx, nobody, "x", true, "d"); return err },
		"answer":       func() error { _, err := w.flow.Answer(ctx, nobody, "x", nil); return err },
		"add interest": func() error { _, err := w.flow.AddInterest(ctx, nobody, deconflict.Interest{}); return err },
		"add orders":   func() error { _, err := w.flow.AddOrders(ctx, nobody, nil); return err },
		"protect":      func() error { _, err := w.flow.Protect(ctx, nobody, nil); return err },
		"import":       func() error { _, err := w.flow.ImportEntries(ctx, nobody, "X", "text/csv", nil); return err },
		"add unit":     func() error { _, err := w.flow.AddUnit(ctx, nobody, auth.Unit{}); return err },
		"add user":     func() error { _, err := w.flow.AddUser(ctx, nobody, auth.User{}); return err },
		"add token":    func() error { _, err := w.flow.AddToken(ctx, nobody, "u", "n", nil, time.Hour); return err },
		"revoke":       func() error { return w.flow.RevokeToken(ctx, nobody, "t") },
	} {
		if err := do(); !problem.Is(err, problem.Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if after := w.rows(); after["audit_event"] != before["audit_event"] {
		t.Error("a refused verb left an event")
	}
}
