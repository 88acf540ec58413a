package item_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestFigures prints how long lists take with many items. It runs when ARGINE_FIGURES is
// set: ARGINE_FIGURES=1 go test -run TestFigures -v ./internal/item. ARGINE_ITEMS says how
// many items, 1,000,000 by default.
func TestFigures(t *testing.T) {
	if os.Getenv("ARGINE_FIGURES") == "" {
		t.Skip("set ARGINE_FIGURES=1 to measure")
	}
	n := 1_000_000
	fmt.Sscan(os.Getenv("ARGINE_ITEMS"), &n)
	for name, cfg := range map[string]func() sqldb.Config{
		"sqlite":   func() sqldb.Config { return sqldb.Config{Path: filepath.Join(t.TempDir(), "argine.db")} },
		"postgres": func() sqldb.Config { return sqldb.Config{URL: dbtest.PostgresURL(t)} },
	} {
		t.Run(name, func(t *testing.T) {
			db, err := sqldb.Open(context.Background(), cfg())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(db.Close)
			start := time.Now()
			fill(t, db, n)
			analyze(t, db)
			t.Logf("filled with %d items in %v", n, time.Since(start).Round(time.Second))
			measureLists(t, db, n)
		})
	}
}

// analyze does at once what PostgreSQL does by itself within a minute.
func analyze(t *testing.T, db *sqldb.DB) {
	if db.Engine() == sqldb.Postgres {
		if _, err := db.Writer().ExecContext(t.Context(), "VACUUM ANALYZE"); err != nil {
			t.Fatal(err)
		}
	}
}

// fill makes items that have gone their way, with values that go together as they do in
// life: what was only contributed has no language, and only what was delivered a verdict.
func fill(t *testing.T, db *sqldb.DB, n int) {
	const chunk = 20_000
	r := rand.New(rand.NewPCG(1, 1))
	for at := 0; at < n; at += chunk {
		err := db.Housekeeping(t.Context(), "figures", func(tx *sqldb.Tx) error {
			items, listed := make([][]any, chunk), make([][]any, chunk)
			for i := range chunk {
				p := int(52 * r.Float64() * r.Float64())
				url := fmt.Sprintf("https://p%d.example/c%d/post/%d", p, int(400*r.Float64()*r.Float64()), at+i)
				stage, language, verdict := item.Stages()[int(15*r.Float64())], "", ""
				if stage != item.Contributed {
					language = []string{"ar", "en", "de", "fr", "ru", "tr"}[int(6*r.Float64()*r.Float64())]
				}
				if stage == item.Delivered {
					verdict = []string{"removed", "account_gone", "still_up", "unknown"}[r.IntN(4)]
				}
				items[i], listed[i] = item.FigureRows(id.New[id.Item](tx.Now), url, fmt.Sprintf("plf_%02d", p), language, string(stage), verdict, tx.Now)
			}
			return item.FigureInsert(tx, items, listed)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func measureLists(t *testing.T, db *sqldb.DB, n int) {
	r := rand.New(rand.NewPCG(2, 2))
	var took []time.Duration
	worst, slow := item.Filter{}, time.Duration(0)
	pick := func(values ...string) string { return values[r.IntN(len(values))] }
	for range 600 {
		f := item.Filter{Action: "act_1", Platform: id.Platform(pick("", "", "plf_00", "plf_01", "plf_40")), Language: pick("", "", "ar", "de", "tr", "fi"),
			Verdict: item.Verdict(pick("", "", "", "removed", "still_up", "login_wall")), Stage: item.Stage(pick("", "contributed", "delivered", "held", "ready", "none")),
			URLPrefix: pick("", "", "p0.example/", "p", "https://p0.example/c1/post/1", "https://p1.example/c", "https://none.example/")}
		start := time.Now()
		err := db.View(t.Context(), func(tx *sqldb.Tx) error {
			list, err := item.List(tx, f)
			if err == nil && len(list) == 50 {
				f.After = list[49].ID
				_, err = item.List(tx, f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		d := time.Since(start)
		took = append(took, d)
		if d > slow {
			worst, slow = f, d
		}
	}
	slices.Sort(took)
	t.Logf("%d lists, each its first two pages of 50: median %v, 99th percentile %v, worst %v (%+v)", len(took), took[len(took)/2], took[len(took)*99/100], slow, worst)
	for name, fn := range map[string]func(tx *sqldb.Tx) error{
		"Counts":  func(tx *sqldb.Tx) error { _, err := item.Counts(tx, "act_1"); return err },
		"InStage": func(tx *sqldb.Tx) error { _, err := item.InStage(tx, "act_1", item.Held, "", 500); return err },
		"ByURL":   func(tx *sqldb.Tx) error { item.ByURL(tx, "https://p0.example/c1/post/1"); return nil },
	} {
		start := time.Now()
		if err := db.View(t.Context(), fn); err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v", name, time.Since(start))
	}
}
