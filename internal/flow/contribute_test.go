package flow_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// aFile has 1,000 lines after its header, three of them bad: lines 11, 501 and 1001 of the file.
func aFile() string {
	var b strings.Builder
	b.WriteString("url,source\n")
	for i := range 1000 {
		switch i + 2 {
		case 11:
			b.WriteString(",nothing here\n")
		case 501:
			b.WriteString("javascript:alert(1),forum\n")
		case 1001:
			b.WriteString("https://clips.example/\x00,forum\n")
		default:
			fmt.Fprintf(&b, "https://www.clips.example/v/%d?utm_source=x,forum\n", i)
		}
	}
	return b.String()
}

func TestAFileWithBadLinesIsTakenButForThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		got, err := w.flow.Contribute(t.Context(), w.people["analyst"], w.action, "text/csv", strings.NewReader(aFile()))
		w.must(err)
		if got.Lines != 1000 || got.Taken != 997 || got.NewItems != 997 || got.Duplicates != 0 || got.Repeated != 0 || got.Failed != 3 || len(got.Bad) != 3 {
			t.Fatalf("%+v", got)
		}
		for i, want := range []int{11, 501, 1001} {
			if bad := got.Bad[i]; bad.Number != want || !problem.Is(bad.Err, problem.Invalid) || problem.Message(bad.Err) == "" {
				t.Errorf("bad line %d: %+v", want, bad)
			}
		}
		rows := w.rows()
		for table, want := range map[string]int{"item": 997, "contribution": 997, "action_item": 997, "item_variant": 997, "river_job": 63} {
			if rows[table] != want {
				t.Errorf("%s has %d rows, want %d", table, rows[table], want)
			}
		}
		again, err := w.flow.Contribute(t.Context(), w.people["analyst"], w.action, "text/csv", strings.NewReader(aFile()))
		w.must(err)
		if again.Taken != 0 || again.NewItems != 0 || again.Repeated != 997 || again.Failed != 3 {
			t.Errorf("the same file again: %+v", again)
		}
		if diff := cmp.Diff(rows, w.rows()); diff != "" {
			t.Errorf("the same file again changed rows:\n%s", diff)
		}
	})
}

// Two units that hand in one thing in two forms make one item, captured once.
func TestTwoUnitsWithOneLink(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		w.contribute("https://clips.example/v/1")
		got, err := w.flow.Contribute(t.Context(), w.people["second reviewer"], w.action, "text/plain", strings.NewReader("look: hxxps://www.clips[.]example/v/1 !"))
		w.must(err)
		if got.Taken != 1 || got.NewItems != 0 || got.Duplicates != 1 {
			t.Errorf("%+v", got)
		}
		rows := w.rows()
		if rows["item"] != 1 || rows["contribution"] != 2 || rows["item_variant"] != 2 || rows["river_job"] != 1 {
			t.Errorf("%v", rows)
		}
	})
}

// A file that breaks off leaves whole pieces, and handed in again completes them.
func TestAFileThatBreaksOff(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	var b strings.Builder
	const links = 3200
	for i := range links {
		fmt.Fprintf(&b, "https://clips.example/v/%d\n", i)
	}
	broken := io.MultiReader(strings.NewReader(b.String()[:5*b.Len()/6]), failing{})
	got, err := w.flow.Contribute(t.Context(), w.people["analyst"], w.action, "text/uri-list", broken)
	if rows := w.rows(); err == nil || got.Taken == 0 || got.Taken >= got.Lines || rows["item"] != got.Taken || rows["contribution"] != got.Taken {
		t.Fatalf("%v %+v", err, got)
	}
	before := got.Taken
	got, err = w.flow.Contribute(t.Context(), w.people["analyst"], w.action, "text/uri-list", strings.NewReader(b.String()))
	w.must(err)
	if rows := w.rows(); got.Taken != links-before || got.Repeated != before || rows["item"] != links || rows["contribution"] != links {
		t.Errorf("%+v", got)
	}
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestOnlyWhoTakesPartContributes(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	before := w.rows()
	_, err := w.flow.Contribute(t.Context(), w.people["western coordinator"], w.action, "text/plain", strings.NewReader("https://clips.example/v/1"))
	if !problem.Is(err, problem.NotFound) {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff(before, w.rows()); diff != "" {
		t.Error(diff)
	}
}
