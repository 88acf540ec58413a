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
	ten           = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"
	sqlTaken      = "SELECT url_sum FROM contribution WHERE action_id = $11 AND unit_id = $12 AND url_sum IN (" + ten + ")"
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
	keys := make([]handed, len(list))
	sums := map[party][][]byte{}
	for i, c := range list {
		keys[i] = handed{party{c.Action, c.Unit}, sha256.Sum256([]byte(c.URL))}
		sums[keys[i].party] = append(sums[keys[i].party], keys[i].sum[:])
	}
	before := make(map[handed]bool, len(list))
	for p, s := range sums {
		if err := check(tx, p); err != nil {
			return nil, err
		}
		if err := lookUp(tx, p, s, before); err != nil {
			return nil, err
		}
	}
	taken := make([]bool, len(list))
	var rows [][]any
	var entries []audit.Entry
	for i, c := range list {
		if before[keys[i]] {
			continue
		}
		before[keys[i]], taken[i] = true, true
		rows = append(rows, []any{id.New[id.Contribution](tx.Now), c.Action, c.Unit, c.User, c.Item, c.URL, keys[i].sum[:],
			c.Source, c.Note, sqldb.At(c.SeenAt), sqldb.At(tx.Now)})
		entries = append(entries, audit.Entry{Verb: "item.contributed", Subject: string(c.Item), Detail: event{c.URL, c.Action}})
	}
	n, err := tx.InsertRows(sqlContribute, rows)
	if err == nil && n != int64(len(rows)) {
		err = problem.New(problem.Unavailable, "your unit handed in the same links at this moment; hand in the file again")
	}
	if err != nil {
		return nil, err
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

// lookUp marks in before which of the links the party has handed in already.
func lookUp(tx *sqldb.Tx, p party, sums [][]byte, before map[handed]bool) error {
	for len(sums) > 0 {
		n := min(10, len(sums))
		args := make([]any, 12)
		for i, s := range sums[:n] {
			args[i] = s
		}
		args[10], args[11] = p.action, p.unit
		err := tx.Each(sqlTaken, args, func(scan sqldb.Scanner) error {
			var s []byte
			if err := scan(&s); err != nil {
				return err
			}
			before[handed{p, [sha256.Size]byte(s)}] = true
			return nil
		})
		if err != nil {
			return err
		}
		sums = sums[n:]
	}
	return nil
}

// Contributions returns who handed in an item, in the order of handing in.
func Contributions(tx *sqldb.Tx, item id.Item) ([]Contribution, error) {
	return sqldb.List(tx, sqlOfItem, []any{item}, func(scan sqldb.Scanner) (c Contribution, err error) {
		return c, scan(&c.ID, &c.Action, &c.Unit, &c.User, &c.Item, &c.URL, &c.Source, &c.Note, sqldb.Into(&c.SeenAt), sqldb.Into(&c.At))
	})
}
