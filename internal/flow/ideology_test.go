package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/desk"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/redress"
	"github.com/argine/argine/internal/refer"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// finds records what a person finds, with an ideology and a tier.
func (w *world) finds(name string, it id.Item, decision, ideology, tier string) {
	w.Helper()
	in := assess.New{Item: it, Decision: decision, Purpose: "none", PurposeReasons: "the page gives no context", Confidence: 80, Reasons: "made-up reasons", Ideology: ideology}
	if decision == assess.Terrorist {
		in.Limbs, in.Tier = []string{"a"}, tier
	}
	results, err := w.flow.Assess(w.Context(), w.people[name], []assess.New{in})
	w.must(err)
	w.must(results[0].Err)
}

// TestIdeologyDecidesNothing runs the same work twice with other ideologies: the worklists have
// the same order, and the same is confirmed, stopped and drafted, by as many rows and jobs.
func TestIdeologyDecidesNothing(t *testing.T) {
	names := law.Ideologies()
	traces := map[sqldb.Engine]map[string]any{}
	for turn := range 2 {
		dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
			got := newSerialWorld(t, db).trace(func(i int) string { return names[(i+3*turn)%len(names)].Name })
			if len(got["drafted"].([]string)) < len(names) || len(got["blocked"].([]id.Item)) == 0 || len(got["third"].([]string)) != 1 {
				t.Errorf("the test looks at little: %v", got)
			}
			got["blocked"] = len(got["blocked"].([]id.Item)) // identifiers are random
			if diff := cmp.Diff(traces[db.Engine()], got); diff != "" && turn > 0 {
				t.Errorf("other ideologies, other work:\n%s", diff)
			}
			traces[db.Engine()] = got
		})
	}
}

// trace is the work on two items of each ideology, and one in dispute, told by links.
func (w *world) trace(ideology func(int) string) map[string]any {
	w.Helper()
	n := 2 * len(law.Ideologies())
	var links []string
	for i := range n + 1 {
		links = append(links, fmt.Sprintf("https://clips.example/v/%02d", i))
	}
	links[3] = "https://clips.example/" // a home page, which is stopped
	items := w.contribute(links...)
	w.ready(items...)
	tiers := []string{law.TierPromotional, "", law.TierThreatToLife}
	for i, it := range items {
		w.finds("analyst", it, assess.Terrorist, ideology(i), tiers[i%len(tiers)])
	}
	out := map[string]any{"second": w.worklist(2)}
	for i, it := range items[:n] {
		w.finds("reviewer", it, assess.Terrorist, ideology(i), tiers[i%len(tiers)])
	}
	w.finds("reviewer", items[n], assess.NotTerrorist, ideology(n+1), "")
	out["third"] = w.worklist(3)
	w.clear(items[:n])
	made, err := w.flow.Draft(w.Context(), w.people["coordinator"], w.action)
	w.must(err)
	var drafted []string
	w.view(func(tx *sqldb.Tx) error {
		list, err := refer.Items(tx, made.Referrals[0])
		for _, r := range list {
			drafted = append(drafted, r.URL)
		}
		return err
	})
	rows := w.rows()
	for name := range rows {
		if strings.HasPrefix(name, "river_") && name != "river_job" { // the queue's own housekeeping
			delete(rows, name)
		}
	}
	out["drafted"], out["blocked"], out["rows"] = drafted, made.Blocked, rows
	return out
}

func (w *world) worklist(step int) (links []string) {
	w.Helper()
	tasks, err := (&desk.Desk{DB: w.db, Store: w.flow.Store}).Worklist(w.Context(), w.people["second reviewer"], w.action, step, 100)
	w.must(err)
	for _, t := range tasks {
		links = append(links, t.Item.URL)
	}
	return links
}

// TestPrecisionByIdeology counts what was handed over by what two people named, and says how
// little that is.
func TestPrecisionByIdeology(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		w.join("third reviewer", w.people["coordinator"].Unit, auth.Reviewer, "")
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2", "https://clips.example/v/3", "https://clips.example/v/4", "https://clips.example/v/5")
		w.ready(items...)
		for i, both := range [][2]string{{"right_wing", "right_wing"}, {"right_wing", ""}, {"jihadist", "jihadist"}, {"jihadist", "other_kind"}, {"single_issue", "single_issue"}} {
			w.finds("analyst", items[i], assess.Terrorist, both[0], "")
			w.finds("reviewer", items[i], assess.Terrorist, both[1], "")
		}
		w.clear(items[:4]) // the last is not handed over, and not counted
		w.handOver()
		w.join("contact", w.people["coordinator"].Unit, auth.PlatformContact, w.clips().ID)
		for it, found := range map[id.Item]string{items[0]: assess.NotTerrorist, items[2]: assess.Terrorist} {
			w.complained(it, found)
		}
		want := map[string][3]int{"right_wing": {2, 1, 1}, "jihadist": {1, 1, 0}, law.NoIdeology: {1, 0, 0}}
		w.view(func(tx *sqldb.Tx) error {
			groups, err := redress.Precise(tx, "", redress.Span{})
			got := map[string][3]int{}
			for _, g := range groups {
				for _, one := range g.List {
					if g.By == "ideology" {
						got[one.Of] = [3]int{one.Delivered, one.Heard, one.Reversed}
					}
					if !one.Small || one.Low > one.Share || one.High < one.Share {
						w.Errorf("%s %q: no caution at a base of %d, or no interval: %+v", g.By, one.Of, one.Delivered, one)
					}
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				w.Error(diff)
			}
			return err
		})
	})
}

// complained files a platform's complaint and has two who took no part decide it.
func (w *world) complained(it id.Item, decision string) id.Complaint {
	w.Helper()
	c, err := w.flow.FileComplaint(w.Context(), w.people["contact"], flow.NewComplaint{Item: it, Reasons: "It is a news report."})
	w.must(err)
	found := redress.Finding{Decision: decision, Reasons: "made-up reasons"}
	if decision == assess.Terrorist {
		found.Limbs = []string{"a"}
	}
	for _, name := range []string{"second reviewer", "third reviewer"} {
		_, err := w.flow.Reassess(w.Context(), w.people[name], c, found)
		w.must(err)
	}
	return c
}

// TestItemsAreFoundByIdeology once two people have decided, and not before.
func TestItemsAreFoundByIdeology(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		items := w.contribute("https://clips.example/v/1", "https://clips.example/v/2")
		w.ready(items...)
		count := func(ideology string) (n int) {
			w.view(func(tx *sqldb.Tx) error {
				list, err := item.List(tx, item.Filter{Action: w.action, Ideology: ideology})
				n = len(list)
				return err
			})
			return n
		}
		w.finds("analyst", items[0], assess.NotTerrorist, "right_wing", "")
		if n := count("right_wing"); n != 0 {
			t.Errorf("after one person %d items are of it", n)
		}
		w.finds("reviewer", items[0], assess.NotTerrorist, "right_wing", "")
		if n, none := count("right_wing"), count(law.NoIdeology); n != 1 || none != 0 {
			t.Errorf("after two people %d items are of it and %d not specified", n, none)
		}
	})
}
