package refer

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var (
	ann      = audit.Actor{User: "usr_ann", Unit: "unt_one"}
	bob      = audit.Actor{User: "usr_bob", Unit: "unt_two"}
	cyd      = audit.Actor{User: "usr_cyd", Unit: "unt_one"}
	platform = audit.Actor{User: "usr_platform", Unit: "unt_platform"}
	start    = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
)

// clock is a time that a test owns.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func each(t *testing.T, fn func(t *testing.T, db *sqldb.DB, c *clock)) {
	c := &clock{}
	dbtest.EachAt(t, c.now, func(t *testing.T, db *sqldb.DB) { c.at = start; fn(t, db, c) })
}

func update(t testing.TB, db *sqldb.DB, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func assessed(tx *sqldb.Tx, by audit.Actor, item id.Item, limbs ...string) error {
	_, _, err := assess.Record(tx, by, assess.New{
		Item: item, Decision: assess.Terrorist, Limbs: limbs, Purpose: law.NoPurpose,
		PurposeReasons: "no context around it", Confidence: 90, Reasons: "calls for joining Sample Brigade",
	})
	return err
}

func address(item id.Item) string {
	return "https://video.example/watch?v=" + string(item) + "&utm_source=x"
}

// ready takes an item the whole way to where it can be referred.
func ready(tx *sqldb.Tx, item id.Item) (r Ready, err error) {
	for _, by := range []audit.Actor{ann, bob} {
		if err := assessed(tx, by, item, "a", "c"); err != nil {
			return r, err
		}
	}
	if _, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: item, URL: address(item), Units: []id.Unit{"unt_one"}}); err != nil {
		return r, err
	}
	r.URL = address(item)
	if r.Confirmed, err = assess.TwoPeople(tx, item); err != nil {
		return r, err
	}
	r.Clearance, err = deconflict.Cleared(tx, item)
	return r, err
}

func batch(items ...Ready) Batch {
	return Batch{Action: "act_1", Platform: "plf_1", Unit: "unt_one", Language: "fr", Items: items}
}

// drafted drafts a referral of fresh items as ann.
func drafted(t testing.TB, db *sqldb.DB, items ...id.Item) (r Referral) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) error {
		var list []Ready
		for _, item := range items {
			one, err := ready(tx, item)
			if err != nil {
				return err
			}
			list = append(list, one)
		}
		var err error
		r, err = Draft(tx, ann, batch(list...))
		return err
	})
	return r
}

func approve(t testing.TB, db *sqldb.DB, by audit.Actor, referral id.Referral) (r Referral, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		r, err = Approve(tx, by, referral)
		return err
	})
	return r, err
}

func view(t testing.TB, db *sqldb.DB, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := db.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func verbs(t *testing.T, db *sqldb.DB, subject string) (got []string) {
	t.Helper()
	view(t, db, func(tx *sqldb.Tx) error {
		list, err := audit.History(tx, subject)
		for _, e := range list {
			got = append(got, e.Verb)
		}
		return err
	})
	return got
}

func TestDraft(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		update(t, db, func(tx *sqldb.Tx) error {
			_, err := SaveBlock(tx, audit.System, "itm_1", Block{RuleNoCapture, "no capture", "capture it"})
			return err
		})
		r := drafted(t, db, "itm_1", "itm_2")
		want := Referral{
			ID: r.ID, Action: "act_1", Platform: "plf_1", Unit: "unt_one", Track: TrackReferral, Reference: "AR-2026-000001",
			Language: "fr", State: StateDraft, DraftedBy: ann.User, DraftedAt: start, Count: 2,
		}
		view(t, db, func(tx *sqldb.Tx) error {
			got, err := Get(tx, r.ID)
			if diff := cmp.Diff([]Referral{want, want}, []Referral{r, got}); diff != "" {
				t.Error(diff)
			}
			if _, blocked, _ := BlockOf(tx, "itm_1"); blocked {
				t.Error("a drafted item is still blocked")
			}
			if of, found, _ := Of(tx, "itm_2"); !found || of.ID != r.ID {
				t.Errorf("itm_2 is in %v %q", found, of.ID)
			}
			items, _ := Items(tx, r.ID)
			reasons := "calls for joining Sample Brigade"
			if diff := cmp.Diff([]Item{{"itm_1", address("itm_1"), []string{"a", "c"}, reasons}, {"itm_2", address("itm_2"), []string{"a", "c"}, reasons}}, items); diff != "" {
				t.Error(diff)
			}
			return err
		})
		if diff := cmp.Diff([]string{"refer.drafted"}, verbs(t, db, string(r.ID))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestDraftedItemsAreNotDraftedAgain(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		first := drafted(t, db, "itm_1")
		update(t, db, func(tx *sqldb.Tx) error {
			proof1, err := proofs(tx, "itm_1")
			if err != nil {
				return err
			}
			if again, err := Draft(tx, bob, batch(proof1)); err != nil || again.ID != first.ID {
				t.Errorf("again: %q, %v", again.ID, err)
			}
			fresh, err := ready(tx, "itm_2")
			if err != nil {
				return err
			}
			second, err := Draft(tx, bob, batch(proof1, fresh))
			if second.ID == first.ID || second.Count != 1 || second.Reference != "AR-2026-000002" {
				t.Errorf("the rest: %+v", second)
			}
			return err
		})
		if got := verbs(t, db, string(first.ID)); len(got) != 1 {
			t.Errorf("events %q", got)
		}
	})
}

func proofs(tx *sqldb.Tx, item id.Item) (r Ready, err error) {
	r.URL = address(item)
	if r.Confirmed, err = assess.TwoPeople(tx, item); err != nil {
		return r, err
	}
	r.Clearance, err = deconflict.Cleared(tx, item)
	return r, err
}

func TestReferencesCountByYear(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		var got []string
		for i, year := range []int{2026, 2026, 2027, 2026} {
			c.at = time.Date(year, 5, 1, 0, 0, i, 0, time.UTC)
			got = append(got, drafted(t, db, id.Item(fmt.Sprint("itm_", i))).Reference)
		}
		if diff := cmp.Diff([]string{"AR-2026-000001", "AR-2026-000002", "AR-2027-000001", "AR-2026-000003"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestApproval(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		r := drafted(t, db, "itm_1")
		for _, by := range []audit.Actor{ann, audit.System, {}} {
			if _, err := approve(t, db, by, r.ID); !problem.Is(err, problem.Refused) {
				t.Errorf("%q approved it: %v", by.User, err)
			}
		}
		_, err := approve(t, db, ann, r.ID)
		if !strings.Contains(problem.Message(err), "another person must approve it") {
			t.Errorf("the drafter is told %q", problem.Message(err))
		}
		c.at = start.Add(time.Hour)
		got, err := approve(t, db, bob, r.ID)
		if err != nil || got.State != StateApproved || got.ApprovedBy != bob.User || !got.ApprovedAt.Equal(c.at) {
			t.Fatalf("%+v, %v", got, err)
		}
		c.at = start.Add(2 * time.Hour)
		again, err := approve(t, db, cyd, r.ID)
		if diff := cmp.Diff(got, again); err != nil || diff != "" {
			t.Errorf("approved again: %v %s", err, diff)
		}
		if _, err := approve(t, db, ann, r.ID); !problem.Is(err, problem.Refused) {
			t.Errorf("the drafter, later: %v", err)
		}
		if _, err := approve(t, db, bob, "ref_x"); !problem.Is(err, problem.NotFound) {
			t.Errorf("an unknown one: %v", err)
		}
		if diff := cmp.Diff([]string{"refer.drafted", "refer.approved"}, verbs(t, db, string(r.ID))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLists(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		one, two := drafted(t, db, "itm_1"), drafted(t, db, "itm_2")
		approve(t, db, bob, two.ID)
		ids := func(list []Referral, err error) (out []id.Referral) {
			if err != nil {
				t.Error(err)
			}
			for _, r := range list {
				out = append(out, r.ID)
			}
			return out
		}
		view(t, db, func(tx *sqldb.Tx) error {
			got := [][]id.Referral{
				ids(List(tx, "act_1", "")), ids(List(tx, "act_1", StateDraft)), ids(List(tx, "act_2", "")),
				ids(ForPlatform(tx, "plf_1")), ids(ForPlatform(tx, "plf_2")),
			}
			if diff := cmp.Diff([][]id.Referral{{one.ID, two.ID}, {one.ID}, nil, {two.ID}, nil}, got); diff != "" {
				t.Error(diff)
			}
			return nil
		})
	})
}
