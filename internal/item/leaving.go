package item

import "github.com/argine/argine/internal/sqldb"

// Leaving are the stages of items that two people have confirmed and that may not have left yet.
// An item on which a removal order was drafted is among them; whether it was issued, the order
// knows.
var Leaving = []Stage{Confirmed, Held, Cleared, Blocked, Drafted, Ordered}

// The list of stages is the predicate of the index item_leaving, word for word.
const sqlLeaving = "SELECT " + columns + " FROM item WHERE stage IN ('confirmed', 'held', 'cleared', 'blocked', 'drafted', 'ordered') ORDER BY id"

// AllLeaving returns the items of all actions that are in these stages, oldest first: few of all
// that there ever were.
func AllLeaving(tx *sqldb.Tx) ([]Item, error) {
	return sqldb.List(tx, sqlLeaving, nil, read)
}
