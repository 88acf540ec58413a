package desk

import (
	"context"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What waits for a first assessment: ready items, and unreachable ones, which a person may
// have seen elsewhere. Re-uploads come first, then matches, then the order of handing-in.
// For a second assessment: what somebody else assessed.
const (
	sqlFirstWork = `SELECT ai.item_id FROM action_item ai
		WHERE ai.action_id = $1 AND ai.stage IN ('ready', 'unreachable')
		ORDER BY CASE WHEN EXISTS (SELECT 1 FROM reupload r WHERE r.item_id = ai.item_id) THEN 0
			WHEN EXISTS (SELECT 1 FROM match m WHERE m.item_id = ai.item_id) THEN 1 ELSE 2 END, ai.item_id LIMIT $2`
	sqlSecondWork = `SELECT ai.item_id FROM action_item ai
		WHERE ai.action_id = $1 AND ai.stage = 'assessed'
			AND NOT EXISTS (SELECT 1 FROM assessment a WHERE a.item_id = ai.item_id AND a.user_id = $3)
		ORDER BY CASE WHEN EXISTS (SELECT 1 FROM reupload r WHERE r.item_id = ai.item_id) THEN 0
			WHEN EXISTS (SELECT 1 FROM match m WHERE m.item_id = ai.item_id) THEN 1 ELSE 2 END, ai.item_id LIMIT $2`
)

// Worklist lists the items that wait for a person's assessment at a step, with the facts to
// decide on, most urgent first.
func (d *Desk) Worklist(ctx context.Context, who auth.Principal, a id.Action, step, limit int) ([]client.Task, error) {
	perm := auth.AssessFirst
	if step == 2 {
		perm = auth.AssessSecond
	}
	return view(ctx, d, who, perm, func(tx *sqldb.Tx) ([]client.Task, error) {
		if err := seesAction(tx, who, a); err != nil {
			return nil, err
		}
		q, args := sqldb.SQL(sqlFirstWork), []any{a, limit}
		if step == 2 {
			q, args = sqlSecondWork, []any{a, limit, who.User}
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
// person: a second opinion that has read the first is none.
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
	return t, err
}

func readAssessments(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) error {
	list, err := assess.Of(tx, target)
	if err != nil {
		return err
	}
	out.Assessments = make([]client.Assessment, len(list))
	for i, a := range list {
		out.Assessments[i] = client.Assessment{ID: string(a.ID), ItemID: string(a.Item), Step: a.Step, UserID: string(a.User), UnitID: string(a.Unit), Decision: a.Decision,
			Limbs: some(a.Limbs), Purpose: a.Purpose, PurposeReasons: a.PurposeReasons, Confidence: a.Confidence, Reasons: a.Reasons, At: a.At}
	}
	return nil
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
