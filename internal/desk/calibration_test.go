package desk

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestCalibrationCountsEachItemAtItsNearest: an item with two matches counts once, and what
// came after confirmation is still confirmed.
func TestCalibrationCountsEachItemAtItsNearest(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		b := newBoard(t, db)
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
			bank, err := match.AddBank(tx, audit.System, match.Bank{Name: "SAMPLE", Unit: b.people[0].Unit, Radius: 31, Enabled: true})
			if err != nil {
				return err
			}
			hit := func(entry string, kind string, distance int) match.Match {
				return match.Match{SHA256: "m" + entry, Bank: bank.ID, Entry: id.Entry(entry), Kind: kind, Distance: distance}
			}
			for i, found := range [][]match.Match{{hit("a", "pdq", 4), hit("b", "pdq", 20)}, {hit("a", "pdq", 4)}, {hit("a", "pdq", 20), hit("c", "md5", 0)}} {
				if err := match.Save(tx, audit.System, b.items[i], match.Found{Matches: found}); err != nil {
					return err
				}
			}
			if _, err := item.Move(tx, audit.System, item.Delivered, []item.Stage{item.Ready}, b.items[0]); err != nil {
				return err
			}
			_, err = item.Move(tx, audit.System, item.Rejected, []item.Stage{item.Ready}, b.items[1])
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := b.desk.Calibration(t.Context(), b.people[0], "SAMPLE")
		if err != nil {
			t.Fatal(err)
		}
		half := client.Precision(match.PrecisionOf(match.At{Confirmed: 1, Rejected: 1}))
		want := client.Calibration{Bank: "SAMPLE", Radius: 31, Why: "too_few", Overall: half, Distances: []client.DistanceCount{
			{Distance: 4, Confirmed: 1, Rejected: 1, Precision: half}, {Distance: 20, Waits: 1}}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if _, err := b.desk.Calibration(t.Context(), b.people[0], "NOWHERE"); !problem.Is(err, problem.NotFound) {
			t.Errorf("a bank that is not there: %v", err)
		}
	})
}
