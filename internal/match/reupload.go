package match

import (
	"cmp"
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
func (e *earlier) same(tx *sqldb.Tx, m medium) error {
	return tx.Each(sqlSame, []any{m.sha256, e.target, e.created}, func(scan sqldb.Scanner) error {
		tie := Reupload{SHA256: m.sha256}
		err := scan(&tie.Earlier, &tie.EarlierSHA256, sqldb.Into(&tie.GoneAt))
		e.add(tie)
		return err
	})
}

// alike adds the items that carried a picture like it. The index learns the picture here:
// what this process has matched it knows without reading, whatever the clocks say.
func (e *earlier) alike(tx *sqldb.Tx, x *Index, m medium) error {
	hash, err := bitsOf(m.pdq)
	if err != nil {
		return err
	}
	x.seen.add(hash)
	return tens(x.seen.near(hash, reuploadRadius), []any{e.target, e.created}, func(distance map[string]int, args []any) error {
		return tx.Each(sqlAlike, args, func(scan sqldb.Scanner) error {
			tie := Reupload{SHA256: m.sha256}
			var hash string
			err := scan(&tie.Earlier, &tie.EarlierSHA256, sqldb.Into(&tie.GoneAt), &hash)
			tie.Distance = distance[hash]
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

// closer orders ties: by distance, the same bytes first, then the latest to go.
func closer(a, b Reupload) int {
	return cmp.Or(a.Distance-b.Distance, altered(a)-altered(b), b.GoneAt.Compare(a.GoneAt),
		cmp.Compare(a.Earlier, b.Earlier), strings.Compare(a.SHA256, b.SHA256), strings.Compare(a.EarlierSHA256, b.EarlierSHA256))
}

func altered(r Reupload) int {
	if r.SHA256 == r.EarlierSHA256 {
		return 0
	}
	return 1
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
