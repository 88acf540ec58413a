package deconflict

import (
	"strings"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// What a unit can say to the question whether it may be acted on an item.
const (
	Free          = "free"
	ExistingOrder = "order"    // there is a removal order on it already: none may be issued again
	Interested    = "interest" // an investigation would be disturbed: hold, until then, and ring
	Silent        = "silence"  // nothing, until the question closed; it counts as free
)

// Question is one unit's question about one item, with what it said.
type Question struct {
	Item       id.Item
	Unit       id.Unit
	AskedAt    time.Time
	ClosesAt   time.Time // from then on silence counts as free
	Answer     string    // empty while it is open
	Contact    string    // of an interest: whom to ring
	Until      time.Time // of an interest: when the hold ends
	Reference  string    // of an existing order
	AnsweredAt time.Time
	AnsweredBy id.User

	ForInterest bool // the unit is asked because of its standing interests alone
}

// Open reports whether the question waits for an answer.
func (q Question) Open(now time.Time) bool { return q.Answer == "" && q.ClosesAt.After(now) }

const (
	questionColumns = "item_id, unit_id, asked_at, closes_at, answer, contact, until, reference, answered_at, answered_by, for_interest"
	sqlAskUnit      = "INSERT INTO deconflict_question (" + questionColumns + ") VALUES ($1, $2, $3, $4, '', '', NULL, '', NULL, '', $5) ON CONFLICT (item_id, unit_id) DO UPDATE SET asked_at = excluded.asked_at, closes_at = excluded.closes_at, answer = '', contact = '', until = NULL, reference = '', answered_at = NULL, answered_by = '', for_interest = excluded.for_interest"
	sqlRound        = "SELECT " + questionColumns + " FROM deconflict_question WHERE item_id = $1 ORDER BY unit_id"
	sqlQuestion     = "SELECT " + questionColumns + " FROM deconflict_question WHERE item_id = $1 AND unit_id = $2"
	sqlAnswer       = "UPDATE deconflict_question SET answer = $3, contact = $4, until = $5, reference = $6, answered_at = $7, answered_by = $8 WHERE item_id = $1 AND unit_id = $2"
	sqlSilence      = "UPDATE deconflict_question SET answer = 'silence', answered_at = $2 WHERE item_id = $1 AND answer = '' AND closes_at <= $2"
	sqlForUnit      = "SELECT " + questionColumns + " FROM deconflict_question WHERE unit_id = $1 AND answer = '' AND closes_at > $2 ORDER BY closes_at, item_id LIMIT $3"
	sqlHeldBy       = "SELECT " + questionColumns + " FROM deconflict_question WHERE unit_id = $1 AND answer = 'interest' AND until > $2 ORDER BY until, item_id LIMIT $3"
)

func readQuestion(scan sqldb.Scanner) (q Question, err error) {
	return q, scan(&q.Item, &q.Unit, sqldb.Into(&q.AskedAt), sqldb.Into(&q.ClosesAt), &q.Answer, &q.Contact, sqldb.Into(&q.Until), &q.Reference, sqldb.Into(&q.AnsweredAt), &q.AnsweredBy, &q.ForInterest)
}

// Round gives the questions about an item.
func Round(tx *sqldb.Tx, item id.Item) ([]Question, error) {
	return sqldb.List(tx, sqlRound, []any{item}, readQuestion)
}

// QuestionTo gives the question to a unit about an item.
func QuestionTo(tx *sqldb.Tx, item id.Item, unit id.Unit) (Question, error) {
	q, err := readQuestion(tx.Row(sqlQuestion, item, unit).Scan)
	if problem.Is(err, problem.NotFound) {
		return q, problem.New(problem.NotFound, "your unit was not asked about this item; register a standing interest if it disturbs your work")
	}
	return q, err
}

// Waiting gives the open questions to a unit, those that close first first.
func Waiting(tx *sqldb.Tx, unit id.Unit, limit int) ([]Question, error) {
	return sqldb.List(tx, sqlForUnit, []any{unit, sqldb.At(tx.Now), limit}, readQuestion)
}

// HeldBy gives the items that a unit holds by its answer.
func HeldBy(tx *sqldb.Tx, unit id.Unit, limit int) ([]Question, error) {
	return sqldb.List(tx, sqlHeldBy, []any{unit, sqldb.At(tx.Now), limit}, readQuestion)
}

// AskRound asks units about an item. Who is asked already is not asked again, but for those
// whose hold has run out.
func AskRound(tx *sqldb.Tx, by audit.Actor, item id.Item, units []id.Unit, silence time.Duration) (asked int, err error) {
	there, err := Round(tx, item)
	if err != nil {
		return 0, err
	}
	had := map[id.Unit]Question{}
	for _, q := range there {
		had[q.Unit] = q
	}
	closes := tx.Now.Add(silence)
	for _, unit := range units {
		if q, ok := had[unit]; ok && !q.ranOut(tx.Now) {
			continue
		}
		if _, err := tx.Exec(sqlAskUnit, item, unit, sqldb.At(tx.Now), sqldb.At(closes), false); err != nil {
			return asked, err
		}
		asked++
	}
	if asked == 0 {
		return 0, nil
	}
	return asked, audit.Append(tx, by, audit.Entry{Verb: "deconflict.asked", Subject: string(item), Detail: struct {
		Units    int       `json:"units"`
		ClosesAt time.Time `json:"closes_at"`
	}{asked, closes}})
}

// ranOut reports whether the question was answered with a hold that has ended.
func (q Question) ranOut(now time.Time) bool { return q.Answer == Interested && !q.Until.After(now) }

// Reply is what a unit says to its question.
type Reply struct {
	Item    id.Item
	Answer  string
	Contact string    // of an interest
	Until   time.Time // of an interest
	Order   Order     // of an existing order, on the item's canonical link
}

// AnswerRound records the answer of the actor's unit. A unit may change its mind, until the
// item has left. Others learn of a hold and whom to ring; that this unit said so stands in the
// log under the item and the unit, not in the item's history.
func AnswerRound(tx *sqldb.Tx, by audit.Actor, r Reply) (Question, error) {
	q, err := QuestionTo(tx, r.Item, by.Unit)
	if err != nil {
		return q, err
	}
	if r, err = r.checked(tx.Now); err != nil {
		return q, err
	}
	if r.Answer == ExistingOrder {
		if _, err := AddOrders(tx, by, []Order{r.Order}); err != nil {
			return q, err
		}
	}
	q.Answer, q.Contact, q.Until, q.Reference, q.AnsweredAt, q.AnsweredBy = r.Answer, r.Contact, r.Until, r.Order.Reference, tx.Now, by.User
	if _, err := tx.Exec(sqlAnswer, q.Item, q.Unit, q.Answer, q.Contact, sqldb.At(q.Until), q.Reference, sqldb.At(q.AnsweredAt), q.AnsweredBy); err != nil {
		return q, err
	}
	return q, audit.Append(tx, by, audit.Entry{Verb: "deconflict.answered", Subject: string(q.Item) + " " + string(q.Unit), Detail: struct {
		Answer    string    `json:"answer"`
		Contact   string    `json:"contact,omitempty"`
		Until     time.Time `json:"until,omitzero"`
		Reference string    `json:"reference,omitempty"`
	}{q.Answer, q.Contact, q.Until, q.Reference}})
}

// longestHold bounds a hold: whoever needs it for longer is asked again, and looks again.
const longestHold = 90 * 24 * time.Hour

func (r Reply) checked(now time.Time) (Reply, error) {
	switch r.Answer {
	case Free:
		r.Contact, r.Until, r.Order = "", time.Time{}, Order{}
	case ExistingOrder:
		r.Contact, r.Until = "", time.Time{}
		return r, r.Order.check()
	case Interested:
		r.Order = Order{}
		if r.Contact = strings.TrimSpace(r.Contact); !plain(r.Contact) {
			return r, problem.New(problem.Invalid, "say whom to ring about the hold, in plain text of at most 500 bytes")
		}
		r.Until = r.Until.UTC().Truncate(time.Microsecond)
		if !r.Until.After(now) || r.Until.After(now.Add(longestHold)) {
			return r, problem.New(problem.Invalid, "a hold ends in the future, and within 90 days; your unit is asked again then as long as its standing interest lasts")
		}
	default:
		return r, problem.New(problem.Invalid, "the answer is free, order or interest, not %.20q", r.Answer)
	}
	return r, nil
}

// byRound says what the answers of the units come to; the zero state when nobody was asked or
// nothing stands against the item.
func byRound(tx *sqldb.Tx, by audit.Actor, item id.Item) (a Answer, err error) {
	questions, err := Round(tx, item)
	if err != nil {
		return a, err
	}
	silent := 0
	for _, q := range questions {
		switch {
		case q.Answer == Interested && q.Until.After(tx.Now):
			if a.State != Hold || q.Until.After(a.Until) {
				a.State, a.Contact, a.Until = Hold, q.Contact, q.Until
			}
		case q.Open(tx.Now) && a.State != Hold:
			if a.State = Asking; q.ClosesAt.After(a.Until) {
				a.Until = q.ClosesAt
			}
		case q.Answer == "" && !q.Open(tx.Now):
			silent++
		}
	}
	if silent == 0 {
		return a, nil
	}
	if _, err := tx.Exec(sqlSilence, item, sqldb.At(tx.Now)); err != nil {
		return a, err
	}
	return a, audit.Append(tx, by, audit.Entry{Verb: "deconflict.silence", Subject: string(item), Detail: map[string]int{"units": silent}})
}
