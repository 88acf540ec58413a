package desk

import (
	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Which other items carry a medium or a text, $1, than the one that is looked at, $2: those that share
// an action with the unit $3, or all where $3 is empty.
const (
	elsewhere = ` FROM (SELECT item_id FROM item_medium WHERE sha256 = $1 UNION SELECT item_id FROM item_text WHERE sha256 = $1) AS c
		WHERE c.item_id <> $2 AND ($3 = '' OR EXISTS (
			SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = c.item_id AND au.unit_id = $3))`

	sqlSeenElsewhere  = "SELECT c.item_id" + elsewhere + " ORDER BY c.item_id DESC LIMIT 20"
	sqlCountElsewhere = "SELECT COUNT(*)" + elsewhere

	sqlMatches = `SELECT b.name, m.entry_id, COALESCE(e.number, 0), m.sha256, m.kind, m.distance, m.share, m.label, COALESCE(e.labels, ''), m.own, m.at
		FROM match m JOIN bank b ON b.id = m.bank_id LEFT JOIN bank_entry e ON e.id = m.entry_id WHERE m.item_id = $1 ORDER BY m.own, m.distance, m.id`
	sqlReuploads = "SELECT item_id, earlier_id, sha256, kind, distance, gone_at, at FROM reupload WHERE item_id = $1 OR earlier_id = $1 ORDER BY at, item_id"
)

// matchesOf tells what an item's media match, where else each was seen as far as the person
// may know, and which items it is a re-upload of or was uploaded again as.
func matchesOf(tx *sqldb.Tx, who auth.Principal, target id.Item) ([]client.Match, []client.Reupload, error) {
	matches, err := sqldb.List(tx, sqlMatches, []any{target}, func(scan sqldb.Scanner) (m client.Match, err error) {
		var labels string
		err = scan(&m.Bank, &m.EntryID, &m.Number, &m.SHA256, &m.Kind, &m.Distance, &m.Share, &m.Label, &labels, &m.Own, sqldb.Into(&m.At))
		m.Labels = words(labels)
		return m, err
	})
	if err != nil {
		return nil, nil, err
	}
	if err := readElsewhere(tx, who, target, matches); err != nil {
		return nil, nil, err
	}
	again, err := sqldb.List(tx, sqlReuploads, []any{target}, func(scan sqldb.Scanner) (r client.Reupload, err error) {
		return r, scan(&r.ItemID, &r.EarlierID, &r.SHA256, &r.Kind, &r.Distance, sqldb.Into(&r.GoneAt), sqldb.Into(&r.At))
	})
	return some(matches), some(again), err
}

// readElsewhere asks once for each medium, however many entries it matches.
func readElsewhere(tx *sqldb.Tx, who auth.Principal, target id.Item, matches []client.Match) error {
	unit := string(who.Unit)
	if who.SeesAll() {
		unit = ""
	}
	first := map[string]int{}
	for i := range matches {
		m := &matches[i]
		if at, ok := first[m.SHA256]; ok {
			m.Seen, m.SeenCount = matches[at].Seen, matches[at].SeenCount
			continue
		}
		first[m.SHA256] = i
		list, err := sqldb.Column[string](tx, sqlSeenElsewhere, m.SHA256, target, unit)
		if err != nil {
			return err
		}
		if m.Seen, m.SeenCount = some(list), len(list); len(list) < 20 {
			continue
		}
		if err := tx.Row(sqlCountElsewhere, m.SHA256, target, unit).Scan(&m.SeenCount); err != nil {
			return err
		}
	}
	return nil
}
