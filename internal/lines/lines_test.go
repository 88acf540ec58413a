package lines_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

const longest = 64

// read tells all lines of a file, "number text" or "number! text" for those that cannot be used.
func read(t testing.TB, r io.Reader) (told []string) {
	t.Helper()
	in, err := lines.New(r, longest)
	if err != nil {
		t.Fatal(err)
	}
	for {
		line, err := in.Next()
		if err == io.EOF {
			return told
		}
		if err != nil {
			t.Fatal(err)
		}
		mark := ""
		if line.Err != nil {
			mark = "!"
		}
		told = append(told, fmt.Sprintf("%d%s %s", line.Number, mark, line.Text))
	}
}

func TestLineEnds(t *testing.T) {
	want := []string{"1 a", "2 ", "3 b", "4 c"}
	for _, end := range []string{"\n", "\r\n", "\r"} {
		for _, mark := range []string{"", "\xef\xbb\xbf"} {
			for _, last := range []string{"", end} {
				file := mark + strings.Join([]string{"a", "", "b", "c"}, end) + last
				if diff := cmp.Diff(want, read(t, strings.NewReader(file))); diff != "" {
					t.Errorf("%q:\n%s", file, diff)
				}
				if diff := cmp.Diff(want, read(t, iotest.OneByteReader(strings.NewReader(file)))); diff != "" {
					t.Errorf("%q byte by byte:\n%s", file, diff)
				}
			}
		}
	}
}

func TestALongLineIsOneBadLine(t *testing.T) {
	for _, n := range []int{longest - 1, longest, longest + 1, longest + 2, longest + 3, 10_000} {
		for _, end := range []string{"\n", "\r\n", "\r"} {
			got := read(t, iotest.HalfReader(strings.NewReader("a"+end+strings.Repeat("x", n)+end+"b")))
			if len(got) != 3 || got[2] != "3 b" || strings.HasPrefix(got[1], "2!") != (n > longest) || len(got[1]) > longest+20 {
				t.Errorf("%d bytes, %q: %q", n, end, got)
			}
		}
	}
}

func TestWhatIsRefused(t *testing.T) {
	for _, mark := range []string{"\xff\xfea\x00", "\xfe\xff\x00a"} {
		if _, err := lines.New(strings.NewReader(mark), longest); !problem.Is(err, problem.Invalid) {
			t.Errorf("UTF-16 gives %v", err)
		}
	}
	for text, good := range map[string]bool{"é": true, "a\x00": false, "a\xff": false, "": true} {
		if err := lines.Usable(text); (err == nil) != good {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, c := range []struct{ contentType, media string }{{"text/csv", "text/csv"}, {"Text/CSV; charset=UTF-8", "text/csv"}, {"text/csv; charset=latin1", ""}, {"", ""}, {"a b", ""}} {
		got, err := lines.MediaType(c.contentType, "text/csv")
		if got != c.media || (err == nil) != (c.media != "") || (err != nil && !problem.Is(err, problem.UnsupportedMedia)) {
			t.Errorf("%q: %q, %v", c.contentType, got, err)
		}
	}
	dead := errors.New("the line went dead")
	in, err := lines.New(io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(dead)), longest)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := in.Next(); err != nil || line.Text != "a" {
		t.Errorf("%+v, %v", line, err)
	}
	if _, err := in.Next(); !errors.Is(err, dead) {
		t.Errorf("a reader's failure became %v", err)
	}
}

// rows reads a table of the columns a (needed) and b.
func rows(t testing.TB, file io.Reader, longest int) (told []string, err error) {
	t.Helper()
	in, err := lines.New(file, longest)
	if err != nil {
		return nil, err
	}
	table, err := lines.NewTable(in, []string{"a"}, []string{"b"})
	if err != nil {
		return nil, err
	}
	for {
		row, err := table.Next()
		if err == io.EOF {
			return told, nil
		}
		if err != nil {
			return told, err
		}
		if row.Err != nil {
			told = append(told, fmt.Sprintf("%d! %s", row.Number, lines.Show(row.Text)))
			continue
		}
		told = append(told, fmt.Sprintf("%d %q %q", row.Number, row.Field("a"), row.Field("b")))
	}
}

func TestTable(t *testing.T) {
	for _, sep := range []string{",", ";", "\t"} {
		file := strings.ReplaceAll("\n B |a|c|A\nb1|a1|c|other\n\n|\"a \"\"2\"\"\n| two\"\n|a3\n\"open|a4\nb|x\"y\n\"b\"x|y\n1|2|3|4|5\n|\x00\n|\xff\n  |last", "|", sep)
		want := []string{`3 "a1" "b1"`, "5 \"a \\\"2\\\"\\n" + map[string]string{",": ",", ";": ";", "\t": `\t`}[sep] + ` two" ""`, `7 "a3" ""`,
			"8! \"open" + strings.ReplaceAll(sep, "\t", " ") + "a4", "9! b" + strings.ReplaceAll(sep, "\t", " ") + `x"y`, `10! "b"x` + strings.ReplaceAll(sep, "\t", " ") + "y",
			"11! " + strings.ReplaceAll("1|2|3|4|5", "|", strings.ReplaceAll(sep, "\t", " ")), "12!", "13!", `14 "last" "  "`}
		got, err := rows(t, strings.NewReader(file), 200)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if i < len(want) && strings.HasSuffix(want[i], "!") {
				got[i], _, _ = strings.Cut(got[i], " ")
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", sep, diff)
		}
	}
	for _, file := range []string{"", "\n\n", "b,c\n", "\"a\n", "a\x00b\n", strings.Repeat("a,", 200)} {
		if _, err := rows(t, strings.NewReader(file), longest); !problem.Is(err, problem.Invalid) {
			t.Errorf("the header %q gives %v", file, err)
		}
	}
}

// TestAnOpenMarkCostsOneLine: also where what follows it is much longer than the window.
func TestAnOpenMarkCostsOneLine(t *testing.T) {
	file := "a,b\n\"never closed,x\n" + strings.Repeat("good,line\n", 5000)
	got, err := rows(t, strings.NewReader(file), 1000)
	if err != nil || len(got) != 5001 || got[0] != `2! "never closed,x` || got[5000] != `5002 "good" "line"` {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

func TestTableRoundTrip(t *testing.T) {
	value := rapid.StringMatching(`[a-zé ",;\n\r\t']{0,20}`)
	rapid.Check(t, func(t *rapid.T) {
		var file strings.Builder
		file.WriteString("a,b\n")
		var want []string
		for _, v := range rapid.SliceOfN(value, 1, 20).Draw(t, "values") {
			fmt.Fprintf(&file, "\"%s\",x\n", strings.ReplaceAll(v, `"`, `""`))
			want = append(want, fmt.Sprintf("%q", v))
		}
		in, err := lines.New(iotest.HalfReader(strings.NewReader(file.String())), 1000)
		if err != nil {
			t.Fatal(err)
		}
		table, err := lines.NewTable(in, []string{"a", "b"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for row, err := table.Next(); err != io.EOF; row, err = table.Next() {
			if err != nil || row.Err != nil || row.Field("b") != "x" || row.Field("c") != "" {
				t.Fatal(err, row)
			}
			got = append(got, fmt.Sprintf("%q", row.Field("a")))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

// FuzzTable: how the bytes arrive makes no difference, lines come in order, and all that is
// shown can be.
func FuzzTable(f *testing.F) {
	for _, sample := range []string{"a,b\n1,2\n", "a;b\r\n\"x\ny\";2\r\"open\n3;4", "\xef\xbb\xbfa\tb\n\"\"\"\"\t\n", "a,b\n\"a\"b\n\"\"\"\r"} {
		f.Add(sample)
	}
	f.Fuzz(func(t *testing.T, file string) {
		got, err := rows(t, strings.NewReader(file), longest)
		again, err2 := rows(t, iotest.OneByteReader(strings.NewReader(file)), longest)
		if diff := cmp.Diff(got, again); diff != "" || (err == nil) != (err2 == nil) {
			t.Fatalf("byte by byte it differs: %v %v\n%s", err, err2, diff)
		}
		last := 0
		for _, row := range got {
			var n int
			fmt.Sscan(row, &n)
			if n <= last || !utf8.ValidString(row) || len(row) > 400 {
				t.Fatalf("%q after line %d", row, last)
			}
			last = n
		}
	})
}
