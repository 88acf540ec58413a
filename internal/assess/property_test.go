package assess

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const sqlAssessors = "SELECT COUNT(DISTINCT user_id) FROM assessment WHERE item_id = $1 AND decision = 'terrorist'"

// No sequence of calls confirms an item that fewer than two people found to be terrorist
// content, whether by its outcome or by a proof.
func TestNoConfirmationWithoutTwoPeople(t *testing.T) {
	people := []audit.Actor{ann, bob, cyd, dan, audit.System, {}}
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		rapid.Check(t, func(rt *rapid.T) {
			items := []id.Item{id.New[id.Item](time.Now()), id.New[id.Item](time.Now())}
			for range rapid.IntRange(1, 10).Draw(rt, "calls") {
				item := rapid.SampledFrom(items).Draw(rt, "item")
				in := rapid.SampledFrom([]New{terrorist(item, "a"), terrorist(item, "b", "c"), harmless(item), {Item: item}}).Draw(rt, "decision")
				_, outcome, _ := record(t, db, rapid.SampledFrom(people).Draw(rt, "by"), in)
				view(t, db, func(tx *sqldb.Tx) error {
					var assessors int
					if err := tx.Row(sqlAssessors, item).Scan(&assessors); err != nil {
						return err
					}
					proof, err := TwoPeople(tx, item)
					if (outcome == OutcomeConfirmed || err == nil) && assessors < 2 {
						rt.Fatalf("confirmed by %d people: outcome %q, proof of %q", assessors, outcome, proof.Item())
					}
					if assessors > 2 {
						rt.Fatalf("%d people were asked where two agreed", assessors)
					}
					if assessors == 2 && err != nil {
						rt.Fatalf("two people agreed and there is no proof: %v", err)
					}
					return nil
				})
			}
		})
	})
}
