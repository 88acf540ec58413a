package action_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

const lead, partner, stranger = id.Unit("unt_lead"), id.Unit("unt_partner"), id.Unit("unt_stranger")

var by = audit.Actor{User: "usr_sample", Unit: lead}

var opens = time.Date(2026, 4, 25, 8, 0, 0, 0, time.UTC)

func open(t testing.TB, db *sqldb.DB, name string) (a action.Action) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *sqldb.Tx) (err error) {
		a, err = action.Open(tx, by, action.Action{Name: name, Theme: "Sample", Unit: lead, Units: []id.Unit{partner}, OpensAt: opens, ClosesAt: opens.Add(48 * time.Hour)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// take does in one transaction what follows the reading of lines, as the product does.
func take(ctx context.Context, db *sqldb.DB, book *link.Book, a id.Action, lines []action.Line) (n int, err error) {
	links, list := make([]item.New, len(lines)), make([]action.Contribution, len(lines))
	for i, l := range lines {
		c, err := book.Canonical(l.URL)
		if err != nil {
			return 0, err
		}
		links[i] = item.New{Canonical: c, Seen: l.URL}
		list[i] = action.Contribution{Action: a, Unit: lead, User: "usr_sample", URL: l.URL, Source: l.Source, Note: l.Note, SeenAt: l.SeenAt}
	}
	err = db.Update(ctx, func(tx *sqldb.Tx) error {
		added, err := item.Add(tx, by, a, links)
		if err != nil {
			return err
		}
		for i := range list {
			list[i].Item = added[i].ID
		}
		taken, err := action.Contribute(tx, by, list)
		n = 0
		for _, yes := range taken {
			if yes {
				n++
			}
		}
		return err
	})
	return n, err
}

func TestOpenAndRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		first := open(t, db, "First")
		second := open(t, db, "Second")
		if diff := cmp.Diff([]id.Unit{lead, partner}, first.Units); diff != "" {
			t.Error(diff)
		}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			got, err := action.Get(tx, first.ID)
			if diff := cmp.Diff(first, got); diff != "" || err != nil {
				t.Error(diff, err)
			}
			if _, err := action.Get(tx, "act_none"); !problem.Is(err, problem.NotFound) {
				t.Errorf("no such action gave %v", err)
			}
			for unit, want := range map[id.Unit]int{"": 2, lead: 2, partner: 2, stranger: 0} {
				list, err := action.List(tx, unit)
				if err != nil || len(list) != want {
					t.Errorf("%q sees %d actions, %v; want %d", unit, len(list), err, want)
				}
				if unit == "" {
					continue
				}
				takes, err := action.TakesPart(tx, second.ID, unit)
				if err != nil || takes != (want > 0) {
					t.Errorf("%q takes part: %v, %v", unit, takes, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for name, spoil := range map[string]func(*action.Action){
			"name": func(a *action.Action) { a.Name = " " }, "lead": func(a *action.Action) { a.Unit = "" },
			"time": func(a *action.Action) { a.ClosesAt = a.OpensAt }, "same name": func(a *action.Action) { a.Name = "First" },
		} {
			a := action.Action{Name: "Third", Unit: lead, OpensAt: opens, ClosesAt: opens.Add(time.Hour)}
			spoil(&a)
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := action.Open(tx, by, a); return err })
			want := problem.Invalid
			if name == "same name" {
				want = problem.Conflict
			}
			if !problem.Is(err, want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestContributeTakesEachLinkOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		a, b := open(t, db, "First"), open(t, db, "Second")
		seen := opens.Add(time.Minute)
		list := []action.Contribution{
			{Action: a.ID, Unit: lead, User: "usr_1", Item: "itm_1", URL: "https://x.example/1", Source: "a channel", Note: "line\ntwo", SeenAt: seen},
			{Action: a.ID, Unit: partner, User: "usr_2", Item: "itm_1", URL: "https://x.example/1"},
			{Action: b.ID, Unit: lead, User: "usr_1", Item: "itm_1", URL: "https://x.example/1"},
			{Action: a.ID, Unit: lead, User: "usr_3", Item: "itm_1", URL: "https://x.example/1"}, // again
			{Action: a.ID, Unit: lead, User: "usr_1", Item: "itm_1", URL: "https://x.example/1?v=1"},
		}
		for _, want := range [][]bool{{true, true, true, false, true}, {false, false, false, false, false}} {
			err := db.Update(t.Context(), func(tx *sqldb.Tx) error {
				taken, err := action.Contribute(tx, by, list)
				if diff := cmp.Diff(want, taken); diff != "" {
					t.Error(diff)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			got, err := action.Contributions(tx, "itm_1")
			want := []action.Contribution{list[0], list[1], list[2], list[4]}
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(action.Contribution{}, "ID", "At"), cmpopts.SortSlices(func(x, y action.Contribution) bool { return x.ID < y.ID })); diff != "" {
				t.Error(diff)
			}
			events, _ := audit.History(tx, "itm_1")
			if len(events) != 4 || events[0].Verb != "item.contributed" {
				t.Errorf("%d events, want 4", len(events))
			}
			for unit, want := range map[id.Unit]bool{lead: true, partner: true, stranger: false} {
				if sees, err := action.Sees(tx, "itm_1", unit); err != nil || sees != want {
					t.Errorf("%s sees the item: %v, %v", unit, sees, err)
				}
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = db.Update(t.Context(), func(tx *sqldb.Tx) error {
			_, err := action.Contribute(tx, by, []action.Contribution{{Action: a.ID, Unit: stranger, URL: "https://x.example/9", Item: "itm_9"}})
			return err
		})
		if !problem.Is(err, problem.Forbidden) {
			t.Errorf("a unit that takes no part: %v", err)
		}
	})
}
