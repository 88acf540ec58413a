package designation

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/problem"
)

func file(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// all reads a file to its end.
func all(source string, r io.Reader) (header Header, good []Entry, bad []Read, err error) {
	in, err := Open(source, r)
	if err != nil {
		return header, nil, nil, err
	}
	for {
		got, err := in.Next()
		if err == io.EOF {
			return in.Header, good, bad, nil
		}
		if err != nil {
			return in.Header, good, bad, err
		}
		if got.Err != nil {
			bad = append(bad, got)
			continue
		}
		good = append(good, got.Entry)
	}
}

func TestTheListOfTheSecurityCouncil(t *testing.T) {
	header, good, bad, err := all(UN, iotest.OneByteReader(bytes.NewReader(file(t, "un-1.xml"))))
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 3, 1, 23, 0, 6, 496_000_000, time.UTC); !header.Dated.Equal(want) || header.Label != "2026-03-01T23:00:06.496Z" {
		t.Errorf("%+v", header)
	}
	want := []Entry{
		{Reference: "XXi.001", Kind: Person, Name: "JANE SAMPLE", Programme: "Made-Up", ListedOn: "2019-01-02", Note: "Made up for a test. No such person exists.",
			Names: []Name{{"JANE SAMPLE", NameMain}, {"Jane of Sampletown", NameAlias}, {"J. Sample", NameAlias}, {"The Example", NameWeak}}},
		{Reference: "XXe.001", Kind: Group, Name: "EXAMPLE FRONT", Programme: "Made-Up", ListedOn: "2018-07-08", Note: "Made up for a test. No such group exists.",
			Names: []Name{{"EXAMPLE FRONT", NameMain}, {"جبهة المثال", NameOriginal}, {"Al-Front", NameAlias}, {"Fröntē-Exempel", NameAlias}, {"Sample & Example Union", NameFormer}}},
		{Reference: "DATAID 9000003", Kind: Group, Name: "SAMPLE BRIGADE", Programme: "Made-Up", ListedOn: "2021-09-10",
			Names: []Name{{"SAMPLE BRIGADE", NameMain}, {"Бригада Пример", NameOriginal}}},
	}
	if diff := cmp.Diff(want, good); diff != "" {
		t.Error(diff)
	}
	if len(bad) != 1 || bad[0].Line != 45 || !strings.Contains(bad[0].Text, "XXe.003") || !strings.Contains(bad[0].Err.Error(), "no name") {
		t.Errorf("%+v", bad)
	}
}

func TestTheListOfTheUnion(t *testing.T) {
	header, good, bad, err := all(EU, bytes.NewReader(file(t, "eu-1.xml")))
	if err != nil {
		t.Fatal(err)
	}
	if header.Label != "900961" || !header.Dated.Equal(time.Date(2026, 3, 5, 14, 47, 4, 449_000_000, time.UTC)) {
		t.Errorf("%+v", header)
	}
	want := []Entry{
		{Reference: "EU.9001.28", Kind: Person, Name: "John Sample", Programme: "TERR", ListedOn: "2020-02-03", Note: "Made up for a test. No such person exists.",
			Names: []Name{{"John Sample", NameMain}, {"Johann Muster", NameWeak}}},
		{Reference: "logicalId 90099", Kind: Group, Name: "Example Front", Programme: "TERR", ListedOn: "2021-11-21",
			Names: []Name{{"Example Front", NameMain}, {"Μέτωπο Παράδειγμα", NameWeak}}},
	}
	if diff := cmp.Diff(want, good); diff != "" {
		t.Error(diff)
	}
	if len(bad) != 1 || bad[0].Line != 23 {
		t.Errorf("%+v", bad)
	}
}

func TestATable(t *testing.T) {
	_, good, bad, err := all(CSV, bytes.NewReader(file(t, "national.csv")))
	if err != nil || len(good) != 3 || len(bad) != 3 || bad[0].Line != 4 || bad[1].Line != 5 || !strings.Contains(bad[2].Err.Error(), "not_specified") {
		t.Fatalf("%v %+v %+v", err, good, bad)
	}
	if diff := cmp.Diff([]Name{{"Example Front", NameMain}, {"جبهة المثال", NameOriginal}, {"Front of Examples", NameAlias}, {"Al-Front", NameAlias}}, good[0].Names); diff != "" {
		t.Error(diff)
	}
	if good[0].Ideology != "right_wing" || good[1].Ideology != "" {
		t.Errorf("ideologies %q and %q", good[0].Ideology, good[1].Ideology)
	}
	if good[1].Kind != Person || good[1].ListedOn != "2021-02-03" {
		t.Errorf("%+v", good[1])
	}
}

// TestABrokenFileIsNotReadAsShorter: whatever is cut off a file of XML, its end is an error.
func TestABrokenFileIsNotReadAsShorter(t *testing.T) {
	for source, name := range map[string]string{UN: "un-1.xml", EU: "eu-1.xml"} {
		whole := bytes.TrimSpace(file(t, name))
		for cut := range len(whole) - 1 {
			if _, _, _, err := all(source, bytes.NewReader(whole[:cut])); err == nil {
				t.Fatalf("%s: the first %d of %d bytes are read as a whole file", name, cut, len(whole))
			}
		}
	}
}

func TestWhatIsNoList(t *testing.T) {
	for _, tt := range []struct{ source, text, message string }{
		{UN, `<export xmlns="http://eu.europa.ec/fpi/fsd/export"/>`, "no consolidated list"},
		{EU, `<CONSOLIDATED_LIST/>`, "no export"},
		{EU, `<export/>`, "no export"},
		{EU, `<html><body>Forbidden`, "no export"},
		{UN, `<?xml version="1.0" encoding="ISO-8859-1"?><CONSOLIDATED_LIST/>`, "UTF-8"},
		{UN, ``, "breaks off"},
		{CSV, "a,b\n", "reference and name"},
		{"fax", "", "no source"},
	} {
		if _, _, _, err := all(tt.source, strings.NewReader(tt.text)); err == nil || !strings.Contains(problem.Message(err), tt.message) {
			t.Errorf("%s %q: %v, want %q", tt.source, tt.text, err, tt.message)
		}
	}
}

// endless is a list that its entry never ends in.
type endless struct{ head *strings.Reader }

func (e endless) Read(p []byte) (int, error) {
	if n, err := e.head.Read(p); err == nil {
		return n, nil
	}
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestAnEntryWithoutAnEnd(t *testing.T) {
	_, _, _, err := all(UN, endless{strings.NewReader(`<CONSOLIDATED_LIST dateGenerated="2026-01-01"><ENTITIES><ENTITY><FIRST_NAME>`)})
	if !problem.Is(err, problem.TooLarge) {
		t.Errorf("got %v", err)
	}
}

// long is a list of n entities of the size of real ones, made as it is read.
type long struct {
	n, i int
	buf  strings.Builder
	rest *strings.Reader
}

func (l *long) Read(p []byte) (int, error) {
	if l.rest != nil && l.rest.Len() > 0 {
		return l.rest.Read(p)
	}
	l.buf.Reset()
	switch {
	case l.i == 0:
		l.buf.WriteString(`<CONSOLIDATED_LIST dateGenerated="2026-01-01T00:00:00Z"><ENTITIES>`)
	case l.i <= l.n:
		fmt.Fprintf(&l.buf, "<ENTITY><FIRST_NAME>Group %d</FIRST_NAME><REFERENCE_NUMBER>XXe.%d</REFERENCE_NUMBER><COMMENTS1>%s</COMMENTS1></ENTITY>", l.i, l.i, strings.Repeat("made up ", 250))
	case l.i == l.n+1:
		l.buf.WriteString(`</ENTITIES></CONSOLIDATED_LIST>`)
	default:
		return 0, io.EOF
	}
	l.i++
	l.rest = strings.NewReader(l.buf.String())
	return l.rest.Read(p)
}

// TestMemoryIsBounded reads 100 MB, of which never more than one entry is held.
func TestMemoryIsBounded(t *testing.T) {
	n := 50_000
	if raced {
		n = 15_000
	}
	in, err := Open(UN, &long{n: n})
	if err != nil {
		t.Fatal(err)
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	got, most := 0, uint64(0)
	for {
		_, err := in.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if got++; got%5_000 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	if got != n || most > before.HeapAlloc+16<<20 {
		t.Errorf("%d entries, %d bytes held at most, %d before", got, most, before.HeapAlloc)
	}
}

func TestSearchForms(t *testing.T) {
	for name, want := range map[string]string{
		"  Fröntē-Exempel ": "fronte exempel", "AL-FRONT": "al front", "O'Sample": "osample", "Straße": "strasse", "ŁÓDŹ": "lodz",
		"جَبْهَةُ الْمِثَال": "جبهه المثال", "جبهة المثال": "جبهه المثال", "آلمثال": "المثال", "Бригада ПРИМЕР": "бригада пример",
		"Μέτωπο Παράδειγμα": "μετωπο παραδειγμα", "見本戦線": "見本戦線", "١٢": "١٢", "%_": "", "\u200fمثال\u200e": "مثال",
	} {
		if got := Search(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// FuzzOpen: no file brings the reader down, and what is good has a name and a reference.
func FuzzOpen(f *testing.F) {
	f.Add(0, string(file(f, "un-1.xml")))
	f.Add(1, string(file(f, "eu-1.xml")))
	f.Add(2, string(file(f, "national.csv")))
	f.Fuzz(func(t *testing.T, which int, text string) {
		_, good, _, _ := all(Sources[uint(which)%3], strings.NewReader(text))
		for _, e := range good {
			if e.Name == "" || e.Reference == "" || len(e.Names) == 0 || e.Names[0] != (Name{e.Name, NameMain}) {
				t.Fatalf("%+v", e)
			}
		}
	})
}
