package item_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/audit"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

var by = audit.Actor{User: "usr_sample", Unit: "unt_sample"}

func update(t testing.TB, db *sqldb.DB, fn func(tx *sqldb.Tx) error) {
	t.Helper()
	if err := db.Update(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func view(t testing.TB, db *sqldb.DB, fn func(tx *sqldb.Tx) error) {
	t.Helper()
	if err := db.View(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func add(t testing.TB, db *sqldb.DB, action id.Action, links ...item.New) (added []item.Added) {
	t.Helper()
	update(t, db, func(tx *sqldb.Tx) (err error) {
		added, err = item.Add(tx, by, action, links)
		return err
	})
	return added
}

func seen(path, raw string) item.New {
	return item.New{Seen: raw, Canonical: link.Canonical{URL: "https://tube.example/" + path, Host: "tube.example", Platform: "plf_tube", Kind: "post", Page: "item"}}
}

func TestAddFindsDuplicates(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		one := add(t, db, "act_1", seen("a", "tube.example/a?x=1"), seen("b", "tube.example/b"), seen("a", "tube.example/a?x=2"), seen("a", "tube.example/a?x=1"))
		if one[0].ID != one[2].ID || one[0].ID != one[3].ID || one[0].ID == one[1].ID {
			t.Fatalf("identifiers %v", one)
		}
		a, b := one[0].ID, one[1].ID
		want := []item.Added{{ID: a, New: true, Created: true}, {ID: b, New: true, Created: true}, {ID: a}, {ID: a}}
		if diff := cmp.Diff(want, one); diff != "" {
			t.Error("one call:", diff)
		}
		again := add(t, db, "act_1", seen("b", "tube.example/b"), seen("a", "tube.example/a?x=3"))
		if diff := cmp.Diff([]item.Added{{ID: b}, {ID: a}}, again); diff != "" {
			t.Error("a later call:", diff)
		}
		other := add(t, db, "act_2", seen("a", "tube.example/a"), seen("c", "tube.example/c"))
		if diff := cmp.Diff([]item.Added{{ID: a, New: true}, {ID: other[1].ID, New: true, Created: true}}, other); diff != "" {
			t.Error("another action:", diff)
		}
		view(t, db, func(tx *sqldb.Tx) error {
			variants, err := item.Variants(tx, a)
			if diff := cmp.Diff([]string{"tube.example/a?x=1", "tube.example/a?x=2", "tube.example/a?x=3", "tube.example/a"}, variants); diff != "" {
				t.Error("variants:", diff)
			}
			got, _ := item.ByURL(tx, "https://tube.example/a")
			if got.ID != a || got.Stage != item.Contributed || got.Platform != "plf_tube" {
				t.Errorf("by its link: %+v", got)
			}
			if _, err := item.ByURL(tx, "https://tube.example/A"); !problem.Is(err, problem.NotFound) {
				t.Errorf("a link nobody handed in gave %v", err)
			}
			return err
		})
	})
}

func TestAddAgainChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		links := []item.New{seen("a", "tube.example/a"), seen("b", "tube.example/b")}
		add(t, db, "act_1", links...)
		add(t, db, "act_1", links...)
		view(t, db, func(tx *sqldb.Tx) error {
			events, err := audit.History(tx, "act_1")
			if len(events) != 1 {
				t.Errorf("%d events, want that of the first call alone", len(events))
			}
			return err
		})
	})
}

func TestAnOlderItemComesAsItStands(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		a := add(t, db, "act_1", seen("a", "x"))[0].ID
		update(t, db, func(tx *sqldb.Tx) error {
			_, err := item.Move(tx, by, item.Delivered, item.Stages(), a)
			return joined(err, item.Describe(tx, a, "A title", "de"), item.SetVerdict(tx, a, item.VerdictStillUp), item.SetAnswer(tx, a, item.AnswerRefused))
		})
		add(t, db, "act_2", seen("a", "x"))
		view(t, db, func(tx *sqldb.Tx) error {
			list, err := item.List(tx, item.Filter{Action: "act_2", Stage: item.Delivered, Platform: "plf_tube", Language: "de", Verdict: item.VerdictStillUp})
			if len(list) != 1 || list[0].ID != a || list[0].Answer != item.AnswerRefused {
				t.Errorf("the second action lists %+v", list)
			}
			return err
		})
	})
}

func TestItemsOfAHostThatIsRegisteredLater(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		early := seen("a", "x")
		early.Canonical.Platform, early.Canonical.Kind = "", "site"
		a := add(t, db, "act_1", early)[0].ID
		late := seen("a", "x")
		late.Canonical.Kind = "channel"
		for range 2 {
			if got := add(t, db, "act_1", late)[0]; got.ID != a || got.New {
				t.Errorf("handed in again: %+v", got)
			}
		}
		view(t, db, func(tx *sqldb.Tx) error {
			list, err := item.List(tx, item.Filter{Action: "act_1", Platform: "plf_tube"})
			if len(list) != 1 || list[0].Platform != "plf_tube" || list[0].Kind != "channel" {
				t.Errorf("the platform's list: %+v", list)
			}
			if events, _ := audit.History(tx, string(a)); len(events) != 1 || events[0].Verb != "item.adopted" {
				t.Errorf("events: %+v", events)
			}
			return err
		})
	})
}

func TestVeryLongLinks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		r := rand.New(rand.NewPCG(1, 2))
		var long strings.Builder
		for long.Len() < link.MaxLength-100 {
			fmt.Fprintf(&long, "%x", r.Uint64()) // nothing that compresses
		}
		got := add(t, db, "act_1", seen(long.String()+"a", long.String()+"?a"), seen(long.String()+"b", long.String()+"?b"))
		if got[0].ID == got[1].ID {
			t.Fatal("two long links became one item")
		}
		view(t, db, func(tx *sqldb.Tx) error {
			first, err := item.List(tx, item.Filter{Action: "act_1", Limit: 1})
			if err != nil {
				return err
			}
			rest, err := item.List(tx, item.Filter{Action: "act_1", After: first[0].ID})
			if len(rest) != 1 || rest[0].ID == first[0].ID {
				t.Errorf("the second page has %d items", len(rest))
			}
			return err
		})
	})
}

func TestManyHandInTheSameAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		var links []item.New
		for i := range 60 {
			links = append(links, seen(fmt.Sprint(i), fmt.Sprint(i)))
		}
		var wait sync.WaitGroup
		var mu sync.Mutex
		created := map[id.Item]int{}
		for w := range 4 {
			wait.Go(func() {
				for i := range 6 {
					var added []item.Added
					err := db.Update(t.Context(), func(tx *sqldb.Tx) (err error) {
						added, err = item.Add(tx, by, id.Action(fmt.Sprint("act_", w%2)), links[i*10:i*10+10])
						return err
					})
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					for _, a := range added {
						if a.Created {
							created[a.ID]++
						}
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		if len(created) != len(links) {
			t.Errorf("%d items were created for %d links", len(created), len(links))
		}
		for it, n := range created {
			if n != 1 {
				t.Errorf("%s was created %d times", it, n)
			}
		}
	})
}

func joined(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
