package action

import (
	"crypto/sha256"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Contribution is one unit's handing-in of one link.
type Contribution struct {
	ID         id.Contribution
	Action     id.Action
	Unit       id.Unit
	User       id.User
	Item       id.Item
	URL        string // exactly as it was handed in, refanged
	Source     string // where the unit found it
	Note       string
	SeenAt, At time.Time // when the unit saw it (zero if not said); when it was handed in
}

const (
	sqlTaken      = "SELECT id FROM contribution WHERE action_id = $1 AND unit_id = $2 AND url_sum = $3"
	sqlContribute = "INSERT INTO contribution (id, action_id, unit_id, user_id, item_id, url, url_sum, source, note, seen_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING"
	sqlOfItem     = "SELECT id, action_id, unit_id, user_id, item_id, url, source, note, seen_at, at FROM contribution WHERE item_id = $1 ORDER BY id"
)

// party is one unit in one action; within it a link counts once.
type party struct {
	action id.Action
	unit   id.Unit
}

// handed is what a contribution is recognised by.
type handed struct {
	party
	sum [sha256.Size]byte
}

// Contribute records contributions, thousands in one call, and says of each whether it was
// taken: a link that the same unit handed in to the same action before, letter for letter,
// changes nothing. Each one taken is an event of its item, item.contributed.
func Contribute(tx *sqldb.Tx, by audit.Actor, list []Contribution) ([]bool, error) {
	first := make(map[handed]id.Contribution, len(list)) // who the link is of
	ids := make([]id.Contribution, len(list))
	keys := make([]handed, len(list))
	parties := map[party]bool{}
	var rows [][]any
	for i, c := range list {
		key := handed{party{c.Action, c.Unit}, sha256.Sum256([]byte(c.URL))}
		keys[i], ids[i] = key, id.New[id.Contribution](tx.Now)
		if _, again := first[key]; again {
			continue
		}
		first[key] = ids[i]
		parties[key.party] = true
		rows = append(rows, []any{ids[i], c.Action, c.Unit, c.User, c.Item, c.URL, key.sum[:], c.Source, c.Note, sqldb.At(c.SeenAt), sqldb.At(tx.Now)})
	}
	for p := range parties {
		if err := check(tx, p); err != nil {
			return nil, err
		}
	}
	n, err := tx.InsertRows(sqlContribute, rows)
	if err != nil {
		return nil, err
	}
	if n < int64(len(rows)) {
		if err := lookUp(tx, first); err != nil {
			return nil, err
		}
	}
	taken := make([]bool, len(list))
	var entries []audit.Entry
	for i, c := range list {
		if taken[i] = first[keys[i]] == ids[i]; taken[i] {
			entries = append(entries, audit.Entry{Verb: "item.contributed", Subject: string(c.Item), Detail: event{c.URL, c.Action}})
		}
	}
	return taken, audit.Append(tx, by, entries...)
}

type event struct {
	URL    string    `json:"url"`
	Action id.Action `json:"action"`
}

func check(tx *sqldb.Tx, p party) error {
	takes, err := TakesPart(tx, p.action, p.unit)
	if err == nil && !takes {
		err = problem.New(problem.Forbidden, "your unit takes no part in the action %q; ask the unit that leads it", p.action)
	}
	return err
}

// lookUp puts into first the stored contribution of each link.
func lookUp(tx *sqldb.Tx, first map[handed]id.Contribution) error {
	for key := range first {
		var stored id.Contribution
		if err := tx.Row(sqlTaken, key.action, key.unit, key.sum[:]).Scan(&stored); err != nil {
			return err
		}
		first[key] = stored
	}
	return nil
}

// Contributions returns who handed in an item, in the order of handing in.
func Contributions(tx *sqldb.Tx, item id.Item) ([]Contribution, error) {
	return sqldb.List(tx, sqlOfItem, []any{item}, func(scan sqldb.Scanner) (c Contribution, err error) {
		return c, scan(&c.ID, &c.Action, &c.Unit, &c.User, &c.Item, &c.URL, &c.Source, &c.Note, sqldb.Into(&c.SeenAt), sqldb.Into(&c.At))
	})
}
