package house

import (
	"go/ast"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// statement is one SQL text of the source.
type statement struct {
	name, text, room, path string
}

var isSQL = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s`)

// statements finds the SQL constants: whole statements, put together from constants of the same room.
func statements(t *testing.T) (list []statement) {
	t.Helper()
	texts := map[string]map[string]ast.Expr{} // room → constant → its expression
	var files []file
	for _, f := range sources(t) {
		if f.test || !strings.HasPrefix(f.room, "internal/") {
			continue
		}
		files = append(files, f)
		if texts[f.room] == nil {
			texts[f.room] = map[string]ast.Expr{}
		}
		constants(f.ast, func(name string, value ast.Expr) { texts[f.room][name] = value })
	}
	for _, f := range files {
		constants(f.ast, func(name string, value ast.Expr) {
			text, ok := fold(value, texts[f.room])
			if ok && strings.HasPrefix(name, "sql") && isSQL.MatchString(text) {
				list = append(list, statement{name, text, f.room, f.path})
			}
		})
	}
	return list
}

func constants(f *ast.File, fn func(name string, value ast.Expr)) {
	for _, decl := range f.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			if value, ok := spec.(*ast.ValueSpec); ok {
				for i, name := range value.Names {
					if i < len(value.Values) {
						fn(name.Name, value.Values[i])
					}
				}
			}
		}
	}
}

// fold computes a constant expression of texts.
func fold(e ast.Expr, known map[string]ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.Ident:
		if value, ok := known[e.Name]; ok {
			return fold(value, known)
		}
	case *ast.ParenExpr:
		return fold(e.X, known)
	case *ast.CallExpr: // sqldb.SQL("…")
		if len(e.Args) == 1 {
			return fold(e.Args[0], known)
		}
	case *ast.BinaryExpr:
		left, ok1 := fold(e.X, known)
		right, ok2 := fold(e.Y, known)
		return left + right, ok1 && ok2
	}
	return "", false
}

func TestEveryStatementRunsOnBothEngines(t *testing.T) {
	list := statements(t)
	if len(list) < 100 {
		t.Fatalf("only %d statements were found; the test looks in the wrong place", len(list))
	}
	dbtest.Each(t, func(t *testing.T, db *sqldb.DB) {
		for _, s := range list {
			prepared, err := db.Writer().PrepareContext(t.Context(), strings.Replace(s.text, " FOR UPDATE SKIP LOCKED", "", 1))
			if err != nil {
				t.Errorf("%s: %s does not prepare: %v", s.path, s.name, err)
				continue
			}
			prepared.Close()
		}
	})
}

var (
	ownerOrTable = regexp.MustCompile(`(?m)^(?:-- owner: ([\w/]+)$|CREATE TABLE (\w+))`)
	writes       = regexp.MustCompile(`\b(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)`)
)

// owners tells which package writes which table, from the schema's own words.
func owners(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{"river_job": "job"} // the queue's own table
	files, err := fs.Glob(sqldb.Schema(), "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := fs.ReadFile(sqldb.Schema(), name)
		if err != nil {
			t.Fatal(err)
		}
		// A file names its owner at the head; where several own a part each, their names stand
		// before the parts.
		owner := ""
		for _, m := range ownerOrTable.FindAllSubmatch(text, -1) {
			if len(m[1]) > 0 {
				owner = string(m[1])
			} else {
				out[string(m[2])] = owner
			}
		}
		if owner == "" || !strings.HasPrefix(string(text), "-- owner: ") {
			t.Errorf("%s names no owner at its head", name)
		}
	}
	return out
}

func TestATableIsWrittenByItsOwner(t *testing.T) {
	owned := owners(t)
	for _, s := range statements(t) {
		for _, m := range writes.FindAllStringSubmatch(s.text, -1) {
			table := m[1]
			if strings.HasPrefix(s.text[strings.Index(s.text, m[0]):], "UPDATE SET") || table == "SET" || table == "SKIP" {
				continue
			}
			owner, ok := owned[table]
			if !ok {
				t.Errorf("%s: %s writes %s, which no schema file makes", s.path, s.name, table)
			} else if s.room != "internal/"+owner {
				t.Errorf("%s: %s writes %s, which belongs to %s", s.path, s.name, table, owner)
			}
		}
	}
}

func TestNoSQLAboveTheDesk(t *testing.T) {
	above := []string{"internal/api", "internal/web", "internal/app"}
	for _, s := range statements(t) {
		if slices.Contains(above, s.room) {
			t.Errorf("%s: %s is SQL above the desk", s.path, s.name)
		}
	}
}

// mayWrite are the rooms that open write transactions; app does for what an operator does
// on the data directory itself.
var mayWrite = []string{"internal/flow", "internal/signin", "internal/audit", "internal/job", "internal/sqldb", "internal/app", "internal/host"}

func TestWhoOpensWriteTransactions(t *testing.T) {
	for _, f := range sources(t) {
		if f.test || slices.Contains(mayWrite, f.room) || strings.HasSuffix(f.room, "dbtest") {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			selector, ok := call.Fun.(*ast.SelectorExpr)
			if ok && (selector.Sel.Name == "Housekeeping" || (selector.Sel.Name == "Update" && len(call.Args) == 2 && isFunc(call.Args[1]))) {
				t.Errorf("%s: %s is called; only %v open write transactions", positions.Position(call.Pos()), selector.Sel.Name, mayWrite)
			}
			return true
		})
	}
}

func isFunc(e ast.Expr) bool {
	_, ok := e.(*ast.FuncLit)
	return ok
}
