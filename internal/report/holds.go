package report

import (
	"time"

	"github.com/argine/argine/internal/sqldb"
)

// hold is an item that deconfliction held: now, or for a while.
type hold struct {
	item, platform string
	since          time.Time // zero when the event is not there
	until          time.Time // when it ends; zero once it has
	ended          time.Time // when it was cleared after all; zero while it is held
}

// The row of an item's clearance has its last answer only; that there was a hold before
// stands in the audit log.
const sqlHolds = `SELECT h.item_id, h.name, h.state, h.until, h.at, h.since FROM (
		SELECT c.item_id, COALESCE(p.name, '') AS name, c.state, c.until, c.at,
			(SELECT MIN(e.at) FROM audit_event e WHERE e.subject = c.item_id AND e.verb = 'deconflict.held') AS since
		FROM action_item ai JOIN clearance c ON c.item_id = ai.item_id LEFT JOIN platform p ON p.id = ai.platform_id
		WHERE ai.action_id = $1) h
	WHERE h.state = 'hold' OR h.since IS NOT NULL ORDER BY h.item_id`

func (s *summary) readHolds(tx *sqldb.Tx) (err error) {
	s.holds, err = sqldb.List(tx, sqlHolds, []any{s.action.id}, func(scan sqldb.Scanner) (h hold, err error) {
		var state string
		var at time.Time
		err = scan(&h.item, &h.platform, &state, sqldb.Into(&h.until), sqldb.Into(&at), sqldb.Into(&h.since))
		if state != "hold" {
			h.until, h.ended = time.Time{}, at
		}
		return h, err
	})
	return err
}
