package reinstatements

import (
	"testing"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/host/inbox"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_test"}

// TestWhatWaitsStandsInItsOrder: what is owed at once, then what a day is recommended for, then what is
// not proven; what is decided is decided once, and the place of a request is found from any case.
func TestWhatWaitsStandsInItsOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		update := func(fn func(*sqldb.Tx) error) {
			t.Helper()
			if err := db.Update(t.Context(), fn); err != nil {
				t.Fatal(err)
			}
		}
		var asked, void, forged Request
		update(func(tx *sqldb.Tx) (err error) {
			add := func(r Request, due time.Duration) Request {
				r.Case, r.Place, r.Canonical, r.AskedAt, r.DueAt = id.Case("cas_"+r.Reference), 1, "https://clips.example/v/1", tx.Now, tx.Now.Add(due)
				if err == nil {
					r, err = Add(tx, by, r)
				}
				return r
			}
			forged = add(Request{Basis: Asked, Reference: "forged", Trust: inbox.Forged, Findings: []inbox.Finding{{State: inbox.Bad, Code: "broken_signature"}}}, 0)
			asked = add(Request{Basis: Asked, Reference: "asked", Trust: inbox.Verified}, 24*time.Hour)
			void = add(Request{Basis: Withdrawn, Reference: "void", Trust: inbox.Unverified, VouchedBy: "usr_1"}, 0)
			return err
		})
		update(func(tx *sqldb.Tx) error {
			list, err := Waiting(tx, 10)
			if err != nil || len(list) != 3 || list[0].ID != void.ID || list[1].ID != asked.ID || list[2].ID != forged.ID || len(list[2].Findings) != 1 {
				t.Errorf("%v, in the order %+v", err, list)
			}
			if list, err = OfItem(tx, "cas_other", 7, "https://clips.example/v/1"); err != nil || len(list) != 3 {
				t.Errorf("%v, of the place %+v", err, list)
			}
			if list, err = OfItem(tx, "cas_other", 7, ""); err != nil || len(list) != 0 {
				t.Errorf("%v, of no place %+v", err, list)
			}
			for c, want := range map[id.Case]bool{"cas_asked": true, "cas_void": true, "cas_forged": false} {
				if was, err := WasAsked(tx, c, 1); err != nil || was != want {
					t.Errorf("%s was asked for: %v, %v", c, was, err)
				}
			}
			if _, err := Decide(tx, by, asked, KeptDown, "no"); !problem.Is(err, problem.Invalid) {
				t.Errorf("kept down without reasons: %v", err)
			}
			if _, err := Vouch(tx, by, asked, "I rang somebody."); !problem.Is(err, problem.Conflict) {
				t.Errorf("vouched for what is proven: %v", err)
			}
			if err := Start(tx, by, asked); err != nil {
				return err
			}
			if err := Reopen(tx, by, asked, "the service could not"); err != nil {
				return err
			}
			done, err := Decide(tx, by, asked, KeptDown, "Our terms, section 4.")
			if err != nil {
				return err
			}
			if _, err := Decide(tx, by, done, Reinstated, ""); !problem.Is(err, problem.Conflict) {
				t.Errorf("decided twice: %v", err)
			}
			newest, err := Newest(tx, 10)
			if err != nil || len(newest) != 1 || newest[0].Outcome != KeptDown || newest[0].DecidedBy != by.User || !newest[0].DecidedAt.Equal(tx.Now) {
				t.Errorf("%v, decided: %+v", err, newest)
			}
			return nil
		})
	})
}

// TestWhatCameBackIsLookedAtAgain when the non-disclosure ends, or as soon as it is lifted.
func TestWhatCameBackIsLookedAtAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			due := func(want int) {
				t.Helper()
				if list, err := ReturnsDue(tx, 10); err != nil || len(list) != want {
					t.Errorf("%d are to be looked at: %v", len(list), err)
				}
			}
			r, err := Came(tx, by, Return{Case: "cas_1", Place: 1, URL: "u", Canonical: "c", Path: ByVoid, RemovedAt: tx.Now.Add(-time.Hour), BackAt: tx.Now})
			if err != nil {
				return err
			}
			due(1)
			r.State, r.NextAt = Secret, tx.Now.Add(time.Hour)
			if err := Set(tx, by, r); err != nil {
				return err
			}
			due(0)
			if err := LookAgain(tx, "another"); err != nil {
				return err
			}
			due(0)
			if err := LookAgain(tx, "c"); err != nil {
				return err
			}
			due(1)
			r.State, r.Act, r.NextAt = Sent, "hac_1", time.Time{}
			if err := Set(tx, by, r); err != nil {
				return err
			}
			due(0)
			got, err := GetReturn(tx, r.ID)
			untold, bad := Untold(tx, 10)
			if err != nil || bad != nil || got.Act != "hac_1" || !got.BackAt.Equal(tx.Now) || len(untold) != 0 {
				t.Errorf("%v %v: %+v, untold %+v", err, bad, got, untold)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
