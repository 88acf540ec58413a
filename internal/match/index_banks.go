package match

import (
	"context"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// BankView is a bank as the index sees it now.
type BankView struct {
	ID      id.Bank
	Slot    int // the upper half of its entries' numbers
	Name    string
	Radius  int
	Enabled bool
	Share   int // of the lookups from outside that may match, in millionths
}

// views is what the index knows of the banks besides their entries. It is never changed,
// only replaced.
type views struct {
	at     time.Time  // when it was read
	list   []BankView // by name
	bySlot map[int]*BankView
	byName map[string]*BankView
	widest int // radius of the banks that are enabled; -1 without any
}

// Banks lists the banks by name, as the index sees them now.
func (x *Index) Banks() []BankView { return x.views.Load().list }

// slotOf is the slot in the number of an entry.
func slotOf(number int64) int { return int(number >> 32) }

const sqlViews = "SELECT id, slot, name, radius, enabled, share, batch FROM bank ORDER BY name"

// readViews reads the banks and how far each has come.
func readViews(tx *sqldb.Tx) (*views, map[id.Bank]int64, error) {
	v := &views{at: tx.Now, bySlot: map[int]*BankView{}, byName: map[string]*BankView{}, widest: -1}
	batches := map[id.Bank]int64{}
	list, err := sqldb.List(tx, sqlViews, nil, func(scan sqldb.Scanner) (b BankView, err error) {
		var batch int64
		err = scan(&b.ID, &b.Slot, &b.Name, &b.Radius, &b.Enabled, &b.Share, &batch)
		batches[b.ID] = batch
		return b, err
	})
	v.list = list
	for i := range list {
		b := &list[i]
		v.bySlot[b.Slot], v.byName[b.Name] = b, b
		if b.Enabled {
			v.widest = max(v.widest, b.Radius)
		}
	}
	return v, batches, err
}

// An entry that is read for the first time is read in the order of numbers, in which the
// index wants it. What changed later comes in the batches that the index has not seen.
const (
	sqlCountEntries = "SELECT COUNT(*) FROM bank_entry WHERE bank_id = $1 AND kind = $2"
	sqlAllEntries   = `SELECT number, value FROM bank_entry WHERE number >= $1 AND number < $2 AND kind = $3
		AND retracted_at IS NULL AND (expires_at IS NULL OR expires_at > $4) ORDER BY number`
	sqlNewEntries = `SELECT number, value, retracted_at IS NOT NULL OR (expires_at IS NOT NULL AND expires_at <= $4) FROM bank_entry
		WHERE bank_id = $1 AND kind = $2 AND batch > $3`
	sqlExpired = "SELECT number FROM bank_entry WHERE expires_at > $1 AND expires_at <= $2 AND retracted_at IS NULL"
)

// changes is what is new in the banks.
type changes struct {
	views *views
	where place
	naps  asleep          // nil: as before
	fresh []hamming.Entry // not in memory yet
	later []hamming.Entry // perhaps in memory
	gone  []int64         // out of their banks
	whole []featured      // of the kinds that are found by features
}

// takeBanks takes in what is new in the banks. The caller has the turn.
func (x *Index) takeBanks(ctx context.Context) error {
	var c changes
	if err := x.db.View(ctx, func(tx *sqldb.Tx) (err error) { c, err = x.readChanges(tx); return err }); err != nil {
		return err
	}
	if c.naps != nil { // first, so that nothing is found that sleeps
		x.asleep.Store(&c.naps)
	}
	for _, number := range c.gone {
		x.banked.Remove(uint64(number))
		for _, finder := range x.bankedAs {
			finder.remove(uint64(number))
		}
	}
	if err := x.takeFeatured(ctx, c.whole); err != nil {
		return err
	}
	for _, e := range c.later {
		if !x.holds(e) {
			x.banked.Insert(e)
		}
	}
	if len(c.fresh) > 0 {
		x.banked.InsertAll(c.fresh)
	}
	x.where = c.where
	x.views.Store(c.views)
	return nil
}

func (x *Index) readChanges(tx *sqldb.Tx) (c changes, err error) {
	views, batches, err := readViews(tx)
	if err != nil {
		return c, err
	}
	if !maps.Equal(batches, x.where.batches) || x.asleep.Load() == nil {
		if c.naps, err = readAsleep(tx); err != nil {
			return c, err
		}
	}
	c.views, c.where = views, place{batches: batches, rest: batches, expired: tx.Now, seen: x.where.seen}
	for _, b := range views.inOrder() {
		known, ok := x.where.batches[b.ID]
		switch {
		case batches[b.ID] == known:
		case !ok || known == 0:
			err = c.readAll(tx, b)
		default:
			err = c.readNew(tx, b, known)
		}
		if err != nil {
			return c, err
		}
		if rest := x.where.rest[b.ID]; batches[b.ID] != rest {
			if err := c.readFeatured(tx, b.ID, rest); err != nil {
				return c, err
			}
		}
	}
	if tx.Now.Before(x.where.expired) { // a clock that was put back brings no entry back
		c.where.expired = x.where.expired
		return c, nil
	}
	expired, err := sqldb.Column[int64](tx, sqlExpired, sqldb.At(x.where.expired), sqldb.At(tx.Now))
	c.gone = append(c.gone, expired...)
	return c, err
}

// readAll reads the pictures of a bank of which nothing is in memory.
func (c *changes) readAll(tx *sqldb.Tx, b BankView) error {
	var n int
	if err := tx.Row(sqlCountEntries, b.ID, KindPDQ).Scan(&n); err != nil {
		return err
	}
	c.fresh = slices.Grow(c.fresh, n)
	first := int64(b.Slot) << 32
	return tx.Each(sqlAllEntries, []any{first, first + 1<<32, KindPDQ, sqldb.At(tx.Now)}, func(scan sqldb.Scanner) error {
		var number int64
		var value bits
		err := scan(&number, &value)
		c.fresh = append(c.fresh, hamming.Entry{Bits: hamming.Bits(value), Key: uint64(number)})
		return err
	})
}

func (c *changes) readNew(tx *sqldb.Tx, b BankView, known int64) error {
	return tx.Each(sqlNewEntries, []any{b.ID, KindPDQ, known, sqldb.At(tx.Now)}, func(scan sqldb.Scanner) error {
		var number int64
		var value bits
		var gone bool
		err := scan(&number, &value, &gone)
		if gone {
			c.gone = append(c.gone, number)
		} else {
			c.later = append(c.later, hamming.Entry{Bits: hamming.Bits(value), Key: uint64(number)})
		}
		return err
	})
}

// inOrder lists the banks by slot, in which order their entries are numbered.
func (v *views) inOrder() []BankView {
	return slices.SortedFunc(slices.Values(v.list), func(a, b BankView) int { return a.Slot - b.Slot })
}

// holds reports whether an entry is in memory. The value of a number never changes.
func (x *Index) holds(e hamming.Entry) bool {
	for _, hit := range x.banked.Search(e.Bits, 0, nil) {
		if hit.Key == e.Key {
			return true
		}
	}
	return false
}

// bits reads a PDQ hash from a column.
type bits hamming.Bits

func (b *bits) Scan(v any) error {
	text, _ := v.(string)
	var raw [32]byte
	if len(text) != 64 {
		return problem.New(problem.Internal, "a stored PDQ hash has %d digits", len(text))
	}
	if _, err := hex.Decode(raw[:], []byte(text)); err != nil {
		return problem.Wrap(err, problem.Internal, "a stored PDQ hash cannot be read")
	}
	*b = bits(hamming.FromBytes(raw))
	return nil
}
