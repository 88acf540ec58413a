// Package desk answers what a person at the desk looks at: the board of an action, lists,
// one item with its whole history, the worklist, referrals and deliveries.
//
// It reads across all stages and changes nothing. Its answers are the types of package
// client, so the API serves them as they are and the pages show the same. Every answer is
// narrowed to what the person may see: a unit sees what an action shares with it.
package desk

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// Desk reads from one database and its blobs.
type Desk struct {
	DB     *sqldb.DB
	Store  *blob.Store
	Public string // URL under which platforms reach this Argine, for documents
	Blind  bool   // in every action, who assesses an item sees nothing of those who did before
}

const (
	sqlTakesPart = "SELECT 1 FROM action_unit WHERE action_id = $1 AND unit_id = $2"
	sqlIsAction  = "SELECT 1 FROM action WHERE id = $1"
	sqlSharesOne = "SELECT 1 FROM action_item ai JOIN action_unit au ON au.action_id = ai.action_id WHERE ai.item_id = $1 AND au.unit_id = $2"
)

// view checks the permission and reads.
func view[T any](ctx context.Context, d *Desk, who auth.Principal, perm auth.Permission, read func(*sqldb.Tx) (T, error)) (out T, err error) {
	if err := who.Require(perm); err != nil {
		return out, err
	}
	err = d.DB.View(ctx, func(tx *sqldb.Tx) error { out, err = read(tx); return err })
	return out, err
}

// seesAction refuses who may not see an action. A platform's contact sees what was sent to
// the platform, and no action, whatever else their unit takes part in.
func seesAction(tx *sqldb.Tx, who auth.Principal, a id.Action) error {
	if who.Platform != "" {
		return problem.New(problem.NotFound, "there is no action %q that you can see; open a referral by the identifier in its letter", a)
	}
	q, args := sqldb.SQL(sqlTakesPart), []any{a, who.Unit}
	if who.SeesAll() {
		q, args = sqlIsAction, []any{a}
	}
	ok, err := tx.Exists(q, args...)
	if err != nil || ok {
		return err
	}
	return problem.New(problem.NotFound, "there is no action %q that your unit takes part in; see the list of actions", a)
}

// seesItem refuses who may not see an item.
func seesItem(tx *sqldb.Tx, who auth.Principal, it id.Item) error {
	if who.SeesAll() {
		return nil
	}
	ok, err := tx.Exists(sqlSharesOne, it, who.Unit)
	if err != nil || ok {
		return err
	}
	return problem.New(problem.NotFound, "there is no item %q that your unit can see", it)
}

// optional is nil for the zero time.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func words(text string) []string {
	if text == "" {
		return []string{}
	}
	return strings.Fields(text)
}

// some is a list that is never null in JSON.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func eventsOf(list []audit.Event) []client.Event {
	out := make([]client.Event, len(list))
	for i, e := range list {
		out[i] = client.Event{ID: string(e.ID), At: e.At, Actor: string(e.Actor), Unit: string(e.Unit), Verb: e.Verb, Subject: e.Subject, Detail: json.RawMessage(e.Detail)}
	}
	return out
}
