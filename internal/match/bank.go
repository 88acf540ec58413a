package match

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Bank is a curated set of fingerprints.
type Bank struct {
	ID        id.Bank
	Name      string
	Unit      id.Unit // who keeps it
	Radius    int     // largest distance in bits that is a match, for pdq
	Terms     string  // of sharing
	Enabled   bool
	CreatedAt time.Time
}

// maxRadius is the widest radius that the index serves quickly; at twice the usual 31 bits
// hardly anything that matches is the same picture any more.
const maxRadius = 63

// maxText is how long terms of sharing, labels and provenances may be, in bytes.
const maxText = 4000

// bankName is the form that exchanges of fingerprints use for names of banks.
var bankName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

const (
	bankColumns  = "id, name, unit_id, radius, terms, enabled, created_at"
	sqlAddBank   = "INSERT INTO bank (id, name, unit_id, radius, terms, enabled, batch, created_at) VALUES ($1, $2, $3, $4, $5, $6, 0, $7)"
	sqlBanks     = "SELECT " + bankColumns + " FROM bank ORDER BY name"
	sqlBank      = "SELECT " + bankColumns + " FROM bank WHERE name = $1 OR id = $1"
	sqlNameTaken = "SELECT 1 FROM bank WHERE name = $1"
	sqlEnable    = "UPDATE bank SET enabled = $2 WHERE id = $1 AND enabled <> $2"
)

// AddBank makes a bank.
func AddBank(tx *sqldb.Tx, by audit.Actor, b Bank) (Bank, error) {
	if err := b.check(); err != nil {
		return Bank{}, err
	}
	taken, err := tx.Exists(sqlNameTaken, b.Name)
	if err != nil {
		return Bank{}, err
	}
	if taken {
		return Bank{}, problem.New(problem.Conflict, "there is a bank %s already; choose another name, or add to that one", b.Name)
	}
	b.ID, b.CreatedAt = id.New[id.Bank](tx.Now), tx.Now
	if _, err := tx.Exec(sqlAddBank, b.ID, b.Name, b.Unit, b.Radius, b.Terms, b.Enabled, sqldb.At(b.CreatedAt)); err != nil {
		return Bank{}, err
	}
	detail := map[string]any{"name": b.Name, "radius": b.Radius, "terms": b.Terms, "enabled": b.Enabled}
	return b, audit.Append(tx, by, audit.Entry{Verb: "bank.added", Subject: string(b.ID), Detail: detail})
}

func (b Bank) check() error {
	switch {
	case len(b.Name) > 100 || !bankName.MatchString(b.Name):
		return problem.New(problem.Invalid, "%.40q cannot be the name of a bank; use capital letters, digits and underscores, a letter first, at most 100", b.Name)
	case b.Radius < 0 || b.Radius > maxRadius:
		return problem.New(problem.Invalid, "a radius of %d bits is not served; choose 0 to %d, usually 31", b.Radius, maxRadius)
	case len(b.Terms) > maxText || !utf8.ValidString(b.Terms) || strings.IndexByte(b.Terms, 0) >= 0:
		return problem.New(problem.Invalid, "the terms of sharing are not plain text of at most %d bytes; shorten them or put a link there", maxText)
	}
	return nil
}

// Banks lists all banks by name.
func Banks(tx *sqldb.Tx) ([]Bank, error) { return sqldb.List(tx, sqlBanks, nil, readBank) }

// GetBank finds a bank by its name; its identifier will do too, for no name looks like one.
func GetBank(tx *sqldb.Tx, name string) (Bank, error) {
	b, err := readBank(tx.Row(sqlBank, name).Scan)
	if problem.Is(err, problem.NotFound) {
		return b, problem.New(problem.NotFound, "there is no bank %.40q; look at the list of banks for its name", name)
	}
	return b, err
}

func readBank(scan sqldb.Scanner) (b Bank, err error) {
	return b, scan(&b.ID, &b.Name, &b.Unit, &b.Radius, &b.Terms, &b.Enabled, sqldb.Into(&b.CreatedAt))
}

// Enable switches a bank on or off. The entries of one that is off match nothing.
func Enable(tx *sqldb.Tx, by audit.Actor, bank id.Bank, enabled bool) error {
	changed, err := tx.Exec(sqlEnable, bank, enabled)
	if err != nil || changed == 0 {
		return err
	}
	verb := "bank.disabled"
	if enabled {
		verb = "bank.enabled"
	}
	return audit.Append(tx, by, audit.Entry{Verb: verb, Subject: string(bank)})
}
