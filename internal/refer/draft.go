package refer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// MaxItems is how many items one referral holds. All that an action has for a platform is to
// go out as one batch that is answered as one: the action of April 2017 had 2,068 items in all.
const MaxItems = 2500

// itemsToldAtOnce keeps an event within what an entry of the audit log holds.
const itemsToldAtOnce = 1000

// Batch is what to draft a referral of.
type Batch struct {
	Action   id.Action
	Platform id.Platform
	Unit     id.Unit // whose name it is sent in
	Language string
	Items    []Ready
}

// Ready is an item with the two proofs that it may be referred.
type Ready struct {
	assess.Confirmed
	deconflict.Clearance
	URL     string // the exact one that was seen
	Reasons string // what to tell the platform; empty: the assessors' reasons
}

const (
	sqlCount   = "INSERT INTO referral_counter (year, last) VALUES ($1, 1) ON CONFLICT (year) DO UPDATE SET last = referral_counter.last + 1 RETURNING last"
	sqlDraft   = "INSERT INTO referral (id, action_id, platform_id, unit_id, track, reference, language, state, drafted_by, drafted_at, approved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')"
	sqlAddItem = "INSERT INTO referral_item (referral_id, item_id, url, limbs, reasons) VALUES ($1, $2, $3, $4, $5)"
	sqlUnblock = "DELETE FROM preflight_block WHERE item_id = $1"
)

// Draft drafts one referral of a batch. Items that are in a referral already are passed
// over; if all are, that referral is returned and nothing is recorded.
func Draft(tx *sqldb.Tx, by audit.Actor, b Batch) (Referral, error) {
	if err := b.check(); err != nil {
		return Referral{}, err
	}
	if !person(by) {
		return Referral{}, problem.New(problem.Refused, "only a person can draft a referral; sign in")
	}
	items, there, err := b.fresh(tx)
	if err != nil || len(items) == 0 {
		return there, err
	}
	r := Referral{
		ID: id.New[id.Referral](tx.Now), Action: b.Action, Platform: b.Platform, Unit: b.Unit, Track: TrackReferral,
		Language: b.Language, State: StateDraft, DraftedBy: by.User, DraftedAt: tx.Now, Count: len(items),
	}
	if r.Reference, err = reference(tx); err != nil {
		return Referral{}, err
	}
	if _, err := tx.Exec(sqlDraft, r.ID, r.Action, r.Platform, r.Unit, r.Track, r.Reference, r.Language, r.State, r.DraftedBy, sqldb.At(r.DraftedAt)); err != nil {
		return Referral{}, err
	}
	ids, err := r.add(tx, items)
	if err != nil {
		return Referral{}, err
	}
	return r, r.tell(tx, by, items, ids)
}

// tell records the draft: what figures are computed from, and which items it holds. Those that
// do not fit into the first event stand in further ones.
func (r Referral) tell(tx *sqldb.Tx, by audit.Actor, items []Ready, ids []id.Item) error {
	tally := item.NewTally()
	for _, ready := range items {
		if err := tally.Add(ready.URL, ready.Limbs()); err != nil {
			return err
		}
	}
	first := ids[:min(len(ids), itemsToldAtOnce)]
	entries := []audit.Entry{{Verb: "refer.drafted", Subject: string(r.ID), Detail: struct {
		Reference string         `json:"reference"`
		Track     string         `json:"track"`
		Platform  id.Platform    `json:"platform_id"`
		Count     int            `json:"count"`
		Hosts     map[string]int `json:"hosts"`
		Limbs     map[string]int `json:"limbs"`
		Items     []id.Item      `json:"items"`
	}{r.Reference, r.Track, r.Platform, len(ids), tally.Hosts, tally.Limbs, first}}}
	for some := range slices.Chunk(ids[len(first):], itemsToldAtOnce) {
		entries = append(entries, audit.Entry{Verb: "refer.holds", Subject: string(r.ID), Detail: map[string]any{"items": some}})
	}
	return audit.Append(tx, by, entries...)
}

func (b Batch) check() error {
	switch {
	case b.Action == "" || b.Platform == "" || b.Unit == "" || b.Language == "":
		return problem.New(problem.Invalid, "a referral needs its action, its platform, the unit that sends it and a language")
	case len(b.Items) == 0:
		return problem.New(problem.Invalid, "there is nothing to refer; wait until items are cleared")
	case len(b.Items) > MaxItems:
		return problem.New(problem.TooLarge, "a referral holds at most %d items; split the batch", MaxItems)
	}
	ids := make([]id.Item, len(b.Items))
	for i, ready := range b.Items {
		if err := item.Proven(ready.item(), ready.Clearance.Item(), ready.URL); err != nil {
			return err
		}
		ids[i] = ready.item()
	}
	return item.Once(ids)
}

// item is the item that both proofs are of.
func (r Ready) item() id.Item { return r.Confirmed.Item() }

// fresh gives the items that are in no referral yet, and a referral that has the others.
func (b Batch) fresh(tx *sqldb.Tx) (items []Ready, there Referral, err error) {
	for _, ready := range b.Items {
		r, found, err := Of(tx, ready.item())
		if err != nil {
			return nil, there, err
		}
		if found {
			there = r
			continue
		}
		items = append(items, ready)
	}
	return items, there, nil
}

// reference takes the next number of the year.
func reference(tx *sqldb.Tx) (string, error) {
	year := tx.Now.Year()
	var last int64
	err := tx.Row(sqlCount, year).Scan(&last)
	return fmt.Sprintf("AR-%d-%06d", year, last), err
}

func (r Referral) add(tx *sqldb.Tx, items []Ready) ([]id.Item, error) {
	ids := make([]id.Item, 0, len(items))
	rows := make([][]any, 0, len(items))
	for _, ready := range items {
		reasons := ready.Reasons
		if reasons == "" {
			reasons = ready.Confirmed.Reasons()
		}
		ids = append(ids, ready.item())
		rows = append(rows, []any{r.ID, ready.item(), ready.URL, strings.Join(ready.Limbs(), " "), reasons})
	}
	if err := Unblock(tx, ids...); err != nil {
		return nil, err
	}
	_, err := tx.InsertRows(sqlAddItem, rows)
	return ids, err
}

func letters(limbs string) []string { return strings.Fields(limbs) }
