package refer

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What a platform can say of an item.
const (
	KindRemoved       = "removed"
	KindDisabled      = "disabled"
	KindRefused       = "refused"
	KindImpossible    = "impossible"
	KindClarification = "clarification"
)

// New is an answer to record.
type New struct {
	Item    id.Item
	Kind    string
	Reason  string    // needed for what is not removed or disabled
	ActedAt time.Time // when the platform says it acted; zero when it does not say
}

// Answer is a recorded one.
type Answer struct {
	New
	ID       id.Answer
	Referral id.Referral
	User     id.User // the platform's contact who answered
	At       time.Time
}

const (
	maxReason = 5_000          // characters
	maxAhead  = 24 * time.Hour // a clock in another time zone is forgiven; a wrong date is not
)

const (
	sqlInReferral = "SELECT 1 FROM referral_item WHERE referral_id = $1 AND item_id = $2"
	sqlSameAnswer = "SELECT id, referral_id, item_id, kind, reason, acted_at, user_id, at FROM answer WHERE referral_id = $1 AND item_id = $2 AND kind = $3"
	sqlAnswersOf  = "SELECT id, referral_id, item_id, kind, reason, acted_at, user_id, at FROM answer WHERE item_id = $1 ORDER BY at, id"
	sqlAddAnswer  = "INSERT INTO answer (id, referral_id, item_id, kind, reason, acted_at, user_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
)

// RecordAnswer records what a platform says of an item of a referral. An answer of a kind
// that it gave before is a repetition: the first is returned, and recorded is false. When
// recorded is true, the answer is the newest of the item and holds.
func RecordAnswer(tx *sqldb.Tx, by audit.Actor, referral id.Referral, in New) (answer Answer, recorded bool, err error) {
	if err := in.check(tx.Now); err != nil {
		return Answer{}, false, err
	}
	if err := answerable(tx, referral, in.Item); err != nil {
		return Answer{}, false, err
	}
	there, err := readAnswer(tx.Row(sqlSameAnswer, referral, in.Item, in.Kind).Scan)
	if err == nil {
		return there, false, nil
	}
	if !problem.Is(err, problem.NotFound) {
		return Answer{}, false, err
	}
	a := Answer{New: in, ID: id.New[id.Answer](tx.Now), Referral: referral, User: by.User, At: tx.Now}
	if _, err := tx.Exec(sqlAddAnswer, a.ID, a.Referral, a.Item, a.Kind, a.Reason, sqldb.At(a.ActedAt), a.User, sqldb.At(a.At)); err != nil {
		return Answer{}, false, err
	}
	detail := struct {
		Referral id.Referral `json:"referral_id"`
		Kind     string      `json:"kind"`
		Reason   string      `json:"reason,omitempty"`
		ActedAt  time.Time   `json:"acted_at,omitzero"`
	}{a.Referral, a.Kind, a.Reason, a.ActedAt}
	return a, true, audit.Append(tx, by, audit.Entry{Verb: "refer.answered", Subject: string(a.Item), Detail: detail})
}

// AnswersOf lists the answers about an item, oldest first: the last one holds.
func AnswersOf(tx *sqldb.Tx, item id.Item) ([]Answer, error) {
	return sqldb.List(tx, sqlAnswersOf, []any{item}, readAnswer)
}

func readAnswer(scan sqldb.Scanner) (a Answer, err error) {
	return a, scan(&a.ID, &a.Referral, &a.Item, &a.Kind, &a.Reason, sqldb.Into(&a.ActedAt), &a.User, sqldb.Into(&a.At))
}

// answerable refuses answers about what the platform was never told of. A draft is
// unknown to it, and so gets the same words as a referral that does not exist.
func answerable(tx *sqldb.Tx, referral id.Referral, item id.Item) error {
	r, err := Get(tx, referral)
	if problem.Is(err, problem.NotFound) || err == nil && r.State != StateApproved {
		return problem.New(problem.NotFound, "there is no referral %.40q; check the identifier", referral)
	}
	if err != nil {
		return err
	}
	in, err := tx.Exists(sqlInReferral, referral, item)
	if err == nil && !in {
		return problem.New(problem.Invalid, "item %.40q is not in referral %s; answer about the items that it lists", item, r.Reference)
	}
	return err
}

// check cleans the answer, or says what is wrong with it.
func (n *New) check(now time.Time) error {
	n.Reason = strings.TrimSpace(n.Reason)
	n.ActedAt = n.ActedAt.UTC().Truncate(time.Microsecond)
	switch n.Kind {
	case KindRemoved, KindDisabled:
	case KindRefused, KindImpossible, KindClarification:
		if n.Reason == "" {
			return problem.New(problem.Invalid, "an answer %q needs a reason; say why, or what is not clear", n.Kind)
		}
	default:
		return problem.New(problem.Invalid, "%.20q is no answer; use removed, disabled, refused, impossible or clarification", n.Kind)
	}
	if !utf8.ValidString(n.Reason) || strings.ContainsRune(n.Reason, 0) || utf8.RuneCountInString(n.Reason) > maxReason {
		return problem.New(problem.Invalid, "give the reason in plain text of at most 5,000 characters")
	}
	if n.ActedAt.After(now.Add(maxAhead)) {
		return problem.New(problem.Invalid, "the time of acting, %s, has not come yet; correct it", n.ActedAt.Format(time.RFC3339))
	}
	return nil
}
