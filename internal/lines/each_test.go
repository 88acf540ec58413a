package lines_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// TestEach: empty lines are passed over and counted, bad ones handed over, and the first error
// of the caller is the last line.
func TestEach(t *testing.T) {
	file := "a,b\n\n  \n1,\x00\n2,x\n3,\xff\n" + strings.Repeat("4", longest+1) + "\n5,y\n6,z\n"
	enough := errors.New("enough")
	for name, each := range map[string]func(*lines.Reader, func(lines.Line) error) error{
		"lines": lines.Each,
		"rows": func(in *lines.Reader, fn func(lines.Line) error) error {
			return lines.EachRow(in, []string{"a"}, []string{"b"}, func(r lines.Row) error { return fn(r.Line) })
		},
	} {
		in, err := lines.New(strings.NewReader(file), longest)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		err = each(in, func(line lines.Line) error {
			if line.Number == 1 { // the header of a table
				return nil
			}
			if got = append(got, fmt.Sprint(line.Number, line.Err != nil)); line.Number == 8 {
				return enough
			}
			return nil
		})
		if diff := cmp.Diff([]string{"4 true", "5 false", "6 true", "7 true", "8 false"}, got); diff != "" || !errors.Is(err, enough) {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		if err := each(in, func(lines.Line) error { return nil }); name == "lines" && err != nil || name == "rows" && !problem.Is(err, problem.Invalid) {
			t.Errorf("%s, the rest: %v", name, err)
		}
	}
}
