package order

import (
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Filter narrows a list; an empty member leaves it as it is.
type Filter struct {
	Unit      id.Unit // whose orders, and those of actions that it takes part in
	Platform  id.Platform
	Action    id.Action
	Item      id.Item
	State     string
	Owes      string
	Attention bool // only those that people must look at now
	Limit     int
}

const sqlList = "SELECT " + columns + ` FROM removal_order o
	WHERE ($1 = '' OR o.unit_id = $1 OR o.action_id <> '' AND EXISTS (SELECT 1 FROM action_unit au WHERE au.action_id = o.action_id AND au.unit_id = $1))
		AND ($2 = '' OR o.platform_id = $2) AND ($3 = '' OR o.action_id = $3) AND ($4 = '' OR o.item_id = $4) AND ($5 = '' OR o.state = $5) AND ($6 = '' OR o.owes = $6)
		AND ($7 = 0 OR o.attention <> '')
	ORDER BY CASE WHEN o.attention <> '' THEN 0 WHEN o.due_at IS NOT NULL THEN 1 WHEN o.state = 'draft' THEN 2 ELSE 3 END, o.due_at IS NULL, o.due_at, o.id DESC LIMIT $8`

// List lists orders: first those that people must look at, then by what is due, then drafts.
func List(tx *sqldb.Tx, f Filter) ([]Order, error) {
	attention := 0
	if f.Attention {
		attention = 1
	}
	return sqldb.List(tx, sqlList, []any{f.Unit, f.Platform, f.Action, f.Item, f.State, f.Owes, attention, f.Limit}, read)
}
