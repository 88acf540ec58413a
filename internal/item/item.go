// Package item keeps the pieces of content that the work is about, each once.
//
// An item is one piece of content at one place; its identity is the canonical link. Many
// contributions, in several actions, may name one item, and every form of its link that
// was ever seen is kept with it (its variants), because a notice must carry the exact link.
//
// An item moves through the stages of the work; where it stands is a column of its row and
// is repeated in action_item, one row for each action that has the item, from which lists
// and counts are read. What the platform said (answer) and what our own look found
// (verdict) are not stages: they come, change and go by themselves after delivery.
package item

import (
	"crypto/sha256"
	"strings"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Stage is how far the work on an item has come.
type Stage string

// The stages, in the order of the work. Unreachable items go on to people like captured ones.
const (
	Contributed   Stage = "contributed"
	Captured      Stage = "captured"
	Unreachable   Stage = "unreachable"
	Ready         Stage = "ready"    // fingerprinted and matched; waits for a person
	Assessed      Stage = "assessed" // one person has decided
	Disputed      Stage = "disputed"
	Rejected      Stage = "rejected"
	Confirmed     Stage = "confirmed"
	Held          Stage = "held"
	Cleared       Stage = "cleared"
	Blocked       Stage = "blocked"
	Drafted       Stage = "drafted"
	Approved      Stage = "approved"
	Delivered     Stage = "delivered"
	Undeliverable Stage = "undeliverable"
	Ordered       Stage = "ordered" // a removal order was drafted on it; it is on no other track
)

// Stages are all stages in the order of the work.
func Stages() []Stage {
	return []Stage{Contributed, Captured, Unreachable, Ready, Assessed, Disputed, Rejected, Confirmed,
		Held, Cleared, Blocked, Drafted, Approved, Delivered, Undeliverable, Ordered}
}

// Answer is what the platform said; "" while it has said nothing.
type Answer string

const (
	AnswerRemoved       Answer = "removed"
	AnswerDisabled      Answer = "disabled"
	AnswerRefused       Answer = "refused"
	AnswerImpossible    Answer = "impossible"
	AnswerClarification Answer = "clarification"
)

// Verdict is what our last look found; "" before the first.
type Verdict string

const (
	VerdictRemoved        Verdict = "removed"
	VerdictSoft404        Verdict = "soft_404"
	VerdictAccountGone    Verdict = "account_gone"
	VerdictLoginWall      Verdict = "login_wall"
	VerdictGeoBlocked     Verdict = "geo_blocked"
	VerdictRedirectedHome Verdict = "redirected_home"
	VerdictStillUp        Verdict = "still_up"
	VerdictUnknown        Verdict = "unknown"
)

// Item is one piece of content at one place.
type Item struct {
	ID                 id.Item
	Platform           id.Platform // "" while the host belongs to no registered platform
	URL                string      // canonical
	Host, Kind, Page   string      // as in link.Canonical
	Language, Title    string      // as the newest capture found them
	Stage              Stage
	Answer             Answer
	Verdict            Verdict
	Ideology           string    // law.Ideology that the people who decided agree on; empty until two of them have
	CreatedAt, MovedAt time.Time // MovedAt: when it entered its stage
}

const (
	columns     = "id, platform_id, url, host, kind, page, language, title, stage, answer, verdict, ideology, created_at, moved_at"
	sqlGet      = "SELECT " + columns + " FROM item WHERE id = $1"
	sqlByURL    = "SELECT " + columns + " FROM item WHERE url_sum = $1"
	sqlByTen    = "SELECT " + columns + " FROM item WHERE id IN (" + ten + ")"
	sqlVariants = "SELECT url FROM item_variant WHERE item_id = $1 ORDER BY at, place"
)

func read(scan sqldb.Scanner) (it Item, err error) {
	return it, scan(&it.ID, &it.Platform, &it.URL, &it.Host, &it.Kind, &it.Page, &it.Language, &it.Title,
		&it.Stage, &it.Answer, &it.Verdict, &it.Ideology, sqldb.Into(&it.CreatedAt), sqldb.Into(&it.MovedAt))
}

// Get returns one item.
func Get(tx *sqldb.Tx, item id.Item) (Item, error) {
	it, err := read(tx.Row(sqlGet, item).Scan)
	if problem.Is(err, problem.NotFound) {
		return it, problem.New(problem.NotFound, "there is no item %q; check the identifier", item)
	}
	return it, err
}

// ByURL returns the item of a canonical link, or problem.NotFound.
func ByURL(tx *sqldb.Tx, canonical string) (Item, error) {
	it, err := read(tx.Row(sqlByURL, sum(canonical)).Scan)
	if problem.Is(err, problem.NotFound) {
		return it, problem.New(problem.NotFound, "nobody has handed in %.200q yet", canonical)
	}
	return it, err
}

// Variants returns every form of an item's link that was seen, the first one first.
func Variants(tx *sqldb.Tx, item id.Item) ([]string, error) {
	return sqldb.Column[string](tx, sqlVariants, item)
}

// sum is what a link is found by.
func sum(url string) []byte {
	s := sha256.Sum256([]byte(url))
	return s[:]
}

// keyLength keeps an index entry under PostgreSQL's 2,704 bytes.
const keyLength = 2000

// key is what lists are ordered by: the link without its scheme, so that a person may
// search with it or without it. It is compared byte by byte on both engines, whatever the
// collation of the database is.
func key(url string) []byte {
	if _, rest, ok := strings.Cut(url, "://"); ok {
		url = rest
	}
	return []byte(url[:min(len(url), keyLength)])
}
