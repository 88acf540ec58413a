package action_test

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// TestFigures prints how fast a file of 100,000 links is taken, from reading the CSV to the
// events. It runs when ARGINE_FIGURES is set
// (ARGINE_ITEMS and ARGINE_CHUNK say how many links, and how many in one transaction):
// ARGINE_FIGURES=1 go test -run TestFigures -v ./internal/action
func TestFigures(t *testing.T) {
	if os.Getenv("ARGINE_FIGURES") == "" {
		t.Skip("set ARGINE_FIGURES=1 to measure")
	}
	n, chunk := 100_000, 500
	fmt.Sscan(os.Getenv("ARGINE_ITEMS"), &n)
	fmt.Sscan(os.Getenv("ARGINE_CHUNK"), &chunk)
	var file strings.Builder
	file.WriteString("url,source,note\n")
	for i := range n {
		fmt.Fprintf(&file, "https://p%d.example/c%d/post/%d?ref=x,channel %d,seen in a made-up list\n", i%52, i%400, i, i%7)
	}
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		a := open(t, db, "Figures")
		book, err := link.NewBook(nil)
		if err != nil {
			t.Fatal(err)
		}
		for run := range 2 {
			start := time.Now()
			var lines []action.Line
			taken := 0
			flush := func() error {
				if len(lines) == 0 {
					return nil
				}
				some, err := take(t.Context(), db, book, a.ID, lines)
				lines, taken = lines[:0], taken+some
				return err
			}
			err := action.Read("text/csv", strings.NewReader(file.String()), func(l action.Line) error {
				if lines = append(lines, l); len(lines) < chunk {
					return nil
				}
				return flush()
			})
			if err != nil || flush() != nil {
				t.Fatal(err)
			}
			if want := n * (1 - run); taken != want {
				t.Errorf("run %d took %d links, want %d", run, taken, want)
			}
			d := time.Since(start)
			var mem runtime.MemStats
			runtime.ReadMemStats(&mem)
			t.Logf("run %d: %d links in %v: %.0f a second; %d MB from the system", run+1, n, d.Round(time.Millisecond), float64(n)/d.Seconds(), mem.Sys>>20)
		}
		err = db.View(t.Context(), func(tx *sqldb.Tx) error {
			counts, err := item.Counts(tx, a.ID)
			if counts[item.Contributed] != n {
				t.Errorf("%v items, want %d", counts, n)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
