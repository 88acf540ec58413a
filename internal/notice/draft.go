package notice

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// MaxItems is how many items one notice holds.
const MaxItems = 5000

// Batch is what to draft a notice of.
type Batch struct {
	Track    Track
	Action   id.Action
	Platform id.Platform
	Unit     id.Unit // whose name it is sent in
	Language string
	Filled   law.Filled // without the links
	Items    []Ready
}

// Ready is an item with the two proofs that it may be told of.
type Ready struct {
	assess.Confirmed
	deconflict.Clearance
	URL     string // the exact one that was seen
	Reasons string // what to tell the platform; empty: the assessors' reasons
}

const (
	sqlCount   = "INSERT INTO notice_counter (track, year, last) VALUES ($1, $2, 1) ON CONFLICT (track, year) DO UPDATE SET last = notice_counter.last + 1 RETURNING last"
	sqlDraft   = "INSERT INTO notice (id, track, action_id, platform_id, unit_id, reference, language, filled, state, drafted_by, drafted_at, approved_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')"
	sqlAddItem = "INSERT INTO notice_item (notice_id, track, item_id, url, limbs, reasons, decision, reason, redress, automated) VALUES ($1, $2, $3, $4, $5, $6, '', '', '', FALSE)"
)

// Draft drafts one notice of a batch. Items that are in one of the same track already are
// passed over; if all are, that notice is returned and nothing is recorded.
func Draft(tx *sqldb.Tx, by audit.Actor, b Batch) (Notice, error) {
	if err := b.check(); err != nil {
		return Notice{}, err
	}
	if !person(by) {
		return Notice{}, problem.New(problem.Refused, "only a person can draft a notice; sign in")
	}
	items, there, err := b.fresh(tx)
	if err != nil {
		return Notice{}, err
	}
	if len(items) == 0 {
		return Get(tx, there)
	}
	n := Notice{
		ID: id.New[id.Notice](tx.Now), Track: b.Track, Action: b.Action, Platform: b.Platform, Unit: b.Unit, Language: b.Language, Filled: b.Filled,
		State: StateDraft, DraftedBy: by.User, DraftedAt: tx.Now, Count: len(items),
	}
	if err := n.Track.Form().Check(n.Complete(items)); err != nil {
		return Notice{}, err
	}
	if n.Reference, err = reference(tx, n.Track); err != nil {
		return Notice{}, err
	}
	return n, n.insert(tx, by, items)
}

func (n Notice) insert(tx *sqldb.Tx, by audit.Actor, items []Item) error {
	filled, err := json.Marshal(n.Filled)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(sqlDraft, n.ID, n.Track, n.Action, n.Platform, n.Unit, n.Reference, n.Language, string(filled), n.State, n.DraftedBy, sqldb.At(n.DraftedAt)); err != nil {
		return err
	}
	rows := make([][]any, len(items))
	for i, it := range items {
		rows[i] = []any{n.ID, n.Track, it.Item, it.URL, strings.Join(it.Limbs, " "), it.Reasons}
	}
	if _, err := tx.InsertRows(sqlAddItem, rows); err != nil {
		return err
	}
	return n.tell(tx, by, items)
}

// told is what the audit log keeps of a draft: enough to compute every figure from it.
type told struct {
	Reference      string         `json:"reference"`
	Track          Track          `json:"track"`
	Platform       id.Platform    `json:"platform_id"`
	Action         id.Action      `json:"action_id,omitempty"`
	TrustedFlagger bool           `json:"trusted_flagger,omitempty"`
	Items          int            `json:"items"`
	Hosts          map[string]int `json:"hosts"` // items by host name
	Limbs          map[string]int `json:"limbs"` // items by limb; one can fall under several
}

// itemsToldAtOnce keeps an event within what an entry of the audit log holds.
const itemsToldAtOnce = 1000

// tell records the draft, and in further events which items it holds, and under which limbs.
func (n Notice) tell(tx *sqldb.Tx, by audit.Actor, items []Item) error {
	tally := item.NewTally()
	for _, it := range items {
		if err := tally.Add(it.URL, it.Limbs); err != nil {
			return err
		}
	}
	t := told{Reference: n.Reference, Track: n.Track, Platform: n.Platform, Action: n.Action, TrustedFlagger: n.Filled["trusted_flagger"] == "yes",
		Items: len(items), Hosts: tally.Hosts, Limbs: tally.Limbs}
	entries := []audit.Entry{{Verb: "notice.drafted", Subject: string(n.ID), Detail: t}}
	for some := range slices.Chunk(items, itemsToldAtOnce) {
		ids, limbs := make([]id.Item, len(some)), make([]string, len(some))
		for i, it := range some {
			ids[i], limbs[i] = it.Item, strings.Join(it.Limbs, " ")
		}
		entries = append(entries, audit.Entry{Verb: "notice.holds", Subject: string(n.ID), Detail: map[string]any{"items": ids, "limbs": limbs}})
	}
	return audit.Append(tx, by, entries...)
}

func (b Batch) check() error {
	switch {
	case b.Track != Article16 && b.Track != Article9:
		return problem.New(problem.Invalid, "%.20q is no track; use notice or act_order", b.Track)
	case b.Action == "" || b.Platform == "" || b.Unit == "" || b.Language == "":
		return problem.New(problem.Invalid, "a notice needs its action, its platform, the unit that sends it and a language")
	case len(b.Items) == 0:
		return problem.New(problem.Invalid, "there is nothing to give notice of; wait until items are cleared")
	case len(b.Items) > MaxItems:
		return problem.New(problem.TooLarge, "a notice holds at most %d items; split the batch", MaxItems)
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

// fresh gives the items that are in no notice of the track yet, and a notice that has the others.
func (b Batch) fresh(tx *sqldb.Tx) (items []Item, there id.Notice, err error) {
	for _, ready := range b.Items {
		n, found, err := Of(tx, b.Track, ready.item())
		if err != nil {
			return nil, there, err
		}
		if found {
			there = n
			continue
		}
		it := Item{Item: ready.item(), URL: ready.URL, Limbs: ready.Limbs(), Reasons: ready.Reasons}
		if it.Reasons == "" {
			it.Reasons = ready.Confirmed.Reasons()
		}
		items = append(items, it)
	}
	return items, there, nil
}

// reference takes the next number of the track and year.
func reference(tx *sqldb.Tx, track Track) (string, error) {
	year := tx.Now.Year()
	var last int64
	err := tx.Row(sqlCount, track, year).Scan(&last)
	prefix := "N"
	if track == Article9 {
		prefix = "A9"
	}
	return fmt.Sprintf("%s-%d-%06d", prefix, year, last), err
}
