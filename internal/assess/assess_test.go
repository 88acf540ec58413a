package assess

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var (
	ann = audit.Actor{User: "usr_ann", Unit: "unt_one"}
	bob = audit.Actor{User: "usr_bob", Unit: "unt_two"}
	cyd = audit.Actor{User: "usr_cyd", Unit: "unt_two"}
)

func terrorist(item id.Item, limbs ...string) New {
	return New{Item: item, Decision: Terrorist, Limbs: limbs, Purpose: law.NoPurpose, PurposeReasons: "no context around it", Confidence: 90, Reasons: "calls for joining Example Front"}
}

func harmless(item id.Item) New {
	return New{Item: item, Decision: NotTerrorist, Purpose: "journalism", PurposeReasons: "a newspaper's report", Confidence: 80, Reasons: "reports about Example Front"}
}

func record(t testing.TB, db *sqldb.DB, by audit.Actor, in New) (a Assessment, outcome Outcome, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		a, outcome, err = Record(tx, by, in)
		return err
	})
	return a, outcome, err
}

func view(t testing.TB, db *sqldb.DB, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := db.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func TestTwoPeopleSettleAnItem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for _, tt := range []struct {
			item          id.Item
			first, second New
			want          Outcome
		}{
			{"itm_yes", terrorist("itm_yes", "c", "a"), terrorist("itm_yes", "c"), OutcomeConfirmed},
			{"itm_no", harmless("itm_no"), harmless("itm_no"), OutcomeRejected},
			{"itm_yes_no", terrorist("itm_yes_no", "a"), harmless("itm_yes_no"), OutcomeDisputed},
			{"itm_no_yes", harmless("itm_no_yes"), terrorist("itm_no_yes", "a"), OutcomeDisputed},
		} {
			first, outcome, err := record(t, db, ann, tt.first)
			if err != nil || outcome != OutcomeAssessed || first.Step != 1 {
				t.Fatalf("%s, first: step %d, %s, %v", tt.item, first.Step, outcome, err)
			}
			refusedProof(t, db, tt.item)
			second, outcome, err := record(t, db, bob, tt.second)
			if err != nil || outcome != tt.want || second.Step != 2 {
				t.Fatalf("%s, second: step %d, %s, %v; want %s", tt.item, second.Step, outcome, err, tt.want)
			}
			if tt.want != OutcomeConfirmed {
				refusedProof(t, db, tt.item)
			}
			view(t, db, func(tx *sqldb.Tx) error {
				list, err := Of(tx, tt.item)
				if diff := cmp.Diff([]Assessment{first, second}, list); diff != "" {
					t.Errorf("%s: %s", tt.item, diff)
				}
				return err
			})
		}
	})
}

func refusedProof(t *testing.T, db *sqldb.DB, item id.Item) {
	t.Helper()
	view(t, db, func(tx *sqldb.Tx) error {
		if proof, err := TwoPeople(tx, item); !problem.Is(err, problem.Refused) || proof.Item() != "" {
			t.Errorf("%s: a proof for %q, %v", item, proof.Item(), err)
		}
		return nil
	})
}

func TestProofHasWhatBothFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for item, tt := range map[id.Item]struct{ first, second, want string }{
			"itm_overlap": {"a c e", "c e", "c e"},
			"itm_apart":   {"e", "a", "a e"},
		} {
			first, second := terrorist(item, strings.Fields(tt.first)...), terrorist(item, strings.Fields(tt.second)...)
			second.Reasons = "names a day and a place"
			record(t, db, ann, first)
			record(t, db, bob, second)
			view(t, db, func(tx *sqldb.Tx) error {
				proof, err := TwoPeople(tx, item)
				if got := strings.Join(proof.Limbs(), " "); got != tt.want || proof.Item() != item {
					t.Errorf("%s: limbs %q, want %q", proof.Item(), got, tt.want)
				}
				if want := first.Reasons + "\n\n" + second.Reasons; proof.Reasons() != want {
					t.Errorf("reasons %q", proof.Reasons())
				}
				return err
			})
		}
	})
}

func TestWhoMayNotAssess(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for _, nobody := range []audit.Actor{{}, audit.System} {
			if _, _, err := record(t, db, nobody, terrorist("itm_1", "a")); !problem.Is(err, problem.Refused) {
				t.Errorf("%q assessed: %v", nobody.User, err)
			}
		}
		record(t, db, ann, terrorist("itm_1", "a"))
		_, _, err := record(t, db, ann, terrorist("itm_1", "a"))
		if !problem.Is(err, problem.Refused) || !strings.Contains(problem.Message(err), "another person") {
			t.Errorf("the same person again: %v", err)
		}
		record(t, db, bob, terrorist("itm_1", "a"))
		if _, _, err := record(t, db, cyd, terrorist("itm_1", "a")); !problem.Is(err, problem.Conflict) {
			t.Errorf("a third person: %v", err)
		}
		view(t, db, func(tx *sqldb.Tx) error {
			events, err := audit.History(tx, "itm_1")
			if len(events) != 2 || events[0].Verb != "assess.decided" || events[1].Actor != bob.User {
				t.Errorf("events %+v", events)
			}
			return err
		})
	})
}

// Two people who press Enter at the same moment are step 1 and step 2 and not an error;
// one person in two windows counts once.
func TestAtTheSameMoment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var group sync.WaitGroup
		errs := make([]error, 2)
		for i, by := range []audit.Actor{ann, bob} {
			group.Go(func() { _, _, errs[i] = record(t, db, by, terrorist("itm_two", "a")) })
		}
		group.Wait()
		if errs[0] != nil || errs[1] != nil {
			t.Errorf("two people: %v", errs)
		}
		for i := range errs {
			group.Go(func() { _, _, errs[i] = record(t, db, ann, terrorist("itm_one", "a")) })
		}
		group.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Errorf("one person in two windows: %v", errs)
		}
		refusedProof(t, db, "itm_one")
	})
}

func TestLongestTextsFitTheLog(t *testing.T) {
	db := dbtest.SQLite(t)
	in := terrorist("itm_1", "a", "b", "c", "d", "e")
	in.Reasons = strings.Repeat("<", maxReasons)                           // six bytes each in JSON
	in.PurposeReasons = "-" + strings.Repeat("\u2028", maxReasons-2) + "-" // so has this one
	in.Producer = strings.Repeat("<", maxProducer)
	for _, b := range law.Behaviours() {
		in.Behaviours = append(in.Behaviours, b.Name)
	}
	if _, _, err := record(t, db, ann, in); err != nil {
		t.Error(err)
	}
}
