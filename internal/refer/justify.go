package refer

import (
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlJustify     = "INSERT INTO justification (item_id, user_id, text, at) VALUES ($1, $2, $3, $4) ON CONFLICT (item_id) DO UPDATE SET user_id = excluded.user_id, text = excluded.text, at = excluded.at"
	sqlJustifiedBy = "SELECT text FROM justification WHERE item_id = $1"
)

// maxJustification is how long a justification may be, in characters.
const maxJustification = 5_000

// Justify records why an item on a protected host may leave all the same. Whether the person may
// give it, having taken no part in the assessment, the caller sees to.
func Justify(tx *sqldb.Tx, by audit.Actor, item id.Item, text string) error {
	text = strings.TrimSpace(text)
	if text == "" || utf8.RuneCountInString(text) > maxJustification || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return problem.New(problem.Invalid, "say why this item is no education, journalism, art or research though it stands there, in plain text of at most 5,000 characters")
	}
	if !person(by) {
		return problem.New(problem.Refused, "only a person can justify an item; sign in")
	}
	if _, err := tx.Exec(sqlJustify, item, by.User, text, sqldb.At(tx.Now)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "refer.justified", Subject: string(item), Detail: map[string]string{"text": text}})
}

// Justification gives it, "" when there is none.
func Justification(tx *sqldb.Tx, item id.Item) (string, error) {
	found, err := sqldb.Column[string](tx, sqlJustifiedBy, item)
	return strings.Join(found, ""), err
}
