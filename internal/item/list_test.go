package item_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// world fills two actions that share items, with values that are common, rare and absent.
func world(t *testing.T, db *sqldb.DB, n int) (both map[id.Action][]item.Item) {
	r := rand.New(rand.NewPCG(7, 7))
	both = map[id.Action][]item.Item{}
	var links []item.New
	for i := range n {
		host := []string{"tube.example", "share.example", "xn--nder-goa.example", "tube.example:8080"}[r.IntN(4)]
		scheme := []string{"https://", "http://"}[r.IntN(2)]
		c := link.Canonical{URL: fmt.Sprintf("%s%s/%c/%d", scheme, host, 'a'+rune(r.IntN(3)), i), Host: host, Kind: "post", Page: "item"}
		if r.IntN(4) > 0 {
			c.Platform = "plf_" + host[:3]
		}
		links = append(links, item.New{Canonical: c, Seen: c.URL})
	}
	first := add(t, db, "act_1", links...)
	update(t, db, func(tx *sqldb.Tx) error {
		for _, a := range first {
			_, err := item.Move(tx, by, item.Stages()[r.IntN(4)*r.IntN(4)], item.Stages(), a.ID)
			if err := joined(err, item.Describe(tx, a.ID, "", []string{"", "", "de", "ar"}[r.IntN(4)]),
				item.SetVerdict(tx, a.ID, []item.Verdict{"", "", item.VerdictRemoved, item.VerdictStillUp}[r.IntN(4)]),
				item.SetIdeology(tx, a.ID, []string{"", "right_wing", "jihadist"}[r.IntN(3)])); err != nil {
				return err
			}
		}
		return nil
	})
	add(t, db, "act_2", links[n/2:]...)
	view(t, db, func(tx *sqldb.Tx) error {
		for i, a := range first {
			it, err := item.Get(tx, a.ID)
			if err != nil {
				return err
			}
			both["act_1"] = append(both["act_1"], it)
			if i >= n/2 {
				both["act_2"] = append(both["act_2"], it)
			}
		}
		return nil
	})
	return both
}

func bare(url string) string { _, rest, _ := strings.Cut(url, "://"); return rest }

// oracle says from all items what a list must hold, by looking at each.
func oracle(all []item.Item, f item.Filter) (want []id.Item) {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b item.Item) int {
		return cmp.Or(cmp.Compare(bare(a.URL), bare(b.URL)), cmp.Compare(a.ID, b.ID))
	})
	for _, it := range all {
		if (f.Stage == "" || it.Stage == f.Stage) && (f.Platform == "" || it.Platform == f.Platform) && (f.Language == "" || it.Language == f.Language) &&
			(f.Verdict == "" || it.Verdict == f.Verdict) && (f.Ideology == "" || it.Ideology == f.Ideology) && strings.HasPrefix(bare(it.URL), strings.TrimPrefix(f.URLPrefix, "https://")) {
			want = append(want, it.ID)
		}
	}
	return want
}

func TestListAgainstOracle(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		both := world(t, db, 240)
		full := 0
		view(t, db, func(tx *sqldb.Tx) error {
			for _, action := range []id.Action{"act_1", "act_2"} {
				for _, stage := range []item.Stage{"", item.Assessed, item.Undeliverable} {
					for _, p := range []id.Platform{"", "plf_tub", "plf_none"} {
						for _, language := range []string{"", "de", "fi"} {
							for _, verdict := range []item.Verdict{"", item.VerdictRemoved, item.VerdictUnknown} {
								for _, ideology := range []string{"", "jihadist", "other"} {
									for _, prefix := range []string{"", "https://tube.example/a/", "share.example/b/1", "tube"} {
										f := item.Filter{Action: action, Stage: stage, Platform: p, Language: language, Verdict: verdict, Ideology: ideology, URLPrefix: prefix}
										want := oracle(both[action], f)
										if got := pages(t, tx, f); !slices.Equal(got, want) {
											t.Fatalf("%+v: got %d items, want %d", f, len(got), len(want))
										}
										full += min(len(want), 1)
									}
								}
							}
						}
					}
				}
			}
			return nil
		})
		if full < 60 {
			t.Errorf("only %d of the lists hold anything; the test shows little", full)
		}
	})
}

// pages reads a list to its end by pages of 37.
func pages(t *testing.T, tx *sqldb.Tx, f item.Filter) (all []id.Item) {
	t.Helper()
	f.Limit = 37
	for {
		list, err := item.List(tx, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range list {
			all = append(all, it.ID)
		}
		if len(list) < f.Limit {
			return all
		}
		f.After = list[len(list)-1].ID
	}
}

func TestSearchIsForgivingAboutSchemeAndHost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		a := add(t, db, "act_1", seen("Watch/1", "x"))[0].ID
		view(t, db, func(tx *sqldb.Tx) error {
			for prefix, found := range map[string]bool{"https://tube.example/Watch": true, "HTTP://Tube.Example/Watch/1": true, " tube.exa": true, "https://": true,
				"tube.example/watch": false, "ube.example": false, "tube.example/Watch/1/": false, "tube.example/%": false} {
				list, err := item.List(tx, item.Filter{Action: "act_1", URLPrefix: prefix})
				if err != nil || (len(list) == 1 && list[0].ID == a) != found {
					t.Errorf("%q: %d items, %v", prefix, len(list), err)
				}
			}
			return nil
		})
	})
}

func TestListRefusesWhatItCannotDo(t *testing.T) {
	db := dbtest.SQLite(t)
	add(t, db, "act_1", seen("a", "x"))
	view(t, db, func(tx *sqldb.Tx) error {
		for _, f := range []item.Filter{{}, {Action: "act_1", After: "itm_none"}, {Action: "act_1", URLPrefix: strings.Repeat("x", 2001)}} {
			if _, err := item.List(tx, f); !problem.Is(err, problem.Invalid) {
				t.Errorf("%.40v gave %v", f, err)
			}
		}
		return nil
	})
}
