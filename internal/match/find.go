package match

import (
	"cmp"
	"slices"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// medium is what is looked up.
type medium struct {
	sha256, md5, pdq string
	quality          int
}

// lookable reports whether the medium is a picture with features enough to be found by its looks.
func (m medium) lookable() bool { return m.pdq != "" && m.quality >= minQuality }

// ten is the list of placeholders of statements that take ten keys at once. A longer one
// would make PostgreSQL read a small table whole, and a serializable transaction that has
// done so collides with every other that writes to it.
const ten = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"

const (
	sqlMedia   = "SELECT m.sha256, m.md5, m.pdq, m.quality FROM item_medium im JOIN medium m ON m.sha256 = im.sha256 WHERE im.item_id = $1 ORDER BY m.sha256"
	sqlWidest  = "SELECT COALESCE(MAX(radius), -1) FROM bank WHERE enabled"
	sqlEntries = "SELECT e.id, e.bank_id, e.value, e.label, b.radius FROM bank_entry e JOIN bank b ON b.id = e.bank_id WHERE e.value IN (" + ten + ") AND e.kind = $11 AND e.retracted_at IS NULL AND b.enabled"
)

// Find looks up the media of an item: in the banks that are enabled, and among what earlier
// items carried that were gone before this one was handed in. x must have been refreshed
// since the earlier items were saved.
func Find(tx *sqldb.Tx, x *Index, target id.Item) (Found, error) {
	var found Found
	media, err := sqldb.List(tx, sqlMedia, []any{target}, func(scan sqldb.Scanner) (m medium, err error) {
		return m, scan(&m.sha256, &m.md5, &m.pdq, &m.quality)
	})
	if err != nil || len(media) == 0 {
		return found, err
	}
	again, err := newEarlier(tx, target)
	if err != nil {
		return found, err
	}
	for _, m := range media {
		if err := found.exact(tx, m); err != nil {
			return found, err
		}
		if err := again.same(tx, m); err != nil {
			return found, err
		}
		if !m.lookable() {
			continue
		}
		if err := found.alike(tx, x, m); err != nil {
			return found, err
		}
		if err := again.alike(tx, x, m); err != nil {
			return found, err
		}
	}
	slices.SortFunc(found.Matches, func(a, b Match) int {
		return cmp.Or(a.Distance-b.Distance, cmp.Compare(a.SHA256, b.SHA256), cmp.Compare(a.Entry, b.Entry))
	})
	found.Reuploads = again.list()
	return found, nil
}

// exact looks up the digests of a medium.
func (f *Found) exact(tx *sqldb.Tx, m medium) error {
	if err := f.entries(tx, m, KindSHA256, []near{{m.sha256, 0}}); err != nil {
		return err
	}
	return f.entries(tx, m, KindMD5, []near{{m.md5, 0}})
}

// alike looks up a picture by its looks, as far out as the widest bank wants.
func (f *Found) alike(tx *sqldb.Tx, x *Index, m medium) error {
	hash, err := bitsOf(m.pdq)
	if err != nil {
		return err
	}
	var widest int
	if err := tx.Row(sqlWidest).Scan(&widest); err != nil {
		return err
	}
	return f.entries(tx, m, KindPDQ, x.banked.near(hash, widest))
}

// entries adds the entries that count now and have one of the values.
func (f *Found) entries(tx *sqldb.Tx, m medium, kind string, values []near) error {
	return tens(values, []any{kind}, func(distance map[string]int, args []any) error {
		return tx.Each(sqlEntries, args, func(scan sqldb.Scanner) error {
			match := Match{SHA256: m.sha256, Kind: kind}
			var value string
			var radius int
			if err := scan(&match.Entry, &match.Bank, &value, &match.Label, &radius); err != nil {
				return err
			}
			if match.Distance = distance[value]; match.Distance <= radius {
				f.Matches = append(f.Matches, match)
			}
			return nil
		})
	})
}

// tens calls fn for each ten of the values with the distance of each and the arguments of
// a statement: the values, NULL (which equals nothing) up to the tenth, then the further ones.
func tens(values []near, further []any, fn func(distance map[string]int, args []any) error) error {
	for some := range slices.Chunk(values, 10) {
		args := make([]any, 10, 10+len(further))
		distance := make(map[string]int, len(some))
		for i, n := range some {
			args[i] = n.hash
			distance[n.hash] = n.distance
		}
		if err := fn(distance, append(args, further...)); err != nil {
			return err
		}
	}
	return nil
}
