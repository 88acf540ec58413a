package refer

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/argine/argine/internal/assess"
	"github.com/argine/argine/internal/deconflict"
	"github.com/argine/argine/internal/id"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/internal/sqldb"
	"github.com/argine/argine/internal/sqldb/dbtest"
)

// A proof is worth what it costs to forge: no other package can set its fields, and its
// own package fills one in at a single place.
func TestProofsCannotBeMadeElsewhere(t *testing.T) {
	for _, proof := range []reflect.Type{reflect.TypeFor[assess.Confirmed](), reflect.TypeFor[deconflict.Clearance]()} {
		for i := range proof.NumField() {
			if proof.Field(i).IsExported() {
				t.Errorf("%s.%s can be set from outside", proof, proof.Field(i).Name)
			}
		}
	}
	for pkg, want := range map[string]string{"assess.Confirmed": "TwoPeople", "deconflict.Clearance": "Cleared"} {
		dir, name, _ := strings.Cut(pkg, ".")
		if got := strings.Join(makers(t, filepath.Join("..", dir), name), " "); got != want {
			t.Errorf("%s is made by %q, want %s alone", pkg, got, want)
		}
	}
}

// makers names the functions of a package that fill in a value of a type.
func makers(t *testing.T, dir, name string) (made []string) {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if lit, ok := n.(*ast.CompositeLit); ok && len(lit.Elts) > 0 && fmt.Sprint(lit.Type) == name {
					made = append(made, fn.Name.Name)
				}
				return true
			})
		}
	}
	return made
}

// What the compiler lets pass, Draft refuses.
func TestDraftRefuses(t *testing.T) {
	db := dbtest.SQLite(t)
	var one, two Ready
	update(t, db, func(tx *sqldb.Tx) (err error) {
		if one, err = ready(tx, "itm_1"); err != nil {
			return err
		}
		two, err = ready(tx, "itm_2")
		return err
	})
	link := address("itm_1")
	for name, tt := range map[string]struct {
		batch Batch
		want  problem.Kind
	}{
		"no proof":             {batch(Ready{URL: link}), problem.Refused},
		"no clearance":         {batch(Ready{Confirmed: one.Confirmed, URL: link}), problem.Refused},
		"no assessments":       {batch(Ready{Clearance: one.Clearance, URL: link}), problem.Refused},
		"clearance of another": {batch(Ready{Confirmed: one.Confirmed, Clearance: two.Clearance, URL: link}), problem.Refused},
		"no link":              {batch(Ready{Confirmed: one.Confirmed, Clearance: one.Clearance}), problem.Invalid},
		"defanged link":        {batch(Ready{Confirmed: one.Confirmed, Clearance: one.Clearance, URL: "hxxps://video.example/1"}), problem.Invalid},
		"an item twice":        {batch(one, two, one), problem.Invalid},
		"nothing":              {batch(), problem.Invalid},
		"too many":             {batch(make([]Ready, MaxItems+1)...), problem.TooLarge},
		"no platform":          {Batch{Action: "act_1", Unit: "unt_one", Language: "fr", Items: []Ready{one}}, problem.Invalid},
	} {
		err := db.Update(t.Context(), func(tx *sqldb.Tx) error { _, err := Draft(tx, ann, tt.batch); return err })
		if !problem.Is(err, tt.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	view(t, db, func(tx *sqldb.Tx) error {
		if list, err := List(tx, "act_1", ""); err != nil || len(list) != 0 {
			t.Errorf("%d referrals were made, %v", len(list), err)
		}
		return nil
	})
}

// A full referral stays under what one event of the audit log holds.
func TestFullReferral(t *testing.T) {
	db := dbtest.SQLite(t)
	var items []id.Item
	for range 2068 {
		items = append(items, id.New[id.Item](start))
	}
	if r := drafted(t, db, items...); r.Count != 2068 {
		t.Errorf("%d items", r.Count)
	}
}
