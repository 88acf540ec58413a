// Package action keeps joint actions and what the units hand in to them.
//
// A joint action (a referral action day) has a theme, a time, a unit that leads it and units
// that take part. Everything a unit may see of other units' work it sees through an action
// that both take part in.
//
// A contribution is one unit's handing-in of one link, exactly as it had it. Many
// contributions may name one item; each is kept, because who had found something, where
// and when is part of the evidence, and the number of duplicates is a result of the action.
// Read takes contributions from files of the forms that units have.
package action

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Action is a joint action.
type Action struct {
	ID                           id.Action
	Name, Theme                  string
	Unit                         id.Unit   // who leads
	Units                        []id.Unit // who takes part, the leading unit among them; sorted
	OpensAt, ClosesAt, CreatedAt time.Time

	// Blind: who assesses an item sees nothing of those who did before. A second opinion that has
	// read the first is seldom another one.
	Blind bool
	// Silence is how long the units are given to say whether an item disturbs them; none means
	// that only the owners of standing interests are asked, who have a day.
	Silence time.Duration
}

// longestSilence bounds what an item may wait for the units.
const longestSilence = 7 * 24 * time.Hour

const (
	columns  = "id, name, theme, unit_id, opens_at, closes_at, created_at, blind, silence"
	sqlAdd   = "INSERT INTO action (" + columns + ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	sqlSet   = "UPDATE action SET blind = $2, silence = $3 WHERE id = $1"
	sqlJoin  = "INSERT INTO action_unit (action_id, unit_id) VALUES ($1, $2)"
	sqlNamed = "SELECT 1 FROM action WHERE name = $1"
	sqlGet   = "SELECT " + columns + " FROM action WHERE id = $1"
	sqlUnits = "SELECT unit_id FROM action_unit WHERE action_id = $1 ORDER BY unit_id"
	sqlAll   = "SELECT " + columns + " FROM action ORDER BY opens_at DESC, id"
	sqlOf    = "SELECT " + columns + " FROM action WHERE id IN (SELECT action_id FROM action_unit WHERE unit_id = $1) ORDER BY opens_at DESC, id"
	sqlTakes = "SELECT 1 FROM action_unit WHERE action_id = $1 AND unit_id = $2"
	sqlSees  = "SELECT 1 FROM contribution c JOIN action_unit u ON u.action_id = c.action_id WHERE c.item_id = $1 AND u.unit_id = $2 LIMIT 1"
)

// Open makes an action. The leading unit takes part whether it is named or not.
func Open(tx *sqldb.Tx, by audit.Actor, a Action) (Action, error) {
	a.Name, a.Theme = strings.TrimSpace(a.Name), strings.TrimSpace(a.Theme)
	a.Units = append(slices.Clone(a.Units), a.Unit)
	slices.Sort(a.Units)
	a.Units = slices.Compact(a.Units)
	if err := a.check(); err != nil {
		return Action{}, err
	}
	if taken, err := tx.Exists(sqlNamed, a.Name); err != nil {
		return Action{}, err
	} else if taken {
		return Action{}, problem.New(problem.Conflict, "there is an action named %q already; choose another name", a.Name)
	}
	a.ID, a.CreatedAt = id.New[id.Action](tx.Now), tx.Now
	a.OpensAt, a.ClosesAt = a.OpensAt.UTC().Truncate(time.Microsecond), a.ClosesAt.UTC().Truncate(time.Microsecond)
	if _, err := tx.Exec(sqlAdd, a.ID, a.Name, a.Theme, a.Unit, sqldb.At(a.OpensAt), sqldb.At(a.ClosesAt), sqldb.At(a.CreatedAt), a.Blind, a.Silence.Microseconds()); err != nil {
		return Action{}, err
	}
	rows := make([][]any, len(a.Units))
	for i, unit := range a.Units {
		rows[i] = []any{a.ID, unit}
	}
	if _, err := tx.InsertRows(sqlJoin, rows); err != nil {
		return Action{}, err
	}
	return a, audit.Append(tx, by, audit.Entry{Verb: "action.opened", Subject: string(a.ID), Detail: map[string]any{"name": a.Name, "units": a.Units, "blind": a.Blind, "silence": a.Silence.String()}})
}

// Set changes how an action is worked on, from now on.
func Set(tx *sqldb.Tx, by audit.Actor, action id.Action, blind bool, silence time.Duration) (Action, error) {
	a, err := Get(tx, action)
	if err != nil {
		return a, err
	}
	if a.Unit != by.Unit {
		return a, problem.New(problem.Forbidden, "the unit that leads an action sets how it is worked on; ask that unit")
	}
	if a.Blind == blind && a.Silence == silence {
		return a, nil
	}
	a.Blind, a.Silence = blind, silence
	if err := a.check(); err != nil {
		return a, err
	}
	if _, err := tx.Exec(sqlSet, a.ID, a.Blind, a.Silence.Microseconds()); err != nil {
		return a, err
	}
	return a, audit.Append(tx, by, audit.Entry{Verb: "action.set", Subject: string(a.ID), Detail: map[string]any{"blind": blind, "silence": silence.String()}})
}

func (a Action) check() error {
	var wrong []problem.Field
	bad := func(path, message string) { wrong = append(wrong, problem.Field{Path: path, Message: message}) }
	if a.Name == "" || utf8.RuneCountInString(a.Name) > 200 {
		bad("name", "give a name of 1 to 200 characters")
	}
	if utf8.RuneCountInString(a.Theme) > 2000 {
		bad("theme", "is longer than 2,000 characters; shorten it")
	}
	if a.Unit == "" || slices.Contains(a.Units, "") {
		bad("units", "name the unit that leads, and each that takes part")
	}
	if a.OpensAt.IsZero() || a.ClosesAt.IsZero() {
		bad("opens_at", "say when the action opens and when it closes")
	} else if !a.ClosesAt.After(a.OpensAt) {
		bad("closes_at", "the action closes before it opens; correct one of the times")
	}
	if a.Silence < 0 || a.Silence > longestSilence {
		bad("silence", "give the units at most seven days; 0 asks nobody and looks at standing interests only")
	}
	if len(wrong) == 0 {
		return nil
	}
	err := problem.New(problem.Invalid, "the action cannot be opened like this; correct what is listed")
	err.Fields = wrong
	return err
}

func read(scan sqldb.Scanner) (a Action, err error) {
	var silence int64
	err = scan(&a.ID, &a.Name, &a.Theme, &a.Unit, sqldb.Into(&a.OpensAt), sqldb.Into(&a.ClosesAt), sqldb.Into(&a.CreatedAt), &a.Blind, &silence)
	a.Silence = time.Duration(silence) * time.Microsecond
	return a, err
}

// Get returns one action.
func Get(tx *sqldb.Tx, action id.Action) (Action, error) {
	a, err := read(tx.Row(sqlGet, action).Scan)
	if problem.Is(err, problem.NotFound) {
		return a, problem.New(problem.NotFound, "there is no action %q; check the identifier", action)
	}
	if err == nil {
		a.Units, err = sqldb.Column[id.Unit](tx, sqlUnits, a.ID)
	}
	return a, err
}

// List returns the actions that a unit takes part in, all for "", the one that opens last first.
func List(tx *sqldb.Tx, unit id.Unit) ([]Action, error) {
	q, args := sqldb.SQL(sqlAll), []any(nil)
	if unit != "" {
		q, args = sqlOf, []any{unit}
	}
	list, err := sqldb.List(tx, q, args, read)
	for i := range list {
		if err == nil {
			list[i].Units, err = sqldb.Column[id.Unit](tx, sqlUnits, list[i].ID)
		}
	}
	return list, err
}

// TakesPart reports whether a unit takes part in an action.
func TakesPart(tx *sqldb.Tx, action id.Action, unit id.Unit) (bool, error) {
	return tx.Exists(sqlTakes, action, unit)
}

// Sees reports whether a unit may see an item: somebody handed it in to an action that the
// unit takes part in.
func Sees(tx *sqldb.Tx, item id.Item, unit id.Unit) (bool, error) {
	return tx.Exists(sqlSees, item, unit)
}
