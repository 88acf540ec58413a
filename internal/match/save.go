package match

import (
	"slices"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlMatches = `SELECT m.sha256, m.bank_id, m.entry_id, COALESCE(e.number, 0), m.kind, m.distance, m.share, m.label, m.own FROM match m LEFT JOIN bank_entry e ON e.id = m.entry_id
		WHERE m.item_id = $1 ORDER BY m.distance, m.sha256, e.number`
	sqlReuploads   = "SELECT earlier_id, sha256, earlier_sha256, kind, distance, gone_at FROM reupload WHERE item_id = $1 ORDER BY distance, gone_at DESC, earlier_id"
	sqlAddMatch    = "INSERT INTO match (id, item_id, sha256, bank_id, entry_id, kind, distance, share, label, own, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"
	sqlAddReupload = "INSERT INTO reupload (item_id, earlier_id, sha256, earlier_sha256, kind, distance, gone_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING"
)

// Of reads what was saved about an item.
func Of(tx *sqldb.Tx, target id.Item) (found Found, err error) {
	found.Matches, err = sqldb.List(tx, sqlMatches, []any{target}, func(scan sqldb.Scanner) (m Match, err error) {
		return m, scan(&m.SHA256, &m.Bank, &m.Entry, &m.Number, &m.Kind, &m.Distance, &m.Share, &m.Label, &m.Own)
	})
	if err != nil {
		return found, err
	}
	found.Reuploads, err = sqldb.List(tx, sqlReuploads, []any{target}, func(scan sqldb.Scanner) (r Reupload, err error) {
		return r, scan(&r.Earlier, &r.SHA256, &r.EarlierSHA256, &r.Kind, &r.Distance, sqldb.Into(&r.GoneAt))
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
	if err := saveMatches(tx, by, target, kept.Matches, found.Matches, false); err != nil {
		return err
	}
	return saveReuploads(tx, by, target, kept.Reuploads, found.Reuploads)
}

// SaveRetro keeps what Retro found about an item, in the same way.
func SaveRetro(tx *sqldb.Tx, by audit.Actor, back Back) error {
	kept, err := Of(tx, back.Item)
	if err != nil {
		return err
	}
	return saveMatches(tx, by, back.Item, kept.Matches, back.Matches, true)
}

// told is how many of the matches or ties are in their event by name; an event has room
// for little more.
const told = 50

// matched is the detail of match.found.
type matched struct {
	Matches int     `json:"matches"`
	Nearest []named `json:"nearest"`
	Retro   bool    `json:"retro,omitempty"` // a new entry met a medium that was here before
}

type named struct {
	SHA256   string   `json:"sha256"`
	Bank     id.Bank  `json:"bank"`
	Entry    id.Entry `json:"entry"`
	Kind     string   `json:"kind"`
	Distance int      `json:"distance"`
}

func saveMatches(tx *sqldb.Tx, by audit.Actor, target id.Item, kept, found []Match, retro bool) error {
	type tie struct {
		sha256 string
		entry  id.Entry
	}
	had := map[tie]bool{}
	for _, m := range kept {
		had[tie{m.SHA256, m.Entry}] = true
	}
	var rows [][]any
	detail := matched{Nearest: []named{}, Retro: retro}
	for _, m := range found {
		if had[tie{m.SHA256, m.Entry}] {
			continue
		}
		rows = append(rows, []any{id.New[id.Match](tx.Now), target, m.SHA256, m.Bank, m.Entry, m.Kind, m.Distance, m.Share, m.Label, m.Own, sqldb.At(tx.Now)})
		if len(detail.Nearest) < told {
			detail.Nearest = append(detail.Nearest, named{m.SHA256, m.Bank, m.Entry, m.Kind, m.Distance})
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.InsertRows(sqlAddMatch, rows); err != nil {
		return err
	}
	detail.Matches = len(rows)
	return audit.Append(tx, by, audit.Entry{Verb: "match.found", Subject: string(target), Detail: detail})
}

func saveReuploads(tx *sqldb.Tx, by audit.Actor, target id.Item, kept, found []Reupload) error {
	var rows [][]any
	var first []id.Item
	for _, r := range found {
		if slices.ContainsFunc(kept, func(k Reupload) bool { return k.Earlier == r.Earlier }) {
			continue
		}
		rows = append(rows, []any{target, r.Earlier, r.SHA256, r.EarlierSHA256, r.Kind, r.Distance, sqldb.At(r.GoneAt), sqldb.At(tx.Now)})
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
