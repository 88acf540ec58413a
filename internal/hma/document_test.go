package hma_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// described is what the test reads of the document.
type described struct {
	OpenAPI string
	Info    struct{ Title, Version string }
	Paths   map[string]map[string]struct {
		OperationID, Summary string
		Parameters           []struct {
			Name, In string
			Required bool
		}
		Responses map[string]struct{ Description string }
		Security  []map[string][]string
	}
}

var braced = regexp.MustCompile(`\{(\w+)\}`)

// TestTheDocumentTellsTheRoutes: whole and well formed, found where HMA's clients look for it
// and under its title, and true: answers are as their schemas say.
func TestTheDocumentTellsTheRoutes(t *testing.T) {
	w := newWorld(t)
	got := w.call(asked{method: "GET", path: "/openapi/openapi.json", token: "-"})
	var doc described
	if err := json.Unmarshal([]byte(got.body), &doc); err != nil || got.status != 200 || got.kind != "application/json" {
		t.Fatalf("%d %s: %v", got.status, got.kind, err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.") || doc.Info.Title != "Open Media Match API" || doc.Info.Version == "" {
		t.Errorf("%q %+v", doc.OpenAPI, doc.Info)
	}
	var paths, ids []string
	for path, methods := range doc.Paths {
		paths = append(paths, path)
		for method, op := range methods {
			if op.OperationID == "" || op.Summary == "" || slices.Contains(ids, op.OperationID) {
				t.Errorf("%s %s: %+v", method, path, op)
			}
			ids = append(ids, op.OperationID)
			var named []string
			for _, p := range op.Parameters {
				if p.In == "path" && p.Required {
					named = append(named, p.Name)
				}
			}
			for _, name := range braced.FindAllStringSubmatch(path, -1) {
				if !slices.Contains(named, name[1]) {
					t.Errorf("%s %s does not tell of %s", method, path, name[1])
				}
			}
			public := len(op.Security) == 0
			bare := w.call(asked{method: strings.ToUpper(method), path: braced.ReplaceAllString(path, "X"), token: "-"})
			if (bare.status == 401) == public || bare.status == 404 || bare.status == 405 {
				t.Errorf("%s %s, public %v, answers %d without a token", method, path, public, bare.status)
			}
		}
	}
	slices.Sort(paths)
	var site []string
	w.get(get("/site-map"), &site)
	if !slices.Equal(paths, site) {
		t.Errorf("described %q, served %q", paths, site)
	}
	w.answersAs(got.body)
}

// answersAs compares answers with the schemas of the document.
func (w *world) answersAs(document string) {
	w.Helper()
	tree, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		w.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://doc.example/", tree); err != nil {
		w.Fatal(err)
	}
	zeros := strings.Repeat("0", 64)
	var added struct{ ID json.Number }
	w.get(post("/c/banks", `{"name":"A"}`), nil)
	w.get(post("/c/bank/A/signal", `{"pdq":"`+zeros+`"}`), &added)
	w.within(time.Second, get("/m/raw_lookup?signal_type=pdq&signal="+zeros), holds(added.ID.String()))
	for _, a := range []struct {
		asked asked
		path  string
	}{
		{get("/c/banks"), "/c/banks"}, {get("/c/bank/A"), "/c/bank/{name}"}, {put("/c/bank/A", `{"enabled":true}`), "/c/bank/{name}"}, {get("/c/bank/A/content"), "/c/bank/{name}/content"},
		{post("/c/bank/A/signal", `{"md5":"`+someMD5+`"}`), "/c/bank/{name}/signal"}, {get("/c/bank/A/content/" + added.ID.String() + "?include_signals=true"), "/c/bank/{name}/content/{id}"},
		{put("/c/bank/A/content/"+added.ID.String(), `{"disable_until_ts":1}`), "/c/bank/{name}/content/{id}"}, {del("/c/bank/A/content/" + added.ID.String()[:4]), "/c/bank/{name}/content/{id}"},
		{get("/c/exchanges"), "/c/exchanges"}, {post("/c/exchanges", `{"bank":"E","api":"csv","api_json":{"url":"https://lists.example/"}}`), "/c/exchanges"},
		{get("/c/exchange/E"), "/c/exchange/{name}"}, {get("/c/exchange/E/status"), "/c/exchange/{name}/status"}, {get("/c/exchange/E/credentials"), "/c/exchange/{name}/credentials"},
		{get("/c/exchanges/apis"), "/c/exchanges/apis"}, {get("/c/exchanges/api/tat"), "/c/exchanges/api/{api}"}, {get("/c/exchanges/api/tat/schema"), "/c/exchanges/api/{api}/schema"},
		{del("/c/exchange/E"), "/c/exchange/{name}"}, {get("/m/lookup?metadata=true&signal_type=pdq&signal=" + zeros), "/m/lookup"}, {form("/m/lookup", "photo", picture(w.T, 1, 80)), "/m/lookup"},
		{get("/m/raw_lookup?signal_type=pdq&signal=" + zeros), "/m/raw_lookup"}, {post("/m/compare", `{"pdq":["`+zeros+`","`+zeros+`"]}`), "/m/compare"}, {form("/h/hash", "photo", picture(w.T, 1, 80)), "/h/hash"},
		{get("/m/index/status"), "/m/index/status"}, {get("/c/signal_type"), "/c/signal_type"}, {get("/c/signal_type/index"), "/c/signal_type/index"}, {get("/c/content_type"), "/c/content_type"}, {del("/c/bank/A"), "/c/bank/{name}"},
	} {
		status := "200"
		if a.asked.path == "/c/exchanges" && a.asked.method == "POST" {
			status = "201"
		}
		at := "https://doc.example/#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(a.path) + "/" + strings.ToLower(a.asked.method) + "/responses/" + status + "/content/application~1json/schema"
		schema, err := c.Compile(at)
		if err != nil {
			w.Errorf("%s %s: %v", a.asked.method, a.path, err)
			continue
		}
		got := w.call(a.asked)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(got.body))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			w.Errorf("%s %s answers %d %s: %v", a.asked.method, a.asked.path, got.status, got.body, err)
		}
	}
}
