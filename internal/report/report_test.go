package report

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func clock() time.Time { return now }

func compute(t testing.TB, db *sqldb.DB) (r client.Report) {
	t.Helper()
	err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) {
		r, err = Compute(tx, theAction)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var withoutRules = cmpopts.IgnoreFields(client.Report{}, "Rules")

func TestEveryFigureOfASmallWorld(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		buildSmall(t, db)
		want := client.Report{
			Action: string(theAction), Items: 25, Platforms: 2, Languages: 3, Units: 2, Contributions: 29, Duplicates: 4,
			Captured: 22, Unreachable: 2, Media: 2, Matched: 1, Assessed: 20, Rejected: 1, Disputed: 1, Held: 2, Blocked: 2,
			Referred: 12, Delivered: 10, Undeliverable: 1,
			Answered: client.ReportAnswers{Removed: 3, Refused: 3, Clarification: 1, None: 3},
			Verified: client.ReportVerified{Removed: 3, AccountGone: 1, GeoBlocked: 1, LoginWall: 1, StillUp: 2, Unknown: 2},
			Verdicts: map[string]int{"removed": 1, "soft_404": 1, "redirected_home": 1, "account_gone": 1, "geo_blocked": 1, "login_wall": 1, "still_up": 2, "unknown": 2},
			Blocks:   map[string]int{"home_page": 1, "no_capture": 1}, Reuploads: 1,
			Ideologies: map[string]client.ReportIdeology{"right_wing": {Decided: 2, Confirmed: 2, Referred: 2, Delivered: 2, Gone: 2},
				"jihadist":            {Decided: 8, Confirmed: 7, Rejected: 1, Referred: 7, Delivered: 7, Gone: 2}, // seven in German, and one that was rejected
				"left_wing_anarchist": {}, "ethno_nationalist_separatist": {}, "single_issue": {}, "other_kind": {},
				"not_specified": {Decided: 9, Confirmed: 9, Referred: 3, Delivered: 1}},
			MedianMinutesToRemoval: 65, // of 60, 60, 65, 180 and 1,800
		}
		if diff := cmp.Diff(want, compute(t, db), withoutRules); diff != "" {
			t.Errorf("figures (-want +got):\n%s", diff)
		}
	})
}

func TestNoItemsAndOneItem(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		build(t, db, (*builder).setting)
		want := client.Report{Action: string(theAction), Ideologies: noIdeologies(), Verdicts: noVerdicts(), Blocks: map[string]int{}}
		if diff := cmp.Diff(want, compute(t, db), withoutRules); diff != "" {
			t.Errorf("without items (-want +got):\n%s", diff)
		}
		build(t, db, func(b *builder) {
			b.put(thing{n: 1, stage: "ready", by: []string{"unt_c"}, captured: "captured"})
		})
		want.Items, want.Contributions, want.Units, want.Captured = 1, 1, 1, 1
		if diff := cmp.Diff(want, compute(t, db), withoutRules); diff != "" {
			t.Errorf("with one item (-want +got):\n%s", diff)
		}
	})
}

func TestTheNewestCaptureHolds(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		build(t, db, func(b *builder) {
			b.setting()
			b.put(thing{n: 1, stage: "ready", by: []string{"unt_a"}, captured: "unreachable"})
			b.run(insertCapture, b.id("cap"), itemNo(1), 0, "captured")
		})
		if got := compute(t, db); got.Captured != 1 || got.Unreachable != 0 {
			t.Errorf("captured %d, unreachable %d; the second capture got a page", got.Captured, got.Unreachable)
		}
	})
}

func TestAnActionThatIsNotThere(t *testing.T) {
	db := dbtest.SQLite(t)
	err := db.View(t.Context(), func(tx *sqldb.Tx) error { _, err := Compute(tx, "act_none"); return err })
	if !problem.Is(err, problem.NotFound) {
		t.Errorf("got %v, want not found", err)
	}
}

// errUndo rolls a transaction back.
var errUndo = errors.New("undo")

func TestWhatVanishesIsLost(t *testing.T) {
	dbtest.EachAt(t, clock, func(t *testing.T, db *sqldb.DB) {
		buildSmall(t, db)
		for _, tt := range []struct {
			vanish sqldb.SQL
			lost   int
			why    string
		}{
			{"DELETE FROM contribution WHERE item_id = '" + sqldb.SQL(itemNo(9)) + "'", 1, "no contribution names the item"},
			{"DELETE FROM action_item WHERE item_id = '" + sqldb.SQL(itemNo(14)) + "'", 1, "the item of a contribution is missing"},
			{"DELETE FROM river_job WHERE kind = 'capture.take'", 1, "no job will capture the item"},
			{"UPDATE river_job SET state = 'discarded', finalized_at = created_at WHERE kind = 'match.find'", 1, "no job will fingerprint or match the item"},
			{"DELETE FROM river_job WHERE kind = 'deconflict.ask'", 1, "no job will deconflict the item"},
			{"DELETE FROM capture", 24, "the capture is missing"},
			{"DELETE FROM assessment WHERE step = 2", 20, "an assessment is missing"},
			{"DELETE FROM assessment WHERE item_id = '" + sqldb.SQL(itemNo(25)) + "'", 1, "an assessment is missing"},
			{"DELETE FROM clearance WHERE item_id = '" + sqldb.SQL(itemNo(16)) + "'", 1, "the answer of deconfliction is missing"},
			{"DELETE FROM preflight_block", 2, "the reason of the block is missing"},
			{"DELETE FROM referral_item WHERE item_id = '" + sqldb.SQL(itemNo(13)) + "'", 1, "what it goes out with is missing"},
			{"DELETE FROM delivery WHERE id = 'dlv_ref_3'", 1, "the delivery is missing"},
			{"DELETE FROM recheck", 10, "no look is planned and none was taken"},
		} {
			err := db.Housekeeping(t.Context(), "something vanishes", func(tx *sqldb.Tx) error {
				if _, err := tx.Exec(tt.vanish); err != nil {
					return err
				}
				s, err := gather(tx, theAction)
				if err != nil {
					return err
				}
				if s.report.Lost != tt.lost || s.lost[tt.why] != tt.lost {
					t.Errorf("%s: lost %d by %v, want %d: %s", tt.vanish, s.report.Lost, s.lost, tt.lost, tt.why)
				}
				return errUndo
			})
			if !errors.Is(err, errUndo) {
				t.Errorf("%s: %v", tt.vanish, err)
			}
		}
	})
}

func TestEveryFigureHasARule(t *testing.T) {
	has := rules()
	seen := map[string]bool{}
	var walk func(reflect.Type, string)
	walk = func(of reflect.Type, before string) {
		for i := range of.NumField() {
			name, _, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
			seen[before+name] = true
			if has[before+name] == "" {
				t.Errorf("no counting rule for %s%s", before, name)
			}
			if of.Field(i).Type.Kind() == reflect.Struct {
				walk(of.Field(i).Type, before+name+".")
			}
		}
	}
	walk(reflect.TypeFor[client.Report](), "")
	for name := range has {
		if !seen[name] {
			t.Errorf("a rule for %s, which is no figure", name)
		}
	}
}
