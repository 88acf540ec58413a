package match

import (
	"slices"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlMatches     = "SELECT sha256, bank_id, entry_id, kind, distance, label FROM match WHERE item_id = $1 ORDER BY distance, sha256, entry_id"
	sqlReuploads   = "SELECT earlier_id, sha256, earlier_sha256, distance, gone_at FROM reupload WHERE item_id = $1 ORDER BY distance, gone_at DESC, earlier_id"
	sqlAddMatch    = "INSERT INTO match (id, item_id, sha256, bank_id, entry_id, kind, distance, label, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
	sqlAddReupload = "INSERT INTO reupload (item_id, earlier_id, sha256, earlier_sha256, distance, gone_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING"
)

// Of reads what was saved about an item.
func Of(tx *sqldb.Tx, target id.Item) (found Found, err error) {
	found.Matches, err = sqldb.List(tx, sqlMatches, []any{target}, func(scan sqldb.Scanner) (m Match, err error) {
		return m, scan(&m.SHA256, &m.Bank, &m.Entry, &m.Kind, &m.Distance, &m.Label)
	})
	if err != nil {
		return found, err
	}
	found.Reuploads, err = sqldb.List(tx, sqlReuploads, []any{target}, func(scan sqldb.Scanner) (r Reupload, err error) {
		return r, scan(&r.Earlier, &r.SHA256, &r.EarlierSHA256, &r.Distance, sqldb.Into(&r.GoneAt))
	})
	return found, err
}

// Save keeps what was found about an item. What is kept already stays as it is, and is no
// event again.
func Save(tx *sqldb.Tx, by audit.Actor, target id.Item, found Found) error {
	if len(found.Matches)+len(found.Reuploads) == 0 {
		return nil
	}
	kept, err := Of(tx, target)
	if err != nil {
		return err
	}
	if err := saveMatches(tx, by, target, kept.Matches, found.Matches); err != nil {
		return err
	}
	return saveReuploads(tx, by, target, kept.Reuploads, found.Reuploads)
}

// told is how many of the matches or ties are in their event by name; an event has room
// for little more.
const told = 50

func saveMatches(tx *sqldb.Tx, by audit.Actor, target id.Item, kept, found []Match) error {
	type entry struct {
		SHA256   string   `json:"sha256"`
		Bank     id.Bank  `json:"bank"`
		Entry    id.Entry `json:"entry"`
		Kind     string   `json:"kind"`
		Distance int      `json:"distance"`
	}
	var rows [][]any
	var nearest []entry
	for _, m := range found {
		if slices.ContainsFunc(kept, func(k Match) bool { return k.SHA256 == m.SHA256 && k.Entry == m.Entry }) {
			continue
		}
		rows = append(rows, []any{id.New[id.Match](tx.Now), target, m.SHA256, m.Bank, m.Entry, m.Kind, m.Distance, m.Label, sqldb.At(tx.Now)})
		nearest = append(nearest, entry{m.SHA256, m.Bank, m.Entry, m.Kind, m.Distance})
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.InsertRows(sqlAddMatch, rows); err != nil {
		return err
	}
	detail := map[string]any{"matches": len(rows), "nearest": nearest[:min(len(nearest), told)]}
	return audit.Append(tx, by, audit.Entry{Verb: "match.found", Subject: string(target), Detail: detail})
}

func saveReuploads(tx *sqldb.Tx, by audit.Actor, target id.Item, kept, found []Reupload) error {
	var rows [][]any
	var first []id.Item
	for _, r := range found {
		if slices.ContainsFunc(kept, func(k Reupload) bool { return k.Earlier == r.Earlier }) {
			continue
		}
		rows = append(rows, []any{target, r.Earlier, r.SHA256, r.EarlierSHA256, r.Distance, sqldb.At(r.GoneAt), sqldb.At(tx.Now)})
		first = append(first, r.Earlier)
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.InsertRows(sqlAddReupload, rows); err != nil {
		return err
	}
	detail := map[string]any{"items": len(rows), "first": first[:min(len(first), told)]}
	return audit.Append(tx, by, audit.Entry{Verb: "reupload.found", Subject: string(target), Detail: detail})
}
