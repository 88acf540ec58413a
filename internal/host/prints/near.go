package prints

import (
	"cmp"
	"slices"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/pdq"
	"github.com/argine/argine/vpdq"
)

// How alike two media must be to be told: pictures as the reference of PDQ has it, films when
// one of them holds nearly all of the other.
const (
	nearBits    = 31
	nearQuality = 50
	nearPercent = 80
)

// mostFrames bounds the frames of a film that are kept and compared: ten minutes and their cuts.
const mostFrames = 900

const (
	sqlPictures = "SELECT canonical, sum, pdq FROM host_print WHERE pdq <> '' AND quality >= $1 AND canonical <> $2"
	sqlFilms    = "SELECT canonical, sum, film FROM host_print WHERE film <> '' AND canonical <> $1"
)

// Compare finds the places whose media are near those of a place without being the same files,
// each once, with its nearest.
func Compare(tx *sqldb.Tx, canonical string, list []Print) ([]Likeness, error) {
	best := nearest{}
	if err := best.pictures(tx, canonical, list); err != nil {
		return nil, err
	}
	if err := best.films(tx, canonical, list); err != nil {
		return nil, err
	}
	var out []Likeness
	for _, l := range best {
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Likeness) int { return cmp.Compare(a.Canonical, b.Canonical) })
	return out, nil
}

// nearest is the best likeness of each place.
type nearest map[string]Likeness

func (n nearest) take(l Likeness) {
	before, met := n[l.Canonical]
	better := l.Kind == Picture && l.Measure < before.Measure || l.Kind == Film && l.Measure > before.Measure
	if !met || before.Kind == l.Kind && better || before.Kind == Picture && l.Kind == Film {
		n[l.Canonical] = l
	}
}

func (n nearest) pictures(tx *sqldb.Tx, canonical string, list []Print) error {
	var mine []pdq.Hash
	sums := map[string]bool{}
	for _, p := range list {
		sums[p.Sum] = true
		if hash, err := pdq.ParseHash(p.PDQ); err == nil && p.Quality >= nearQuality {
			mine = append(mine, hash)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	return tx.Each(sqlPictures, []any{nearQuality, canonical}, func(scan sqldb.Scanner) error {
		var other, sum, text string
		if err := scan(&other, &sum, &text); err != nil || sums[sum] {
			return err
		}
		hash, err := pdq.ParseHash(text)
		if err != nil {
			return err
		}
		for _, m := range mine {
			if bits := m.Distance(hash); bits <= nearBits {
				n.take(Likeness{Canonical: other, Kind: Picture, Measure: bits})
			}
		}
		return nil
	})
}

func (n nearest) films(tx *sqldb.Tx, canonical string, list []Print) error {
	var mine [][]vpdq.Feature
	sums := map[string]bool{}
	for _, p := range list {
		sums[p.Sum] = true
		if film, err := vpdq.Parse([]byte(p.Film)); err == nil && len(film) > 0 {
			mine = append(mine, film)
		}
	}
	if len(mine) == 0 {
		return nil
	}
	return tx.Each(sqlFilms, []any{canonical}, func(scan sqldb.Scanner) error {
		var other, sum, text string
		if err := scan(&other, &sum, &text); err != nil || sums[sum] {
			return err
		}
		film, err := vpdq.Parse([]byte(text))
		if err != nil {
			return err
		}
		for _, m := range mine {
			common := vpdq.Compare(m, film, vpdq.Defaults())
			if percent := int(max(common.QueryPercent, common.BankPercent)); percent >= nearPercent {
				n.take(Likeness{Canonical: other, Kind: Film, Measure: percent})
			}
		}
		return nil
	})
}
