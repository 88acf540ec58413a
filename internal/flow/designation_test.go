package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/argine/argine/internal/designation"
	"github.com/argine/argine/internal/flow"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// publishedList is a made-up list in the form of the United Nations: one group with a name, and as
// many others as are wanted.
func publishedList(day int, name string, others int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<CONSOLIDATED_LIST dateGenerated="2026-03-%02dT23:00:00.000Z"><INDIVIDUALS></INDIVIDUALS><ENTITIES>`, day)
	for i := range others + 1 {
		fmt.Fprintf(&b, "<ENTITY><FIRST_NAME>%s</FIRST_NAME><REFERENCE_NUMBER>XXe.%04d</REFERENCE_NUMBER></ENTITY>", name, i)
		name = fmt.Sprintf("SAMPLE BRIGADE %d", i)
	}
	return b.String() + "</ENTITIES></CONSOLIDATED_LIST>"
}

// TestAListThatIsNotTakenLeavesNoTrace: after an import that was refused, or whose file broke off
// far behind its first entries, entries and names are those of the version in force.
func TestAListThatIsNotTakenLeavesNoTrace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		w := newWorld(t, db)
		const others = 600 // more than one event tells of
		take := func(file string) (flow.DesignationImport, error) {
			return w.flow.ImportDesignations(t.Context(), w.people["coordinator"], flow.NewList{Source: designation.UN}, strings.NewReader(file))
		}
		found := func(name string) (n int) {
			w.view(func(tx *sqldb.Tx) error {
				list, err := designation.Find(tx, name, "", 10)
				for _, e := range list {
					if e.Listed && e.Reference == "XXe.0000" {
						n++
					}
				}
				return err
			})
			return n
		}
		_, err := take(publishedList(1, "EXAMPLE FRONT", others))
		w.must(err)
		broken := publishedList(2, "RENAMED FRONT", others)
		for name, file := range map[string]string{"most of it is gone": publishedList(2, "RENAMED FRONT", 3), "it breaks off": broken[:len(broken)-100]} {
			out, err := take(file)
			if !problem.Is(err, problem.Refused) && !problem.Is(err, problem.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
			if found("Example Front") != 1 || found("Renamed Front") != 0 {
				t.Errorf("%s: the old name is found %d times, the new one %d times", name, found("Example Front"), found("Renamed Front"))
			}
			w.view(func(tx *sqldb.Tx) error {
				versions, err := designation.Versions(tx, out.List.ID)
				if versions[0].State != designation.Abandoned {
					t.Errorf("%s: the version is %s", name, versions[0].State)
				}
				return err
			})
		}
		out, err := take(broken)
		w.must(err)
		if out.Version.Changed != 1 || out.Version.Entries != others+1 || found("Example Front") != 0 || found("Renamed Front") != 1 {
			t.Errorf("taken: %+v", out.Version)
		}
	})
}
