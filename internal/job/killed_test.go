package job_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// Environment of the process that is killed: this test binary, started again.
const (
	envURL  = "ARGINE_TEST_JOB_URL"
	envPath = "ARGINE_TEST_JOB_PATH"
)

// TestVictim is the process that dies: it starts two jobs, says so, and never ends them.
func TestVictim(t *testing.T) {
	cfg := sqldb.Config{URL: os.Getenv(envURL), Path: os.Getenv(envPath)}
	if cfg.URL == "" && cfg.Path == "" {
		t.Skip("it is run by TestAKilledProcessLosesNoJob")
	}
	db, err := sqldb.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	b := open(t, db, "one", func(context.Context, string, int) error { select {} })
	b.start()
	if err := b.enqueue(nil, "first", "second"); err != nil {
		t.Fatal(err)
	}
	b.next()
	b.next()
	fmt.Println("\nrunning")
	select {}
}

func TestAKilledProcessLosesNoJob(t *testing.T) {
	for _, engine := range dbtest.Engines {
		t.Run(engine, func(t *testing.T) { killed(t, shared.Config(t, engine)) })
	}
}

func killed(t *testing.T, cfg sqldb.Config) {
	kill(t, cfg)
	db, err := sqldb.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)

	other := open(t, db, "two", done) // another node leaves alone what is not its own
	other.start()
	if n := other.unfinished(); n != 2 {
		t.Fatalf("%d jobs are unfinished after the kill, want 2", n)
	}
	other.stop(patience)
	if len(other.runs) != 0 {
		t.Fatal("another node ran a job that may still be running where it began")
	}

	b := open(t, db, "one", done)
	b.start()
	if first, second := b.next(), b.next(); first == second {
		t.Errorf("%q ran twice", first)
	}
	b.idle()
}

// kill starts the victim, waits until its jobs run, and ends it with SIGKILL.
func kill(t *testing.T, cfg sqldb.Config) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$", "-test.timeout=120s")
	cmd.Env = append(os.Environ(), envURL+"="+cfg.URL, envPath+"="+cfg.Path)
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
		if lines.Text() == "running" {
			return
		}
		t.Log(lines.Text())
	}
	t.Fatal("the process ended before its jobs ran")
}
