package match

import (
	"context"
	"maps"
	"slices"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// RetroJob asks to look for what is new in a bank among what items carried before: one batch
// of entries, or all batches from one to the last, as when a bank is switched on or its
// radius widened.
type RetroJob struct {
	Bank  id.Bank `json:"bank"`
	Batch int64   `json:"batch"`
	Last  int64   `json:"last,omitempty"` // 0: Batch alone
}

func (RetroJob) Kind() string  { return "match.retro" }
func (RetroJob) Queue() string { return "match" }

// Next is the job for what follows the batch, nil after the last.
func (j RetroJob) Next() *RetroJob {
	if j.Batch >= j.Last {
		return nil
	}
	j.Batch++
	return &j
}

// Back is what Retro found about an item.
type Back struct {
	Item    id.Item
	Matches []Match
}

// The entries of batch $2 of bank $1 that count at the moment $3, and who carries what they name.
const (
	ofBatch  = " AND e.bank_id = $1 AND e.batch = $2 AND e.retracted_at IS NULL AND (e.expires_at IS NULL OR e.expires_at > $3) AND (e.off_until IS NULL OR e.off_until <= $3) AND b.enabled"
	carrying = "SELECT im.item_id, m.sha256, e.kind, e.value, e.id, e.number, e.bank_id, e.label, b.radius, b.own FROM bank_entry e JOIN bank b ON b.id = e.bank_id JOIN medium m ON "
	carriers = " JOIN item_medium im ON im.sha256 = m.sha256 WHERE (NOT b.own OR EXISTS (SELECT 1 FROM bank_source s WHERE s.entry_id = e.id AND s.item_id <> im.item_id))"

	sqlRetroSHA256 = carrying + "m.sha256 = e.value" + carriers + ofBatch + " AND e.kind = 'sha256'"
	sqlRetroMD5    = carrying + "m.md5 = e.value" + carriers + ofBatch + " AND e.kind = 'md5'"
	sqlRetroSHA1   = carrying + "m.sha1 = e.value AND m.sha1 <> ''" + carriers + ofBatch + " AND e.kind = 'sha1'"
	sqlRetroSHA512 = carrying + "m.sha512 = e.value AND m.sha512 <> ''" + carriers + ofBatch + " AND e.kind = 'sha512'"
	sqlRetroOf     = entries + "e.kind = $4" + ofBatch
	sqlCarriers    = "SELECT m.pdq, m.sha256, im.item_id FROM medium m JOIN item_medium im ON im.sha256 = m.sha256 WHERE m.quality >= 50 AND m.pdq IN (" + ten + ")"
	sqlSupported   = "SELECT 1 FROM bank_source WHERE entry_id = $1 AND item_id <> $2"
)

// Retro looks for one batch of a bank's entries among the media that items carry, and
// returns what it found for each item, in the order of items. x must have been refreshed
// since the batch was committed. An entry that changed since is in a later batch.
func Retro(ctx context.Context, x *Index, bank id.Bank, batch int64) (list []Back, err error) {
	err = x.db.View(ctx, func(tx *sqldb.Tx) error {
		r := &retro{tx: tx, x: x, bank: bank, batch: batch, found: map[id.Item][]Match{}}
		if err := r.exact(); err != nil {
			return err
		}
		if err := r.alike(); err != nil {
			return err
		}
		if err := r.wholly(); err != nil {
			return err
		}
		list = r.list()
		return nil
	})
	return list, err
}

type retro struct {
	tx    *sqldb.Tx
	x     *Index
	bank  id.Bank
	batch int64
	found map[id.Item][]Match
}

func (r *retro) list() (list []Back) {
	for _, target := range slices.Sorted(maps.Keys(r.found)) {
		matches := r.found[target]
		slices.SortFunc(matches, nearest)
		list = append(list, Back{target, matches})
	}
	return list
}

// exact finds digests by one statement for each kind.
func (r *retro) exact() error {
	for _, q := range []sqldb.SQL{sqlRetroSHA256, sqlRetroMD5, sqlRetroSHA1, sqlRetroSHA512} {
		err := r.tx.Each(q, []any{r.bank, r.batch, sqldb.At(r.tx.Now)}, func(scan sqldb.Scanner) error {
			var target id.Item
			var m Match
			var e entry
			err := scan(&target, &m.SHA256, &m.Kind, &e.value, &e.id, &e.number, &e.bank, &e.label, &e.radius, &e.own)
			r.found[target] = append(r.found[target], e.of(m))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *retro) entries(kind string) ([]entry, error) {
	return sqldb.List(r.tx, sqlRetroOf, []any{r.bank, r.batch, sqldb.At(r.tx.Now), kind}, readEntry)
}

// alike searches each entry among the pictures that items carry.
func (r *retro) alike() error {
	list, err := r.entries(KindPDQ)
	if err != nil {
		return err
	}
	by := map[string][]Match{} // stored picture → the entries near it
	for _, e := range list {
		hash, err := bitsOf(e.value)
		if err != nil {
			return err
		}
		for picture, distance := range r.x.seen.near(hash, e.radius) {
			by[picture] = append(by[picture], e.of(Match{Kind: KindPDQ, Distance: distance}))
		}
	}
	return tens(slices.Collect(maps.Keys(by)), nil, func(args []any) error { return r.carriers(args, by) })
}

// carriers adds the matches of the items that carry some of the pictures.
func (r *retro) carriers(args []any, by map[string][]Match) error {
	type carried struct {
		hash, sha256 string
		item         id.Item
	}
	rows, err := sqldb.List(r.tx, sqlCarriers, args, func(scan sqldb.Scanner) (c carried, err error) {
		return c, scan(&c.hash, &c.sha256, &c.item)
	})
	if err != nil {
		return err
	}
	for _, c := range rows {
		for _, m := range by[c.hash] {
			m.SHA256 = c.sha256
			if err := r.add(c.item, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// add keeps a match, unless the item alone put the entry into its unit's own bank.
func (r *retro) add(target id.Item, m Match) error {
	if m.Own {
		ok, err := r.tx.Exists(sqlSupported, m.Entry, target)
		if !ok || err != nil {
			return err
		}
	}
	r.found[target] = append(r.found[target], m)
	return nil
}
