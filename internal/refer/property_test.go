package refer

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// The invariants, told from the rows alone.
const (
	sqlOneSided  = "SELECT 1 FROM referral_item WHERE (SELECT COUNT(DISTINCT user_id) FROM assessment WHERE assessment.item_id = referral_item.item_id AND decision = 'terrorist') < 2"
	sqlUncleared = "SELECT 1 FROM referral_item LEFT JOIN clearance ON clearance.item_id = referral_item.item_id WHERE clearance.id IS NULL"
	sqlOwnDraft  = "SELECT 1 FROM referral WHERE state = 'approved' AND (approved_by = drafted_by OR approved_by = '' OR approved_by = 'system')"
)

// No sequence of calls, by anybody and in any order, refers an item that fewer than two
// people confirmed or that was not cleared, or approves a referral by who drafted it.
func TestNoReferralWithoutFourEyes(t *testing.T) {
	people := []audit.Actor{ann, bob, cyd, ann, bob, cyd, audit.System, {}}
	each(t, func(t *testing.T, db *sqldb.DB, c *clock) {
		var approved int
		rapid.Check(t, func(rt *rapid.T) {
			item := id.New[id.Item](start)
			var referrals []id.Referral
			for range rapid.IntRange(12, 24).Draw(rt, "calls") {
				by := rapid.SampledFrom(people).Draw(rt, "by")
				call, pick := rapid.IntRange(0, 4).Draw(rt, "call"), rapid.IntRange(0, 23).Draw(rt, "referral")
				db.Update(t.Context(), func(tx *sqldb.Tx) error {
					switch call {
					case 0, 1:
						return assessed(tx, by, item, "a")
					case 2:
						_, err := deconflict.Ask(tx, audit.System, deconflict.Facts{Item: item, URL: address(item)})
						return err
					case 3:
						// Whatever cannot be proved is handed over unproved.
						r := Ready{URL: address(item)}
						r.Confirmed, _ = assess.TwoPeople(tx, item)
						r.Clearance, _ = deconflict.Cleared(tx, item)
						drafted, err := Draft(tx, by, batch(r))
						if err == nil {
							referrals = append(referrals, drafted.ID)
						}
						return err
					default:
						if len(referrals) == 0 {
							return nil
						}
						r, err := Approve(tx, by, referrals[pick%len(referrals)])
						if err == nil && r.State == StateApproved {
							approved++
						}
						return err
					}
				})
			}
			holds(t, rt, db)
		})
		t.Logf("%d approvals", approved)
		if approved == 0 {
			t.Error("no sequence came as far as an approval, so nothing was shown")
		}
	})
}

func holds(t *testing.T, rt *rapid.T, db *sqldb.DB) {
	view(t, db, func(tx *sqldb.Tx) error {
		for name, q := range map[string]sqldb.SQL{"an item that two people did not confirm": sqlOneSided, "an item that was not cleared": sqlUncleared, "a referral approved by who drafted it": sqlOwnDraft} {
			broken, err := tx.Exists(q)
			if err != nil {
				return err
			}
			if broken {
				rt.Fatalf("there is %s", name)
			}
		}
		return nil
	})
}
