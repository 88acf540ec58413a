// Package notice makes and keeps what goes to a platform under the Digital Services Act,
// Regulation (EU) 2022/2065: notices of Article 16 and orders to act of Article 9.
//
// A notice tells a hosting service of content that is said to be illegal. One that is
// substantiated, exact and made in good faith gives it actual knowledge (Article 16(3)), so it
// is no lighter a thing than a referral: each of its items has the proofs of two assessments
// and of a clearance, and the person who approves it is another than drafted it.
//
// An order to act is an authority's, rests on a law that it names, and is answered with the
// effect that was given to it, if any and when (Article 9(1)).
//
// Both are a track of their own beside referrals and removal orders. An item can be on several
// tracks, one after the other; each has rows, references and counters of its own, and no
// figure adds them up.
package notice

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Track is under which article it goes out.
type Track string

// The tracks.
const (
	Article16 Track = "notice"
	Article9  Track = "act_order"
)

// Form is what is filled in on the track.
func (t Track) Form() law.Form {
	if t == Article9 {
		return law.ActOrder()
	}
	return law.Notice()
}

// The states.
const (
	StateDraft     = "draft"
	StateApproved  = "approved"
	StateWithdrawn = "withdrawn"
)

// Notice is a batch of items to one platform on one of the tracks.
type Notice struct {
	ID          id.Notice
	Track       Track
	Action      id.Action
	Platform    id.Platform
	Unit        id.Unit // whose name it is sent in
	Reference   string  // what both sides call it: N-2026-000123, A9-2026-000123
	Language    string  // of the platform
	Filled      law.Filled
	State       string
	DraftedBy   id.User
	DraftedAt   time.Time
	ApprovedBy  id.User
	ApprovedAt  time.Time
	ReceivedAt  time.Time // when the platform had it
	ConfirmedAt time.Time // when it confirmed that, Article 16(4)
	Count       int       // of its items
}

// Item is one item of a notice, and the newest of what the platform said of it.
type Item struct {
	Item    id.Item
	URL     string   // the exact one that was seen
	Limbs   []string // of Article 2(7) of Regulation (EU) 2021/784
	Reasons string
	Decision
}

const (
	columns        = "id, track, action_id, platform_id, unit_id, reference, language, filled, state, drafted_by, drafted_at, approved_by, approved_at, received_at, confirmed_at, (SELECT COUNT(*) FROM notice_item WHERE notice_id = notice.id)"
	sqlGet         = "SELECT " + columns + " FROM notice WHERE id = $1"
	sqlList        = "SELECT " + columns + " FROM notice WHERE action_id = $1 AND ($2 = '' OR track = $2) ORDER BY id"
	sqlForPlatform = "SELECT " + columns + " FROM notice WHERE platform_id = $1 AND state = 'approved' ORDER BY id"
	sqlItems       = "SELECT item_id, url, limbs, reasons, decision, decided_at, told_at, reason, redress, automated FROM notice_item WHERE notice_id = $1 ORDER BY item_id"
	sqlNoticeOf    = "SELECT notice_id FROM notice_item WHERE track = $1 AND item_id = $2"
)

// Get gives a notice.
func Get(tx *sqldb.Tx, notice id.Notice) (Notice, error) {
	n, err := read(tx.Row(sqlGet, notice).Scan)
	if problem.Is(err, problem.NotFound) {
		return n, problem.New(problem.NotFound, "there is no notice %.40q; check the identifier", notice)
	}
	return n, err
}

// List lists an action's notices of a track, or of both for "", oldest first.
func List(tx *sqldb.Tx, action id.Action, track Track) ([]Notice, error) {
	return sqldb.List(tx, sqlList, []any{action, track}, read)
}

// ForPlatform lists what a platform may see: what was approved to go to it, oldest first.
func ForPlatform(tx *sqldb.Tx, platform id.Platform) ([]Notice, error) {
	return sqldb.List(tx, sqlForPlatform, []any{platform}, read)
}

// Items lists the items of a notice.
func Items(tx *sqldb.Tx, notice id.Notice) ([]Item, error) {
	return sqldb.List(tx, sqlItems, []any{notice}, func(scan sqldb.Scanner) (it Item, err error) {
		var limbs string
		err = scan(&it.Item, &it.URL, &limbs, &it.Reasons, &it.Kind, sqldb.Into(&it.DecidedAt), sqldb.Into(&it.ToldAt), &it.Reason, &it.Redress, &it.Automated)
		it.Limbs = strings.Fields(limbs)
		return it, err
	})
}

// Of gives the notice that an item is in on a track, if it is in any.
func Of(tx *sqldb.Tx, track Track, item id.Item) (id.Notice, bool, error) {
	var notice id.Notice
	err := tx.Row(sqlNoticeOf, track, item).Scan(&notice)
	if problem.Is(err, problem.NotFound) {
		return "", false, nil
	}
	return notice, err == nil, err
}

// Complete is the filled form with the links of the items in it.
func (n Notice) Complete(items []Item) law.Filled {
	filled := law.Filled{}
	for key, value := range n.Filled {
		filled[key] = value
	}
	var urls strings.Builder
	for _, it := range items {
		urls.WriteString(it.URL + "\n")
	}
	filled["urls"] = strings.TrimRight(urls.String(), "\n")
	return filled
}

func read(scan sqldb.Scanner) (n Notice, err error) {
	var filled string
	err = scan(&n.ID, &n.Track, &n.Action, &n.Platform, &n.Unit, &n.Reference, &n.Language, &filled, &n.State, &n.DraftedBy, sqldb.Into(&n.DraftedAt),
		&n.ApprovedBy, sqldb.Into(&n.ApprovedAt), sqldb.Into(&n.ReceivedAt), sqldb.Into(&n.ConfirmedAt), &n.Count)
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal([]byte(filled), &n.Filled)
}
