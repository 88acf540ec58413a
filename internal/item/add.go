package item

import (
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/sqldb"
)

// New is a link that was handed in.
type New struct {
	Canonical link.Canonical // Platform is an identifier, as in the book of package platform
	Seen      string         // the link as it was seen
	Language  string         // "" when unknown
}

// Added is the item of a link that was handed in.
type Added struct {
	ID      id.Item
	New     bool // nobody had handed it in to this action before
	Created bool // nor to any other
}

// candidate is one item that a call to Add names, however often.
type candidate struct {
	Item
	sum      []byte
	first    int  // place of its first link in the call
	created  bool // no action had it
	placed   bool // this action had it
	platform id.Platform
}

const (
	sqlKnown  = "SELECT url_sum, " + columns + " FROM item WHERE url_sum IN (" + ten + ")"
	sqlPlaced = "SELECT 1 FROM action_item WHERE item_id = $1 AND action_id = $2"
	sqlAdd    = "INSERT INTO item (id, platform_id, url, url_sum, host, kind, page, language, title, stage, answer, verdict, created_at, moved_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING"
	sqlPlace  = "INSERT INTO action_item (action_id, item_id, url_key, platform_id, language, stage, answer, verdict, ideology) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING"
	sqlSee    = "INSERT INTO item_variant (item_id, url, url_sum, at, place) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
)

// Add finds or makes the items of links that are handed in to an action, thousands in one
// call, and keeps each link as a variant. The answers are in the order of the links. What
// contributions say is recorded for each by package action; here, one event tells how many
// rows a call made, if it made any.
func Add(tx *sqldb.Tx, by audit.Actor, action id.Action, links []New) ([]Added, error) {
	list, place := gather(tx, links)
	created, err := create(tx, list)
	if err != nil {
		return nil, err
	}
	if created < int64(len(list)) {
		if err := known(tx, list); err != nil {
			return nil, err
		}
		if err := placed(tx, action, list); err != nil {
			return nil, err
		}
	}
	if err := adopt(tx, by, list); err != nil {
		return nil, err
	}
	fresh, err := enter(tx, action, list)
	if err != nil {
		return nil, err
	}
	seen, err := see(tx, list, place, links)
	if err != nil {
		return nil, err
	}
	if created+fresh+seen > 0 {
		detail := map[string]int64{"created": created, "placed": fresh, "variants": seen}
		if err := audit.Append(tx, by, audit.Entry{Verb: "action.items_added", Subject: string(action), Detail: detail}); err != nil {
			return nil, err
		}
	}
	out := make([]Added, len(links))
	for i := range links {
		c := list[place[i]]
		out[i] = Added{ID: c.ID, New: !c.placed && c.first == i, Created: c.created && c.first == i}
	}
	return out, nil
}

// gather makes one candidate of all links with one canonical form; place tells which.
func gather(tx *sqldb.Tx, links []New) (list []*candidate, place []int) {
	place = make([]int, len(links))
	at := make(map[string]int, len(links))
	for i, l := range links {
		n, ok := at[l.Canonical.URL]
		if !ok {
			n = len(list)
			at[l.Canonical.URL] = n
			list = append(list, &candidate{created: true, first: i, sum: sum(l.Canonical.URL), platform: id.Platform(l.Canonical.Platform), Item: Item{
				ID: id.New[id.Item](tx.Now), Platform: id.Platform(l.Canonical.Platform), URL: l.Canonical.URL, Host: l.Canonical.Host,
				Kind: l.Canonical.Kind, Page: l.Canonical.Page, Language: l.Language, Stage: Contributed, CreatedAt: tx.Now, MovedAt: tx.Now}})
		}
		place[i] = n
	}
	return list, place
}

// create inserts the items that are not there yet. Trying to insert all is quicker than
// looking first, because most files bring links that nobody had.
func create(tx *sqldb.Tx, list []*candidate) (int64, error) {
	rows := make([][]any, len(list))
	at := sqldb.At(tx.Now)
	for i, c := range list {
		rows[i] = []any{c.ID, c.Platform, c.URL, c.sum, c.Host, c.Kind, c.Page, c.Language, "", c.Stage, "", "", at, at}
	}
	return tx.InsertRows(sqlAdd, rows)
}

// known puts the stored item in the place of each candidate that was there before the call;
// its identifier is not the one that was made for the candidate.
func known(tx *sqldb.Tx, list []*candidate) error {
	sums := make([][]byte, len(list))
	bySum := make(map[string]*candidate, len(list))
	for i, c := range list {
		sums[i] = c.sum
		bySum[string(c.sum)] = c
	}
	return tens(sums, nil, func(_ [][]byte, args []any) error {
		return tx.Each(sqlKnown, args, func(scan sqldb.Scanner) error {
			var s []byte
			it, err := read(func(dest ...any) error { return scan(append([]any{&s}, dest...)...) })
			c := bySum[string(s)]
			if err != nil || it.ID == c.ID {
				return err
			}
			kind, page := c.Kind, c.Page
			c.Item, c.created = it, false
			if it.Platform == "" && c.platform != "" {
				c.Kind, c.Page = kind, page // for adopt
			}
			return nil
		})
	})
}

// placed marks the candidates that the action has already.
func placed(tx *sqldb.Tx, action id.Action, list []*candidate) (err error) {
	for _, c := range list {
		if c.created {
			continue
		}
		if c.placed, err = tx.Exists(sqlPlaced, c.ID, action); err != nil {
			return err
		}
	}
	return nil
}

// enter makes the rows of the action's own list, as far as they are missing.
func enter(tx *sqldb.Tx, action id.Action, list []*candidate) (int64, error) {
	var rows [][]any
	for _, c := range list {
		if !c.placed {
			rows = append(rows, []any{action, c.ID, key(c.URL), c.Platform, c.Language, c.Stage, c.Answer, c.Verdict, c.Ideology})
		}
	}
	return tx.InsertRows(sqlPlace, rows)
}

// see keeps the links as they were seen.
func see(tx *sqldb.Tx, list []*candidate, place []int, links []New) (int64, error) {
	rows := make([][]any, len(links))
	for i, l := range links {
		rows[i] = []any{list[place[i]].ID, l.Seen, sum(l.Seen), sqldb.At(tx.Now), i}
	}
	return tx.InsertRows(sqlSee, rows)
}
