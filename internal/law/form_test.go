package law

import (
	"maps"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/argine/argine/internal/problem"
)

// sample fills every field of a form that is needed, each with the first of its options.
func sample(f Form) Filled {
	out := Filled{}
	for _, field := range f.Fields() {
		if field.NeededIn(out) {
			out[field.Key] = sampleOf(field)
		}
	}
	return out
}

func sampleOf(f Field) string {
	switch f.Shape {
	case Moment:
		return "2026-10-25T02:30:00+02:00"
	case Country:
		return "BE"
	case Email:
		return "desk@unit.example"
	case Tick:
		return "yes"
	case Link, Links:
		return "https://video.example/watch/1"
	case Ticks, Choice:
		return f.Options[0]
	}
	return "made up"
}

// TestAnnexIHasTheMandatoryElements: Article 3(4) names seven, (g) only where it is decided.
func TestAnnexIHasTheMandatoryElements(t *testing.T) {
	asked := map[string]bool{}
	for _, f := range TCO().AnnexI().Fields() {
		if f.Needed || f.Shape == Tick {
			asked[f.Article] = true
		}
	}
	for _, letter := range []string{"a", "b", "c", "e", "f", "g"} { // (d), the legal basis, is printed on the form itself
		if !asked["3(4)("+letter+")"] {
			t.Errorf("Article 3(4)(%s) is asked for by no field", letter)
		}
	}
	var sections []string
	for _, s := range TCO().AnnexI().Sections {
		sections = append(sections, s.Letter)
	}
	if got := strings.Join(sections, ""); got != "ABCDEFG" {
		t.Errorf("the sections are %s", got)
	}
}

func TestAFormWithoutOneNeededFieldIsRefused(t *testing.T) {
	for _, form := range TCO().Forms() {
		full := sample(form)
		if err := form.Check(full); err != nil {
			t.Fatalf("%s: %v", form.Name, err)
		}
		for key := range full {
			less := maps.Clone(full)
			delete(less, key)
			if err := form.Check(less); !problem.Is(err, problem.Invalid) || !strings.Contains(err.Error(), key) {
				t.Errorf("%s without %s: %v", form.Name, key, err)
			}
		}
	}
}

func TestFieldsThatDependOnOthers(t *testing.T) {
	order, answer := TCO().AnnexI(), TCO().AnnexIII()
	with := func(form Form, pairs ...string) error {
		values := sample(form)
		for i := 0; i < len(pairs); i += 2 {
			values[pairs[i]] = pairs[i+1]
		}
		return form.Check(values)
	}
	for name, tt := range map[string]struct {
		err error
		ok  bool
	}{
		"cross-border without the copy":      {with(order, "d.cross_border", "yes", "f.home_contact", "x"), false},
		"cross-border without the authority": {with(order, "d.cross_border", "yes", "d.copy_sent", "yes"), false},
		"cross-border":                       {with(order, "d.cross_border", "yes", "d.copy_sent", "yes", "f.home_contact", "x"), true},
		"errors that are not told":           {with(answer, "b.grounds", "manifest_errors"), false},
		"errors":                             {with(answer, "b.grounds", "manifest_errors,insufficient", "b.errors", "x", "b.wanted", "x"), true},
		"a placeholder":                      {with(order, "b.additional_information", "because ### reasons ###"), false},
		"two limbs":                          {with(order, "b.reasons", "a,e"), true},
		"no such limb":                       {with(order, "b.reasons", "a,f"), false},
		"no moment":                          {with(order, "a.issued_at", "yesterday"), false},
		"no country":                         {with(order, "a.host_member_state", "Belgium"), false},
		"no address":                         {with(order, "e.email", "desk"), false},
		"a field of another form":            {with(order, "b.measure", "removed"), false},
		"too long":                           {with(order, "e.telephone", strings.Repeat("1", 51)), false},
	} {
		if (tt.err == nil) != tt.ok {
			t.Errorf("%s: %v", name, tt.err)
		}
	}
}

func TestCheckNeverPanics(t *testing.T) {
	forms := TCO().Forms()
	rapid.Check(t, func(t *rapid.T) {
		form := rapid.SampledFrom(forms).Draw(t, "form")
		values := Filled{}
		for _, f := range form.Fields() {
			if rapid.Bool().Draw(t, f.Key) {
				values[f.Key] = rapid.String().Draw(t, "value")
			}
		}
		form.Check(values)
	})
}
