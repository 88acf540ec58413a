package acts

import (
	"testing"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_test"}

func update(t *testing.T, db *sqldb.DB, fn func(*sqldb.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

// begin notes that an attempt begins, and looks at nothing else: as a process that dies then.
func begin(t *testing.T, db *sqldb.DB, target id.Act) (a Act, ok bool) {
	t.Helper()
	err := db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) (err error) { a, ok, err = Begin(tx, target); return err })
	if err != nil {
		t.Fatal(err)
	}
	return a, ok
}

// TestAnAttemptThatWasCutOff is made again where the other side drops repeats, and asked about
// where it does not; in no case is it both under way and tried again.
func TestAnAttemptThatWasCutOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for way, want := range map[string]string{Webhook: Due, Service: Due, Mail: Uncertain} {
			var a Act
			update(t, db, func(tx *sqldb.Tx) (err error) {
				a, err = Add(tx, by, Act{Case: id.Case("cas_" + way), Kind: Answer, Way: way, Target: "x", Payload: "{}"})
				return err
			})
			if _, ok := begin(t, db, a.ID); !ok {
				t.Fatalf("%s: the attempt does not begin", way)
			}
			if _, ok := begin(t, db, a.ID); ok {
				t.Errorf("%s: a second attempt begins beside the first", way)
			}
			update(t, db, func(tx *sqldb.Tx) error {
				if n, err := Interrupted(tx, by); err != nil || n != 1 {
					t.Errorf("%s: %d were cut off, %v", way, n, err)
				}
				var err error
				a, err = Get(tx, a.ID)
				return err
			})
			if a.State != want || (want == Uncertain) != a.NextAt.IsZero() {
				t.Errorf("%s: it is %s, next %s", way, a.State, a.NextAt)
			}
		}
	})
}

// TestAnActIsPlannedOnce while it is under way, and given up after its last attempt.
func TestAnActIsPlannedOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var a Act
		plan := func(tx *sqldb.Tx) (err error) {
			a, err = Add(tx, by, Act{Case: "cas_1", Kind: Disable, Way: Service, Target: "x", Payload: "{}"})
			return err
		}
		update(t, db, plan)
		first := a
		if err := db.Update(t.Context(), plan); !problem.Is(err, problem.Conflict) {
			t.Errorf("planned twice: %v", err)
		}
		a = first
		a.State, a.Attempts = Trying, 99
		update(t, db, func(tx *sqldb.Tx) error {
			done, err := Finish(tx, by, a, Result{Due, "no answer"})
			if done.State != Failed || !done.NextAt.IsZero() {
				t.Errorf("after 99 attempts it is %s", done.State)
			}
			return err
		})
		update(t, db, func(tx *sqldb.Tx) error {
			if _, err := Resolve(tx, by, a.ID, true, ""); !problem.Is(err, problem.Invalid) {
				t.Errorf("done, and nobody said so: %v", err)
			}
			again, err := Resolve(tx, by, a.ID, false, "")
			if again.State != Due {
				t.Errorf("to be tried again it is %s", again.State)
			}
			return err
		})
	})
}

// TestWhatIsToldNextWaits for what was told before in the same case, and for nothing else.
func TestWhatIsToldNextWaits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var list []Act
		for _, a := range []Act{{Case: "cas_1", Kind: Answer}, {Case: "cas_1", Kind: Follow}, {Case: "cas_1", Kind: Reply}, {Case: "cas_1", Kind: Back}, {Case: "cas_2", Kind: Reply}, {Kind: Reply}, {Kind: Reply}} {
			a.Way, a.Target, a.Payload = Webhook, "x", "{}"
			update(t, db, func(tx *sqldb.Tx) (err error) { a, err = Add(tx, by, a); return err })
			list = append(list, a)
		}
		due := func(want ...int) {
			t.Helper()
			var got []id.Act
			if err := db.View(t.Context(), func(tx *sqldb.Tx) (err error) { got, err = DueNow(tx, 100); return err }); err != nil {
				t.Fatal(err)
			}
			for i, n := range want {
				if len(got) != len(want) || got[i] != list[n].ID {
					t.Fatalf("due are %v, want %v of %+v", got, want, list)
				}
			}
		}
		due(0, 3, 4, 5, 6)
		if _, ok := begin(t, db, list[1].ID); ok {
			t.Error("the second begins before the first")
		}
		a, _ := begin(t, db, list[0].ID)
		due(3, 4, 5, 6)
		update(t, db, func(tx *sqldb.Tx) error { _, err := Finish(tx, by, a, Result{State: Done}); return err })
		due(1, 3, 4, 5, 6)
		a, _ = begin(t, db, list[1].ID)
		update(t, db, func(tx *sqldb.Tx) error { _, err := Finish(tx, by, a, Result{State: Failed}); return err })
		due(2, 3, 4, 5, 6)
	})
}

// TestEachReturnIsTold: content can come back a second time while nobody knows whether the letter
// about the first arrived. What the service did must be noted all the same.
func TestEachReturnIsTold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for range 2 {
			update(t, db, func(tx *sqldb.Tx) error {
				_, err := Add(tx, by, Act{Case: "cas_1", Place: 1, Kind: Back, Way: Mail, Target: "x", Payload: "{}"})
				return err
			})
		}
	})
}
