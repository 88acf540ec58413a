// Package prints keeps the fingerprints of media that requests name, so that the same content
// is known again at another address.
//
// A fingerprint belongs to a place (the canonical form of a link) and says which files stood
// there when somebody looked: their SHA-256, of a picture its PDQ, of a film those of its
// frames. Two places hold the same content when they have a file in common, and like content
// when a picture or film of the one is near one of the other. The first is a fact, the second
// is a guess, and neither decides anything: a person does (Article 5(3) of Regulation (EU)
// 2021/784).
//
// The media themselves are not kept here. Fingerprints go after six months, when what was
// removed goes as well (Article 6).
package prints

import (
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/sqldb"
)

// Print is one medium.
type Print struct {
	Sum     string // SHA-256, hex
	Type    string // told by its bytes
	Size    int64
	PDQ     string // hex; empty: no picture that could be read
	Quality int
	Film    string // vpdq.Format of its distinct frames; empty: no film that could be read
}

// Ways in which a medium became known.
const (
	Look    = "look"    // the service gave a copy when it was asked for one
	Disable = "disable" // the service handed it over when it disabled the content
	Upload  = "upload"  // the service asked trusted banks about it
)

// Kinds of likeness.
const (
	Exact   = "exact"
	Picture = "picture"
	Film    = "film"
)

// Likeness is another place with the same content, or with content like it.
type Likeness struct {
	Canonical string
	Kind      string
	Measure   int // Picture: bits of 256 that differ; Film: percentage in common
}

// Exact reports whether both places have a file in common.
func (l Likeness) Exact() bool { return l.Kind == Exact }

const (
	sqlAdd     = "INSERT INTO host_print (canonical, sum, type, size, pdq, quality, film, way, seen_at, until) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (canonical, sum) DO NOTHING"
	sqlDrop    = "DELETE FROM host_print WHERE canonical = $1"
	sqlAddNear = "INSERT INTO host_near (canonical, other, kind, measure) VALUES ($1, $2, $3, $4) ON CONFLICT (canonical, other) DO NOTHING"
	sqlDropAll = "DELETE FROM host_near WHERE canonical = $1 OR other = $1"
	sqlSame    = "SELECT DISTINCT q.canonical FROM host_print p JOIN host_print q ON q.sum = p.sum AND q.canonical <> p.canonical WHERE p.canonical = $1 ORDER BY q.canonical"
	sqlNear    = "SELECT other, kind, measure FROM host_near WHERE canonical = $1 ORDER BY other"
	sqlOld     = "SELECT DISTINCT canonical FROM host_print WHERE until <= $1 ORDER BY canonical LIMIT 100"
)

// Keep notes which media stand at a place, in the stead of what stood there before, and which
// places are near to it (see [Compare]).
func Keep(tx *sqldb.Tx, by audit.Actor, canonical, way string, list []Print, near []Likeness) error {
	if err := drop(tx, canonical); err != nil {
		return err
	}
	until := law.KeptUntil(tx.Now)
	sums := make([]string, len(list))
	for i, p := range list {
		sums[i] = p.Sum
		if _, err := tx.Exec(sqlAdd, canonical, p.Sum, p.Type, p.Size, p.PDQ, p.Quality, p.Film, way, sqldb.At(tx.Now), sqldb.At(until)); err != nil {
			return err
		}
	}
	for _, l := range near {
		for _, pair := range [][2]string{{canonical, l.Canonical}, {l.Canonical, canonical}} {
			if _, err := tx.Exec(sqlAddNear, pair[0], pair[1], l.Kind, l.Measure); err != nil {
				return err
			}
		}
	}
	return audit.Append(tx, by, audit.Entry{Verb: "print.kept", Subject: canonical, Detail: map[string]any{"way": way, "sums": sums, "near": len(near)}})
}

func drop(tx *sqldb.Tx, canonical string) error {
	if _, err := tx.Exec(sqlDrop, canonical); err != nil {
		return err
	}
	_, err := tx.Exec(sqlDropAll, canonical)
	return err
}

// Like are the places with the same content as a place, then those with content like it.
func Like(tx *sqldb.Tx, canonical string) (list []Likeness, err error) {
	if canonical == "" {
		return nil, nil
	}
	exact, err := sqldb.Column[string](tx, sqlSame, canonical)
	if err != nil {
		return nil, err
	}
	same := map[string]bool{}
	for _, other := range exact {
		same[other] = true
		list = append(list, Likeness{Canonical: other, Kind: Exact})
	}
	return list, tx.Each(sqlNear, []any{canonical}, func(scan sqldb.Scanner) error {
		var l Likeness
		err := scan(&l.Canonical, &l.Kind, &l.Measure)
		if err == nil && !same[l.Canonical] {
			list = append(list, l)
		}
		return err
	})
}

// Old are places whose fingerprints have been kept long enough.
func Old(tx *sqldb.Tx) ([]string, error) { return sqldb.Column[string](tx, sqlOld, sqldb.At(tx.Now)) }

// Forget erases the fingerprints of places.
func Forget(tx *sqldb.Tx, by audit.Actor, places []string) error {
	for _, canonical := range places {
		if err := drop(tx, canonical); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlDropLook, canonical); err != nil {
			return err
		}
	}
	return audit.Append(tx, by, audit.Entry{Verb: "print.erased", Detail: map[string]any{"places": len(places), "until": tx.Now.Format(time.RFC3339)}})
}
