package item

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Filter narrows a list of an action's items. Empty fields do not narrow.
type Filter struct {
	Action    id.Action // required
	Stage     Stage
	Platform  id.Platform
	Language  string
	Verdict   Verdict
	Ideology  string
	URLPrefix string  // beginning of the canonical link, with or without scheme
	After     id.Item // the last item of the page before
	Limit     int     // 50 if 0, at most 1,000
}

const (
	defaultLimit = 50
	maxLimit     = 1000
)

// One walk: a stage, other filters, and a stretch of keys. The further condition of
// language and verdict lets the engines see that the partial index holds all that is asked for.
const (
	walk  = "SELECT item_id, url_key FROM action_item WHERE action_id = $1 AND stage = $2 AND (url_key, item_id) > ($3, $4) AND url_key < $5"
	limit = " ORDER BY url_key, item_id LIMIT $6"

	sqlList    = walk + limit
	sqlListP   = walk + " AND platform_id = $7" + limit
	sqlListL   = walk + " AND language = $7 AND language <> ''" + limit
	sqlListPL  = walk + " AND platform_id = $7 AND language = $8 AND language <> ''" + limit
	sqlListV   = walk + " AND verdict = $7 AND verdict <> ''" + limit
	sqlListPV  = walk + " AND platform_id = $7 AND verdict = $8 AND verdict <> ''" + limit
	sqlListLV  = walk + " AND language = $7 AND verdict = $8 AND verdict <> ''" + limit
	sqlListPLV = walk + " AND platform_id = $7 AND language = $8 AND verdict = $9 AND verdict <> ''" + limit

	// Of one ideology, the other filters are looked at as the walk goes along its index.
	sqlListI = walk + " AND ideology = $7 AND ideology <> '' AND ($8 = '' OR platform_id = $8) AND ($9 = '' OR language = $9) AND ($10 = '' OR verdict = $10)" + limit
)

// walks has the statement for each set of filters: 1 platform, 2 language, 4 verdict.
var walks = [8]sqldb.SQL{sqlList, sqlListP, sqlListL, sqlListPL, sqlListV, sqlListPV, sqlListLV, sqlListPLV}

const (
	sqlKey     = "SELECT url_key FROM action_item WHERE action_id = $1 AND item_id = $2"
	sqlInStage = "SELECT item_id FROM action_item WHERE action_id = $1 AND stage = $2 AND item_id > $3 ORDER BY item_id LIMIT $4"
	sqlCounts  = "SELECT stage, COUNT(*) FROM action_item WHERE action_id = $1 GROUP BY stage"
)

// List returns one page of an action's items in the order of their links without scheme,
// so that what is of one host and one account stands together.
func List(tx *sqldb.Tx, f Filter) ([]Item, error) {
	from, to, err := f.stretch(tx)
	if err != nil {
		return nil, err
	}
	f.Limit = cmp.Or(f.Limit, defaultLimit)
	f.Limit = max(1, min(f.Limit, maxLimit))
	stages := Stages()
	if f.Stage != "" {
		stages = []Stage{f.Stage}
	}
	q, further := f.statement()
	var found []spot
	for _, stage := range stages {
		args := append([]any{f.Action, stage, from.key, from.item, to, f.Limit}, further...)
		some, err := sqldb.List(tx, q, args, func(scan sqldb.Scanner) (s spot, err error) { return s, scan(&s.item, &s.key) })
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	slices.SortFunc(found, spot.compare)
	return fetch(tx, found[:min(len(found), f.Limit)])
}

// spot is a place in the order of a list.
type spot struct {
	key  []byte
	item id.Item
}

func (s spot) compare(t spot) int {
	return cmp.Or(bytes.Compare(s.key, t.key), cmp.Compare(s.item, t.item))
}

// stretch returns after which place the page begins and before which key it ends. No link
// has the byte 0xFF.
func (f Filter) stretch(tx *sqldb.Tx) (from spot, to []byte, err error) {
	if f.Action == "" {
		return from, nil, problem.New(problem.Invalid, "a list of items is of one action; name it")
	}
	prefix := searchKey(f.URLPrefix)
	if len(prefix) > keyLength {
		return from, nil, problem.New(problem.Invalid, "the beginning of a link to look for is longer than %d bytes; shorten it", keyLength)
	}
	from = spot{key: []byte(prefix)}
	if f.After != "" {
		after := spot{item: f.After}
		err := tx.Row(sqlKey, f.Action, f.After).Scan(&after.key)
		if problem.Is(err, problem.NotFound) {
			return from, nil, problem.New(problem.Invalid, "the list cannot go on after %q, which is not in this action; begin again", f.After)
		}
		if err != nil {
			return from, nil, err
		}
		if after.compare(from) > 0 {
			from = after
		}
	}
	return from, append([]byte(prefix), 0xff), nil
}

// searchKey brings what a person typed to the form of a key: no scheme, lower-case host.
func searchKey(prefix string) string {
	prefix = strings.TrimSpace(prefix)
	for _, scheme := range []string{"https://", "http://"} {
		if len(prefix) >= len(scheme) && strings.EqualFold(prefix[:len(scheme)], scheme) {
			prefix = prefix[len(scheme):]
			break
		}
	}
	host, path, more := strings.Cut(prefix, "/")
	if more {
		return strings.ToLower(host) + "/" + path
	}
	return strings.ToLower(host)
}

// statement chooses the walk for the filters, with its further arguments.
func (f Filter) statement() (sqldb.SQL, []any) {
	if f.Ideology != "" {
		return sqlListI, []any{f.Ideology, f.Platform, f.Language, f.Verdict}
	}
	var args []any
	set := 0
	if f.Platform != "" {
		set, args = set|1, append(args, f.Platform)
	}
	if f.Language != "" {
		set, args = set|2, append(args, f.Language)
	}
	if f.Verdict != "" {
		set, args = set|4, append(args, f.Verdict)
	}
	return walks[set], args
}

// fetch reads the items of the spots, in their order.
func fetch(tx *sqldb.Tx, spots []spot) ([]Item, error) {
	byID := make(map[id.Item]Item, len(spots))
	ids := make([]id.Item, len(spots))
	for i, s := range spots {
		ids[i] = s.item
	}
	err := tens(ids, nil, func(_ []id.Item, args []any) error {
		return tx.Each(sqlByTen, args, func(scan sqldb.Scanner) error {
			it, err := read(scan)
			byID[it.ID] = it
			return err
		})
	})
	items := make([]Item, len(ids))
	for i, item := range ids {
		items[i] = byID[item]
	}
	return items, err
}

// InStage returns items of an action that are in a stage, oldest first, for work that goes
// through all of them: after is the last one that was given, "" at first.
func InStage(tx *sqldb.Tx, action id.Action, stage Stage, after id.Item, limit int) ([]id.Item, error) {
	return sqldb.Column[id.Item](tx, sqlInStage, action, stage, after, limit)
}

// Counts returns how many items of an action are in each stage; stages without any are left out.
func Counts(tx *sqldb.Tx, action id.Action) (map[Stage]int, error) {
	counts := map[Stage]int{}
	err := tx.Each(sqlCounts, []any{action}, func(scan sqldb.Scanner) error {
		var stage Stage
		var n int
		if err := scan(&stage, &n); err != nil {
			return err
		}
		counts[stage] = n
		return nil
	})
	return counts, err
}
