package flow

import (
	"context"
	"slices"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/order"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// AnswerRound records what the caller's unit says to its question about an item. The item goes
// on as soon as nothing stands against it, and is held at once when something does. A unit that
// was asked for the sake of its interest alone, and takes no part, answers like the others. What
// follows for the item stands in its history as done by Argine: who answered, the others are not told.
func (f *Flow) AnswerRound(ctx context.Context, who auth.Principal, r deconflict.Reply) (deconflict.Question, error) {
	return write(ctx, f, call{who, auth.DeconflictManage, "deconflict.answer", r}, func(tx *sqldb.Tx) (q deconflict.Question, err error) {
		if q, err = deconflict.QuestionTo(tx, r.Item, who.Unit); err != nil {
			return q, err
		}
		it, err := item.Get(tx, r.Item)
		if err != nil {
			return q, err
		}
		late, err := hasLeft(tx, it)
		if err != nil {
			return q, err
		}
		if late && !q.Open(tx.Now) {
			return q, problem.New(problem.Refused, "this item is %s; an answer comes too late, ring the unit that leads the action", it.Stage)
		}
		r.Order.URL = it.URL
		if q, err = deconflict.AnswerRound(tx, who.Actor(), r); err != nil {
			return q, err
		}
		_, err = askOne(tx, it, audit.System)
		return q, err
	})
}

// hasLeft reports whether nothing waits to leave about an item: it has left already, or never
// will. Until then a unit can still say that it disturbs its work. While a question about it is
// open something does wait, whatever has left before on another track.
func hasLeft(tx *sqldb.Tx, it item.Item) (bool, error) {
	if it.Stage != item.Ordered {
		return !slices.Contains(item.Leaving, it.Stage), nil
	}
	_, issued, err := order.Live(tx, it.ID)
	return issued, err
}

// AskRound asks every other unit of the actions that an item is in, whatever the actions say: for
// an order, or where somebody has a doubt. Until they have answered, or the time is over, the
// item does not leave.
func (f *Flow) AskRound(ctx context.Context, who auth.Principal, target id.Item, silence time.Duration) (id.Item, error) {
	return write(ctx, f, call{who, auth.DeconflictManage, "deconflict.round", []any{target, silence}}, func(tx *sqldb.Tx) (id.Item, error) {
		it, err := item.Get(tx, target)
		if err != nil {
			return target, err
		}
		if err := seesItem(tx, who, it.ID); err != nil {
			return target, err
		}
		if it.Stage != item.Confirmed && it.Stage != item.Cleared && it.Stage != item.Held {
			return target, problem.New(problem.Refused, "this item is %s; units are asked about what two people have confirmed and what has not left", it.Stage)
		}
		if silence < time.Minute || silence > 7*24*time.Hour {
			return target, problem.New(problem.Invalid, "give the units between a minute and seven days")
		}
		units, err := action.UnitsOf(tx, it.ID)
		if err != nil {
			return target, err
		}
		units = slices.DeleteFunc(units, func(u id.Unit) bool { return u == who.Unit })
		asked, err := deconflict.AskRound(tx, who.Actor(), it.ID, units, silence)
		if err != nil {
			return target, err
		}
		if asked == 0 {
			return target, problem.New(problem.Refused, "every other unit was asked about this item already")
		}
		_, err = askOne(tx, it, who.Actor())
		return target, err
	})
}
