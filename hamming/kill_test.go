package hamming_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/argine/argine/hamming"
)

// writerOf names, in the environment of this test's own program run again, the file that it
// is to write over and over until somebody kills it.
const writerOf = "HAMMING_WRITER_OF"

// TestMain lets the program be the writer that TestAKilledWriter kills.
func TestMain(m *testing.M) {
	if path := os.Getenv(writerOf); path != "" {
		writeForEver(path)
	}
	os.Exit(m.Run())
}

// writeForEver writes files of different sizes, each with its number of entries as the note.
func writeForEver(path string) {
	for n := 1000; ; n = n%40_000 + 1000 {
		if err := hamming.WriteFile(path, hamming.Build(uniform(60, n)), []byte(strconv.Itoa(n))); err != nil {
			os.Exit(1)
		}
	}
}

// TestAKilledWriter kills a process that writes the file, at any moment, again and again: what
// lies there afterwards is always one whole file, the last that was written or the one before.
func TestAKilledWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "index")
	found := 0
	for run := range 20 {
		kill(t, path, time.Duration(rand.IntN(120)+20)*time.Millisecond)
		x, note, done, err := hamming.OpenFile(path)
		if errors.Is(err, fs.ErrNotExist) && found == 0 {
			continue // killed before the first was whole
		}
		if err != nil {
			t.Fatalf("run %d: %v", run, err)
		}
		found++
		if n, err := strconv.Atoi(string(note)); err != nil || x.Len() != n {
			t.Fatalf("run %d: %d entries and the note %q", run, x.Len(), note)
		}
		if err := done(); err != nil {
			t.Fatal(err)
		}
	}
	if found == 0 {
		kill(t, path, 10*time.Second) // a machine so slow that no run came to an end
		if _, _, _, err := hamming.OpenFile(path); err != nil {
			t.Fatal(err)
		}
	}
}

// kill runs the writer for a while and kills it.
func kill(t *testing.T, path string, after time.Duration) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^$")
	cmd.Env = append(os.Environ(), writerOf+"="+path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	var killed *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &killed) || killed.ExitCode() != -1 {
		t.Fatalf("the writer ended by itself: %v", err)
	}
}
