package vault

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// The two purposes for which preserved content may be opened, Article 6(1).
const (
	ForReview        = "review"        // (a) review proceedings, and complaints under Article 10
	ForInvestigation = "investigation" // (b) prevention, detection, investigation and prosecution of terrorist offences
)

// Purposes are both.
var Purposes = []string{ForReview, ForInvestigation}

// Kept is a file of the vault.
type Kept struct {
	ID       id.Kept
	Case     id.Case
	Place    int // of the item in it; 0: nobody said; it may be of any
	Name     string
	Type     string
	Size     int64
	Sum      string
	KeptAt   time.Time
	ErasedAt time.Time
}

// Access is one opening.
type Access struct {
	Kept    id.Kept
	Purpose string
	Reason  string
	User    id.User
	At      time.Time
}

const keptColumns = "id, case_id, place, name, type, size, sum, kept_at, erased_at"

const (
	sqlKeep     = "INSERT INTO host_kept (" + keptColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)"
	sqlOfCase   = "SELECT " + keptColumns + " FROM host_kept WHERE case_id = $1 ORDER BY id"
	sqlOfItem   = "SELECT " + keptColumns + " FROM host_kept WHERE case_id = $1 AND place IN ($2, 0) AND erased_at IS NULL ORDER BY id"
	sqlOne      = "SELECT " + keptColumns + " FROM host_kept WHERE id = $1"
	sqlErase    = "UPDATE host_kept SET erased_at = $1, name = '', type = '', sum = '' WHERE case_id = $2 AND erased_at IS NULL"
	sqlAccess   = "INSERT INTO host_access (id, kept_id, purpose, reason, user_id, at) VALUES ($1, $2, $3, $4, $5, $6)"
	sqlAccesses = "SELECT a.kept_id, a.purpose, a.reason, a.user_id, a.at FROM host_access a JOIN host_kept k ON k.id = a.kept_id WHERE k.case_id = $1 ORDER BY a.id"
	sqlKnown    = "SELECT 1 FROM host_kept WHERE id = $1 AND erased_at IS NULL"
	sqlKeptNow  = "SELECT COUNT(*) FROM host_kept WHERE case_id = $1 AND erased_at IS NULL"
)

// Keep notes a file that was sealed.
func Keep(tx *sqldb.Tx, by audit.Actor, k Kept) error {
	k.KeptAt = tx.Now
	if _, err := tx.Exec(sqlKeep, k.ID, k.Case, k.Place, k.Name, k.Type, k.Size, k.Sum, sqldb.At(k.KeptAt)); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "kept.sealed", Subject: string(k.ID), Detail: map[string]any{"case": k.Case, "size": k.Size, "sum": k.Sum}})
}

// NoteAccess notes that a file is about to be opened, for what, and why. Nothing but the two purposes
// of the article is admitted.
func NoteAccess(tx *sqldb.Tx, by audit.Actor, target id.Kept, purpose, reason string) (Kept, error) {
	k, err := readKept(tx.Row(sqlOne, target).Scan)
	switch {
	case problem.Is(err, problem.NotFound) || err == nil && !k.ErasedAt.IsZero():
		return k, problem.New(problem.NotFound, "there is no such file in the vault, or it was erased")
	case err != nil:
		return k, err
	case !slices.Contains(Purposes, purpose):
		return k, problem.New(problem.Refused, "preserved content is opened for review proceedings or complaints, or for the investigation of terrorist offences, and for nothing else (Article 6(1))")
	case len(reason) < 5:
		return k, problem.New(problem.Invalid, "write why it is opened: the proceedings, the complaint, the request")
	}
	if _, err := tx.Exec(sqlAccess, id.New[id.Access](tx.Now), target, purpose, reason, by.User, sqldb.At(tx.Now)); err != nil {
		return k, err
	}
	return k, audit.Append(tx, by, audit.Entry{Verb: "kept.opened", Subject: string(target), Detail: map[string]any{"case": k.Case, "purpose": purpose, "reason": reason}})
}

// OfCase are the files that were kept in a case, the erased ones without their names.
func OfCase(tx *sqldb.Tx, c id.Case) ([]Kept, error) {
	return sqldb.List(tx, sqlOfCase, []any{c}, readKept)
}

// OfItem are the files that are kept of one item of a case.
func OfItem(tx *sqldb.Tx, c id.Case, place int) ([]Kept, error) {
	return sqldb.List(tx, sqlOfItem, []any{c, place}, readKept)
}

// Accesses are the openings of the files of a case.
func Accesses(tx *sqldb.Tx, c id.Case) ([]Access, error) {
	return sqldb.List(tx, sqlAccesses, []any{c}, func(scan sqldb.Scanner) (a Access, err error) {
		return a, scan(&a.Kept, &a.Purpose, &a.Reason, &a.User, sqldb.Into(&a.At))
	})
}

// Erased notes that the files of a case are gone, and forgets what they were.
func Erased(tx *sqldb.Tx, by audit.Actor, c id.Case) error {
	n, err := tx.Exec(sqlErase, sqldb.At(tx.Now), c)
	if err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "kept.erased", Subject: string(c), Detail: map[string]int64{"files": n}})
}

// Known reports whether a row names a file that is kept.
func Known(tx *sqldb.Tx, k id.Kept) (bool, error) { return tx.Exists(sqlKnown, k) }

// Count is how many files of a case are kept now.
func Count(tx *sqldb.Tx, c id.Case) (n int, err error) { return n, tx.Row(sqlKeptNow, c).Scan(&n) }

func readKept(scan sqldb.Scanner) (k Kept, err error) {
	return k, scan(&k.ID, &k.Case, &k.Place, &k.Name, &k.Type, &k.Size, &k.Sum, sqldb.Into(&k.KeptAt), sqldb.Into(&k.ErasedAt))
}
