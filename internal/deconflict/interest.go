package deconflict

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What an interest can be in.
const (
	KindURLPrefix = "url_prefix" // links that begin so
	KindAccount   = "account"    // an account, by its link, and all that stands below it
	KindSHA256    = "sha256"     // one file
	KindPDQ       = "pdq"        // a picture and what looks like it
)

// Kinds are all of them.
var Kinds = []string{KindURLPrefix, KindAccount, KindSHA256, KindPDQ}

// Interest is a unit's standing interest: before what it covers is acted on, the unit is asked.
type Interest struct {
	ID        id.Interest
	Unit      id.Unit
	Kind      string
	Value     string // a canonical link or its beginning; a digest in lower-case hex
	Contact   string // whom the unit means to have rung about a hold
	ExpiresAt time.Time
	CreatedAt time.Time
	EndedAt   time.Time // zero while nobody has ended it

	Silence    time.Duration // how long the unit has to answer, where that is longer than the action gives; none: as the action says
	DeclaredAt time.Time     // since when it has stood without a break
}

// maxText is how long a contact, a reference or a name may be, in bytes.
const maxText = 500

const (
	interestColumns  = "id, unit_id, kind, value, contact, expires_at, created_at, ended_at, silence, declared_at"
	sqlAddInterest   = "INSERT INTO interest (" + interestColumns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8, $9)"
	sqlRenewInterest = "UPDATE interest SET contact = $1, expires_at = $2, ended_at = NULL, silence = $3, declared_at = $4 WHERE id = $5"
	sqlEndInterest   = "UPDATE interest SET ended_at = $1 WHERE id = $2"
	sqlSameInterest  = "SELECT " + interestColumns + " FROM interest WHERE unit_id = $1 AND kind = $2 AND value = $3"
	sqlInterest      = "SELECT " + interestColumns + " FROM interest WHERE id = $1"
	sqlInterests     = "SELECT " + interestColumns + " FROM interest WHERE $1 = '' OR unit_id = $1 ORDER BY id"
)

// AddInterest registers an interest of the actor's unit. The same interest again is
// renewed: it takes the new contact, the new time and the new end. What was asked for its sake
// is asked again only if it had ended in between.
func AddInterest(tx *sqldb.Tx, by audit.Actor, in Interest) (Interest, error) {
	if in.Unit == "" {
		in.Unit = by.Unit
	}
	if in.Unit == "" || in.Unit != by.Unit {
		return Interest{}, problem.New(problem.Forbidden, "a unit registers its own interests only; ask that unit to do it")
	}
	in, err := checkedInterest(in, tx.Now)
	if err != nil {
		return Interest{}, err
	}
	there, err := readInterest(tx.Row(sqlSameInterest, in.Unit, in.Kind, in.Value).Scan)
	switch {
	case problem.Is(err, problem.NotFound):
		in.ID, in.CreatedAt, in.EndedAt, in.DeclaredAt = id.New[id.Interest](tx.Now), tx.Now, time.Time{}, tx.Now
		_, err = tx.Exec(sqlAddInterest, in.ID, in.Unit, in.Kind, in.Value, in.Contact, sqldb.At(in.ExpiresAt), sqldb.At(in.CreatedAt), in.Silence.Microseconds(), sqldb.At(in.DeclaredAt))
	case err != nil:
		return Interest{}, err
	case there.Stands(tx.Now) && there.Contact == in.Contact && there.ExpiresAt.Equal(in.ExpiresAt) && there.Silence == in.Silence:
		return there, nil
	default:
		in.ID, in.CreatedAt, in.EndedAt, in.DeclaredAt = there.ID, there.CreatedAt, time.Time{}, tx.Now
		if there.Stands(tx.Now) {
			in.DeclaredAt = there.DeclaredAt
		}
		_, err = tx.Exec(sqlRenewInterest, in.Contact, sqldb.At(in.ExpiresAt), in.Silence.Microseconds(), sqldb.At(in.DeclaredAt), in.ID)
	}
	if err != nil {
		return Interest{}, err
	}
	return in, audit.Append(tx, by, audit.Entry{Verb: "deconflict.interest_added", Subject: string(in.ID), Detail: struct {
		Kind      string    `json:"kind"`
		Value     string    `json:"value"`
		Contact   string    `json:"contact"`
		ExpiresAt time.Time `json:"expires_at"`
		Silence   string    `json:"silence,omitempty"`
	}{in.Kind, in.Value, in.Contact, in.ExpiresAt, given(in.Silence)}})
}

// Stands reports whether the interest is neither ended nor over.
func (in Interest) Stands(now time.Time) bool { return in.EndedAt.IsZero() && in.ExpiresAt.After(now) }

func given(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

// GetInterest gives an interest.
func GetInterest(tx *sqldb.Tx, interest id.Interest) (Interest, error) {
	return readInterest(tx.Row(sqlInterest, interest).Scan)
}

// EndInterest ends an interest of the actor's unit. What the unit is asked, or holds, for its sake
// alone counts as answered free, and such items become Expired at once.
func EndInterest(tx *sqldb.Tx, by audit.Actor, interest id.Interest) error {
	in, err := readInterest(tx.Row(sqlInterest, interest).Scan)
	switch {
	case err != nil:
		return err
	case in.Unit != by.Unit:
		return problem.New(problem.Forbidden, "only the unit that registered an interest can end it; ring %s", in.Contact)
	case !in.EndedAt.IsZero():
		return nil
	}
	if _, err := tx.Exec(sqlEndInterest, sqldb.At(tx.Now), in.ID); err != nil {
		return err
	}
	if err := release(tx, by, in); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "deconflict.interest_ended", Subject: string(in.ID)})
}

// Interests lists a unit's interests, or everybody's for "", with those that have ended.
func Interests(tx *sqldb.Tx, unit id.Unit) ([]Interest, error) {
	return sqldb.List(tx, sqlInterests, []any{unit}, readInterest)
}

func readInterest(scan sqldb.Scanner) (in Interest, err error) {
	var silence int64
	err = scan(&in.ID, &in.Unit, &in.Kind, &in.Value, &in.Contact, sqldb.Into(&in.ExpiresAt), sqldb.Into(&in.CreatedAt), sqldb.Into(&in.EndedAt), &silence, sqldb.Into(&in.DeclaredAt))
	in.Silence = time.Duration(silence) * time.Microsecond
	return in, err
}

// checkedInterest returns the interest with its value in the form that items are compared
// with, or says what is wrong with it.
func checkedInterest(in Interest, now time.Time) (Interest, error) {
	var err error
	switch in.Kind {
	case KindURLPrefix:
		in.Value, err = prefix(in.Value)
	case KindAccount:
		in.Value, err = accountOf(in.Value)
	case KindSHA256, KindPDQ:
		in.Value, err = digest(in.Value)
	default:
		return in, problem.New(problem.Invalid, "an interest is in a url_prefix, an account, a sha256 or a pdq, not in %.20q", in.Kind)
	}
	if err != nil {
		return in, err
	}
	if in.Contact = strings.TrimSpace(in.Contact); !plain(in.Contact) {
		return in, problem.New(problem.Invalid, "say whom to ring about a hold, in plain text of at most 500 bytes")
	}
	if in.ExpiresAt = in.ExpiresAt.UTC().Truncate(time.Microsecond); !in.ExpiresAt.After(now) {
		return in, problem.New(problem.Invalid, "an interest must end in the future; give it a later end")
	}
	if in.Silence != 0 && (in.Silence < time.Minute || in.Silence > LongestSilence) {
		return in, problem.New(problem.Invalid, "your unit has between a minute and seven days to answer; leave the time out where the action's is enough")
	}
	return in, nil
}

func plain(s string) bool {
	return s != "" && len(s) <= maxText && utf8.ValidString(s) && !strings.ContainsRune(s, 0)
}
