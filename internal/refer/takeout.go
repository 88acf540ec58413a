package refer

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlToldOf   = "SELECT url, limbs FROM referral_item WHERE referral_id = $1 AND item_id = $2"
	sqlTakeOut  = "DELETE FROM referral_item WHERE referral_id = $1 AND item_id = $2"
	sqlWithdraw = "UPDATE referral SET state = 'withdrawn' WHERE id = $1 AND state = 'draft' AND NOT EXISTS (SELECT 1 FROM referral_item WHERE referral_id = $1)"
)

// TakeOut takes an item out of a draft, because something came up since it was drafted. It can be
// drafted again. A draft in which nothing is left is withdrawn.
func TakeOut(tx *sqldb.Tx, by audit.Actor, r Referral, target id.Item, why item.TakenOut) error {
	if r.State != StateDraft {
		return problem.New(problem.Conflict, "referral %s has left; nothing can be taken out of it", r.Reference)
	}
	return item.Draft{Room: "refer", ID: string(r.ID), Reference: r.Reference, Told: sqlToldOf, Out: sqlTakeOut, Withdraw: sqlWithdraw}.TakeOut(tx, by, target, why)
}
