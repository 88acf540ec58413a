package match

import (
	"context"
	"iter"
	"sync"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// featured is an entry that is found by features, as it stands now.
type featured struct {
	kind   string
	number int64
	value  string
	gone   bool
}

const sqlNewFeatured = `SELECT kind, number, value, retracted_at IS NOT NULL OR (expires_at IS NOT NULL AND expires_at <= $3) FROM bank_entry
	WHERE bank_id = $1 AND kind IN ('vpdq', 'sound', 'text', 'tlsh') AND batch > $2`

// readFeatured reads the entries of a bank that are found by features and new since a batch.
func (c *changes) readFeatured(tx *sqldb.Tx, bank id.Bank, known int64) error {
	list, err := sqldb.List(tx, sqlNewFeatured, []any{bank, known, sqldb.At(tx.Now)}, func(scan sqldb.Scanner) (f featured, err error) {
		return f, scan(&f.kind, &f.number, &f.value, &f.gone)
	})
	c.whole = append(c.whole, list...)
	return err
}

// takeFeatured takes them in. Features that cannot be read are a Fault, and stop nothing.
func (x *Index) takeFeatured(ctx context.Context, list []featured) error {
	for _, f := range list {
		finder, key := x.bankedAs[f.kind], uint64(f.number)
		switch {
		case f.gone:
			finder.remove(key)
			continue
		case finder.has(key):
			continue
		}
		features, err := x.features(ctx, f.kind, f.value)
		if err == nil {
			err = finder.insert(key, features)
		}
		if err := x.losing(ctx, err, "entry %d", f.number); err != nil {
			return err
		}
	}
	return nil
}

// losing notes that features could not be read or understood. The error is the context's.
func (x *Index) losing(ctx context.Context, err error, of string, args ...any) error {
	if err != nil && ctx.Err() == nil {
		var fault error = problem.Wrap(err, problem.Unavailable, "features of "+of+" cannot be read; matches of it are missed until they are put back and the program starts anew", args...)
		x.lost.Store(&fault)
	}
	return ctx.Err()
}

// holding is things that items carry, by their digests. Nothing ever leaves it.
type holding struct {
	finder

	mu     sync.RWMutex
	places map[string]uint64 // digest → key
	list   []string          // key → digest
}

func newHolding(f finder) *holding { return &holding{finder: f, places: map[string]uint64{}} }

// hold gives a thing its key; false where it had one before.
func (h *holding) hold(digest string) (key uint64, fresh bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if key, ok := h.places[digest]; ok {
		return key, false
	}
	key = uint64(len(h.list))
	h.places[digest], h.list = key, append(h.list, digest)
	return key, true
}

// like gives the digests of the things that may be like one with the features.
func (h *holding) like(features []byte) ([]string, error) {
	keys, err := h.near(features)
	h.mu.RLock()
	defer h.mu.RUnlock()
	var list []string
	for _, key := range keys {
		list = append(list, h.list[key])
	}
	return list, err
}

// learn takes in a video or a sound that an item carries, unless it is known.
func (x *Index) learn(ctx context.Context, kind, digest, value string) error {
	key, fresh := x.seenAs[kind].hold(digest)
	if !fresh {
		return nil
	}
	features, err := x.features(ctx, kind, value)
	if err == nil {
		err = x.seenAs[kind].insert(key, features)
	}
	return x.losing(ctx, err, "medium %s", digest)
}

// learnText takes in a text that an item carries, by the fingerprints that are known of it.
func (x *Index) learnText(ctx context.Context, t written) error {
	if key, fresh := x.seenAs[KindTLSH].hold(t.digest); fresh && t.tlsh != "" {
		if err := x.losing(ctx, x.seenAs[KindTLSH].insert(key, []byte(t.tlsh)), "text %s", t.digest); err != nil {
			return err
		}
	}
	h := x.seenAs[KindText]
	key, fresh := h.hold(t.digest)
	if !fresh || t.minhash == "" {
		return nil
	}
	return x.losing(ctx, h.finder.(*texts).insertSigned(key, t.minhash), "text %s", t.digest)
}

// alike compares things that items carry by their features, each thing once however many
// carry it, and gives those that are alike.
func (x *Index) alike(ctx context.Context, kind string, list []held, compare func(features []byte) (likeness, bool)) iter.Seq2[likeness, held] {
	type outcome struct {
		likeness
		ok bool
	}
	known := map[string]outcome{}
	return func(yield func(likeness, held) bool) {
		for _, h := range list {
			o, met := known[h.value]
			if !met {
				features, err := x.features(ctx, kind, h.value)
				if x.losing(ctx, err, "medium %s", h.digest) != nil {
					return
				}
				if err == nil {
					o.likeness, o.ok = compare(features)
				}
				known[h.value] = o
			}
			if o.ok && !yield(o.likeness, h) {
				return
			}
		}
	}
}
