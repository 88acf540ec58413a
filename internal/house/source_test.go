package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const module = "github.com/argine/argine"

// file is one source file of the module.
type file struct {
	path    string // from the root of the module
	room    string // folder from the root: "internal/item", "pdq", "cmd/argine"
	test    bool
	imports []string // of this module: rooms; of others: import paths
	ast     *ast.File
}

// root is the root of the module, found by its go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	t.Fatal("no go.mod above the test")
	return ""
}

var positions = token.NewFileSet()

// sources parses every Go file of the module.
func sources(t *testing.T) (files []file) {
	t.Helper()
	top := root(t)
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") && path != top {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(positions, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(top, path)
		files = append(files, newFile(rel, parsed))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func newFile(rel string, parsed *ast.File) file {
	f := file{path: filepath.ToSlash(rel), room: filepath.ToSlash(filepath.Dir(rel)), test: strings.HasSuffix(rel, "_test.go"), ast: parsed}
	for _, spec := range parsed.Imports {
		path := strings.Trim(spec.Path.Value, `"`)
		if inner, ok := strings.CutPrefix(path, module+"/"); ok {
			path = inner
		}
		f.imports = append(f.imports, path)
	}
	return f
}
