package deconflict

import (
	"slices"
	"time"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// How long the owner of a standing interest has to answer, where neither the action nor the
// interest says it.
//
// There is no interest that holds while nobody answers. A hold keeps terrorist content online;
// so a person makes it, for an item that this person has looked at, with an end and somebody to
// ring. An owner who cannot look every day says so with the interest, and gets up to a week.
// Where life is threatened, or in a crisis, no interest gets more than an hour.
const (
	StandardSilence = 24 * time.Hour
	PressingSilence = time.Hour
	LongestSilence  = 7 * 24 * time.Hour
)

const (
	sqlTouched   = "SELECT interest_id, asked_at FROM interest_touch WHERE item_id = $1"
	sqlTouch     = "INSERT INTO interest_touch (item_id, interest_id, unit_id, asked_at) VALUES ($1, $2, $3, $4) ON CONFLICT (item_id, interest_id) DO UPDATE SET asked_at = excluded.asked_at"
	sqlLonger    = "UPDATE deconflict_question SET closes_at = $3 WHERE item_id = $1 AND unit_id = $2"
	sqlOfUnit    = "SELECT " + interestColumns + " FROM interest WHERE unit_id = $2 AND id IN (SELECT interest_id FROM interest_touch WHERE item_id = $1 AND unit_id = $2) ORDER BY id"
	sqlOnlyFor   = "SELECT t.item_id FROM interest_touch t JOIN deconflict_question q ON q.item_id = t.item_id AND q.unit_id = t.unit_id WHERE t.interest_id = $1 AND q.for_interest AND (q.answer = '' AND q.closes_at > $2 OR q.answer = 'interest' AND q.until > $2) AND NOT EXISTS (SELECT 1 FROM interest_touch o JOIN interest i ON i.id = o.interest_id WHERE o.item_id = t.item_id AND o.unit_id = t.unit_id AND o.interest_id <> t.interest_id AND i.ended_at IS NULL AND i.expires_at > $2) ORDER BY t.item_id"
	sqlAskedSoon = "UPDATE clearance SET until = $2 WHERE item_id = $1 AND state IN ('hold', 'asking') AND until IS NOT NULL"
)

// Touching gives those interests of a unit because of which it was asked about an item.
func Touching(tx *sqldb.Tx, item id.Item, unit id.Unit) ([]Interest, error) {
	return sqldb.List(tx, sqlOfUnit, []any{item, unit}, readInterest)
}

// askOwners asks the owner of each standing interest in an item, once for each time that the
// interest was declared, and once more when its owner's hold has ended and the interest has not.
func askOwners(tx *sqldb.Tx, by audit.Actor, facts Facts) error {
	list, err := touching(tx, facts)
	if err != nil || len(list) == 0 {
		return err
	}
	had := map[id.Unit]Question{}
	questions, err := Round(tx, facts.Item)
	for _, q := range questions {
		had[q.Unit] = q
	}
	if err != nil {
		return err
	}
	asked := map[id.Interest]time.Time{}
	err = tx.Each(sqlTouched, []any{facts.Item}, func(scan sqldb.Scanner) error {
		var in id.Interest
		var at time.Time
		err := scan(&in, sqldb.Into(&at))
		asked[in] = at
		return err
	})
	if err != nil {
		return err
	}
	due := map[id.Unit][]Interest{}
	var order []id.Unit
	for _, in := range list {
		q, there := had[in.Unit]
		if at, ok := asked[in.ID]; ok && there && !at.Before(in.DeclaredAt) && !q.ranOut(tx.Now) {
			continue
		}
		if len(due[in.Unit]) == 0 {
			order = append(order, in.Unit)
		}
		due[in.Unit] = append(due[in.Unit], in)
	}
	for _, unit := range order {
		if err := askOwner(tx, by, facts, unit, due[unit], had[unit]); err != nil {
			return err
		}
	}
	return nil
}

// askOwner asks one unit for the sake of its interests. An open question stays, and closes
// later where an interest gives more time; while the unit holds the item it has spoken.
//
// The event stands under the item and the unit, not in the item's history: the others see that
// the item waits, and not for whom.
func askOwner(tx *sqldb.Tx, by audit.Actor, facts Facts, unit id.Unit, interests []Interest, q Question) error {
	closes := tx.Now
	names := make([]id.Interest, len(interests))
	for i, in := range interests {
		silence, err := facts.silenceOf(in)
		if err != nil {
			return err
		}
		end := tx.Now.Add(silence)
		if in.ExpiresAt.Before(end) { // from then on it claims nothing
			end = in.ExpiresAt
		}
		if end.After(closes) {
			closes = end
		}
		names[i] = in.ID
		if _, err := tx.Exec(sqlTouch, facts.Item, in.ID, unit, sqldb.At(tx.Now)); err != nil {
			return err
		}
	}
	var err error
	switch {
	case q.Answer == Interested && q.Until.After(tx.Now):
		closes = time.Time{}
	case q.Unit != "" && q.Open(tx.Now):
		if closes.Before(q.ClosesAt) {
			closes = q.ClosesAt
		}
		_, err = tx.Exec(sqlLonger, facts.Item, unit, sqldb.At(closes))
	default:
		_, err = tx.Exec(sqlAskUnit, facts.Item, unit, sqldb.At(tx.Now), sqldb.At(closes), true)
	}
	if err != nil {
		return err
	}
	return audit.Append(tx, by, audit.Entry{Verb: "deconflict.owner_asked", Subject: string(facts.Item) + " " + string(unit), Detail: struct {
		Interests []id.Interest `json:"interest_ids"`
		ClosesAt  time.Time     `json:"closes_at,omitzero"` // absent: it holds the item already
	}{names, closes}})
}

// silenceOf is how long the owner of an interest has to answer: what the action gives every
// unit, or the longer time of the interest itself; but where it presses, at most an hour.
func (f Facts) silenceOf(in Interest) (time.Duration, error) {
	silence := f.Silence
	if silence == 0 {
		silence = StandardSilence
	}
	silence = max(silence, in.Silence)
	if silence <= PressingSilence || f.Pressing == nil {
		return silence, nil
	}
	pressing, err := f.Pressing()
	if pressing {
		silence = PressingSilence
	}
	return silence, err
}

// release answers free what a unit is asked, or holds, for the sake of one interest alone,
// because that interest has ended. The items are asked about again at once.
func release(tx *sqldb.Tx, by audit.Actor, in Interest) error {
	items, err := sqldb.Column[id.Item](tx, sqlOnlyFor, in.ID, sqldb.At(tx.Now))
	if err != nil {
		return err
	}
	for _, item := range items {
		if _, err := AnswerRound(tx, by, Reply{Item: item, Answer: Free}); err != nil {
			return err
		}
		if _, err := tx.Exec(sqlAskedSoon, item, sqldb.At(tx.Now)); err != nil {
			return err
		}
	}
	return nil
}

// alone reports whether the unit contributed the item and nobody else did.
func alone(units []id.Unit, unit id.Unit) bool {
	return len(units) > 0 && !slices.ContainsFunc(units, func(u id.Unit) bool { return u != unit })
}
