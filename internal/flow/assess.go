package flow

import (
	"context"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/match"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Assess records assessments, each by itself. When two people agree that an item is
// terrorist content, it goes on to deconfliction, and what it carries into their own bank.
// Where two do not agree, a third decides. An entry of a list may be named by its reference.
func (f *Flow) Assess(ctx context.Context, who auth.Principal, list []assess.New) ([]Result, error) {
	if err := who.Require(auth.AssessFirst); err != nil {
		return nil, err
	}
	return each(ctx, list, func(ctx context.Context, in assess.New) (string, error) {
		return write(ctx, f, call{who, auth.AssessFirst, "assess", in}, func(tx *sqldb.Tx) (string, error) {
			return f.assess(tx, who, in)
		})
	})
}

func (f *Flow) assess(tx *sqldb.Tx, who auth.Principal, in assess.New) (string, error) {
	it, err := item.Get(tx, in.Item)
	if err != nil {
		return "", err
	}
	if err := seesItem(tx, who, it.ID); err != nil {
		return "", err
	}
	switch it.Stage {
	case item.Ready, item.Unreachable:
	case item.Assessed, item.Disputed:
		if err := who.Require(auth.AssessSecond); err != nil {
			return "", err
		}
	default:
		return "", problem.New(problem.Refused, "this item is %s and takes no assessment now; reload the worklist", it.Stage)
	}
	if in.Entity != "" {
		if in.Entity, err = designation.Named(tx, string(in.Entity)); err != nil {
			return "", err
		}
	}
	made, outcome, err := assess.Record(tx, who.Actor(), in)
	if err != nil {
		return "", err
	}
	from := []item.Stage{item.Ready, item.Unreachable, item.Assessed, item.Disputed}
	if _, err := item.Move(tx, who.Actor(), item.Stage(outcome), from, it.ID); err != nil {
		return "", err
	}
	if outcome == assess.OutcomeConfirmed || outcome == assess.OutcomeRejected {
		ideology, err := assess.Ideology(tx, it.ID)
		if err != nil {
			return "", err
		}
		if err := item.SetIdeology(tx, it.ID, ideology); err != nil {
			return "", err
		}
	}
	if outcome != assess.OutcomeConfirmed {
		return string(made.ID), nil
	}
	if err := match.AwaitOwn(tx, it.ID); err != nil {
		return "", err
	}
	return string(made.ID), f.Jobs.Enqueue(tx, deconflict.Job{Items: []id.Item{it.ID}})
}

const sqlSeesItem = "SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = $1 AND au.unit_id = $2"

// seesItem refuses who may not see an item: not of a unit that shares an action with it.
func seesItem(tx *sqldb.Tx, who auth.Principal, it id.Item) error {
	if who.SeesAll() {
		return nil
	}
	ok, err := tx.Exists(sqlSeesItem, it, who.Unit)
	if err != nil || ok {
		return err
	}
	return problem.New(problem.NotFound, "there is no item %q that your unit can see", it)
}
