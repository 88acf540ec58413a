package match

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// medium is what is looked up.
type medium struct {
	sha256, md5, sha1, sha512, pdq string
	quality                        int
	video, sound                   string // digests of its features
}

// lookable reports whether the medium is a picture with features enough to be found by its looks.
func (m medium) lookable() bool { return m.pdq != "" && m.quality >= minQuality }

// digest is a digest of the medium, "" where it has none of the kind.
func (m medium) digest(kind string) string {
	switch kind {
	case KindSHA256:
		return m.sha256
	case KindMD5:
		return m.md5
	case KindSHA1:
		return m.sha1
	case KindSHA512:
		return m.sha512
	}
	return ""
}

var digestKinds = []string{KindSHA256, KindMD5, KindSHA1, KindSHA512}

// ten is the list of placeholders of statements that take ten keys at once. A longer one
// would make PostgreSQL read a small table whole, and a serializable transaction that has
// done so collides with every other that writes to it.
const ten = "$1, $2, $3, $4, $5, $6, $7, $8, $9, $10"

// Which entries count for an item, $11, at a moment, $12. An item never matches what it
// alone put into its unit's own bank.
const (
	entries  = "SELECT e.value, e.id, e.number, e.bank_id, e.label, b.radius, b.own FROM bank_entry e JOIN bank b ON b.id = e.bank_id WHERE "
	counting = ` AND e.retracted_at IS NULL AND (e.expires_at IS NULL OR e.expires_at > $12) AND (e.off_until IS NULL OR e.off_until <= $12) AND b.enabled
		AND (NOT b.own OR EXISTS (SELECT 1 FROM bank_source s WHERE s.entry_id = e.id AND s.item_id <> $11))`

	sqlMedia = `SELECT m.sha256, m.md5, m.sha1, m.sha512, m.pdq, m.quality, m.video, m.sound
		FROM item_medium im JOIN medium m ON m.sha256 = im.sha256 WHERE im.item_id = $1 ORDER BY m.sha256`
	sqlTexts    = "SELECT sha256, medium, text, minhash, tlsh FROM item_text WHERE item_id = $1 AND text <> '' ORDER BY sha256"
	sqlWidest   = "SELECT COALESCE(MAX(radius), -1) FROM bank WHERE enabled"
	sqlByValue  = entries + "e.value IN (" + ten + ") AND e.kind = $13" + counting
	sqlByNumber = entries + "e.number IN (" + ten + ")" + counting
)

// Find looks up the media of an item: in the banks that are enabled, and among what earlier
// items carried that were gone before this one was handed in. x must have been refreshed
// since the item's media, and the earlier items, were saved. It reads, and changes nothing
// but x, which learns the item's fingerprints: what this process has matched it knows
// without reading, whatever the clocks say.
func Find(ctx context.Context, x *Index, target id.Item) (found Found, err error) {
	err = x.db.View(ctx, func(tx *sqldb.Tx) error {
		l := &lookup{tx: tx, x: x, target: target}
		found, err = l.find()
		return err
	})
	return found, err
}

// lookup is one item being looked up.
type lookup struct {
	tx      *sqldb.Tx
	x       *Index
	target  id.Item
	matches []Match
	again   *earlier
}

func (l *lookup) find() (found Found, err error) {
	media, err := sqldb.List(l.tx, sqlMedia, []any{l.target}, func(scan sqldb.Scanner) (m medium, err error) {
		return m, scan(&m.sha256, &m.md5, &m.sha1, &m.sha512, &m.pdq, &m.quality, &m.video, &m.sound)
	})
	if err != nil {
		return found, err
	}
	texts, err := sqldb.List(l.tx, sqlTexts, []any{l.target}, func(scan sqldb.Scanner) (t written, err error) {
		return t, scan(&t.digest, &t.medium, &t.text, &t.minhash, &t.tlsh)
	})
	if err != nil || len(media)+len(texts) == 0 {
		return found, err
	}
	if l.again, err = newEarlier(l.tx, l.target); err != nil {
		return found, err
	}
	if err := l.media(media); err != nil {
		return found, err
	}
	for _, t := range texts {
		if err := l.written(t); err != nil {
			return found, err
		}
	}
	slices.SortFunc(l.matches, nearest)
	return Found{Matches: l.matches, Reuploads: l.again.list()}, nil
}

func (l *lookup) media(list []medium) error {
	for _, kind := range digestKinds {
		if err := l.exact(kind, list); err != nil {
			return err
		}
	}
	for _, m := range list {
		if err := l.again.same(l.tx, m.sha256); err != nil {
			return err
		}
		if err := l.alike(m); err != nil {
			return err
		}
		if err := l.recorded(KindVPDQ, m.sha256, m.video); err != nil {
			return err
		}
		if err := l.recorded(KindSound, m.sha256, m.sound); err != nil {
			return err
		}
	}
	return nil
}

// nearest orders matches.
func nearest(a, b Match) int {
	return cmp.Or(a.Distance-b.Distance, cmp.Compare(a.SHA256, b.SHA256), cmp.Compare(a.Number, b.Number))
}

// exact looks up the digests of one kind of all media of the item.
func (l *lookup) exact(kind string, media []medium) error {
	byDigest := map[string][]Match{}
	for _, m := range media {
		if d := m.digest(kind); d != "" {
			byDigest[d] = append(byDigest[d], Match{SHA256: m.sha256, Kind: kind})
		}
	}
	return tens(slices.Collect(maps.Keys(byDigest)), []any{l.target, sqldb.At(l.tx.Now), kind}, func(args []any) error {
		return l.each(sqlByValue, args, func(e entry) {
			for _, m := range byDigest[e.value] {
				l.matches = append(l.matches, e.of(m))
			}
		})
	})
}

// alike looks up a picture by its looks, as far out as the widest bank wants.
func (l *lookup) alike(m medium) error {
	if !m.lookable() {
		return nil
	}
	hash, err := bitsOf(m.pdq)
	if err != nil {
		return err
	}
	var widest int
	if err := l.tx.Row(sqlWidest).Scan(&widest); err != nil {
		return err
	}
	byNumber := map[int64]Match{}
	for _, hit := range l.x.banked.Search(hash, widest, nil) {
		byNumber[int64(hit.Key)] = Match{SHA256: m.sha256, Kind: KindPDQ, Distance: hit.Distance}
	}
	if err := l.numbered(byNumber); err != nil {
		return err
	}
	l.x.seen.add(hash)
	return l.again.alike(l.tx, m.sha256, l.x.seen.near(hash, reuploadRadius))
}

// numbered adds those of the pictures' matches, by the numbers of their entries, of which the
// entry counts now and lies within its bank's radius.
func (l *lookup) numbered(byNumber map[int64]Match) error {
	return tens(slices.Collect(maps.Keys(byNumber)), []any{l.target, sqldb.At(l.tx.Now)}, func(args []any) error {
		return l.each(sqlByNumber, args, func(e entry) {
			if m := byNumber[e.number]; m.Distance <= e.radius {
				l.matches = append(l.matches, e.of(m))
			}
		})
	})
}

// entry is an entry that counts.
type entry struct {
	value  string
	id     id.Entry
	number int64
	bank   id.Bank
	label  string
	radius int
	own    bool
}

// of fills in what a match says of its entry.
func (e entry) of(m Match) Match {
	m.Bank, m.Entry, m.Number, m.Label, m.Own = e.bank, e.id, e.number, e.label, e.own
	return m
}

func readEntry(scan sqldb.Scanner) (e entry, err error) {
	return e, scan(&e.value, &e.id, &e.number, &e.bank, &e.label, &e.radius, &e.own)
}

func (l *lookup) each(q sqldb.SQL, args []any, fn func(entry)) error {
	return l.tx.Each(q, args, func(scan sqldb.Scanner) error {
		e, err := readEntry(scan)
		if err == nil {
			fn(e)
		}
		return err
	})
}

// tens calls fn for each ten of the keys, with the arguments of a statement: the keys, NULL
// (which equals nothing) up to the tenth, then the further ones.
func tens[K any](keys []K, further []any, fn func(args []any) error) error {
	for some := range slices.Chunk(keys, 10) {
		args := make([]any, 10, 10+len(further))
		for i, k := range some {
			args[i] = k
		}
		if err := fn(append(args, further...)); err != nil {
			return err
		}
	}
	return nil
}
