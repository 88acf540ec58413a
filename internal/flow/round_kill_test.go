package flow_test

import (
	"bufio"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/item"
	"github.com/argine/argine/internal/job"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// Environment of the process that is killed: this test binary, started again.
const (
	envRoundURL  = "ARGINE_TEST_ROUND_URL"
	envRoundPath = "ARGINE_TEST_ROUND_PATH"
)

// TestAsker is the process that dies: it asks about an item, says which, and waits for its end.
func TestAsker(t *testing.T) {
	cfg := sqldb.Config{URL: os.Getenv(envRoundURL), Path: os.Getenv(envRoundPath)}
	if cfg.URL == "" && cfg.Path == "" {
		t.Skip("it is run by TestARoundOutlivesItsProcess")
	}
	db, err := sqldb.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	w := newSerialWorld(t, db)
	_, err = w.flow.SetAction(t.Context(), w.people["coordinator"], w.action, false, time.Hour)
	w.must(err)
	w.declares(deconflict.KindURLPrefix, "https://clips.example/watched/", time.Now(), true)
	it := w.confirmed("https://clips.example/watched/1")
	os.Stdout.WriteString("\nasked " + string(it) + " " + string(w.people[west].Unit) + "\n")
	select {}
}

// TestARoundOutlivesItsProcess: killed by the system while units and the owner of an interest are
// asked, nothing of the round is lost. Who starts next finds the questions open, and silence
// clears at the moment that stands in the rows, though no process was there to wait for it.
func TestARoundOutlivesItsProcess(t *testing.T) {
	for engine, cfg := range map[string]sqldb.Config{"sqlite": {Path: filepath.Join(t.TempDir(), "argine.db")}, "postgres": {URL: dbtest.PostgresURL(t)}} {
		t.Run(engine, func(t *testing.T) {
			it, owner := killAsker(t, cfg)
			now := time.Now()
			cfg.Now = func() time.Time { return now }
			db, err := sqldb.Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(db.Close)
			jobs, err := job.Open(db, job.Config{Node: "test", Log: slog.New(slog.DiscardHandler)})
			if err != nil {
				t.Fatal(err)
			}
			w := &world{T: t, db: db, flow: &flow.Flow{DB: db, Jobs: jobs}}
			var open []deconflict.Question
			w.view(func(tx *sqldb.Tx) (err error) {
				open, err = deconflict.Waiting(tx, owner, 10)
				return err
			})
			if len(open) != 1 || open[0].Item != it || open[0].Answer != "" {
				t.Fatalf("after the kill the owner is asked %+v", open)
			}
			for _, tt := range []struct {
				at   time.Time
				want item.Stage
			}{{open[0].ClosesAt.Add(-time.Second), item.Confirmed}, {open[0].ClosesAt, item.Cleared}} {
				now = tt.at
				w.must(w.flow.Tick(t.Context()))
				if got := w.stage(it); got != tt.want {
					t.Errorf("at %s it is %s, want %s", tt.at, got, tt.want)
				}
			}
		})
	}
}

// killAsker starts the asker, waits until it has asked, and ends it with SIGKILL.
func killAsker(t *testing.T, cfg sqldb.Config) (it id.Item, owner id.Unit) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestAsker$", "-test.timeout=120s")
	cmd.Env = append(os.Environ(), envRoundURL+"="+cfg.URL, envRoundPath+"="+cfg.Path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if f := strings.Fields(lines.Text()); len(f) == 3 && f[0] == "asked" {
			return id.Item(f[1]), id.Unit(f[2])
		}
		t.Log(lines.Text())
	}
	t.Fatal("the process ended before it had asked")
	return "", ""
}
