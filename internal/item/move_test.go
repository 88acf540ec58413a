package item_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

func TestMoveTakesOnlyThoseInTheRightStage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var links []item.New
		for i := range 25 { // more than two statements
			links = append(links, seen(fmt.Sprint(i), fmt.Sprint(i)))
		}
		var items []id.Item
		for _, a := range add(t, db, "act_1", links...) {
			items = append(items, a.ID)
		}
		add(t, db, "act_2", links[:5]...)
		move := func(stage item.Stage, from []item.Stage, which ...id.Item) (moved []id.Item) {
			update(t, db, func(tx *sqldb.Tx) (err error) {
				moved, err = item.Move(tx, by, stage, from, which...)
				return err
			})
			return moved
		}
		if got := move(item.Captured, []item.Stage{item.Contributed}, append(items[:12:12], items[3], "itm_none")...); len(got) != 12 {
			t.Fatalf("moved %d, want 12", len(got))
		}
		got := move(item.Ready, []item.Stage{item.Captured, item.Unreachable}, items...)
		if diff := cmp.Diff(items[:12], got); diff != "" {
			t.Error(diff)
		}
		if again := move(item.Ready, []item.Stage{item.Captured, item.Ready}, items...); len(again) != 0 {
			t.Errorf("a second run moved %v", again)
		}
		if none := move(item.Blocked, nil, items...); len(none) != 0 {
			t.Errorf("from no stage moved %v", none)
		}
		view(t, db, func(tx *sqldb.Tx) error {
			for action, want := range map[id.Action]map[item.Stage]int{
				"act_1": {item.Ready: 12, item.Contributed: 13}, "act_2": {item.Ready: 5}, "act_3": {},
			} {
				counts, err := item.Counts(tx, action)
				if err != nil {
					return err
				}
				if diff := cmp.Diff(want, counts); diff != "" {
					t.Error(action, diff)
				}
			}
			page, err := item.InStage(tx, "act_1", item.Ready, items[3], 5)
			if diff := cmp.Diff(items[4:9], page); diff != "" {
				t.Error(diff)
			}
			events, _ := audit.History(tx, string(items[0]))
			if len(events) != 2 || events[0].Verb != "item.captured" || events[1].Verb != "item.ready" || events[0].Actor != by.User {
				t.Errorf("events %+v", events)
			}
			return err
		})
	})
}

func TestMoveWithKeepsDetailAndTime(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		a := add(t, db, "act_1", seen("a", "a"))[0].ID
		var at [2]bool
		for i := range at {
			update(t, db, func(tx *sqldb.Tx) (err error) {
				at[i], err = item.MoveWith(tx, by, a, item.Blocked, []item.Stage{item.Contributed}, map[string]string{"rule": "home_page"})
				return err
			})
		}
		if at != [2]bool{true, false} {
			t.Errorf("moved %v, want once", at)
		}
		view(t, db, func(tx *sqldb.Tx) error {
			events, err := audit.History(tx, string(a))
			if err != nil || len(events) != 1 || string(events[0].Detail) != `{"rule":"home_page"}` {
				t.Fatalf("events %+v, %v", events, err)
			}
			it, err := item.Get(tx, a)
			if !it.MovedAt.Equal(events[0].At) || !it.MovedAt.After(it.CreatedAt) {
				t.Errorf("created %v, moved %v, event %v", it.CreatedAt, it.MovedAt, events[0].At)
			}
			return err
		})
	})
}

func TestDescribeTakesHostileTitles(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		a := add(t, db, "act_1", seen("a", "a"))[0].ID
		for title, want := range map[string]string{
			" two\r\n lines\t":        "two lines",
			"nul\x00byte":             "nul byte",
			"bad \xff\xfe utf8":       "bad \uFFFD utf8",
			strings.Repeat("é", 301):  strings.Repeat("é", 300) + "…",
			strings.Repeat("é", 300):  strings.Repeat("é", 300),
			"":                        "",
			"\u202eright to left, ok": "\u202eright to left, ok",
		} {
			err := db.Housekeeping(t.Context(), "test", func(tx *sqldb.Tx) error { return item.Describe(tx, a, title, "ar") })
			if err != nil {
				t.Fatalf("%q: %v", title, err)
			}
			view(t, db, func(tx *sqldb.Tx) error {
				it, err := item.Get(tx, a)
				if it.Title != want || it.Language != "ar" {
					t.Errorf("%.20q became %q, %q", title, it.Title, it.Language)
				}
				return err
			})
		}
	})
}
