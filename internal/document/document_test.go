package document

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"pgregory.net/rapid"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

var update = flag.Bool("update", false, "rewrite golden files")

func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs; if that is meant, run the test with -update and look at the difference\n%s", path, diff)
	}
}

// TestSchemasArePublished compares docs/schema with what the forms of the law make.
func TestSchemasArePublished(t *testing.T) {
	for _, form := range Forms() {
		text, err := Schema(form)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, filepath.Join("..", "..", "docs", "schema", form+".json"), text)
	}
	if _, err := Schema("annex-4"); !problem.Is(err, problem.NotFound) {
		t.Errorf("a form that does not exist has a schema: %v", err)
	}
}

func compiled(t *testing.T, form string) *jsonschema.Schema {
	t.Helper()
	text, err := Schema(form)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(form+".json", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(form + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// least is a document with nothing but what its form needs.
func least(form string) Document {
	d := sample(form)
	f, _ := d.Law()
	for _, field := range f.Fields() {
		less := maps.Clone(d.Values)
		delete(less, field.Key)
		if f.Check(less) == nil {
			d.Values = less
		}
	}
	d.AnswerURL = ""
	return d
}

func TestJSONIsWhatTheSchemaSaysAndParseGivesItBack(t *testing.T) {
	for _, form := range Forms() {
		schema := compiled(t, form)
		for name, d := range map[string]Document{"full": sample(form), "least": least(form)} {
			text, err := d.JSON()
			if err != nil {
				t.Fatalf("%s %s: %v", form, name, err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%s %s: %v\n%s", form, name, err, text)
			}
			back, err := Parse(text)
			if err != nil {
				t.Fatalf("%s %s: %v", form, name, err)
			}
			if diff := cmp.Diff(d, back, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s %s: %s", form, name, diff)
			}
			again, err := back.JSON()
			if err != nil || !bytes.Equal(text, again) {
				t.Errorf("%s %s: other bytes the second time, %v", form, name, err)
			}
		}
	}
}

// TestSchemaAndParseAgree takes a member away, or gives it another type, and wants both to refuse.
func TestSchemaAndParseAgree(t *testing.T) {
	for _, form := range Forms() {
		schema := compiled(t, form)
		d := least(form)
		text, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		for key := range d.Values {
			for name, spoil := range map[string]func(values map[string]any){
				"missing":    func(v map[string]any) { delete(v, key) },
				"a number":   func(v map[string]any) { v[key] = 7 },
				"null":       func(v map[string]any) { v[key] = nil },
				"an unknown": func(v map[string]any) { v["z."+key] = "x" },
			} {
				var doc map[string]any
				if err := json.Unmarshal(text, &doc); err != nil {
					t.Fatal(err)
				}
				spoil(doc["values"].(map[string]any))
				spoiled, _ := json.Marshal(doc)
				value, err := jsonschema.UnmarshalJSON(bytes.NewReader(spoiled))
				if err != nil {
					t.Fatal(err)
				}
				if schema.Validate(value) == nil {
					t.Errorf("%s: the schema takes %s %s", form, name, key)
				}
				if _, err := Parse(spoiled); !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), key) {
					t.Errorf("%s: Parse says of %s %s: %v", form, name, key, err)
				}
			}
		}
	}
}

func TestWhatParseRefuses(t *testing.T) {
	good, err := sample(AnnexII).JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"nothing":            "",
		"no JSON":            "<xml/>",
		"a list":             "[]",
		"two documents":      string(good) + string(good),
		"an unknown member":  strings.Replace(string(good), `"form"`, `"mood": "good", "form"`, 1),
		"a member twice":     strings.Replace(string(good), `"form"`, `"form": "annex-3", "form"`, 1),
		"a value twice":      strings.Replace(string(good), `"b.measure"`, `"b.measure": "disabled", "b.measure"`, 1),
		"an unknown form":    strings.Replace(string(good), `"annex-2"`, `"annex-9"`, 1),
		"an unknown edition": strings.Replace(string(good), law.TCO().CELEX, "32099R0001", 1),
		"an unknown tongue":  strings.Replace(string(good), `"en"`, `"tlh"`, 1),
	} {
		if _, err := Parse([]byte(text)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Parse(good); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	for _, form := range Forms() {
		text, err := sample(form).JSON()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Parse(text)
		if err != nil {
			return
		}
		for name, render := range map[string]func() ([]byte, error){"JSON": d.JSON, "HTML": d.HTML} {
			if _, err := render(); err != nil {
				t.Errorf("what was read has no %s: %v", name, err)
			}
		}
	})
}

func TestWhatCannotLeave(t *testing.T) {
	for name, spoil := range map[string]func(d *Document){
		"a placeholder ###":           func(d *Document) { d.Values["b.additional_information"] = "because ### reasons" },
		"a placeholder {{}}":          func(d *Document) { d.Values["e.name"] = "{{authority}}" },
		"a placeholder ${}":           func(d *Document) { d.Values["g.body"] = "Court of ${city}" },
		"a placeholder in the unit":   func(d *Document) { d.Unit = "[[unit]]" },
		"a placeholder in the number": func(d *Document) { d.Reference = "EX-###" },
		"a placeholder in the link":   func(d *Document) { d.Values["b.url"] = "https://video.example/{{id}}" },
		"no reference":                func(d *Document) { d.Reference = " " },
		"another direction":           func(d *Document) { d.Values["e.name"] = "Court\u202Eelpmaxe" },
		"an invisible control":        func(d *Document) { d.Values["e.name"] = "Court\x00" },
		"no UTF-8":                    func(d *Document) { d.Values["e.name"] = "Court\xff" },
		"a script as link":            func(d *Document) { d.Values["b.url"] = "javascript:alert(1)" },
		"two links in one order":      func(d *Document) { d.Values["b.url"] = "https://a.example/ https://b.example/" },
		"a script as answer":          func(d *Document) { d.AnswerURL = "javascript:alert(1)" },
		"items of an order":           func(d *Document) { d.Items = sample(Referral).Items },
		"a language without words":    func(d *Document) { d.Language = "tlh" },
		"two lines of a name":         func(d *Document) { d.Platform = "a\nb" },
	} {
		d := sample(AnnexI)
		spoil(&d)
		_, e1 := d.JSON()
		_, e2 := d.HTML()
		_, _, e3 := d.Text()
		for _, err := range []error{d.Check(), e1, e2, e3} {
			if !problem.Is(err, problem.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for name, spoil := range map[string]func(d *Document){
		"no items":            func(d *Document) { d.Items = nil },
		"a placeholder":       func(d *Document) { d.Items[1].Reasons = "see <<link>>" },
		"no such limb":        func(d *Document) { d.Items[0].Limbs = []string{"f"} },
		"no link":             func(d *Document) { d.Items[0].URL = "video.example/1" },
		"no unit":             func(d *Document) { d.Unit = "" },
		"a direction":         func(d *Document) { d.Items[0].Reasons = "\u2066x" },
		"a link with a space": func(d *Document) { d.Items[0].URL = "https://video.example/a b" },
	} {
		d := sample(Referral)
		spoil(&d)
		if err := d.Check(); !problem.Is(err, problem.Invalid) {
			t.Errorf("referral with %s: %v", name, err)
		}
		if _, err := d.CSV(); err == nil {
			t.Errorf("referral with %s has a table", name)
		}
	}
}

// TestLinesOfABrowser: what was typed into a form on a page has lines that end with CR and LF.
func TestLinesOfABrowser(t *testing.T) {
	d := sample(AnnexIII)
	d.Values["b.reasons"] = "one line\r\nanother"
	_, body, err := d.Text()
	if err != nil || !strings.Contains(body, "\n  one line\n  another\n") {
		t.Errorf("%v: %q", err, body)
	}
	html, err := d.HTML()
	if err != nil || !strings.Contains(string(html), "one line\nanother") {
		t.Errorf("%v", err)
	}
}

// TestTheLinksOfANoticeAreItsItems: they stand once, in the items or in the value.
func TestTheLinksOfANoticeAreItsItems(t *testing.T) {
	d := sample(Notice)
	d.Items = sample(Referral).Items
	if err := d.Check(); !problem.Is(err, problem.Invalid) {
		t.Errorf("links twice: %v", err)
	}
	delete(d.Values, "urls")
	if err := d.Check(); err != nil {
		t.Error(err)
	}
	d.Items = nil
	if err := d.Check(); !problem.Is(err, problem.Invalid) {
		t.Errorf("no links: %v", err)
	}
}

func TestNames(t *testing.T) {
	for reference, want := range map[string]string{
		"EX-2026/00017": "annex-1-EX-2026-00017.pdf",
		"../../etc":     "annex-1-etc.pdf",
		"Αρ. 7":         "annex-1-7.pdf",
	} {
		if got := (Document{Form: AnnexI, Reference: reference}).Name("pdf"); got != want {
			t.Errorf("%q is named %q", reference, got)
		}
	}
}

// TestValuesOfPeopleAreText: whatever somebody wrote comes out as letters and never as markup.
func TestValuesOfPeopleAreText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := sample(AnnexI)
		d.Values["b.location"] = rapid.StringMatching(`[<>"'&;=/a-z{}()\[\] ]{1,60}`).Draw(t, "location")
		d.Reference = rapid.StringMatching(`[<>"'&;=/\\a-z{}()*@ -]{1,40}`).Draw(t, "reference")
		html, err := d.HTML()
		if err != nil {
			t.Skip("refused")
		}
		if n, m := strings.Count(string(html), "<"), strings.Count(blank, "<"); n != m {
			t.Fatalf("%d tags, %d without what was written", n, m)
		}
		if strings.Count(string(html), "</style") != 1 {
			t.Fatal("the style ends early")
		}
	})
}

var blank = func() string {
	d := sample(AnnexI)
	d.Values["b.location"], d.Reference = "x", "x"
	html, err := d.HTML()
	if err != nil {
		panic(err)
	}
	return string(html)
}()

// BenchmarkReferral renders a referral of as many items as the action of April 2017 had, in
// every shape but PDF.
func BenchmarkReferral(b *testing.B) {
	d := sample(Referral)
	for i := range 2068 {
		d.Items = append(d.Items, Item{fmt.Sprintf("itm_%06d", i), fmt.Sprintf("https://video.example/watch/%d", i), []string{"a"}, d.Items[0].Reasons})
	}
	for b.Loop() {
		for _, render := range []func() ([]byte, error){d.JSON, d.HTML, d.CSV, func() ([]byte, error) { _, body, err := d.Text(); return []byte(body), err }} {
			if _, err := render(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
