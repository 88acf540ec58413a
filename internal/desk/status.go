package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
)

const (
	sqlByOutcome = `SELECT ai.platform_id, COALESCE(p.name, ''), ai.stage, ai.answer, ai.verdict, ai.language, COUNT(*)
		FROM action_item ai LEFT JOIN platform p ON p.id = ai.platform_id
		WHERE ai.action_id = $1 GROUP BY ai.platform_id, p.name, ai.stage, ai.answer, ai.verdict, ai.language`
	sqlByUnit = `SELECT u.name, COUNT(*) FROM contribution c JOIN unit u ON u.id = c.unit_id
		WHERE c.action_id = $1 GROUP BY u.name ORDER BY u.name`
)

// Actions lists the actions that a person sees.
func (d *Desk) Actions(ctx context.Context, who auth.Principal) ([]client.Action, error) {
	return view(ctx, d, who, auth.ActionRead, func(tx *sqldb.Tx) ([]client.Action, error) {
		unit := who.Unit
		if who.SeesAll() {
			unit = ""
		}
		list, err := action.List(tx, unit)
		out := make([]client.Action, len(list))
		for i, a := range list {
			out[i] = ActionOf(a)
		}
		return out, err
	})
}

// Action gives one action.
func (d *Desk) Action(ctx context.Context, who auth.Principal, a id.Action) (client.Action, error) {
	return view(ctx, d, who, auth.ActionRead, func(tx *sqldb.Tx) (client.Action, error) {
		if err := seesAction(tx, who, a); err != nil {
			return client.Action{}, err
		}
		found, err := action.Get(tx, a)
		return ActionOf(found), err
	})
}

// ActionOf says an action in the words of the API.
func ActionOf(a action.Action) client.Action {
	units := make([]string, len(a.Units))
	for i, u := range a.Units {
		units[i] = string(u)
	}
	return client.Action{ID: string(a.ID), Name: a.Name, Theme: a.Theme, UnitID: string(a.Unit), Units: units, OpensAt: a.OpensAt, ClosesAt: a.ClosesAt, Blind: a.Blind, Silence: int(a.Silence.Minutes())}
}

// Status is the live board of an action.
func (d *Desk) Status(ctx context.Context, who auth.Principal, a id.Action) (client.Status, error) {
	return view(ctx, d, who, auth.ActionRead, func(tx *sqldb.Tx) (client.Status, error) {
		if err := seesAction(tx, who, a); err != nil {
			return client.Status{}, err
		}
		found, err := action.Get(tx, a)
		if err != nil {
			return client.Status{}, err
		}
		b := board{status: client.Status{Action: ActionOf(found), Now: tx.Now}, platforms: map[string]*client.PlatformOutcome{}, counts: map[string]map[string]int{}}
		if err := tx.Each(sqlByOutcome, []any{a}, b.row); err != nil {
			return client.Status{}, err
		}
		units, err := sqldb.List(tx, sqlByUnit, []any{a}, func(scan sqldb.Scanner) (c client.Count, err error) { return c, scan(&c.Name, &c.Count) })
		if err != nil {
			return client.Status{}, err
		}
		return b.finish(units), nil
	})
}

// board adds up the rows of a board.
type board struct {
	status    client.Status
	platforms map[string]*client.PlatformOutcome
	counts    map[string]map[string]int // of what: stage, language, verdict, answer
}

func (b *board) row(scan sqldb.Scanner) error {
	var platform, name, stage, answer, verdict, language string
	var n int
	if err := scan(&platform, &name, &stage, &answer, &verdict, &language, &n); err != nil {
		return err
	}
	p := b.platforms[platform]
	if p == nil {
		p = &client.PlatformOutcome{PlatformID: platform, Platform: name, Verdicts: map[string]int{}, Answers: map[string]int{}}
		b.platforms[platform] = p
	}
	p.Items += n
	b.status.Items += n
	b.count("stage", stage, n)
	b.count("language", language, n)
	if stage == string(item.Delivered) {
		p.Delivered += n
		p.Verdicts[verdict] += n
		p.Answers[answer] += n
		b.count("verdict", verdict, n)
		b.count("answer", answer, n)
	}
	return nil
}

func (b *board) count(of, name string, n int) {
	if b.counts[of] == nil {
		b.counts[of] = map[string]int{}
	}
	b.counts[of][name] += n
}

func (b *board) finish(units []client.Count) client.Status {
	s := b.status
	s.Units = some(units)
	for _, u := range units {
		s.Contributions += u.Count
	}
	for _, stage := range item.Stages() {
		s.Stages = append(s.Stages, client.Count{Name: string(stage), Count: b.counts["stage"][string(stage)]})
	}
	s.Languages, s.Verdicts, s.Answers = byCount(b.counts["language"]), byCount(b.counts["verdict"]), byCount(b.counts["answer"])
	s.Platforms = []client.PlatformOutcome{}
	for _, p := range b.platforms {
		s.Platforms = append(s.Platforms, *p)
	}
	slices.SortFunc(s.Platforms, func(x, y client.PlatformOutcome) int {
		if x.Items != y.Items {
			return y.Items - x.Items
		}
		return strings.Compare(x.Platform, y.Platform)
	})
	return s
}

// byCount lists counts, largest first.
func byCount(counts map[string]int) []client.Count {
	list := []client.Count{}
	for name, n := range counts {
		list = append(list, client.Count{Name: name, Count: n})
	}
	slices.SortFunc(list, func(x, y client.Count) int {
		if x.Count != y.Count {
			return y.Count - x.Count
		}
		return strings.Compare(x.Name, y.Name)
	})
	return list
}
