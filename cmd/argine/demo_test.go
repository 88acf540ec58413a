package main

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/sqldb/dbtest"
)

// program builds the command once, without the race detector: the demo is a program of its
// own here, as it is for who runs it.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "argine-test-")
	if err != nil {
		return "", err
	}
	built = dir
	path := filepath.Join(dir, "argine")
	out, err := exec.Command("go", "build", "-tags", "nodynamic", "-o", path, ".").CombinedOutput()
	os.Stderr.Write(out)
	return path, err
})

// cleaning runs the tests and removes what program built.
type cleaning struct{ *testing.M }

func (c cleaning) Run() int {
	code := c.M.Run()
	if built != "" {
		os.RemoveAll(built)
	}
	return code
}

var built string // folder of the command

func demoCmd(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(t.Context(), path, append([]string{"demo", "--exit"}, args...)...)
}

func readReport(t *testing.T, data string) judged {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(data, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var report judged
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}
	return report
}

func eachEngine(t *testing.T, fn func(t *testing.T, database []string)) {
	t.Run("sqlite", func(t *testing.T) { fn(t, nil) })
	t.Run("postgres", func(t *testing.T) { fn(t, []string{"--database", dbtest.PostgresURL(t)}) })
}

func verifyAudit(t *testing.T, data string, database []string) {
	t.Helper()
	path, _ := program()
	out, err := exec.Command(path, append([]string{"audit", "verify", "--data", data}, database...)...).CombinedOutput()
	if err != nil {
		t.Errorf("audit verify: %v: %s", err, out)
	}
}

func TestTheDemoComesToTheTruth(t *testing.T) {
	eachEngine(t, func(t *testing.T, database []string) {
		data := t.TempDir()
		out, err := demoCmd(t, append(database, "--data", data, "--items", "200", "--bank", "10000")...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		report := readReport(t, data)
		for _, wrong := range report.differences() {
			t.Error(wrong)
		}
		if report.Items != 200 || report.Lost != 0 || report.Delivered == 0 || report.Reuploads == 0 || report.Audit.Events < 1000 {
			t.Errorf("the report is not of a whole action:\n%s", out)
		}
		page, err := os.ReadFile(filepath.Join(data, "report.html"))
		if err != nil || !strings.Contains(string(page), "<svg") {
			t.Errorf("report.html: %v, %d bytes", err, len(page))
		}
		verifyAudit(t, data, database)
	})
}

// TestTheDemoSurvivesKills kills the demo at random moments and starts it again with the same
// data. It must end with the counts of a world that was never killed.
func TestTheDemoSurvivesKills(t *testing.T) {
	eachEngine(t, func(t *testing.T, database []string) {
		const kills = 4
		seed := rand.Uint64()
		t.Logf("moments from seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 0))
		data := t.TempDir()
		args := append(database, "--data", data, "--items", "80", "--bank", "2000")
		killed := 0
		for range kills {
			if killAfter(t, demoCmd(t, args...), time.Duration(300+random.IntN(3000))*time.Millisecond) {
				killed++
			}
		}
		out, err := demoCmd(t, args...).CombinedOutput()
		if err != nil {
			t.Fatalf("after %d kills: %v\n%s", killed, err, out)
		}
		if killed == 0 {
			t.Error("it was always too quick to be killed")
		}
		report := readReport(t, data)
		for _, wrong := range report.differences() {
			t.Error(wrong)
		}
		verifyAudit(t, data, database)
	})
}

// killAfter starts a command and kills it after a while; it reports whether it was still running.
func killAfter(t *testing.T, cmd *exec.Cmd, wait time.Duration) bool {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("it failed before it was killed: %v", err)
		}
		return false
	case <-time.After(wait):
		cmd.Process.Signal(syscall.SIGKILL)
		<-done
		return true
	}
}

// TestTheSameSeedGivesTheSameCounts runs one world twice and another once.
func TestTheSameSeedGivesTheSameCounts(t *testing.T) {
	run := func(seed string) judged {
		data := t.TempDir()
		if out, err := demoCmd(t, "--data", data, "--items", "50", "--bank", "1000", "--seed", seed).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		report := readReport(t, data)
		report.Audit, report.Action = judged{}.Audit, "" // identifiers are random
		return report
	}
	first, again, other := run("5"), run("5"), run("6")
	if diff := cmp.Diff(first, again); diff != "" {
		t.Errorf("the same seed gave other counts:\n%s", diff)
	}
	if cmp.Equal(first, other) {
		t.Error("another seed gave the same counts")
	}
}
