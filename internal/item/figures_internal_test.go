package item

import (
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// FigureRows makes the rows of an item that is some way on, for filling a large store.
func FigureRows(it id.Item, url, platform, language, stage, verdict string, now time.Time) (item, listed []any) {
	host, _, _ := strings.Cut(strings.TrimPrefix(url, "https://"), "/")
	at := sqldb.At(now)
	return []any{it, platform, url, sum(url), host, "post", "item", language, "", stage, "", verdict, at, at},
		[]any{id.Action("act_1"), it, key(url), platform, language, stage, "", verdict}
}

// FigureInsert inserts such rows.
func FigureInsert(tx *sqldb.Tx, items, listed [][]any) error {
	if _, err := tx.InsertRows(sqlAdd, items); err != nil {
		return err
	}
	_, err := tx.InsertRows(sqlPlace, listed)
	return err
}
