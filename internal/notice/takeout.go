package notice

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlToldOf   = "SELECT url, limbs FROM notice_item WHERE notice_id = $1 AND item_id = $2"
	sqlTakeOut  = "DELETE FROM notice_item WHERE notice_id = $1 AND item_id = $2"
	sqlWithdraw = "UPDATE notice SET state = 'withdrawn' WHERE id = $1 AND state = 'draft' AND NOT EXISTS (SELECT 1 FROM notice_item WHERE notice_id = $1)"
)

// TakeOut takes an item out of a draft, because something came up since it was drafted. It can be
// drafted again. A draft in which nothing is left is withdrawn.
func TakeOut(tx *sqldb.Tx, by audit.Actor, n Notice, target id.Item, why item.TakenOut) error {
	if n.State != StateDraft {
		return problem.New(problem.Conflict, "%s has left; nothing can be taken out of it", n.Reference)
	}
	return item.Draft{Room: "notice", ID: string(n.ID), Reference: n.Reference, Told: sqlToldOf, Out: sqlTakeOut, Withdraw: sqlWithdraw}.TakeOut(tx, by, target, why)
}
