package item

import (
	"slices"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlStage      = "SELECT stage FROM item WHERE id = $1"
	sqlStages     = "SELECT id, stage FROM item WHERE id IN (" + ten + ")"
	sqlMove       = "UPDATE item SET stage = $2, moved_at = $3 WHERE id = $1"
	sqlMovePlaced = "UPDATE action_item SET stage = $2 WHERE item_id = $1"
)

// Move brings to a stage those of the items that are in one of the stages from, and says
// which they were, in the order given. The others stay: that is how a job that runs a
// second time changes nothing. Each move is an event, item.<stage>.
func Move(tx *sqldb.Tx, by audit.Actor, stage Stage, from []Stage, items ...id.Item) ([]id.Item, error) {
	return move(tx, by, stage, from, nil, items)
}

// MoveWith moves one item and keeps detail with the event. It reports whether it moved.
func MoveWith(tx *sqldb.Tx, by audit.Actor, item id.Item, stage Stage, from []Stage, detail any) (bool, error) {
	moved, err := move(tx, by, stage, from, detail, []id.Item{item})
	return len(moved) == 1, err
}

func move(tx *sqldb.Tx, by audit.Actor, stage Stage, from []Stage, detail any, items []id.Item) ([]id.Item, error) {
	now, err := stagesOf(tx, items)
	if err != nil {
		return nil, err
	}
	var moved []id.Item
	var entries []audit.Entry
	for _, item := range items {
		at, ok := now[item]
		if !ok || at == stage || !slices.Contains(from, at) {
			continue
		}
		now[item] = stage // named twice, it moves once
		moved = append(moved, item)
		entries = append(entries, audit.Entry{Verb: "item." + string(stage), Subject: string(item), Detail: detail})
	}
	for _, item := range moved {
		if _, err := tx.Exec(sqlMove, item, stage, sqldb.At(tx.Now)); err != nil {
			return nil, err
		}
		if _, err := tx.Exec(sqlMovePlaced, item, stage); err != nil {
			return nil, err
		}
	}
	return moved, audit.Append(tx, by, entries...)
}

func stagesOf(tx *sqldb.Tx, items []id.Item) (map[id.Item]Stage, error) {
	now := make(map[id.Item]Stage, len(items))
	if len(items) == 1 { // the usual case, and quicker than a list of ten
		var stage Stage
		err := tx.Row(sqlStage, items[0]).Scan(&stage)
		if problem.Is(err, problem.NotFound) {
			return now, nil
		}
		now[items[0]] = stage
		return now, err
	}
	err := tens(items, nil, func(_ []id.Item, args []any) error {
		return tx.Each(sqlStages, args, func(scan sqldb.Scanner) error {
			var item id.Item
			var stage Stage
			if err := scan(&item, &stage); err != nil {
				return err
			}
			now[item] = stage
			return nil
		})
	})
	return now, err
}
