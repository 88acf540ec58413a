package action

import (
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlUnitsOf = "SELECT DISTINCT u.unit_id FROM action_item i JOIN action_unit u ON u.action_id = i.action_id WHERE i.item_id = $1 ORDER BY u.unit_id"
	sqlAsked   = "SELECT DISTINCT u.unit_id, a.silence FROM action_item i JOIN action a ON a.id = i.action_id JOIN action_unit u ON u.action_id = a.id WHERE i.item_id = $1 AND a.silence > 0 ORDER BY u.unit_id"
)

// UnitsOf gives the units that take part in any action that an item is in.
func UnitsOf(tx *sqldb.Tx, item id.Item) ([]id.Unit, error) {
	return sqldb.Column[id.Unit](tx, sqlUnitsOf, item)
}

// AskedAbout tells which units are to be asked about an item before it leaves, and how long
// they have: those of its actions in which units are asked, and the longest time of these.
func AskedAbout(tx *sqldb.Tx, item id.Item) (units []id.Unit, silence time.Duration, err error) {
	err = tx.Each(sqlAsked, []any{item}, func(scan sqldb.Scanner) error {
		var unit id.Unit
		var given int64
		if err := scan(&unit, &given); err != nil {
			return err
		}
		if len(units) == 0 || units[len(units)-1] != unit {
			units = append(units, unit)
		}
		silence = max(silence, time.Duration(given)*time.Microsecond)
		return nil
	})
	return units, silence, err
}
