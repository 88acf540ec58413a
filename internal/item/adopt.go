package item

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlAdopt       = "UPDATE item SET platform_id = $2, kind = $3, page = $4 WHERE id = $1 AND platform_id = ''"
	sqlAdoptPlaced = "UPDATE action_item SET platform_id = $2 WHERE item_id = $1 AND platform_id = ''"
)

// adopt gives items whose host belonged to no platform to the one that was registered
// since, so that handing them in again is the way to get them on.
func adopt(tx *sqldb.Tx, by audit.Actor, list []*candidate) error {
	var entries []audit.Entry
	for _, c := range list {
		if c.created || c.Platform != "" || c.platform == "" {
			continue
		}
		c.Platform = c.platform
		if _, err := tx.Exec(sqlAdopt, c.ID, c.Platform, c.Kind, c.Page); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlAdoptPlaced, c.ID, c.Platform); err != nil {
			return err
		}
		entries = append(entries, audit.Entry{Verb: "item.adopted", Subject: string(c.ID), Detail: map[string]any{"platform": c.Platform}})
	}
	return audit.Append(tx, by, entries...)
}
