// Package refer makes and keeps referrals: batches of items that a platform is asked to
// look at against its own terms (recital 40 of Regulation (EU) 2021/784).
//
// A referral binds nobody, but it costs the platform an hour and the unit its name, so what
// leaves is checked three times. Preflight refuses what must not be referred at all. Draft
// takes, for each item, proof that two people found it to be terrorist content and proof
// that deconfliction cleared it; a call without them does not compile. Approve lets the
// draft leave, and is never by the person who drafted it.
//
// What the platform says afterwards is recorded item by item; the newest answer holds.
//
// Referrals, removal orders and notices are three legal tracks with their own clocks and
// counters, and are never mixed. Only referrals are drafted here so far.
package refer

import (
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The three legal tracks.
const (
	TrackReferral = "referral" // voluntary: recital 40 of Regulation (EU) 2021/784
	TrackOrder    = "order"    // removal order: its Article 3
	TrackNotice   = "notice"   // notice: Article 16 of Regulation (EU) 2022/2065
)

// The states of a referral.
const (
	StateDraft     = "draft"
	StateApproved  = "approved"
	StateWithdrawn = "withdrawn"
)

// Referral is a batch of items to one platform.
type Referral struct {
	ID         id.Referral
	Action     id.Action
	Platform   id.Platform
	Unit       id.Unit // whose name it is sent in
	Track      string
	Reference  string // what both sides call it: AR-2026-000123
	Language   string // of the platform
	State      string
	DraftedBy  id.User
	DraftedAt  time.Time
	ApprovedBy id.User
	ApprovedAt time.Time
	Count      int // of its items
}

// Item is one item of a referral, as it is told to the platform.
type Item struct {
	Item    id.Item
	URL     string   // the exact one that was seen
	Limbs   []string // of Article 2(7)
	Reasons string
}

const (
	sqlGet         = "SELECT id, action_id, platform_id, unit_id, track, reference, language, state, drafted_by, drafted_at, approved_by, approved_at, (SELECT COUNT(*) FROM referral_item WHERE referral_id = referral.id) FROM referral WHERE id = $1"
	sqlList        = "SELECT id, action_id, platform_id, unit_id, track, reference, language, state, drafted_by, drafted_at, approved_by, approved_at, (SELECT COUNT(*) FROM referral_item WHERE referral_id = referral.id) FROM referral WHERE action_id = $1 AND ($2 = '' OR state = $2) ORDER BY id"
	sqlForPlatform = "SELECT id, action_id, platform_id, unit_id, track, reference, language, state, drafted_by, drafted_at, approved_by, approved_at, (SELECT COUNT(*) FROM referral_item WHERE referral_id = referral.id) FROM referral WHERE platform_id = $1 AND state = 'approved' ORDER BY id"
	sqlItems       = "SELECT item_id, url, limbs, reasons FROM referral_item WHERE referral_id = $1 ORDER BY item_id"
	sqlReferralOf  = "SELECT referral_id FROM referral_item WHERE item_id = $1"
)

// Get gives a referral.
func Get(tx *sqldb.Tx, referral id.Referral) (Referral, error) {
	return read(tx.Row(sqlGet, referral).Scan)
}

// List lists an action's referrals in a state, or all for "", oldest first.
func List(tx *sqldb.Tx, action id.Action, state string) ([]Referral, error) {
	return sqldb.List(tx, sqlList, []any{action, state}, read)
}

// ForPlatform lists what a platform may see: the approved referrals to it, oldest first.
func ForPlatform(tx *sqldb.Tx, platform id.Platform) ([]Referral, error) {
	return sqldb.List(tx, sqlForPlatform, []any{platform}, read)
}

// Items lists the items of a referral.
func Items(tx *sqldb.Tx, referral id.Referral) ([]Item, error) {
	return sqldb.List(tx, sqlItems, []any{referral}, func(scan sqldb.Scanner) (it Item, err error) {
		var limbs string
		err = scan(&it.Item, &it.URL, &limbs, &it.Reasons)
		it.Limbs = letters(limbs)
		return it, err
	})
}

// Of gives the referral that an item is in, if it is in any.
func Of(tx *sqldb.Tx, item id.Item) (Referral, bool, error) {
	var referral id.Referral
	err := tx.Row(sqlReferralOf, item).Scan(&referral)
	if problem.Is(err, problem.NotFound) {
		return Referral{}, false, nil
	}
	if err != nil {
		return Referral{}, false, err
	}
	r, err := Get(tx, referral)
	return r, err == nil, err
}

func read(scan sqldb.Scanner) (r Referral, err error) {
	return r, scan(&r.ID, &r.Action, &r.Platform, &r.Unit, &r.Track, &r.Reference, &r.Language, &r.State, &r.DraftedBy, sqldb.Into(&r.DraftedAt), &r.ApprovedBy, sqldb.Into(&r.ApprovedAt), &r.Count)
}
