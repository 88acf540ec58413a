package item

import (
	"strings"
	"testing"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestEachListWalksItsOwnIndex holds the statements to what the schema file promises: one
// walk along the index made for the set of filters, no sorting, no look at the table.
func TestEachListWalksItsOwnIndex(t *testing.T) {
	db := dbtest.SQLite(t)
	err := db.View(t.Context(), func(tx *sqldb.Tx) error {
		for set, suffix := range []string{"", "_p", "_l", "_pl", "_v", "_pv", "_lv", "_plv", "_i"} {
			args := []any{"a", "s", []byte{}, "i", []byte{0xff}, 50, "x", "y", "z"}[:6+max(0, len(suffix)-1)]
			q := sqldb.SQL(sqlListI)
			if set < len(walks) {
				q = walks[set]
			} else {
				args = append(args, "", "", "")
			}
			rows, err := tx.Raw().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+string(q), args...)
			if err != nil {
				return err
			}
			var plan []string
			for rows.Next() {
				var a, b, c int
				var line string
				if err := rows.Scan(&a, &b, &c, &line); err != nil {
					return err
				}
				plan = append(plan, line)
			}
			rows.Close()
			if len(plan) != 1 || !strings.HasPrefix(plan[0], "SEARCH action_item USING COVERING INDEX action_item_list"+suffix+" (action_id=?") || !strings.Contains(plan[0], "stage=? AND ") {
				t.Errorf("filters %q: %s", suffix, strings.Join(plan, "; "))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
