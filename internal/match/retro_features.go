package match

import (
	"github.com/argine/argine/internal/sqldb"
)

var heldAs = map[string]sqldb.SQL{KindVPDQ: sqlFilmsHeld, KindSound: sqlSoundsHeld, KindText: sqlTextsHeld, KindTLSH: sqlTLSHHeld}

// wholly compares each entry that is found by features with what items carry that may be
// like it.
func (r *retro) wholly() error {
	for _, s := range sorts {
		list, err := r.entries(s.kind)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := r.whole(s, e); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *retro) whole(s sort, e entry) error {
	ctx := r.tx.Context()
	features, err := r.x.features(ctx, s.kind, e.value)
	var digests []string
	if err == nil {
		digests, err = r.x.seenAs[s.kind].like(features)
	}
	if err != nil {
		return r.x.losing(ctx, err, "entry %d", e.number)
	}
	var list []held
	err = tens(digests, nil, func(args []any) error {
		some, err := sqldb.List(r.tx, heldAs[s.kind], args, readHeld)
		list = append(list, some...)
		return err
	})
	if err != nil {
		return err
	}
	// The medium is the query here as it is forwards, so that both ways say the same.
	for like, h := range r.x.alike(ctx, s.kind, list, func(kept []byte) (likeness, bool) { return compare(s.kind, kept, features) }) {
		if err := r.add(h.item, e.of(Match{SHA256: h.shown, Kind: s.kind, Distance: like.distance, Share: like.share})); err != nil {
			return err
		}
	}
	return ctx.Err()
}
