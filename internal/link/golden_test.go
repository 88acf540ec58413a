package link

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// group is a line of testdata/golden.jsonl: links that are one thing. No two groups are
// the same thing, so every pair of groups is a pair that must stay apart.
type group struct {
	Name     string   `json:"name"`
	Same     []string `json:"same"`
	URL      string   `json:"url"`
	Platform *string  `json:"platform"`
	Kind     string   `json:"kind"`
	Page     string   `json:"page"`
}

func goldenRules(t testing.TB) map[string]Rules {
	t.Helper()
	raw, err := os.ReadFile("testdata/platforms.json")
	if err != nil {
		t.Fatal(err)
	}
	rules := map[string]Rules{}
	if err := json.Unmarshal(raw, &rules); err != nil {
		t.Fatal(err)
	}
	return rules
}

func goldenBook(t testing.TB) *Book {
	t.Helper()
	b, err := NewBook(goldenRules(t))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func goldenGroups(t testing.TB) []group {
	t.Helper()
	f, err := os.Open("testdata/golden.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []group
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var g group
		if err := json.Unmarshal(lines.Bytes(), &g); err != nil {
			t.Fatalf("%s: %v", lines.Bytes(), err)
		}
		out = append(out, g)
	}
	if len(out) < 60 {
		t.Fatalf("%d groups, want at least 60", len(out))
	}
	return out
}

func TestGolden(t *testing.T) {
	b := goldenBook(t)
	owner := map[string]string{}
	for _, g := range goldenGroups(t) {
		var first Canonical
		for i, raw := range g.Same {
			c, err := b.Canonical(raw)
			if err != nil {
				t.Errorf("%s: %q: %v", g.Name, raw, err)
				continue
			}
			if i == 0 {
				first = c
			} else if c != first {
				t.Errorf("%s: %q is not merged: %s", g.Name, raw, cmp.Diff(first, c))
			}
			again, err := b.Canonical(c.URL)
			if err != nil || again != c {
				t.Errorf("%s: %q: the canonical form has another canonical form (%v): %s", g.Name, raw, err, cmp.Diff(c, again))
			}
		}
		if other, taken := owner[first.URL]; taken {
			t.Errorf("%q and %q are merged to %q", other, g.Name, first.URL)
		}
		owner[first.URL] = g.Name
		g.check(t, first)
	}
}

func (g group) check(t *testing.T, c Canonical) {
	t.Helper()
	if g.URL != "" && c.URL != g.URL {
		t.Errorf("%s: got %q, want %q", g.Name, c.URL, g.URL)
	}
	if g.Platform != nil && c.Platform != *g.Platform {
		t.Errorf("%s: platform %q, want %q", g.Name, c.Platform, *g.Platform)
	}
	if g.Kind != "" && c.Kind != g.Kind {
		t.Errorf("%s: kind %q, want %q (%s)", g.Name, c.Kind, g.Kind, c.URL)
	}
	if g.Page != "" && c.Page != g.Page {
		t.Errorf("%s: page %q, want %q (%s)", g.Name, c.Page, g.Page, c.URL)
	}
	if c.Shortener != (c.Platform == "shrt") {
		t.Errorf("%s: shortener is %v", g.Name, c.Shortener)
	}
}

func TestSite(t *testing.T) {
	b := goldenBook(t)
	for raw, want := range map[string]string{
		"https://a.b.unknown.co.uk/x": "unknown.co.uk",
		"https://x.unknown.example/":  "unknown.example",
		"http://192.0.2.7/":           "192.0.2.7",
		"https://[2001:db8::1]/":      "[2001:db8::1]",
	} {
		if c, err := b.Canonical(raw); err != nil || c.Site != want {
			t.Errorf("%s: site %q, %v; want %q", raw, c.Site, err, want)
		}
	}
}

// Rules are data: what is stored must come back as it was, an empty list too.
func TestRulesRoundTrip(t *testing.T) {
	for name, r := range goldenRules(t) {
		raw, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back Rules
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(r, back); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
