package hamming_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/argine/argine/hamming"
)

func TestFileProperty(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawKind(t, 0, 1, 50, 1023, 1024, 3000)
		path := filepath.Join(dir, "index")
		note := rapid.SliceOf(rapid.Byte()).Draw(t, "note")
		x := hamming.Build(entries)
		if err := hamming.WriteFile(path, x, note); err != nil {
			t.Fatal(err)
		}
		y, back, done, err := hamming.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(back, note) || y.Len() != x.Len() || y.Size() != x.Size() {
			t.Fatalf("note %x, %d entries; want %x, %d", back, y.Len(), note, x.Len())
		}
		// Keys may not ascend here: OpenLive has to see to that.
		l, _, err := hamming.OpenLive(path)
		if err != nil {
			t.Fatal(err)
		}
		q, radius := drawQuery(t, entries), drawRadius(t)
		want := brute(entries, q, radius)
		same(t, y.Search(q, radius, nil), want, "radius %d", radius)
		same(t, l.Search(q, radius, nil), want, "live, radius %d", radius)
		if len(entries) > 0 {
			key := entries[len(entries)/2].Key
			l.Remove(key)
			want = slices.DeleteFunc(want, func(h hamming.Hit) bool { return h.Key == key })
			same(t, l.Search(q, radius, nil), want, "live after a removal, radius %d", radius)
		}
		if err := errors.Join(done(), done()); err != nil { // closing twice does no harm
			t.Fatal(err)
		}
	})
}

// written is a file of n entries, as bytes, and its path.
func written(t *testing.T, n int) ([]byte, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index")
	if err := hamming.WriteFile(path, hamming.Build(uniform(51, n)), []byte("a note")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b, path
}

// TestFileDamage: whatever is wrong with a file, its message says so, and what
// to do about it.
func TestFileDamage(t *testing.T) {
	whole, path := written(t, 1100)
	flip := func(at int) func([]byte) []byte {
		return func(b []byte) []byte { b[at] ^= 4; return b }
	}
	for name, c := range map[string]struct {
		damage func([]byte) []byte
		want   error
		says   string
	}{
		"empty":            {func([]byte) []byte { return nil }, hamming.ErrDamaged, "0 bytes"},
		"a text":           {func([]byte) []byte { return bytes.Repeat([]byte("text "), 2000) }, hamming.ErrDamaged, "begin"},
		"cut off":          {func(b []byte) []byte { return b[:len(b)-4096] }, hamming.ErrDamaged, "ends within"},
		"one byte short":   {func(b []byte) []byte { return b[:len(b)-1] }, hamming.ErrDamaged, "ends within"},
		"header only":      {func(b []byte) []byte { return b[:4096] }, hamming.ErrDamaged, "ends within"},
		"a byte more":      {func(b []byte) []byte { return append(b, 0) }, hamming.ErrDamaged, "after the last"},
		"version":          {flip(8), hamming.ErrVersion, "version 5"},
		"number":           {flip(16), hamming.ErrDamaged, "header"},
		"length":           {flip(32), hamming.ErrDamaged, "header"},
		"end of header":    {flip(4095), hamming.ErrDamaged, "header"},
		"note":             {flip(4096), hamming.ErrDamaged, `"note"`},
		"filling":          {flip(4096 + 100), hamming.ErrDamaged, "filling"},
		"first string":     {flip(2 * 4096), hamming.ErrDamaged, `section "`},
		"in the middle":    {flip(len(whole) / 2), hamming.ErrDamaged, `section "`},
		"rest of the disk": {func(b []byte) []byte { return append(b[:8192], make([]byte, len(b)-8192)...) }, hamming.ErrDamaged, `section "`},
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.WriteFile(path, c.damage(bytes.Clone(whole)), 0o600); err != nil {
				t.Fatal(err)
			}
			_, _, _, err := hamming.OpenFile(path)
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "build the index anew") {
				t.Errorf("OpenFile: %v; want %v that says %q", err, c.want, c.says)
			}
			if _, _, err := hamming.OpenLive(path); !errors.Is(err, c.want) {
				t.Errorf("OpenLive: %v, want %v", err, c.want)
			}
		})
	}
}

func TestFileThatIsNone(t *testing.T) {
	dir := t.TempDir()
	if _, _, _, err := hamming.OpenFile(filepath.Join(dir, "missing")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	if _, _, _, err := hamming.OpenFile(dir); err == nil {
		t.Error("a directory was opened")
	}
	if err := hamming.WriteFile(filepath.Join(dir, "missing", "index"), hamming.Build(nil), nil); err == nil {
		t.Error("written to a directory that is not there")
	}
}

// TestWriteFileReplaces: the old file is in use, and stays as it was for those
// who use it; nothing else is left in the directory, not even by a crash.
func TestWriteFileReplaces(t *testing.T) {
	_, path := written(t, 2000)
	old, _, done, err := hamming.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer done()
	crashed, running := path+".new-1", path+".new-2"
	for _, p := range []string{crashed, running} {
		if err := os.WriteFile(p, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ago := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(crashed, ago, ago); err != nil {
		t.Fatal(err)
	}
	if err := hamming.WriteFile(path, hamming.Build(uniform(52, 10)), nil); err != nil {
		t.Fatal(err)
	}
	entries := uniform(51, 2000)
	same(t, old.Search(entries[9].Bits, 31, nil), brute(entries, entries[9].Bits, 31), "the old file")
	l, _, err := hamming.OpenLive(path)
	if err != nil || l.Len() != 10 {
		t.Errorf("the new file: %v, %d entries", err, l.Len())
	}
	files, _ := filepath.Glob(filepath.Dir(path) + "/*")
	if want := []string{path, running}; !slices.Equal(files, want) {
		t.Errorf("files: %v, want %v", files, want)
	}
	if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: others could read it", info.Mode())
	}
}
