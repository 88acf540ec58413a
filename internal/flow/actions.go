package flow

import (
	"context"
	"strconv"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

func rowKey(key string, i int) string { return key + "#" + strconv.Itoa(i+1) }

// OpenAction opens a joint action; the caller's unit leads and takes part. Units are named
// by identifier or name.
func (f *Flow) OpenAction(ctx context.Context, who auth.Principal, a action.Action, units []string) (action.Action, error) {
	return write(ctx, f, call{who, auth.ActionOpen, "action.open", []any{a, units}}, func(tx *sqldb.Tx) (action.Action, error) {
		a.Unit = who.Unit
		a.Units = []id.Unit{who.Unit}
		for _, name := range units {
			u, err := auth.UnitByName(tx, name)
			if err != nil {
				return a, err
			}
			if u.ID != who.Unit {
				a.Units = append(a.Units, u.ID)
			}
		}
		return action.Open(tx, who.Actor(), a)
	})
}

// SetAction changes how an action is worked on.
func (f *Flow) SetAction(ctx context.Context, who auth.Principal, a id.Action, blind bool, silence time.Duration) (action.Action, error) {
	return write(ctx, f, call{who, auth.ActionOpen, "action.set", []any{a, blind, silence}}, func(tx *sqldb.Tx) (action.Action, error) {
		if err := takesPart(tx, who, a); err != nil {
			return action.Action{}, err
		}
		return action.Set(tx, who.Actor(), a, blind, silence)
	})
}

// takesPart refuses who may not act in an action: not of a unit that takes part in it.
func takesPart(tx *sqldb.Tx, who auth.Principal, a id.Action) error {
	ok, err := action.TakesPart(tx, a, who.Unit)
	if err != nil || ok {
		return err
	}
	return problem.New(problem.NotFound, "there is no action %q that your unit takes part in; see the list of actions", a)
}
