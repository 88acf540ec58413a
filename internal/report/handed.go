package report

import (
	"slices"
	"strings"

	"github.com/argine/argine/internal/sqldb"
)

// handedIn is who contributed what, and what of it others had handed in too.
type handedIn struct {
	contributions int
	missing       int // items of contributions that do not exist
	units         []*unit
	between       int // contributions of items that another unit had handed in
	within        int // contributions of items that the same unit had handed in under another link
}

// unit is one that contributed.
type unit struct {
	id, name, country    string
	contributions, items int
	alone                int            // items that no other unit handed in
	with                 map[string]int // items that both handed in, by the other
}

const (
	sqlHandedIn = `SELECT c.item_id, c.unit_id, COALESCE(u.name, c.unit_id), COALESCE(u.country, ''), COUNT(*)
		FROM contribution c LEFT JOIN unit u ON u.id = c.unit_id
		WHERE c.action_id = $1 GROUP BY c.item_id, c.unit_id, u.name, u.country ORDER BY c.item_id`
	sqlNoItem = `SELECT COUNT(DISTINCT c.item_id) FROM contribution c
		LEFT JOIN action_item ai ON ai.action_id = c.action_id AND ai.item_id = c.item_id
		WHERE c.action_id = $1 AND ai.item_id IS NULL`
)

func (s *summary) readHandedIn(tx *sqldb.Tx) error {
	units := map[string]*unit{}
	var item string
	var together []*unit
	err := tx.Each(sqlHandedIn, []any{s.action.id}, func(scan sqldb.Scanner) error {
		var of string
		var u unit
		if err := scan(&of, &u.id, &u.name, &u.country, &u.contributions); err != nil {
			return err
		}
		if of != item {
			s.handed.item(together)
			item, together = of, together[:0]
		}
		if units[u.id] == nil {
			units[u.id] = &unit{id: u.id, name: u.name, country: u.country, with: map[string]int{}}
			s.handed.units = append(s.handed.units, units[u.id])
		}
		units[u.id].contributions += u.contributions
		s.handed.contributions += u.contributions
		s.handed.within += u.contributions - 1
		together = append(together, units[u.id])
		return nil
	})
	if err != nil {
		return err
	}
	s.handed.item(together)
	slices.SortFunc(s.handed.units, func(a, b *unit) int { return strings.Compare(a.name, b.name) })
	return tx.Row(sqlNoItem, s.action.id).Scan(&s.handed.missing)
}

// item counts one item for the units that handed it in.
func (h *handedIn) item(by []*unit) {
	if len(by) == 0 {
		return
	}
	h.between += len(by) - 1
	for _, u := range by {
		u.items++
		if len(by) == 1 {
			u.alone++
		}
		for _, other := range by {
			if other != u {
				u.with[other.id]++
			}
		}
	}
}
