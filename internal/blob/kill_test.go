package blob

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/argine/argine/internal/problem"
)

// child names the variable that turns this test program into a writer that is to be killed.
const child = "ARGINE_BLOB_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(child); dir != "" {
		writeForEver(dir)
	}
	os.Exit(m.Run())
}

func numbered(n int) []byte {
	return bytes.Repeat(binary.BigEndian.AppendUint64(nil, uint64(n)), 8<<10)
}

// writeForEver puts blob after blob and says the name of each that was put.
func writeForEver(dir string) {
	s, err := Open(dir)
	if err != nil {
		panic(err)
	}
	s.Sync = false
	for n := 0; ; n++ {
		_, err := s.PutBytes(context.Background(), numbered(n))
		if err != nil {
			panic(err)
		}
		fmt.Println(n)
	}
}

func TestAKilledProcessLeavesWholeBlobs(t *testing.T) {
	dir := t.TempDir()
	for round := range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), child+"="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		rows := bufio.NewScanner(out)
		said := 0
		for said < 20*(round+1) && rows.Scan() {
			said++
		}
		cmd.Process.Kill()
		for rows.Scan() {
			said++
		}
		cmd.Wait()
		if said < 20 {
			t.Fatalf("the writer put only %d", said)
		}
		checkAll(t, dir, said)
	}
}

// checkAll reads every blob in dir and asks for the first said ones.
func checkAll(t *testing.T, dir string, said int) {
	t.Helper()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Walk(t.Context(), func(i Info) error {
		_, err := s.Bytes(t.Context(), i.Sum, 1<<20)
		return err
	}); err != nil {
		t.Error(err)
	}
	for n := range said {
		if _, err := s.Stat(t.Context(), SumOf(numbered(n))); problem.Is(err, problem.NotFound) {
			t.Errorf("blob %d was put and is lost", n)
		}
	}
}
