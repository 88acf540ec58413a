package cases

import (
	"strconv"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Acted notes what became of the content of an item.
func Acted(tx *sqldb.Tx, by audit.Actor, it Item, content string, at time.Time) error {
	it.Content, it.ActedAt = content, at
	if err := setItem(tx, it); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "item." + content, Subject: string(it.Case), Detail: map[string]any{"place": it.Place, "at": at}})
}

// Answer is what the service says of an item.
type Answer struct {
	Kind   string
	Reason string
	At     time.Time // when it was removed or disabled
}

// SetAnswer keeps the service's answer to an item of a referral or notice.
func SetAnswer(tx *sqldb.Tx, by audit.Actor, it Item, a Answer) error {
	switch a.Kind {
	case AnswerRemoved, AnswerDisabled:
		if a.At.IsZero() {
			return problem.New(problem.Invalid, "say when item %d was %s", it.Place, a.Kind)
		}
		it.Content, it.ActedAt = a.Kind, a.At
	case AnswerRefused, AnswerImpossible, AnswerClarification:
		if a.Reason == "" {
			return problem.New(problem.Invalid, "say why item %d is not removed", it.Place)
		}
	default:
		return problem.New(problem.Invalid, "%.40q is no answer; use removed, disabled, refused, impossible or clarification", a.Kind)
	}
	it.Answer, it.Reason, it.AnsweredAt = a.Kind, a.Reason, tx.Now
	if err := setItem(tx, it); err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "item.answered", Subject: string(it.Case), Detail: map[string]any{"place": it.Place, "answer": a.Kind, "at": a.At}})
}

func setItem(tx *sqldb.Tx, it Item) error {
	n, err := tx.Exec(sqlSetItem, it.Content, sqldb.At(it.ActedAt), it.Answer, it.Reason, sqldb.At(it.AnsweredAt), it.Case, it.Place)
	if err == nil && n == 0 {
		return problem.New(problem.NotFound, "the case has no item %d", it.Place)
	}
	return err
}

const sqlSame = "SELECT " + itemColumns + " FROM host_item WHERE canonical = $1 AND canonical <> '' AND case_id <> $2 ORDER BY case_id, place"

// Same are the items of other cases that are the same place: what several senders asked for,
// and can all be answered by looking once. Forged cases are not among them.
func Same(tx *sqldb.Tx, it Item) (list []Twin, err error) {
	items, err := sqldb.List(tx, sqlSame, []any{it.Canonical, it.Case}, readItem)
	if err != nil {
		return nil, err
	}
	for _, twin := range items {
		c, err := Get(tx, twin.Case)
		if err != nil {
			return nil, err
		}
		if c.Trusted() {
			list = append(list, Twin{c, twin})
		}
	}
	return list, nil
}

// Twin is an item of another case, with that case.
type Twin struct {
	Case Case
	Item Item
}

// Key names a twin in a form.
func (t Twin) Key() string { return string(t.Case.ID) + "/" + strconv.Itoa(t.Item.Place) }

// Waits reports whether the twin still waits for the service.
func (t Twin) Waits() bool {
	if t.Case.Track == Order {
		return t.Case.ExecutedAt.IsZero() && t.Case.State == StateOpen
	}
	return t.Item.Answer == ""
}

const sqlCounts = "SELECT case_id, COUNT(*), COUNT(answered_at) FROM host_item WHERE case_id = $1 GROUP BY case_id"

// Counts are how many items a case has, and how many of them are answered.
func Counts(tx *sqldb.Tx, target id.Case) (all, answered int, err error) {
	var same id.Case
	err = tx.Row(sqlCounts, target).Scan(&same, &all, &answered)
	if problem.Is(err, problem.NotFound) {
		return 0, 0, nil
	}
	return all, answered, err
}
