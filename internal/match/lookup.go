package match

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Query asks which entries of banks a fingerprint matches, whatever item it is of.
type Query struct {
	Kind, Value string
	Banks       []string // names; nil means all. One that is not there, or not enabled, matches nothing.
	Radius      int      // bits, for pictures; -1: each bank's own
}

// Hit is an entry that matches.
type Hit struct {
	Number   int64
	Bank     string
	Open     int // the share of lookups from outside that may match in the bank, in millionths
	Distance int
	// Of videos, sounds and texts, in millionths: how much of the entry is in the query, and
	// how much of the query in the entry.
	Share, QueryShare int
}

// Lookup answers a query, nearest first. A picture is looked up in memory alone; what was
// committed since the newest Refresh it does not know.
func (x *Index) Lookup(ctx context.Context, q Query) ([]Hit, error) {
	c, err := x.views.Load().choose(q)
	if err != nil {
		return nil, err
	}
	switch q.Kind {
	case KindPDQ:
		return x.lookupPicture(c, q.Value)
	case KindSHA256, KindMD5, KindSHA1, KindSHA512:
		return x.lookupDigest(ctx, c, q)
	}
	if s, ok := sortOf(q.Kind); ok {
		return x.lookupWhole(ctx, c, s, q.Value)
	}
	return nil, problem.New(problem.Invalid, "%.20q is no kind of fingerprint that banks hold; ask for %s", q.Kind, strings.Join(Kinds, ", "))
}

// choice is the banks that a query asks.
type choice struct {
	*views
	names  []string
	radius int // -1: each bank's own
	widest int
}

func (v *views) choose(q Query) (choice, error) {
	c := choice{views: v, names: q.Banks, radius: q.Radius, widest: -1}
	if q.Radius < -1 || q.Radius > maxRadius {
		return c, problem.New(problem.Invalid, "a radius of %d bits is not served; ask for 0 to %d, or leave it to the banks", q.Radius, maxRadius)
	}
	if q.Banks == nil {
		c.widest = v.widest
	}
	for _, name := range q.Banks {
		if b := v.byName[name]; b != nil && b.Enabled {
			c.widest = max(c.widest, b.Radius)
		}
	}
	if q.Radius >= 0 && c.widest >= 0 {
		c.widest = q.Radius
	}
	return c, nil
}

// bank is the bank of an entry at a distance, nil where the entry is not asked for.
func (c choice) bank(number int64, distance int) *BankView {
	b := c.bySlot[slotOf(number)]
	if b == nil || !b.Enabled || c.radius < 0 && distance > b.Radius || c.names != nil && !slices.Contains(c.names, b.Name) {
		return nil
	}
	return b
}

func (x *Index) lookupPicture(c choice, value string) ([]Hit, error) {
	value, err := cleanValue(KindPDQ, value)
	if err != nil {
		return nil, err
	}
	hash, err := bitsOf(value)
	if err != nil {
		return nil, err
	}
	var room [64]hamming.Hit
	var list []Hit
	for _, hit := range x.banked.Search(hash, c.widest, room[:0]) {
		if b := c.bank(int64(hit.Key), hit.Distance); b != nil && !x.sleeps(int64(hit.Key)) {
			list = append(list, Hit{Number: int64(hit.Key), Bank: b.Name, Open: b.Share, Distance: hit.Distance})
		}
	}
	return sorted(list), nil
}

func sorted(list []Hit) []Hit {
	slices.SortFunc(list, func(a, b Hit) int { return cmp.Or(a.Distance-b.Distance, cmp.Compare(a.Number, b.Number)) })
	return list
}

const (
	sqlDigest = "SELECT number FROM bank_entry WHERE value = $1 AND kind = $2 AND retracted_at IS NULL AND (expires_at IS NULL OR expires_at > $3) AND (off_until IS NULL OR off_until <= $3)"
	sqlValues = "SELECT number, value FROM bank_entry WHERE number IN (" + ten + ") AND retracted_at IS NULL AND (expires_at IS NULL OR expires_at > $11) AND (off_until IS NULL OR off_until <= $11)"
)

func (x *Index) lookupDigest(ctx context.Context, c choice, q Query) (list []Hit, err error) {
	value, err := cleanValue(q.Kind, q.Value)
	if err != nil {
		return nil, err
	}
	err = x.db.View(ctx, func(tx *sqldb.Tx) error {
		numbers, err := sqldb.Column[int64](tx, sqlDigest, value, q.Kind, sqldb.At(tx.Now))
		for _, number := range numbers {
			if b := c.bank(number, 0); b != nil {
				list = append(list, Hit{Number: number, Bank: b.Name, Open: b.Share})
			}
		}
		return err
	})
	return sorted(list), err
}

// lookupWhole looks up features as a bank takes them in: a video's, a sound's, a text itself,
// or a TLSH digest.
func (x *Index) lookupWhole(ctx context.Context, c choice, s sort, value string) (list []Hit, err error) {
	features := []byte(value)
	keys, err := x.bankedAs[s.kind].near(features)
	if err != nil {
		return nil, problem.Wrap(err, problem.Invalid, "the value is no fingerprint of the kind %s; send it as a bank takes it in", s.kind)
	}
	keys = slices.DeleteFunc(keys, func(key uint64) bool { return c.bank(int64(key), 0) == nil })
	values := map[int64]string{}
	err = x.db.View(ctx, func(tx *sqldb.Tx) error {
		return tens(keys, []any{sqldb.At(tx.Now)}, func(args []any) error {
			return tx.Each(sqlValues, args, func(scan sqldb.Scanner) error {
				var number int64
				var value string
				err := scan(&number, &value)
				values[number] = value
				return err
			})
		})
	})
	for number, value := range values {
		if err != nil {
			return nil, err
		}
		kept, failed := x.features(ctx, s.kind, value)
		if failed != nil {
			err = x.losing(ctx, failed, "entry %d", number)
		} else if like, ok := compare(s.kind, features, kept); ok {
			b := c.bank(number, 0)
			list = append(list, Hit{number, b.Name, b.Share, like.distance, like.share, like.queryShare})
		}
	}
	return sorted(list), err
}
