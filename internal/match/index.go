package match

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Index holds in memory the PDQ hashes of all banks and of all pictures that items carry,
// to find those near another. It follows the database: call Refresh before looking up.
//
// It holds too much rather than too little, hashes of retracted entries and disabled banks
// among others; Find asks the database which of them count. Digests need no memory: the
// database finds them by an index of its own.
type Index struct {
	db     *sqldb.DB
	banked *pictures
	seen   *pictures

	begun atomic.Int64  // refreshes that were begun
	turn  chan struct{} // held by the refresh that runs; what follows belongs to it
	done  int64         // number of the newest refresh that ended well
	where place
}

// place is how far the database was read.
type place struct {
	batches map[id.Bank]int64 // newest batch of each bank
	until   time.Time         // when media were read
}

// overlap is how far behind the last reading new media are looked for: longer than a
// transaction takes from fixing its moment to its commit, and than the clocks of two
// processes differ. What this process matches itself it does not learn this way.
const overlap = 10 * time.Second

// Open loads the index.
func Open(ctx context.Context, db *sqldb.DB) (*Index, error) {
	x := &Index{db: db, turn: make(chan struct{}, 1)}
	news, err := x.read(ctx)
	if err != nil {
		return nil, err
	}
	x.banked, x.seen, x.where = newPictures(news.banked), newPictures(news.seen), news.where
	return x, nil
}

// Refresh takes in what was committed before the call, by this process or another. Of many
// callers at once, one reads for all that asked before it began.
func (x *Index) Refresh(ctx context.Context) error {
	asked := x.begun.Load()
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if x.done > asked {
		return nil
	}
	number := x.begun.Add(1)
	news, err := x.read(ctx)
	if err != nil {
		return err
	}
	x.banked.add(news.banked...)
	x.seen.add(news.seen...)
	x.done, x.where = number, news.where
	return nil
}

// news is what was read since a place. seen may hold what is known already.
type news struct {
	banked, seen []hamming.Bits
	where        place
}

const (
	sqlBatches     = "SELECT id, batch FROM bank"
	sqlNewEntries  = "SELECT value FROM bank_entry WHERE bank_id = $1 AND batch > $2 AND kind = 'pdq'"
	sqlNewPictures = "SELECT pdq FROM medium WHERE at >= $1 AND pdq <> '' AND quality >= 50"
)

func (x *Index) read(ctx context.Context) (n news, err error) {
	err = x.db.View(ctx, func(tx *sqldb.Tx) error {
		batches, err := readBatches(tx)
		if err != nil {
			return err
		}
		n.where = place{batches: batches, until: tx.Now}
		for bank, batch := range batches {
			known := x.where.batches[bank]
			if batch == known {
				continue
			}
			if n.banked, err = readHashes(tx, n.banked, sqlNewEntries, bank, known); err != nil {
				return err
			}
		}
		n.seen, err = readHashes(tx, n.seen, sqlNewPictures, x.where.mediaSince(tx.Now))
		return err
	})
	return n, err
}

// mediaSince is the moment after which media may be new, as it is stored. A clock that was
// put back gives new media an earlier time than the last reading had.
func (p place) mediaSince(now time.Time) int64 {
	switch {
	case p.until.IsZero():
		return 0
	case now.Before(p.until):
		return now.Add(-overlap).UnixMicro()
	}
	return p.until.Add(-overlap).UnixMicro()
}

func readBatches(tx *sqldb.Tx) (map[id.Bank]int64, error) {
	batches := map[id.Bank]int64{}
	err := tx.Each(sqlBatches, nil, func(scan sqldb.Scanner) error {
		var bank id.Bank
		var batch int64
		err := scan(&bank, &batch)
		batches[bank] = batch
		return err
	})
	return batches, err
}

// readHashes appends the hashes of the answer to the list.
func readHashes(tx *sqldb.Tx, list []hamming.Bits, q sqldb.SQL, args ...any) ([]hamming.Bits, error) {
	err := tx.Each(q, args, func(scan sqldb.Scanner) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		b, err := bitsOf(text)
		list = append(list, b)
		return err
	})
	return list, err
}
