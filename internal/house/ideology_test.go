package house

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// counting are the rooms and files that know an ideology: who says it, who keeps it, who counts
// and shows by it. Whoever is not here can neither rank, match, ask, stop, send nor order by it.
var counting = []string{
	"internal/law", "internal/designation", "internal/assess", "internal/flow/assess.go", // said and kept
	"internal/item/item.go", "internal/item/describe.go", "internal/item/add.go", "internal/item/list.go", // kept, and lists narrowed to one
	"internal/match/hashlist.go",                       // a word of the publishers' own form, which is kept as a label of the entry and shown
	"internal/redress/precision.go", "internal/report", // counted
	"internal/desk/assessments.go", "internal/desk/complaints.go", "internal/desk/designations.go", "internal/desk/items.go", "internal/api", "internal/web", "cmd/argine", "client", "sim", // shown
}

// TestIdeologyOnlyCounts: unlike treatment of like material would begin where a room that decides
// something can read the ideology; those that do cannot.
func TestIdeologyOnlyCounts(t *testing.T) {
	known := 0
	for _, f := range sources(t) {
		if f.test || f.room == "internal/house" || !mentions(f.ast, "ideolog") {
			continue
		}
		known++
		if !slices.Contains(counting, f.room) && !slices.Contains(counting, f.path) {
			t.Errorf("%s knows ideologies: they are for counting, and nothing may be decided by them; if it counts, name it in this test", f.path)
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				if ordersByIt.MatchString(text.Value) {
					t.Errorf("%s puts something in the order of ideologies: %s", f.path, text.Value)
				}
			}
			return true
		})
	}
	if known < 10 {
		t.Errorf("only %d files know an ideology: the test looks at nothing", known)
	}
}

var ordersByIt = regexp.MustCompile(`ORDER BY [^)]*ideology`)

// mentions reports whether names or texts of the code have a word; comments do not count.
func mentions(file *ast.File, word string) (found bool) {
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || strings.Contains(strings.ToLower(n.Name), word)
		case *ast.BasicLit:
			found = found || strings.Contains(strings.ToLower(n.Value), word)
		}
		return !found
	})
	return found
}
