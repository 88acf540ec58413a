package action_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/action"
	"github.com/argine/argine/internal/problem"
)

var updateGolden = flag.Bool("update", false, "rewrite the golden files")

// types says by the ending of a sample which form it is.
var types = map[string]string{".csv": "text/csv", ".jsonl": "application/jsonl", ".uris": "text/uri-list; charset=utf-8", ".txt": "text/plain"}

// told writes what was read, one line each.
func told(contentType string, r io.Reader) (string, []action.Line, error) {
	var out strings.Builder
	var lines []action.Line
	err := action.Read(contentType, r, func(l action.Line) error {
		lines = append(lines, l)
		if l.Err != nil {
			fmt.Fprintf(&out, "%d BAD %s\n  input %q\n", l.Number, problem.Message(l.Err), l.Input)
			return nil
		}
		fmt.Fprintf(&out, "%d %s source=%q note=%q", l.Number, l.URL, l.Source, l.Note)
		if !l.SeenAt.IsZero() {
			fmt.Fprintf(&out, " seen=%s", l.SeenAt.Format(time.RFC3339))
		}
		out.WriteByte('\n')
		return nil
	})
	if err != nil {
		fmt.Fprintf(&out, "ERROR %s\n", problem.Message(err))
	}
	return out.String(), lines, err
}

func TestGoldenFiles(t *testing.T) {
	samples, _ := filepath.Glob("testdata/*")
	read := 0
	for _, sample := range samples {
		contentType, ok := types[filepath.Ext(sample)]
		if !ok {
			continue
		}
		read++
		text, err := os.ReadFile(sample)
		if err != nil {
			t.Fatal(err)
		}
		got, _, _ := told(contentType, strings.NewReader(string(text)))
		if slow, _, _ := told(contentType, iotest.OneByteReader(strings.NewReader(string(text)))); slow != got {
			t.Errorf("%s: read byte by byte it differs:\n%s", sample, cmp.Diff(got, slow))
		}
		golden := sample + ".golden"
		if *updateGolden {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: %s", sample, diff)
		}
	}
	if read < 8 {
		t.Errorf("only %d samples were found", read)
	}
}

func TestLineEndsDoNotMatter(t *testing.T) {
	const csv = "url,note\nhttps://x.example/1,a\n\n\"https://x.example/2\",\"b\"\nhttps://x.example/3\n"
	want, _, _ := told("text/csv", strings.NewReader(csv))
	if strings.Count(want, "https://x.example/") != 3 || strings.Contains(want, "BAD") {
		t.Fatal(want)
	}
	for _, end := range []string{"\r\n", "\r"} {
		got, _, _ := told("text/csv", strings.NewReader("\xef\xbb\xbf"+strings.ReplaceAll(csv, "\n", end)))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: %s", end, diff)
		}
	}
}

func TestLongLinesAreOneBadLineEach(t *testing.T) {
	for _, contentType := range types {
		head := ""
		if contentType == "text/csv" {
			head = "url,note\n"
		}
		for _, n := range []int{64<<10 - 1, 64 << 10, 64<<10 + 1, 64<<10 + 2, 64<<10 + 3, 200_000, 1 << 20} {
			for _, end := range []string{"\n", "\r\n", "\r"} {
				text := strings.ReplaceAll(head, "\n", end) + strings.Repeat("x", n) + end + line(contentType) + end
				_, lines, err := told(contentType, strings.NewReader(text))
				last := lines[len(lines)-1]
				if err != nil || last.Err != nil || last.URL != "https://x.example/1" || last.Number != 2+strings.Count(head, "\n") {
					t.Errorf("%s, %d bytes, %q: last line %+v, %v", contentType, n, end, last, err)
				}
				tooLong := lines[0].Err != nil && strings.Contains(lines[0].Err.Error(), "longer than")
				if tooLong != (n > 64<<10) {
					t.Errorf("%s, %d bytes, %q: %v", contentType, n, end, lines[0].Err)
				}
			}
		}
	}
}

func line(contentType string) string {
	if contentType == "application/jsonl" {
		return `{"url":"https://x.example/1"}`
	}
	return "https://x.example/1"
}

func TestAnOpenQuotationMarkCostsOneLine(t *testing.T) {
	var file strings.Builder
	file.WriteString("url,note\nhttps://x.example/0,\"never closed\n")
	const n = 20_000 // much more than a window
	for i := range n {
		fmt.Fprintf(&file, "https://x.example/%d,note\n", i+1)
	}
	_, lines, err := told("text/csv", strings.NewReader(file.String()))
	if err != nil || len(lines) != n+1 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for i, l := range lines {
		if (l.Err != nil) != (i == 0) || l.Number != i+2 {
			t.Fatalf("line %d: %+v", i, l)
		}
	}
}

func TestWholeFileRefused(t *testing.T) {
	for name, c := range map[string]struct {
		contentType, text string
		kind              problem.Kind
	}{
		"unknown type":  {"application/pdf", "x", problem.UnsupportedMedia},
		"no type":       {"", "x", problem.UnsupportedMedia},
		"other charset": {"text/csv; charset=windows-1252", "url\n", problem.UnsupportedMedia},
		"UTF-16":        {"text/csv", "\xff\xfeu\x00r\x00l\x00", problem.Invalid},
		"no header":     {"text/csv", "https://x.example/1\n", problem.Invalid},
		"empty CSV":     {"text/csv", "", problem.Invalid},
	} {
		if _, _, err := told(c.contentType, strings.NewReader(c.text)); !problem.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadStopsAtErrors(t *testing.T) {
	stop := errors.New("stop")
	for contentType := range map[string]bool{"text/csv": true, "text/uri-list": true, "text/plain": true} {
		text := "url\nhttps://x.example/1\nhttps://x.example/2\n"
		calls := 0
		err := action.Read(contentType, strings.NewReader(text), func(action.Line) error { calls++; return stop })
		if !errors.Is(err, stop) || calls != 1 {
			t.Errorf("%s: %d calls, %v", contentType, calls, err)
		}
		broken := io.MultiReader(strings.NewReader(text), iotest.ErrReader(stop))
		if _, _, err := told(contentType, broken); !errors.Is(err, stop) {
			t.Errorf("%s: a reader's failure became %v", contentType, err)
		}
	}
}

func TestCSVRoundTrip(t *testing.T) {
	value := rapid.StringMatching(`[a-zé ",;\n\r\t']{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		sep := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "sep")
		notes := rapid.SliceOfN(value, 1, 30).Draw(t, "notes")
		file := "url" + sep + "note\n"
		for i, note := range notes {
			file += fmt.Sprintf("https://x.example/%d%s\"%s\"\n", i, sep, strings.ReplaceAll(note, `"`, `""`))
		}
		_, lines, err := told("text/csv", strings.NewReader(file))
		if err != nil || len(lines) != len(notes) {
			t.Fatalf("%d lines of %d, %v", len(lines), len(notes), err)
		}
		for i, l := range lines {
			if want := strings.TrimSpace(notes[i]); l.Err != nil || l.Note != want || l.URL != fmt.Sprint("https://x.example/", i) {
				t.Fatalf("%+v, want note %q", l, want)
			}
		}
	})
}
