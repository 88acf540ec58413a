package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// referralsShown is how many referrals a list over all actions shows, newest first.
const referralsShown = 200

const (
	sqlReferralsTo = referralColumns + `WHERE r.platform_id = $2 AND ($1 = '' OR EXISTS (
		SELECT 1 FROM action_unit au WHERE au.action_id = r.action_id AND au.unit_id = $1)) ORDER BY r.id DESC LIMIT $3`
	sqlInbox = referralColumns + "WHERE r.platform_id = $1 AND r.state = 'approved' ORDER BY r.id DESC LIMIT $2"
)

// ReferralsTo lists the newest referrals to a platform that a person sees.
func (d *Desk) ReferralsTo(ctx context.Context, who auth.Principal, p id.Platform) ([]client.Referral, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Referral, error) {
		unit := who.Unit
		if who.SeesAll() {
			unit = ""
		}
		return sqldb.List(tx, sqlReferralsTo, []any{unit, p, referralsShown}, readReferralRow)
	})
}

// Inbox lists what was sent to the platform whose contact asks, newest first.
func (d *Desk) Inbox(ctx context.Context, who auth.Principal) ([]client.Referral, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) ([]client.Referral, error) {
		if who.Platform == "" {
			return nil, problem.New(problem.NotFound, "you are no platform's contact; see the list of actions")
		}
		return sqldb.List(tx, sqlInbox, []any{who.Platform, referralsShown}, readReferralRow)
	})
}
