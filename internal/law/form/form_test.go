package form

import (
	"strings"
	"testing"

	"github.com/argine/argine/internal/problem"
)

// TestShapes: for each shape, what it holds and what it does not.
func TestShapes(t *testing.T) {
	for _, tt := range []struct {
		field Field
		value string
		ok    bool
	}{
		{Field{Shape: Text, Longest: 5}, "fünfe", true},
		{Field{Shape: Text, Longest: 5}, "sechse", false},
		{Field{Shape: Text}, "see {{name}}", false},
		{Field{Shape: Text}, "see ${name}", false},
		{Field{Shape: Text}, "see ###", false},
		{Field{Shape: Text}, "a {brace} of it", false},
		{Field{Shape: Text}, "braces { } of code", true},
		{Field{Shape: Link}, "https://video.example/a?x={id}", true}, // it was seen so
		{Field{Shape: Link}, "https://video.example/{{id}}", false},
		{Field{Shape: Link}, "video.example/a", false},
		{Field{Shape: Link}, "javascript:alert(1)", false},
		{Field{Shape: Link}, "https://video.example/a https://video.example/b", false},
		{Field{Shape: Links}, "https://video.example/a\nhttps://video.example/b\n", true},
		{Field{Shape: Links}, "https://video.example/a\nsomewhere", false},
		{Field{Shape: Moment}, "2026-10-25T02:30:00+02:00", true},
		{Field{Shape: Moment}, "2026-10-25 02:30", false},
		{Field{Shape: Country}, "BE", true},
		{Field{Shape: Country}, "be", false},
		{Field{Shape: Email}, "desk@unit.example", true},
		{Field{Shape: Email}, "@unit.example", false},
		{Field{Shape: Email}, "desk@unit.example\nBcc: all@unit.example", false},
		{Field{Shape: Tick}, "yes", true},
		{Field{Shape: Tick}, "no", false},
		{Field{Shape: Choice, Options: []string{"a", "b"}}, "b", true},
		{Field{Shape: Choice, Options: []string{"a", "b"}}, "a,b", false},
		{Field{Shape: Ticks, Options: []string{"a", "b"}}, "a,b", true},
		{Field{Shape: Ticks, Options: []string{"a", "b"}}, "a,c", false},
	} {
		tt.field.Key = "x"
		f := Form{Name: "sample", Sections: []Section{{Fields: []Field{tt.field}}}}
		err := f.Check(Filled{"x": tt.value})
		if (err == nil) != tt.ok || err != nil && !problem.Is(err, problem.Invalid) {
			t.Errorf("%s %q: %v", tt.field.Shape, tt.value, err)
		}
		if faults := f.Faults(Filled{"x": tt.value}); (len(faults) == 0) != tt.ok {
			t.Errorf("%s %q: %v", tt.field.Shape, tt.value, faults)
		}
	}
}

// TestWhatIsNeeded: always, on a tick, on a choice.
func TestWhatIsNeeded(t *testing.T) {
	f := Form{Name: "sample", Sections: []Section{{Letter: "A", Fields: []Field{
		{Key: "always", Shape: Text, Needed: true, Article: "3(4)"},
		{Key: "box", Shape: Tick},
		{Key: "kind", Shape: Ticks, Options: []string{"a", "b"}},
		{Key: "on_box", Shape: Text, When: "box"},
		{Key: "on_b", Shape: Text, When: "kind=b"},
	}}}}
	for values, missing := range map[*Filled]string{
		{}:                                    "always",
		{"always": "x"}:                       "",
		{"always": "x", "box": "yes"}:         "on_box",
		{"always": "x", "kind": "a"}:          "",
		{"always": "x", "kind": "a,b"}:        "on_b",
		{"always": "x", "kind": "b", "z": ""}: "z",
	} {
		err := f.Check(*values)
		if (err == nil) != (missing == "") || err != nil && !strings.Contains(err.Error(), missing+":") {
			t.Errorf("%v: %v, want %q", *values, err, missing)
		}
	}
	if err := f.Check(Filled{}); !strings.Contains(err.Error(), "Article 3(4)") {
		t.Errorf("the article is not named: %v", err)
	}
}
