package document

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestLanguages(t *testing.T) {
	want := []string{"en", "ar", "de", "el", "es", "fr", "it", "pl", "pt"}
	if got := Languages(); !slices.Equal(got, want) {
		t.Errorf("the languages are %q, want %q", got, want)
	}
	for wanted, spoken := range map[string]string{"de": "de", "de-AT": "de", "pt-BR": "pt", "el": "el", "ar-EG": "ar", "sv": "en", "": "en", "nonsense!": "en"} {
		if got := Spoken(wanted); got != spoken {
			t.Errorf("%q is spoken as %s, want %s", wanted, got, spoken)
		}
	}
}

// TestABrokenCatalogueIsNoCatalogue: a key too few, too many or empty stops the program.
func TestABrokenCatalogueIsNoCatalogue(t *testing.T) {
	for name, spoil := range map[string]func(words map[string]string){
		"too few":  func(w map[string]string) { delete(w, "annex-1.b.url") },
		"too many": func(w map[string]string) { w["annex-1.b.mood"] = "good" },
		"empty":    func(w map[string]string) { w["annex-1.b.url"] = " " },
	} {
		words := maps.Clone(catalogues["fr"].words)
		spoil(words)
		text, err := json.Marshal(words)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readCatalogue("fr", text); err == nil || !strings.Contains(err.Error(), "annex-1.b.") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readCatalogue("fr", []byte("{")); err == nil {
		t.Error("no JSON was a catalogue")
	}
}

// TestNoEnglishInTheMiddle: nothing but what is the same in both languages stands untranslated.
func TestNoEnglishInTheMiddle(t *testing.T) {
	same := []string{"Date", "Signature", "URL", "Link", "Section", "E-mail", "Type", "Notification", "Contact", "Clarification", "Restriction"} // the same word in another language
	for lang, c := range catalogues {
		if lang == "en" {
			continue
		}
		for key, text := range c.words {
			if text == catalogues["en"].words[key] && !slices.Contains(same, text) && !strings.HasPrefix(key, "date") && !strings.HasPrefix(key, "month.") {
				t.Errorf("%s in %s is English: %q", key, lang, text)
			}
			if strings.TrimSpace(text) != text || strings.Contains(text, "  ") {
				t.Errorf("%s in %s has a space too many: %q", key, lang, text)
			}
		}
	}
}

// TestFixedPartsCiteTheSameArticles: a translation names the numbers that the English text does.
func TestFixedPartsCiteTheSameArticles(t *testing.T) {
	numbers := func(s string) []string {
		list := strings.FieldsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		slices.Sort(list)
		return slices.Compact(list)
	}
	for lang, c := range catalogues {
		for key, text := range c.words {
			english := catalogues["en"].words[key]
			if key == "annex-1.intro.1" || key == "information.intro.1" || lang == "en" {
				continue
			}
			for _, n := range numbers(english) {
				if !slices.Contains(numbers(text), n) {
					t.Errorf("%s in %s does not name %s: %q", key, lang, n, text)
				}
			}
		}
	}
}

// TestWhatTheProgramSays: the values that the program writes into a form are of its language too.
func TestWhatTheProgramSays(t *testing.T) {
	for _, lang := range Languages() {
		got := Said(lang, SaidSigned, "who", "Bob Example", "authority", "Example Unit", "when", "2026-03-01T09:00:00Z")
		for _, want := range []string{"Bob Example", "Example Unit", "2026-03-01T09:00:00Z"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q lacks %q", lang, got, want)
			}
		}
		if strings.ContainsAny(got+Said(lang, SaidRepresented, "host", "a", "name", "b", "address", "c")+Said(lang, SaidOfficer), "{}") {
			t.Errorf("%s leaves a gap", lang)
		}
	}
}
