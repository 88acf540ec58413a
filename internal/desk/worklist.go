package desk

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What waits for a first assessment: ready items, and unreachable ones, which a person may
// have seen elsewhere. Re-uploads come first, then matches, then the order of handing-in.
// For a second assessment: what somebody else assessed. For a third: what two do not agree on.
// These come in the order of the tiers that were found, the most pressing first; but in a blind
// action not, because the place in the list would tell what the first person found.
const (
	seenBefore = "CASE WHEN EXISTS (SELECT 1 FROM reupload r WHERE r.item_id = ai.item_id) THEN 0 WHEN EXISTS (SELECT 1 FROM match m WHERE m.item_id = ai.item_id) THEN 1 ELSE 2 END, ai.item_id"
	pressing   = "(SELECT MIN(CASE a.tier WHEN 'threat_to_life' THEN 0 WHEN 'crisis' THEN 1 WHEN 'designation' THEN 2 WHEN 'promotional' THEN 3 ELSE 4 END) FROM assessment a WHERE a.item_id = ai.item_id)"

	sqlFirstWork = "SELECT ai.item_id FROM action_item ai WHERE ai.action_id = $1 AND ai.stage IN ('ready', 'unreachable') ORDER BY " + seenBefore + " LIMIT $2"
	sqlNextWork  = "SELECT ai.item_id FROM action_item ai WHERE ai.action_id = $1 AND ai.stage = $4 AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.item_id = ai.item_id AND a.user_id = $3) " +
		"ORDER BY CASE WHEN $5 = 0 THEN " + pressing + " ELSE 0 END, " + seenBefore + " LIMIT $2"
)

// stageOf is the stage whose items wait for a step.
var stageOf = map[int]item.Stage{2: item.Assessed, 3: item.Disputed}

// Worklist lists the items that wait for a person's assessment at a step, with the facts to
// decide on, most urgent first.
func (d *Desk) Worklist(ctx context.Context, who auth.Principal, a id.Action, step, limit int) ([]client.Task, error) {
	perm := auth.AssessFirst
	if step > 1 {
		perm = auth.AssessSecond
	}
	return view(ctx, d, who, perm, func(tx *sqldb.Tx) ([]client.Task, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		q, args := sqldb.SQL(sqlFirstWork), []any{a, limit}
		if step > 1 {
			blind := 0
			if on, err := action.Get(tx, a); err != nil {
				return nil, err
			} else if on.Blind || d.Blind {
				blind = 1
			}
			q, args = sqlNextWork, []any{a, limit, who.User, stageOf[step], blind}
		}
		ids, err := sqldb.Column[id.Item](tx, q, args...)
		if err != nil {
			return nil, err
		}
		tasks := make([]client.Task, len(ids))
		for i, target := range ids {
			if tasks[i], err = d.task(tx, who, target, step); err != nil {
				return nil, err
			}
		}
		return tasks, nil
	})
}

// task gathers the facts of one item. The first assessment is not shown to the second
// person: a second opinion that has read the first is none. Who decides between two reads
// both, but in a blind action.
func (d *Desk) task(tx *sqldb.Tx, who auth.Principal, target id.Item, step int) (client.Task, error) {
	t := client.Task{Step: step}
	it, err := item.Get(tx, target)
	if err != nil {
		return t, err
	}
	list, err := itemsOf(tx, []item.Item{it})
	if err != nil {
		return t, err
	}
	t.Item = list[0]
	captures, err := d.captures(tx, target)
	if err != nil {
		return t, err
	}
	if n := len(captures); n > 0 {
		t.Capture = &captures[n-1]
	}
	if t.Media, err = mediaOf(tx, target); err != nil {
		return t, err
	}
	if t.Matches, t.Reuploads, err = matchesOf(tx, who, target); err != nil {
		return t, err
	}
	variants, err := item.Variants(tx, target)
	t.Variants = some(variants)
	if err != nil || step != 3 {
		return t, err
	}
	if hidden, err := d.hidden(tx, who, target); err != nil || hidden {
		return t, err
	}
	t.Assessments, err = assessmentsOf(tx, target)
	return t, err
}

const (
	sqlClearance = "SELECT state, contact, until, at FROM clearance WHERE item_id = $1"
	sqlBlock     = "SELECT item_id, rule, reason, remedy, at FROM preflight_block WHERE item_id = $1"
)

func readClearance(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) error {
	var c client.Clearance
	var until time.Time
	err := tx.Row(sqlClearance, target).Scan(&c.State, &c.Contact, sqldb.Into(&until), sqldb.Into(&c.At))
	if err == nil {
		c.Until = optional(until)
		out.Clearance = &c
	} else if !problem.Is(err, problem.NotFound) {
		return err
	}
	var b client.Block
	err = tx.Row(sqlBlock, target).Scan(&b.ItemID, &b.Rule, &b.Reason, &b.Remedy, sqldb.Into(&b.At))
	if err == nil {
		out.Block = &b
	} else if !problem.Is(err, problem.NotFound) {
		return err
	}
	return nil
}
