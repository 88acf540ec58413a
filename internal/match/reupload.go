package match

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// earlier gathers the items that an item is a re-upload of, the closest tie to each.
type earlier struct {
	target  id.Item
	created any // when the target was handed in, as it is stored
	ties    map[id.Item]Reupload
}

// An earlier item counts when a look had found it gone before the later one was handed in,
// whenever the later one's media were taken: so the order in which jobs run changes nothing.
const (
	sqlCreated = "SELECT created_at FROM item WHERE id = $1"
	sqlSame    = `SELECT im.item_id, im.sha256, r.gone_at FROM item_medium im JOIN recheck r ON r.item_id = im.item_id
		WHERE im.sha256 = $1 AND im.item_id <> $2 AND r.gone_at < $3`
	sqlAlike = `SELECT im.item_id, im.sha256, r.gone_at, m.pdq FROM medium m JOIN item_medium im ON im.sha256 = m.sha256
		JOIN recheck r ON r.item_id = im.item_id
		WHERE m.pdq IN (` + ten + `) AND m.quality >= 50 AND im.item_id <> $11 AND r.gone_at < $12`
)

func newEarlier(tx *sqldb.Tx, target id.Item) (*earlier, error) {
	var created int64
	err := tx.Row(sqlCreated, target).Scan(&created)
	return &earlier{target, created, map[id.Item]Reupload{}}, err
}

// same adds the items that carried the very bytes.
func (e *earlier) same(tx *sqldb.Tx, sha256 string) error {
	return tx.Each(sqlSame, []any{sha256, e.target, e.created}, func(scan sqldb.Scanner) error {
		tie := Reupload{SHA256: sha256, Kind: KindSHA256}
		err := scan(&tie.Earlier, &tie.EarlierSHA256, sqldb.Into(&tie.GoneAt))
		e.add(tie)
		return err
	})
}

// alike adds the items that carried a picture like it.
func (e *earlier) alike(tx *sqldb.Tx, sha256 string, pictures map[string]int) error {
	return tens(slices.Collect(maps.Keys(pictures)), []any{e.target, e.created}, func(args []any) error {
		return tx.Each(sqlAlike, args, func(scan sqldb.Scanner) error {
			tie := Reupload{SHA256: sha256, Kind: KindPDQ}
			var hash string
			err := scan(&tie.Earlier, &tie.EarlierSHA256, sqldb.Into(&tie.GoneAt), &hash)
			tie.Distance = pictures[hash]
			e.add(tie)
			return err
		})
	})
}

func (e *earlier) add(tie Reupload) {
	if old, ok := e.ties[tie.Earlier]; !ok || closer(tie, old) < 0 {
		e.ties[tie.Earlier] = tie
	}
}

// byKind is how much a tie says: the same bytes most, words that many may have written least.
var byKind = []string{KindSHA256, KindPDQ, KindVPDQ, KindSound, KindText}

// closer orders ties: by what ties them, by distance, then the latest to go.
func closer(a, b Reupload) int {
	return cmp.Or(slices.Index(byKind, a.Kind)-slices.Index(byKind, b.Kind), a.Distance-b.Distance, b.GoneAt.Compare(a.GoneAt),
		cmp.Compare(a.Earlier, b.Earlier), strings.Compare(a.SHA256, b.SHA256), strings.Compare(a.EarlierSHA256, b.EarlierSHA256))
}

// list is what was gathered, the closest first, no more than are worth keeping.
func (e *earlier) list() []Reupload {
	var ties []Reupload
	for _, tie := range e.ties {
		ties = append(ties, tie)
	}
	slices.SortFunc(ties, closer)
	return ties[:min(len(ties), maxEarlier)]
}
