package refer

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func answer(t *testing.T, db *sqldb.DB, referral id.Referral, in New) (a Answer, recorded bool, err error) {
	t.Helper()
	err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
		a, recorded, err = RecordAnswer(tx, platform, referral, in)
		return err
	})
	return a, recorded, err
}

func TestNewestAnswerHolds(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		r := drafted(t, db, "itm_1", "itm_2")
		approve(t, db, bob, r.ID)
		var want []Answer
		for i, step := range []struct {
			in   New
			news bool
		}{
			{New{Item: "itm_1", Kind: KindClarification, Reason: " which comment? "}, true},
			{New{Item: "itm_1", Kind: KindRemoved, ActedAt: start}, true},
			{New{Item: "itm_1", Kind: KindClarification, Reason: "which comment?"}, false}, // arrives twice, late
			{New{Item: "itm_1", Kind: KindRemoved}, false},
		} {
			c.at = start.Add(time.Duration(i) * time.Minute)
			a, recorded, err := answer(t, db, r.ID, step.in)
			if err != nil || recorded != step.news {
				t.Fatalf("step %d: recorded %v, %v", i, recorded, err)
			}
			if recorded {
				want = append(want, a)
			} else if diff := cmp.Diff(want[(i+2)%4], a); diff != "" {
				t.Errorf("step %d: a repetition gives %s", i, diff)
			}
		}
		view(t, db, func(tx *sqldb.Tx) error {
			got, err := AnswersOf(tx, "itm_1")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if last := got[len(got)-1]; last.Kind != KindRemoved || !last.ActedAt.Equal(start) || last.User != platform.User {
				t.Errorf("what holds: %+v", last)
			}
			return err
		})
		if got := strings.Join(verbs(t, db, "itm_1"), " "); strings.Count(got, "refer.answered") != 2 {
			t.Errorf("events %s", got)
		}
	})
}

func TestAnswersThatAreNotTaken(t *testing.T) {
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		r := drafted(t, db, "itm_1")
		if _, _, err := answer(t, db, r.ID, New{Item: "itm_1", Kind: KindRemoved}); !problem.Is(err, problem.NotFound) {
			t.Errorf("to a draft: %v", err)
		}
		approve(t, db, bob, r.ID)
		for name, tt := range map[string]struct {
			referral id.Referral
			in       New
			want     problem.Kind
		}{
			"unknown referral":      {"ref_x", New{Item: "itm_1", Kind: KindRemoved}, problem.NotFound},
			"item of another one":   {r.ID, New{Item: "itm_2", Kind: KindRemoved}, problem.Invalid},
			"no such kind":          {r.ID, New{Item: "itm_1", Kind: "done"}, problem.Invalid},
			"refused, no reason":    {r.ID, New{Item: "itm_1", Kind: KindRefused, Reason: " "}, problem.Invalid},
			"impossible, no reason": {r.ID, New{Item: "itm_1", Kind: KindImpossible}, problem.Invalid},
			"unclear, no question":  {r.ID, New{Item: "itm_1", Kind: KindClarification}, problem.Invalid},
			"a reason too long":     {r.ID, New{Item: "itm_1", Kind: KindRefused, Reason: strings.Repeat("é", maxReason+1)}, problem.Invalid},
			"NUL in the reason":     {r.ID, New{Item: "itm_1", Kind: KindRefused, Reason: "a\x00b"}, problem.Invalid},
			"bytes in the reason":   {r.ID, New{Item: "itm_1", Kind: KindRefused, Reason: "a\xff"}, problem.Invalid},
			"acted the day after":   {r.ID, New{Item: "itm_1", Kind: KindRemoved, ActedAt: start.Add(25 * time.Hour)}, problem.Invalid},
		} {
			if _, recorded, err := answer(t, db, tt.referral, tt.in); !problem.Is(err, tt.want) || recorded {
				t.Errorf("%s: recorded %v, %v", name, recorded, err)
			}
		}
		for _, in := range []New{
			{Item: "itm_1", Kind: KindDisabled, ActedAt: start.Add(time.Hour)}, // a clock that is ahead
			{Item: "itm_1", Kind: KindImpossible, Reason: strings.Repeat("é", maxReason)},
		} {
			if _, recorded, err := answer(t, db, r.ID, in); err != nil || !recorded {
				t.Errorf("%s: recorded %v, %v", in.Kind, recorded, err)
			}
		}
	})
}
