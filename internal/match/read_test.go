package match

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/problem"
)

// readOf says what was read of a file, a line for each of its lines.
func readOf(contentType string, file io.Reader) string {
	var out strings.Builder
	err := ReadEntries(contentType, file, func(l EntryLine) error {
		if l.Err != nil {
			fmt.Fprintf(&out, "%d BAD %s\n\t%s\n", l.Number, problem.Message(l.Err), l.Input)
			return nil
		}
		fmt.Fprintf(&out, "%d %s %s label=%q labels=%q provenance=%q", l.Number, l.Kind, l.Value, l.Label, l.Labels, l.Provenance)
		for name, at := range map[string]time.Time{"expires": l.ExpiresAt, "retracted": l.RetractedAt} {
			if !at.IsZero() {
				fmt.Fprintf(&out, " %s=%s", name, momentText(at))
			}
		}
		if l.Features != "" {
			fmt.Fprintf(&out, " features=%q", l.Features)
		}
		out.WriteByte('\n')
		return nil
	})
	if err != nil {
		fmt.Fprintf(&out, "%s: %s\n", problem.Of(err).Meaning().Slug, problem.Message(err))
	}
	return out.String()
}

func TestReadGolden(t *testing.T) {
	files, _ := filepath.Glob("testdata/entries*[vl]")
	if len(files) < 5 {
		t.Fatalf("only %d files", len(files))
	}
	for _, name := range files {
		contentType := "text/csv; charset=utf-8"
		if strings.HasSuffix(name, ".jsonl") {
			contentType = "application/jsonl"
		}
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		got := readOf(contentType, bytes.NewReader(file))
		golden := name + ".golden"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReadTakesTheGoodLines(t *testing.T) {
	var file strings.Builder
	file.WriteString("\xef\xbb\xbfkind,value,label\r\n")
	for i := range 1000 {
		switch i {
		case 100:
			fmt.Fprintf(&file, "sha256,%063x,short\r\n", i)
		case 500:
			fmt.Fprintf(&file, "tmk,%064x,unknown kind\r\n", i)
		case 999:
			fmt.Fprintf(&file, "pdq,%063xg,odd digit\r\n", i)
		default:
			fmt.Fprintf(&file, "PDQ,%064X,number %d\r\n", i, i)
		}
	}
	good, bad := 0, []int(nil)
	err := ReadEntries("text/csv", strings.NewReader(file.String()), func(l EntryLine) error {
		if l.Err != nil {
			bad = append(bad, l.Number)
		} else {
			good++
		}
		return nil
	})
	if err != nil || good != 997 || !cmp.Equal(bad, []int{102, 502, 1001}) {
		t.Errorf("%d good lines, bad ones %v, error %v", good, bad, err)
	}
}

func TestReadHugeLine(t *testing.T) {
	value := strings.Repeat("ab", 32)
	for _, size := range []int{longest + 1, longest + 2, 5 << 20} {
		padded := "pdq," + value + "," + strings.Repeat("x", size-len("pdq,,")-len(value))
		file := "kind,value,label\n" + padded + "\nmd5," + value[:32] + ",after\n" + padded
		got := readOf("text/csv", strings.NewReader(file))
		if strings.Count(got, "BAD") != 2 || !strings.Contains(got, `3 md5 `+value[:32]+` label="after"`) || len(got) > 1500 {
			t.Errorf("a line of %d bytes gives %.2000s", size, got)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	nothing := func(EntryLine) error { return nil }
	for _, tt := range []struct {
		contentType, file string
		want              problem.Kind
	}{
		{"text/html", "", problem.UnsupportedMedia},
		{"", "", problem.UnsupportedMedia},
		{"text/csv; charset=iso-8859-1", "kind,value\n", problem.UnsupportedMedia},
		{"text/csv", "", problem.Invalid},
		{"text/csv", "\n \n", problem.Invalid},
		{"text/csv", "hash,label\n", problem.Invalid},
		{"text/csv", "kind,\"value\n", problem.Invalid},
		{"text/csv", "\xff\xfek\x00", problem.Invalid},
	} {
		if err := ReadEntries(tt.contentType, strings.NewReader(tt.file), nothing); !problem.Is(err, tt.want) {
			t.Errorf("%s %q: %v, want %s", tt.contentType, tt.file, err, tt.want.Meaning().Slug)
		}
	}
	broken := errors.New("the line went dead")
	if err := ReadEntries("application/jsonl", iotest.ErrReader(broken), nothing); !errors.Is(err, broken) {
		t.Errorf("a broken reader gives %v", err)
	}
	stop := errors.New("stop")
	if err := ReadEntries("application/jsonl", strings.NewReader("1\n2\n"), func(EntryLine) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of fn gives %v", err)
	}
}

func FuzzReadEntries(f *testing.F) {
	files, _ := filepath.Glob("testdata/entries*[vl]")
	for _, name := range files {
		if file, err := os.ReadFile(name); err == nil && !strings.HasSuffix(name, ".golden") {
			f.Add(file, strings.HasSuffix(name, ".csv"))
		}
	}
	f.Fuzz(func(t *testing.T, file []byte, csv bool) {
		contentType := "application/jsonl"
		if csv {
			contentType = "text/csv"
		}
		last := 0
		err := ReadEntries(contentType, bytes.NewReader(file), func(l EntryLine) error {
			if l.Number <= last {
				t.Fatalf("line %d after line %d", l.Number, last)
			}
			last = l.Number
			if l.Err != nil {
				if !problem.Is(l.Err, problem.Invalid) || !cmp.Equal(l.Entry, Entry{}) || len(l.Input) > 600 {
					t.Fatalf("bad line %+v", l)
				}
				return nil
			}
			if again, err := l.clean(); err != nil || !cmp.Equal(again, l.Entry) || l.Input != "" {
				t.Fatalf("an entry that was read is not clean: %+v, %v", l, err)
			}
			return nil
		})
		if err != nil && !problem.Is(err, problem.Invalid) {
			t.Fatal(err)
		}
		whole := readOf(contentType, bytes.NewReader(file))
		if diff := cmp.Diff(whole, readOf(contentType, iotest.OneByteReader(bytes.NewReader(file)))); diff != "" {
			t.Fatalf("byte by byte it reads differently (-at once +byte by byte):\n%s", diff)
		}
	})
}
