// Package redress hears complaints: of content providers whose content was taken offline, and
// of platforms that were asked to do it (Articles 9 and 10 of Regulation (EU) 2021/784).
//
// A complaint is about one item. People assess the item anew who took no part in its case:
// who assessed it, drafted or approved anything about it, recorded anything in the case of an
// order on it, reversed it where its platform was to be asked for it, or filed a complaint about it is refused, and the list of them is read here from the rows themselves, so
// that no caller can leave anybody out. Two of them decide; where they disagree, a third does.
//
// The decision stands (upheld) or falls (reversed). What fell counts against the precision of
// the unit whose decision it was: recital 61 of Regulation (EU) 2022/2065 takes from trusted
// flaggers who are imprecise what it gives them, and a unit should know before a platform says so.
package redress

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Who complains.
const (
	Provider = "provider" // the content provider; somebody at the desk files what was written in
	Platform = "platform"
)

// The states and outcomes.
const (
	Open     = "open"
	Decided  = "decided"
	Upheld   = "upheld"   // the decision stands
	Reversed = "reversed" // it does not
)

// New is a complaint to file.
type New struct {
	Item        id.Item
	Platform    id.Platform // that the item stands on
	Unit        id.Unit     // whose decision is complained of
	Subject     string      // the referral, order or notice; may be empty
	Complainant string
	Contact     string
	Reasons     string
	ReceivedAt  time.Time // zero: now
}

// Complaint is one that was filed.
type Complaint struct {
	New
	ID        id.Complaint
	Reference string // C-2026-000123
	DueAt     time.Time
	FiledBy   id.User
	FiledAt   time.Time
	State     string
	Outcome   string
	DecidedAt time.Time
	ToldAt    time.Time
	ToldHow   string
}

const maxText = 5_000 // characters

const (
	columns  = "id, reference, item_id, platform_id, unit_id, subject_id, complainant, contact, reasons, received_at, due_at, filed_by, filed_at, state, outcome, decided_at, told_at, told_how"
	sqlGet   = "SELECT " + columns + " FROM complaint WHERE id = $1"
	sqlOf    = "SELECT " + columns + " FROM complaint WHERE item_id = $1 ORDER BY id"
	sqlOpen  = "SELECT " + columns + " FROM complaint WHERE item_id = $1 AND complainant = $2 AND state = 'open'"
	sqlCount = "INSERT INTO complaint_counter (year, last) VALUES ($1, 1) ON CONFLICT (year) DO UPDATE SET last = complaint_counter.last + 1 RETURNING last"
	sqlFile  = "INSERT INTO complaint (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'open', '', NULL, NULL, '')"
	sqlTell  = "UPDATE complaint SET told_at = $1, told_how = $2 WHERE id = $3 AND told_at IS NULL"
)

// File files a complaint. While one of the same side about the same item is open, that one is
// returned, and nothing is recorded.
func File(tx *sqldb.Tx, by audit.Actor, in New) (Complaint, error) {
	if err := in.check(tx.Now); err != nil {
		return Complaint{}, err
	}
	there, err := read(tx.Row(sqlOpen, in.Item, in.Complainant).Scan)
	if !problem.Is(err, problem.NotFound) {
		return there, err
	}
	c := Complaint{New: in, ID: id.New[id.Complaint](tx.Now), FiledBy: by.User, FiledAt: tx.Now, State: Open}
	c.DueAt = law.ComplaintUntil(c.ReceivedAt)
	var last int64
	if err := tx.Row(sqlCount, tx.Now.Year()).Scan(&last); err != nil {
		return Complaint{}, err
	}
	c.Reference = fmt.Sprintf("C-%d-%06d", tx.Now.Year(), last)
	if _, err := tx.Exec(sqlFile, c.ID, c.Reference, c.Item, c.Platform, c.Unit, c.Subject, c.Complainant, c.Contact, c.Reasons,
		sqldb.At(c.ReceivedAt), sqldb.At(c.DueAt), c.FiledBy, sqldb.At(c.FiledAt)); err != nil {
		return Complaint{}, err
	}
	return c, audit.Append(tx, by, audit.Entry{Verb: "complaint.filed", Subject: string(c.ID), Detail: filed{c.Reference, c.Item, c.Platform, c.Unit, c.Subject, c.Complainant, c.Reasons, c.ReceivedAt}})
}

// filed is what the audit log keeps. Where a content provider can be reached stays out of it:
// the log is for good, and that is personal.
type filed struct {
	Reference   string      `json:"reference"`
	Item        id.Item     `json:"item_id"`
	Platform    id.Platform `json:"platform_id"`
	Unit        id.Unit     `json:"unit_id"` // whose decision is complained of
	Subject     string      `json:"subject_id,omitempty"`
	Complainant string      `json:"complainant"`
	Reasons     string      `json:"reasons"`
	ReceivedAt  time.Time   `json:"received_at"`
}

func (n *New) check(now time.Time) error {
	n.Contact, n.Reasons = strings.TrimSpace(n.Contact), strings.TrimSpace(n.Reasons)
	n.ReceivedAt = n.ReceivedAt.UTC().Truncate(time.Microsecond)
	if n.ReceivedAt.IsZero() {
		n.ReceivedAt = now
	}
	switch {
	case n.Item == "" || n.Platform == "" || n.Unit == "":
		return problem.New(problem.Invalid, "a complaint is about an item that a unit told a platform of; name the item")
	case n.Complainant != Provider && n.Complainant != Platform:
		return problem.New(problem.Invalid, "%.20q complains about nothing here; use provider or platform", n.Complainant)
	case n.Reasons == "":
		return problem.New(problem.Invalid, "a complaint needs its reasons; give them in the complainant's words")
	case n.ReceivedAt.After(now):
		return problem.New(problem.Invalid, "the moment of receipt, %s, has not come yet; correct it", n.ReceivedAt.Format(time.RFC3339))
	}
	return plain(n.Contact, n.Reasons, n.Subject)
}

func plain(texts ...string) error {
	for _, text := range texts {
		if !utf8.ValidString(text) || strings.ContainsRune(text, 0) || utf8.RuneCountInString(text) > maxText {
			return problem.New(problem.Invalid, "write plain text of at most 5,000 characters")
		}
	}
	return nil
}

// Get gives a complaint.
func Get(tx *sqldb.Tx, complaint id.Complaint) (Complaint, error) {
	c, err := read(tx.Row(sqlGet, complaint).Scan)
	if problem.Is(err, problem.NotFound) {
		return c, missing(complaint)
	}
	return c, err
}

func missing(complaint id.Complaint) error {
	return problem.New(problem.NotFound, "there is no complaint %.40q; check the identifier", complaint)
}

// Of lists the complaints about an item, oldest first.
func Of(tx *sqldb.Tx, item id.Item) ([]Complaint, error) {
	return sqldb.List(tx, sqlOf, []any{item}, read)
}

// Tell notes that the complainant knows the outcome, and how.
func Tell(tx *sqldb.Tx, by audit.Actor, complaint id.Complaint, how string) (Complaint, error) {
	c, err := Get(tx, complaint)
	if err != nil {
		return c, err
	}
	how = strings.TrimSpace(how)
	switch {
	case c.State != Decided:
		return c, problem.New(problem.Refused, "%s is not decided yet; there is no outcome to tell", c.Reference)
	case how == "":
		return c, problem.New(problem.Invalid, "say how the complainant was told")
	case !c.ToldAt.IsZero():
		return c, nil
	}
	if err := plain(how); err != nil {
		return c, err
	}
	if _, err := tx.Exec(sqlTell, sqldb.At(tx.Now), how, complaint); err != nil {
		return c, err
	}
	c.ToldAt, c.ToldHow = tx.Now, how
	return c, audit.Append(tx, by, audit.Entry{Verb: "complaint.told", Subject: string(c.ID), Detail: map[string]string{"how": how}})
}

func read(scan sqldb.Scanner) (c Complaint, err error) {
	return c, scan(&c.ID, &c.Reference, &c.Item, &c.Platform, &c.Unit, &c.Subject, &c.Complainant, &c.Contact, &c.Reasons, sqldb.Into(&c.ReceivedAt), sqldb.Into(&c.DueAt),
		&c.FiledBy, sqldb.Into(&c.FiledAt), &c.State, &c.Outcome, sqldb.Into(&c.DecidedAt), sqldb.Into(&c.ToldAt), &c.ToldHow)
}
