package match

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Bank is a curated set of fingerprints.
type Bank struct {
	ID        id.Bank
	Slot      int64 // upper half of its entries' numbers
	Name      string
	Unit      id.Unit // who keeps it: only its people change the bank
	Radius    int     // largest distance in bits that is a match, for pdq
	Terms     string  // of sharing
	Enabled   bool
	Share     int   // of the lookups from outside that may match, in millionths
	Own       bool  // filled by what the unit itself confirmed, and by nothing else
	Shared    bool  // other units may take its entries away
	Entries   int   // that are in it now
	Retracted int   // that are not any more
	Batch     int64 // newest; see AddEntries
	CreatedAt time.Time
}

// Whole is the share of all.
const Whole = 1_000_000

// maxRadius is the widest radius that the index serves quickly; at twice the usual 31 bits
// hardly anything that matches is the same picture any more.
const maxRadius = 63

// maxText is how long terms of sharing, labels and provenances may be, in bytes.
const maxText = 4000

// bankName is the form that exchanges of fingerprints use for names of banks.
var bankName = regexp.MustCompile(`^[A-Z_][A-Z0-9_]*$`)

const (
	bankColumns  = "id, slot, name, unit_id, radius, terms, enabled, share, own, shared, counted - retracted, retracted, batch, created_at"
	sqlSlot      = "SELECT COALESCE(MAX(slot), 0) + 1 FROM bank"
	sqlAddBank   = "INSERT INTO bank (id, slot, name, unit_id, radius, terms, enabled, share, own, shared, batch, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11)"
	sqlBanks     = "SELECT " + bankColumns + " FROM bank ORDER BY name"
	sqlBank      = "SELECT " + bankColumns + " FROM bank WHERE name = $1 OR id = $1"
	sqlNameTaken = "SELECT 1 FROM bank WHERE name = $1"
	sqlSetBank   = "UPDATE bank SET name = $2, radius = $3, terms = $4, enabled = $5, share = $6, shared = $7 WHERE id = $1"
)

// AddBank makes a bank. All lookups may match in it until SetBank says otherwise.
func AddBank(tx *sqldb.Tx, by audit.Actor, b Bank) (Bank, error) {
	b.Own, b.Share = false, Whole
	return addBank(tx, by, b)
}

func addBank(tx *sqldb.Tx, by audit.Actor, b Bank) (Bank, error) {
	if err := b.check(); err != nil {
		return Bank{}, err
	}
	if err := nameFree(tx, b.Name); err != nil {
		return Bank{}, err
	}
	b.ID, b.CreatedAt, b.Entries, b.Retracted, b.Batch = id.New[id.Bank](tx.Now), tx.Now, 0, 0, 0
	if err := tx.Row(sqlSlot).Scan(&b.Slot); err != nil {
		return Bank{}, err
	}
	if _, err := tx.Exec(sqlAddBank, b.ID, b.Slot, b.Name, b.Unit, b.Radius, b.Terms, b.Enabled, b.Share, b.Own, b.Shared, sqldb.At(b.CreatedAt)); err != nil {
		return Bank{}, err
	}
	return b, audit.Append(tx, by, audit.Entry{Verb: "bank.added", Subject: string(b.ID), Detail: b.detail()})
}

func nameFree(tx *sqldb.Tx, name string) error {
	taken, err := tx.Exists(sqlNameTaken, name)
	if err == nil && taken {
		err = problem.New(problem.Conflict, "there is a bank %s already; choose another name, or add to that one", name)
	}
	return err
}

// SetBank changes what can be set of a bank: its name, radius, terms, whether and how much it
// is used, whether others may take its entries. Entries and matches know their bank by its
// identifier and follow; others who have its name in an URL must be told.
func SetBank(tx *sqldb.Tx, by audit.Actor, b Bank) (Bank, error) {
	old, err := GetBank(tx, string(b.ID))
	if err != nil {
		return Bank{}, err
	}
	after := old
	after.Name, after.Radius, after.Terms, after.Enabled, after.Share, after.Shared = b.Name, b.Radius, b.Terms, b.Enabled, b.Share, b.Shared
	if err := after.check(); err != nil || after == old {
		return old, err
	}
	if after.Name != old.Name {
		if err := nameFree(tx, after.Name); err != nil {
			return Bank{}, err
		}
	}
	if _, err := tx.Exec(sqlSetBank, b.ID, b.Name, b.Radius, b.Terms, b.Enabled, b.Share, b.Shared); err != nil {
		return Bank{}, err
	}
	return after, audit.Append(tx, by, audit.Entry{Verb: "bank.changed", Subject: string(b.ID), Detail: map[string]any{"before": old.detail(), "after": after.detail()}})
}

func (b Bank) detail() map[string]any {
	return map[string]any{"name": b.Name, "radius": b.Radius, "terms": b.Terms, "enabled": b.Enabled, "share": b.Share, "shared": b.Shared, "own": b.Own}
}

func (b Bank) check() error {
	switch {
	case len(b.Name) > 100 || !bankName.MatchString(b.Name):
		return problem.New(problem.Invalid, "%.40q cannot be the name of a bank; use capital letters, digits and underscores, no digit first, at most 100", b.Name)
	case b.Radius < 0 || b.Radius > maxRadius:
		return problem.New(problem.Invalid, "a radius of %d bits is not served; choose 0 to %d, usually 31", b.Radius, maxRadius)
	case b.Share < 0 || b.Share > Whole:
		return problem.New(problem.Invalid, "a share of %g of the lookups cannot be; choose 0 to 1", float64(b.Share)/Whole)
	case !plain(b.Terms):
		return problem.New(problem.Invalid, "the terms of sharing are not plain text of at most %d bytes; shorten them or put a link there", maxText)
	}
	return nil
}

// KeptBy reports whether the person is of those who may change the bank, where their role
// allows it: people of the unit that keeps it, and who sees all.
func (b Bank) KeptBy(who auth.Principal) bool { return b.Unit == who.Unit || who.SeesAll() }

// Kept is KeptBy as a refusal.
func (b Bank) Kept(who auth.Principal) error {
	if b.KeptBy(who) {
		return nil
	}
	return problem.New(problem.Forbidden, "the bank %s is kept by another unit; ask its people, or an administrator", b.Name)
}

// OpenTo refuses, with the terms of sharing, who may not read the bank's entries: people of
// other units, unless it is shared.
func (b Bank) OpenTo(who auth.Principal) error {
	if b.Shared || b.KeptBy(who) {
		return nil
	}
	terms := "nothing is written down of terms of sharing"
	if b.Terms != "" {
		terms = "its terms of sharing: " + b.Terms
	}
	return problem.New(problem.Forbidden, "the bank %s is not shared with your unit; ask the unit that keeps it, or an administrator (%s)", b.Name, terms)
}

// plain reports whether a text can be stored by both engines and is not too long.
func plain(text string) bool {
	return len(text) <= maxText && utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
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
	return b, scan(&b.ID, &b.Slot, &b.Name, &b.Unit, &b.Radius, &b.Terms, &b.Enabled, &b.Share, &b.Own, &b.Shared, &b.Entries, &b.Retracted, &b.Batch, sqldb.Into(&b.CreatedAt))
}
