package match

import (
	"context"
	"time"

	"github.com/argine/argine/hamming"
	"github.com/argine/argine/internal/sqldb"
)

// overlap is how far behind the last reading new media are looked for: longer than a
// transaction takes from fixing its moment to its commit, and than the clocks of two
// processes differ. What this process matches itself it does not learn this way.
const overlap = 10 * time.Second

const (
	sqlNewPictures = "SELECT pdq FROM medium WHERE at >= $1 AND pdq <> '' AND quality >= 50"
	sqlNewFilms    = "SELECT sha256, video FROM medium WHERE at >= $1 AND video <> ''"
	sqlNewSounds   = "SELECT sha256, sound FROM medium WHERE at >= $1 AND sound <> ''"
	sqlNewTexts    = "SELECT DISTINCT sha256, minhash, tlsh FROM item_text WHERE at >= $1 AND (minhash <> '' OR tlsh <> '')"
)

// carried is what was read of what items carry.
type carried struct {
	pictures      []hamming.Bits
	films, sounds [][2]string // digest of the medium and of its features
	texts         []written
	until         time.Time
}

// written is a text that items carry.
type written struct {
	digest        string // of its normal form
	medium        string // digest of the document that it stands in, if any
	text          string // digest of its blob
	minhash, tlsh string
}

// shown is what a match says that it is of.
func (t written) shown() string {
	if t.medium != "" {
		return t.medium
	}
	return t.digest
}

// takeSeen takes in what items carry. The caller has the turn.
func (x *Index) takeSeen(ctx context.Context) error {
	var c carried
	err := x.db.View(ctx, func(tx *sqldb.Tx) (err error) { c, err = readCarried(tx, x.where.mediaSince(tx.Now)); return err })
	if err != nil {
		return err
	}
	x.seen.add(c.pictures...)
	for _, m := range c.films {
		if err := x.learn(ctx, KindVPDQ, m[0], m[1]); err != nil {
			return err
		}
	}
	for _, m := range c.sounds {
		if err := x.learn(ctx, KindSound, m[0], m[1]); err != nil {
			return err
		}
	}
	for _, t := range c.texts {
		if err := x.learnText(ctx, t); err != nil {
			return err
		}
	}
	x.where.seen = c.until
	return nil
}

func readCarried(tx *sqldb.Tx, since int64) (c carried, err error) {
	c.until = tx.Now
	if c.pictures, err = readPictures(tx, since); err != nil {
		return c, err
	}
	pair := func(scan sqldb.Scanner) (m [2]string, err error) { return m, scan(&m[0], &m[1]) }
	if c.films, err = sqldb.List(tx, sqlNewFilms, []any{since}, pair); err != nil {
		return c, err
	}
	if c.sounds, err = sqldb.List(tx, sqlNewSounds, []any{since}, pair); err != nil {
		return c, err
	}
	c.texts, err = sqldb.List(tx, sqlNewTexts, []any{since}, func(scan sqldb.Scanner) (t written, err error) {
		return t, scan(&t.digest, &t.minhash, &t.tlsh)
	})
	return c, err
}

// mediaSince is the moment after which media may be new, as it is stored. A clock that was
// put back gives new media an earlier time than the last reading had.
func (p place) mediaSince(now time.Time) int64 {
	switch {
	case p.seen.IsZero():
		return 0
	case now.Before(p.seen):
		return now.Add(-overlap).UnixMicro()
	}
	return p.seen.Add(-overlap).UnixMicro()
}

func readPictures(tx *sqldb.Tx, since int64) ([]hamming.Bits, error) {
	return sqldb.List(tx, sqlNewPictures, []any{since}, func(scan sqldb.Scanner) (hamming.Bits, error) {
		var b bits
		err := scan(&b)
		return hamming.Bits(b), err
	})
}
