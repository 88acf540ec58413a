package match

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
)

// TestOneContent: fingerprints that were added together are found together, by the number of
// each, and others are not among them.
func TestOneContent(t *testing.T) {
	each(t, func(w *world) {
		b := w.bank("BANK", 31, Entry{Kind: KindPDQ, Value: text(hash), Label: "before"})
		lines, err := OneContent([]Entry{{Kind: KindSHA256, Value: strings.Repeat("A", 64), Provenance: "uri https://a.example/1"}, {Kind: KindMD5, Value: strings.Repeat("b", 32), Provenance: "uri https://a.example/1"}})
		if err != nil || len(lines) != 2 || lines[0].Kind != KindMD5 || lines[1].Value != strings.Repeat("a", 64) {
			w.Fatalf("%+v, %v", lines, err)
		}
		both := []Entry{lines[0].Entry, lines[1].Entry}
		w.add(b, both...)
		w.add(b, Entry{Kind: KindSHA1, Value: strings.Repeat("c", 40)})
		first := int64(b.Slot)<<32 + 1
		for number, want := range map[int64]string{first: "pdq", first + 1: "md5 sha256", first + 2: "md5 sha256", first + 3: "sha1", first + 4: "", first - 1: "", 1: "", -5: ""} {
			w.write(func(tx *sqldb.Tx) error {
				list, err := Content(tx, b.ID, number)
				var kinds []string
				for _, e := range list {
					kinds = append(kinds, e.Kind)
				}
				if got := strings.Join(kinds, " "); got != want || (want == "") != problem.Is(err, problem.NotFound) {
					w.Errorf("content %d is %q, %v; want %q", number-first, got, err, want)
				}
				return nil
			})
		}
		w.write(func(tx *sqldb.Tx) error {
			known, err := Known(tx, b.ID, append(both, Entry{Kind: KindSHA512, Value: strings.Repeat("d", 128)}))
			if err != nil || len(known) != 2 || known[0].Number != first+1 || !strings.HasSuffix(known[0].Provenance, "; uri https://a.example/1") || known[0].Provenance != known[1].Provenance {
				w.Errorf("%+v, %v", known, err)
			}
			return nil
		})
	})
}

func TestOneContentRefusesWhatCannotBeUsed(t *testing.T) {
	for _, entries := range [][]Entry{{{Kind: KindPDQ, Value: "12"}}, {{Kind: KindMD5, Value: strings.Repeat("b", 32)}, {Kind: "song", Value: "x"}}} {
		if lines, err := OneContent(entries); !problem.Is(err, problem.Invalid) {
			t.Errorf("%+v, %v", lines, err)
		}
	}
	lines, err := OneContent([]Entry{{Kind: KindMD5, Value: strings.Repeat("b", 32), Provenance: "p"}})
	if err != nil || lines[0].Provenance != "p" {
		t.Errorf("a single one is marked: %+v, %v", lines, err)
	}
}

func TestCompare(t *testing.T) {
	words := "the quick brown fox jumps over the lazy dog while the slow grey cat sleeps under a warm window in the afternoon sun "
	for _, c := range []struct {
		kind, a, b string
		match      bool
		distance   int
	}{
		{KindPDQ, text(hash), text(hash), true, 0}, {KindPDQ, text(hash), text(flip(hash, 31)), true, 31}, {KindPDQ, strings.ToUpper(text(hash)), text(flip(hash, 32)), false, 32},
		{KindMD5, strings.Repeat("a", 32), strings.Repeat("A", 32), true, 0}, {KindSHA256, strings.Repeat("a", 64), strings.Repeat("b", 64), false, 1},
		{KindText, strings.Repeat(words, 3), strings.Repeat(words, 3), true, 0},
	} {
		got, err := Compare(c.kind, c.a, c.b)
		if err != nil || got.Match != c.match || got.Distance != c.distance || got.Shares != (c.kind == KindText) {
			t.Errorf("%s: %+v, %v", c.kind, got, err)
		}
	}
	for _, bad := range [][3]string{{KindPDQ, "12", text(hash)}, {KindPDQ, text(hash), ""}, {"song", "a", "a"}, {KindVPDQ, "no features", "no features"}, {KindTLSH, "T1", "T1"}} {
		if got, err := Compare(bad[0], bad[1], bad[2]); !problem.Is(err, problem.Invalid) {
			t.Errorf("%q: %+v, %v", bad, got, err)
		}
	}
}

func TestLocal(t *testing.T) {
	words := strings.Repeat("the quick brown fox jumps over the lazy dog while the slow grey cat sleeps under a warm window in the afternoon sun ", 3)
	file := fmt.Sprintf("kind,value,label,expires_at,retracted_at\npdq,%s,near,,\npdq,%s,nearer,,\npdq,%s,old,2026-01-01T00:00:00Z,\npdq,%s,gone,,2026-01-01T00:00:00Z\nmd5,%s,bytes,2027-01-01T00:00:00Z,\ntext,%s,words,,\npdq,12,bad,,\n",
		text(flip(hash, 9)), text(flip(hash, 3)), text(hash), text(hash), strings.Repeat("a", 32), words)
	bad := 0
	l, err := ReadLocal("text/csv", strings.NewReader(file), day(1), func(line EntryLine) {
		if bad++; line.Number != 8 {
			t.Errorf("line %d is bad: %v", line.Number, line.Err)
		}
	})
	if err != nil || l.Len() != 4 || bad != 1 {
		t.Fatalf("%d entries, %d bad, %v", l.Len(), bad, err)
	}
	for _, c := range []struct {
		kind, value string
		radius      int
		want        string
	}{
		{KindPDQ, text(hash), 31, "nearer 3, near 9"}, {KindPDQ, text(hash), 8, "nearer 3"}, {KindPDQ, text(hash), 2, ""}, {KindMD5, strings.Repeat("A", 32), 0, "bytes 0"},
		{KindSHA256, strings.Repeat("a", 64), 31, ""}, {KindText, words + " and more", 31, "words"}, {KindText, "something else", 31, ""}, {KindTLSH, "T1" + strings.Repeat("0", 70), 31, ""},
	} {
		hits, err := l.Lookup(c.kind, c.value, c.radius)
		var got []string
		for _, hit := range hits {
			if c.kind == KindText {
				got = append(got, hit.Entry.Label)
				continue
			}
			got = append(got, fmt.Sprintf("%s %d", hit.Entry.Label, hit.Distance))
		}
		if err != nil || strings.Join(got, ", ") != c.want {
			t.Errorf("%s within %d: %q, %v; want %q", c.kind, c.radius, got, err, c.want)
		}
	}
	for _, c := range []struct {
		kind, value string
		radius      int
	}{{KindPDQ, "12", 31}, {KindPDQ, text(hash), 64}, {KindPDQ, text(hash), -1}, {"song", "x", 31}} {
		if _, err := l.Lookup(c.kind, c.value, c.radius); !problem.Is(err, problem.Invalid) {
			t.Errorf("%+v gives %v", c, err)
		}
	}
	if _, err := ReadLocal("image/png", strings.NewReader(""), day(1), nil); err == nil {
		t.Error("a picture is read as a bank")
	}
}
