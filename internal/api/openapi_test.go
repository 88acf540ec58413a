package api_test

import (
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/argine/argine/internal/api"
)

var update = flag.Bool("update", false, "write the golden files anew")

// document is what the test reads of an OpenAPI document.
type document struct {
	OpenAPI    string
	Paths      map[string]map[string]operation
	Components struct {
		Schemas         map[string]any
		SecuritySchemes map[string]any
	}
}

type operation struct {
	OperationID string
	Summary     string
	Parameters  []struct {
		Name, In string
		Required bool
	}
	RequestBody *struct{ Content map[string]any }
	Responses   map[string]any
	Security    []map[string][]string
}

// TestTheDocumentIsWhatIsServed holds the served document against the golden file, so that
// a change of the API is seen by whoever reads the change.
func TestTheDocumentIsWhatIsServed(t *testing.T) {
	w := newWorld(t)
	got := w.call(asked{method: "GET", path: "/openapi.json"})
	if got.status != 200 {
		t.Fatalf("%d: %s", got.status, got.body)
	}
	var tree any
	w.must(json.Unmarshal([]byte(got.body), &tree))
	pretty, err := json.MarshalIndent(tree, "", "  ")
	w.must(err)
	pretty = append(pretty, '\n')
	const golden = "testdata/openapi.json"
	if *update {
		w.must(os.MkdirAll("testdata", 0o755))
		w.must(os.WriteFile(golden, pretty, 0o644))
	}
	want, err := os.ReadFile(golden)
	w.must(err)
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(pretty), "\n")); diff != "" {
		t.Errorf("the API is not what testdata/openapi.json says; if it is meant, run go test ./internal/api -update:\n%s", diff)
	}
	checkDocument(t, pretty, tree)
}

var inPath = regexp.MustCompile(`\{([^}]+)\}`)

func checkDocument(t *testing.T, text []byte, tree any) {
	var doc document
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || doc.Components.SecuritySchemes["token"] == nil {
		t.Errorf("openapi %q, security schemes %v", doc.OpenAPI, doc.Components.SecuritySchemes)
	}
	ids, known := map[string]bool{}, 0
	for _, r := range api.Routes() {
		path := strings.ReplaceAll(r.Path, "...}", "}")
		op, ok := doc.Paths[path][strings.ToLower(r.Method)]
		if !ok {
			op, ok = doc.Paths[r.Path][strings.ToLower(r.Method)]
		}
		if !ok {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
			continue
		}
		known++
		checkOperation(t, r, op)
		if ids[op.OperationID] {
			t.Errorf("two operations are named %q", op.OperationID)
		}
		ids[op.OperationID] = true
	}
	described := 0
	for _, methods := range doc.Paths {
		described += len(methods)
	}
	if described != known {
		t.Errorf("the document describes %d operations, the list has %d", described, known)
	}
	checkReferences(t, tree, doc.Components.Schemas)
}

func checkOperation(t *testing.T, r api.Route, op operation) {
	if op.OperationID != r.ID || op.Summary == "" {
		t.Errorf("%s %s: operation %q, summary %q", r.Method, r.Path, op.OperationID, op.Summary)
	}
	if public := len(op.Security) == 0; public != r.Public {
		t.Errorf("%s: security %v, public %v", r.ID, op.Security, r.Public)
	}
	for _, name := range inPath.FindAllStringSubmatch(r.Path, -1) {
		found := false
		for _, p := range op.Parameters {
			found = found || (p.In == "path" && p.Required && p.Name == strings.TrimSuffix(name[1], "..."))
		}
		if !found {
			t.Errorf("%s: the parameter %q of the path is not described", r.ID, name[1])
		}
	}
	good := 0
	for code := range op.Responses {
		if code[0] == '2' || code == "default" {
			good++
		}
	}
	if good == 0 || (!r.Public && op.Responses["401"] == nil) || op.Responses["422"] == nil {
		t.Errorf("%s: answers %v", r.ID, op.Responses)
	}
}

// checkReferences makes sure that every $ref leads to a schema.
func checkReferences(t *testing.T, node any, schemas map[string]any) {
	switch v := node.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			if name, found := strings.CutPrefix(ref, "#/components/schemas/"); !found || schemas[name] == nil {
				t.Errorf("%q leads nowhere", ref)
			}
		}
		for _, inner := range v {
			checkReferences(t, inner, schemas)
		}
	case []any:
		for _, inner := range v {
			checkReferences(t, inner, schemas)
		}
	}
}
