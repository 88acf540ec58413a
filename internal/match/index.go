package match

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Index holds in memory what is searched by nearness: the entries of all banks under their
// numbers, and the fingerprints of what items carry. It follows the database: Refresh, or
// Follow, takes in what was committed. Digests need no memory, the database finds them by an
// index of its own.
//
// An entry that is retracted or has expired leaves memory; those that are switched off until a
// moment, or are of a bank that is switched off, stay, so that switching on takes no time. Nothing that items carry is forgotten:
// whether it still counts, the database says.
type Index struct {
	db    *sqldb.DB
	store *blob.Store
	file  string // the snapshot of the banked pictures; "" for none

	views    atomic.Pointer[views]
	asleep   atomic.Pointer[asleep]
	banked   *hamming.Live // PDQ entries by number
	seen     *pictures
	bankedAs map[string]finder   // of the kinds that are found by features, entries by number
	seenAs   map[string]*holding // and what items carry

	begun atomic.Int64  // refreshes that were begun
	turn  chan struct{} // held by who takes in what is new; what follows belongs to them
	done  int64         // number of the newest refresh that ended well
	where place
	saved map[id.Bank]int64 // batches in the newest snapshot

	fault atomic.Pointer[error]
	lost  atomic.Pointer[error] // the newest features that could not be read
}

// place is how far the database was read.
type place struct {
	batches map[id.Bank]int64 // of each bank, the newest batch whose pictures are in memory
	rest    map[id.Bank]int64 // likewise of all other kinds, which no snapshot holds
	expired time.Time         // entries that expire up to this moment have left
	seen    time.Time         // when media were read
}

// Open loads the banks: from the snapshot in dir, where there is one, and what is new since;
// otherwise from the database. A dir of "" keeps no snapshots. What items carry is loaded by
// the first Refresh, so that a process that only answers lookups does not hold it.
func Open(ctx context.Context, db *sqldb.DB, store *blob.Store, dir string) (*Index, error) {
	x := &Index{db: db, store: store, file: snapshotIn(dir), seen: newPictures(nil), turn: make(chan struct{}, 1),
		bankedAs: map[string]finder{}, seenAs: map[string]*holding{}}
	for _, s := range sorts {
		x.bankedAs[s.kind], x.seenAs[s.kind] = s.finder(), newHolding(s.finder())
	}
	x.views.Store(&views{})
	if err := x.restore(ctx); err != nil {
		return nil, err
	}
	return x, x.takeBanks(ctx)
}

// Refresh takes in what was committed before the call, by this process or another. Of many
// callers at once, one reads for all that asked before it began.
func (x *Index) Refresh(ctx context.Context) error {
	asked := x.begun.Load()
	return x.inTurn(ctx, func() error {
		if x.done > asked {
			return nil
		}
		number := x.begun.Add(1)
		if err := x.takeBanks(ctx); err != nil {
			return err
		}
		if err := x.takeSeen(ctx); err != nil {
			return err
		}
		x.done = number
		return nil
	})
}

// Follow takes in what is new in the banks, again and again, until ctx ends. What fails is
// tried again; Fault tells it meanwhile, and Status how old the index is.
func (x *Index) Follow(ctx context.Context, every time.Duration) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			err := x.inTurn(ctx, func() error { return x.takeBanks(ctx) })
			if ctx.Err() == nil {
				x.note(err)
			}
		}
	}
}

// Fault is what is wrong with the index now, nil when nothing is: a snapshot that could not
// be used, features that are missing, a database that does not answer.
func (x *Index) Fault() error {
	for _, fault := range []*error{x.fault.Load(), x.lost.Load()} {
		if fault != nil {
			return *fault
		}
	}
	return nil
}

func (x *Index) note(err error) {
	if err == nil {
		x.fault.Store(nil)
		return
	}
	x.fault.Store(&err)
}

// inTurn runs fn while nobody else changes the index.
func (x *Index) inTurn(ctx context.Context, fn func() error) error {
	select {
	case x.turn <- struct{}{}:
		defer func() { <-x.turn }()
		return fn()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Status says of one kind of fingerprint how its index stands.
type Status struct {
	Kind    string
	Present bool
	BuiltTo time.Time // it holds all that was committed before
	Size    int       // entries in memory; 0 for digests, which the database holds
}

// Status tells of all kinds.
func (x *Index) Status() []Status {
	v := x.views.Load()
	var list []Status
	for _, kind := range Kinds {
		list = append(list, Status{Kind: kind, Present: true, BuiltTo: v.at, Size: x.size(kind)})
	}
	return list
}

func (x *Index) size(kind string) int {
	if kind == KindPDQ {
		return x.banked.Len()
	}
	if finder := x.bankedAs[kind]; finder != nil {
		return finder.len()
	}
	return 0
}

// bitsOf reads a PDQ hash as it is stored.
func bitsOf(text string) (hamming.Bits, error) {
	var b bits
	if err := b.Scan(text); err != nil {
		return hamming.Bits{}, problem.Wrap(err, problem.Internal, "a stored PDQ hash cannot be read")
	}
	return hamming.Bits(b), nil
}
