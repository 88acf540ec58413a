package match

import (
	"maps"
	"slices"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Which items carry media that entries would match, and whether people rejected them.
const (
	wouldCarry = "SELECT im.sha256, im.item_id, i.stage = 'rejected' FROM item_medium im JOIN item i ON i.id = im.item_id"

	sqlWouldSHA256 = wouldCarry + " WHERE im.sha256 IN (" + ten + ")"
	sqlWouldMD5    = wouldCarry + " JOIN medium m ON m.sha256 = im.sha256 WHERE m.md5 IN (" + ten + ")"
	sqlWouldSHA1   = wouldCarry + " JOIN medium m ON m.sha256 = im.sha256 WHERE m.sha1 IN (" + ten + ") AND m.sha1 <> ''"
	sqlWouldSHA512 = wouldCarry + " JOIN medium m ON m.sha256 = im.sha256 WHERE m.sha512 IN (" + ten + ") AND m.sha512 <> ''"
	sqlWouldPDQ    = wouldCarry + " JOIN medium m ON m.sha256 = im.sha256 WHERE m.pdq IN (" + ten + ") AND m.quality >= 50"
)

// check looks for entries that come among what is stored: digests and pictures. Videos, sounds
// and texts are compared once they are taken in, which takes minutes and not moments.
func (d *Drafting) check(tx *sqldb.Tx, come []Entry) error {
	come = come[:min(len(come), max(0, mostChecked-d.c.Checked))]
	d.c.Checked += len(come)
	values := map[string][]string{}
	pictures := map[string]int{}
	for _, e := range come {
		if e.Kind != KindPDQ {
			values[e.Kind] = append(values[e.Kind], e.Value)
			continue
		}
		hash, err := bitsOf(e.Value)
		if err != nil {
			return err
		}
		maps.Copy(pictures, d.x.seen.near(hash, d.bank.Radius))
	}
	values[KindPDQ] = slices.Collect(maps.Keys(pictures))
	for kind, q := range map[string]sqldb.SQL{KindSHA256: sqlWouldSHA256, KindMD5: sqlWouldMD5, KindSHA1: sqlWouldSHA1, KindSHA512: sqlWouldSHA512, KindPDQ: sqlWouldPDQ} {
		if err := tens(values[kind], nil, func(args []any) error { return d.carried(tx, q, args) }); err != nil {
			return err
		}
	}
	return nil
}

func (d *Drafting) carried(tx *sqldb.Tx, q sqldb.SQL, args []any) error {
	return tx.Each(q, args, func(scan sqldb.Scanner) error {
		var medium string
		var it id.Item
		var rejected bool
		err := scan(&medium, &it, &rejected)
		d.would.media[medium], d.would.items[it] = struct{}{}, rejected
		return err
	})
}
