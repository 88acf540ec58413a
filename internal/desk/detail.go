package desk

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/argine/argine/client"
	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
)

// Item gives one item with all that is known of it.
func (d *Desk) Item(ctx context.Context, who auth.Principal, target id.Item) (client.ItemDetail, error) {
	return view(ctx, d, who, auth.ItemRead, func(tx *sqldb.Tx) (client.ItemDetail, error) {
		var out client.ItemDetail
		if err := seesItem(tx, who, target); err != nil {
			return out, err
		}
		it, err := item.Get(tx, target)
		if err != nil {
			return out, err
		}
		list, err := itemsOf(tx, []item.Item{it})
		if err != nil {
			return out, err
		}
		out.Item = list[0]
		for _, read := range []func(*sqldb.Tx, id.Item, *client.ItemDetail) error{
			readContributions, d.readCaptures, readMedia, readAssessments, readClearance, readReferral, readReinstatement, readProbes, readHistory,
		} {
			if err := read(tx, target, &out); err != nil {
				return out, err
			}
		}
		if out.Matches, out.Reuploads, err = matchesOf(tx, who, target); err != nil {
			return out, err
		}
		hidden, err := d.hidden(tx, who, target)
		if err != nil {
			return out, err
		}
		if hidden {
			hideFindings(&out)
		}
		return out, narrow(tx, who, &out)
	})
}

const sqlOwnActions = "SELECT action_id FROM action_unit WHERE unit_id = $1"

// narrow leaves out what belongs to actions that the person's unit takes no part in: an item
// may stand in several, and through it one must not learn of another.
func narrow(tx *sqldb.Tx, who auth.Principal, out *client.ItemDetail) error {
	if who.SeesAll() {
		return nil
	}
	own, err := sqldb.Column[string](tx, sqlOwnActions, who.Unit)
	if err != nil {
		return err
	}
	foreign := func(action string) bool { return action != "" && !slices.Contains(own, action) }
	out.Contributions = slices.DeleteFunc(out.Contributions, func(c client.ContributionRecord) bool { return foreign(c.ActionID) })
	out.History = slices.DeleteFunc(out.History, func(e client.Event) bool {
		var of struct {
			Action string `json:"action"`
		}
		return json.Unmarshal(e.Detail, &of) == nil && foreign(of.Action)
	})
	if out.Referral != nil && foreign(out.Referral.ActionID) {
		out.Referral, out.Answers = nil, []client.Answer{}
	}
	return nil
}

const sqlUnitName = "SELECT name FROM unit WHERE id = $1"

func readContributions(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) error {
	variants, err := item.Variants(tx, target)
	if err != nil {
		return err
	}
	out.Variants = some(variants)
	list, err := action.Contributions(tx, target)
	if err != nil {
		return err
	}
	out.Contributions = make([]client.ContributionRecord, len(list))
	for i, c := range list {
		var unit string
		if err := tx.Row(sqlUnitName, c.Unit).Scan(&unit); err != nil {
			return err
		}
		out.Contributions[i] = client.ContributionRecord{ID: string(c.ID), ActionID: string(c.Action), Unit: unit, URL: c.URL, Source: c.Source, Note: c.Note, SeenAt: optional(c.SeenAt), At: c.At}
	}
	return nil
}

func readHistory(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) error {
	events, err := audit.History(tx, string(target))
	out.History = eventsOf(events)
	return err
}

const sqlProbes = "SELECT at, step, verdict, status, final_url, vantage, proof, reason FROM probe WHERE item_id = $1 ORDER BY step, id"

func readProbes(tx *sqldb.Tx, target id.Item, out *client.ItemDetail) error {
	list, err := sqldb.List(tx, sqlProbes, []any{target}, func(scan sqldb.Scanner) (p client.Probe, err error) {
		return p, scan(sqldb.Into(&p.At), &p.Step, &p.Verdict, &p.Status, &p.FinalURL, &p.Vantage, &p.Proof, &p.Reason)
	})
	out.Probes = some(list)
	return err
}
