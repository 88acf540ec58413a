package item

import (
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlDescribe       = "UPDATE item SET title = $2, language = $3 WHERE id = $1 AND (title <> $2 OR language <> $3)"
	sqlDescribePlaced = "UPDATE action_item SET language = $2 WHERE item_id = $1 AND language <> $2"
	sqlAnswer         = "UPDATE item SET answer = $2 WHERE id = $1 AND answer <> $2"
	sqlAnswerPlaced   = "UPDATE action_item SET answer = $2 WHERE item_id = $1 AND answer <> $2"
	sqlVerdict        = "UPDATE item SET verdict = $2 WHERE id = $1 AND verdict <> $2"
	sqlVerdictPlaced  = "UPDATE action_item SET verdict = $2 WHERE item_id = $1 AND verdict <> $2"
	sqlClassify       = "UPDATE item SET ideology = $2 WHERE id = $1 AND ideology <> $2"
	sqlClassifyPlaced = "UPDATE action_item SET ideology = $2 WHERE item_id = $1 AND ideology <> $2"
)

// maxTitle bounds, in characters, what lists show of a page's title.
const maxTitle = 300

// Describe keeps what a capture found out about an item. The capture's own event tells of
// it, so there is none here. The title comes from a page that nobody vouches for: what
// cannot be stored or shown on one line is taken out.
func Describe(tx *sqldb.Tx, item id.Item, title, language string) error {
	title = oneLine(title)
	if _, err := tx.Exec(sqlDescribe, item, title, language); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDescribePlaced, item, language)
	return err
}

// SetAnswer keeps what the platform said last; refer's event tells of it.
func SetAnswer(tx *sqldb.Tx, item id.Item, answer Answer) error {
	if _, err := tx.Exec(sqlAnswer, item, answer); err != nil {
		return err
	}
	_, err := tx.Exec(sqlAnswerPlaced, item, answer)
	return err
}

// SetVerdict keeps what the last look found; recheck's event tells of it.
func SetVerdict(tx *sqldb.Tx, item id.Item, verdict Verdict) error {
	if _, err := tx.Exec(sqlVerdict, item, verdict); err != nil {
		return err
	}
	_, err := tx.Exec(sqlVerdictPlaced, item, verdict)
	return err
}

// SetIdeology keeps what the people who decided agree on; assess's events tell of it.
func SetIdeology(tx *sqldb.Tx, item id.Item, ideology string) error {
	if _, err := tx.Exec(sqlClassify, item, ideology); err != nil {
		return err
	}
	_, err := tx.Exec(sqlClassifyPlaced, item, ideology)
	return err
}

func oneLine(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.Fields(strings.ReplaceAll(s, "\x00", " ")), " ")
	n := 0
	for i := range s {
		if n == maxTitle {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
