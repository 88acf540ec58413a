package desk

import (
	"context"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/sqldb"
)

// Choices are what an action's items can be narrowed by.
type Choices struct {
	Action    client.Action
	Platforms []client.Platform // that have items in the action
	Languages []string
}

// Each of these steps from one value to the next along an index, however many items share it.
const (
	sqlPlatformChoices = `WITH RECURSIVE step(value) AS (
		SELECT MIN(platform_id) FROM action_item WHERE action_id = $1 AND platform_id > ''
		UNION ALL SELECT (SELECT MIN(platform_id) FROM action_item WHERE action_id = $1 AND platform_id > step.value) FROM step WHERE step.value IS NOT NULL)
		SELECT p.id, p.name FROM step JOIN platform p ON p.id = step.value ORDER BY p.name`
	sqlLanguageChoices = `WITH RECURSIVE step(value) AS (
		SELECT MIN(language) FROM action_item WHERE action_id = $1 AND language <> '' AND language > ''
		UNION ALL SELECT (SELECT MIN(language) FROM action_item WHERE action_id = $1 AND language <> '' AND language > step.value) FROM step WHERE step.value IS NOT NULL)
		SELECT value FROM step WHERE value IS NOT NULL ORDER BY value`
)

// Choices gives an action with what its items can be narrowed by.
func (d *Desk) Choices(ctx context.Context, who auth.Principal, a id.Action) (Choices, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) (Choices, error) {
		var out Choices
		if err := seesAction(tx, who, a); err != nil {
			return out, err
		}
		found, err := action.Get(tx, a)
		if err != nil {
			return out, err
		}
		out.Action = ActionOf(found)
		if out.Platforms, err = sqldb.List(tx, sqlPlatformChoices, []any{a}, func(scan sqldb.Scanner) (p client.Platform, err error) {
			return p, scan(&p.ID, &p.Name)
		}); err != nil {
			return out, err
		}
		out.Languages, err = sqldb.Column[string](tx, sqlLanguageChoices, a)
		return out, err
	})
}

const sqlCleared = "SELECT COUNT(*) FROM action_item WHERE action_id = $1 AND stage = 'cleared'"

// Cleared counts the items of an action that are ready to be drafted.
func (d *Desk) Cleared(ctx context.Context, who auth.Principal, a id.Action) (int, error) {
	return view(ctx, d, who, auth.ReferralRead, func(tx *sqldb.Tx) (n int, err error) {
		if err := seesAction(tx, who, a); err != nil {
			return 0, err
		}
		return n, tx.Row(sqlCleared, a).Scan(&n)
	})
}
