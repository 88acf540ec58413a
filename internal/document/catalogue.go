package document

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/argine/argine/internal/law"
)

// The fixed parts, a file for each language. A language is added by adding its file.
//
//go:embed catalogue/*.json
var catalogueFiles embed.FS

// catalogue has the fixed parts in one language, by their keys.
type catalogue struct {
	lang    string
	rtl     bool // written from right to left
	words   map[string]string
	regions display.Namer
}

// catalogues are those of all languages. A broken one is a defect of the build, which no test
// and no program gets past.
var catalogues = func() map[string]*catalogue {
	files, err := catalogueFiles.ReadDir("catalogue")
	if err != nil {
		panic(err)
	}
	all := map[string]*catalogue{}
	for _, f := range files {
		text, err := catalogueFiles.ReadFile("catalogue/" + f.Name())
		if err != nil {
			panic(err)
		}
		lang := strings.TrimSuffix(path.Base(f.Name()), ".json")
		c, err := readCatalogue(lang, text)
		if err != nil {
			panic(err)
		}
		all[lang] = c
	}
	return all
}()

func readCatalogue(lang string, text []byte) (*catalogue, error) {
	tag, err := language.Parse(lang)
	if err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", lang, err)
	}
	script, _ := tag.Script()
	c := &catalogue{lang: lang, rtl: script.String() == "Arab" || script.String() == "Hebr", regions: display.Regions(tag)}
	if err := json.Unmarshal(text, &c.words); err != nil {
		return nil, fmt.Errorf("catalogue %s: %w", lang, err)
	}
	wanted := keys()
	for _, k := range wanted {
		if strings.TrimSpace(c.words[k]) == "" {
			return nil, fmt.Errorf("catalogue %s: %s is missing", lang, k)
		}
	}
	for k := range c.words {
		if !slices.Contains(wanted, k) {
			return nil, fmt.Errorf("catalogue %s: nothing asks for %s", lang, k)
		}
	}
	return c, nil
}

// Languages are those of the fixed parts, English first.
func Languages() []string {
	list := slices.Sorted(maps.Keys(catalogues))
	return append([]string{"en"}, slices.DeleteFunc(list, func(l string) bool { return l == "en" })...)
}

// Spoken gives the language of the fixed parts for a wanted one: itself where there is a
// catalogue for it, else English.
func Spoken(wanted string) string {
	tag, err := language.Parse(wanted)
	if base, _ := tag.Base(); err == nil && catalogues[base.String()] != nil {
		return base.String()
	}
	return "en"
}

// common are the keys that stand on every form.
var common = []string{
	"concerned.title", "signed.title", "date", "word.reference", "word.from", "word.to", "word.answer", "word.section", "word.ticked", "word.unticked",
	SaidSigned, SaidRepresented, SaidOfficer, "word.items", "word.limbs", "word.reasons", "word.identifier", "word.links",
}

const months = 12

// paragraphs is how many paragraphs of fixed text stand before the first section of a form.
var paragraphs = map[string]int{AnnexI: 3, AnnexII: 1, AnnexIII: 1, Referral: 3, Notice: 2, ActOrder: 2, Information: 1, Clarification: 1, Withdrawal: 1, Review: 1, NonDisclosure: 1, Finality: 1, Intention: 1, Course: 1,
	Reasons: 1, Reinstatement: 1}

// texts is how many paragraphs of fixed text stand at the head of a section.
var texts = map[string]int{"annex-1.B": 1, "annex-1.C": 1, "annex-1.E": 1, "annex-1.G": 1, "information.B": 1, "information.C": 8, "withdrawal.B": 1}

// notes are the fields that a note stands beneath.
var notes = []string{"annex-1.a.addressee", "annex-1.e.signature", "annex-2.b.taken_at", "annex-3.b.reasons"}

// later are the papers of an authority about an order that it or another one issued before.
var later = []string{Clarification, Withdrawal, Review, NonDisclosure, Finality, Intention, Course}

// wordKey is the key of a field's words. Annexes II and III name the order and the host with
// the same ones, and so do the later papers of an authority the order and who signs. An intention
// says what it means to find with the words of the decision.
func wordKey(form, field string) string {
	later := slices.Contains(later, form)
	if form == AnnexIII && (strings.HasPrefix(field, "a.") || field == "c.host" || field == "c.authorised_person" || field == "c.email" || field == "c.date") {
		form = AnnexII
	}
	if prefix, rest, _ := strings.Cut(field, "."); later && prefix == "c" {
		return "signed." + rest
	}
	if later && slices.Contains([]string{"a.addressee", "a.order_reference", "a.issued_at"}, field) {
		return "concerned." + field
	}
	if (form == Intention || form == Course) && (field == "a.issuing_authority" || field == "b.infringed") {
		form = Review
	}
	return form + "." + field
}

// titleKey is the key of a section's title.
func titleKey(form, letter string) string {
	later := slices.Contains(later, form)
	switch {
	case later && letter == "A":
		return "concerned.title"
	case later && letter == "C":
		return "signed.title"
	case form == AnnexIII && letter != "B":
		form = AnnexII
	}
	return form + "." + letter + ".title"
}

// keys are those that a catalogue has.
func keys() []string {
	list := slices.Clone(common)
	for m := 1; m <= months; m++ {
		list = append(list, fmt.Sprintf("month.%d", m))
	}
	for _, name := range Forms() {
		form, ok := law.FormNamed(name, EditionOf(name))
		if !ok {
			panic("document: no form " + name)
		}
		list = append(list, formKeys(form)...)
	}
	list = append(list, numbered(texts, "text")...)
	for _, n := range notes {
		list = append(list, n+".note")
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func formKeys(form law.Form) []string {
	list := []string{form.Name + ".title", form.Name + ".basis"}
	list = append(list, numbered(map[string]int{form.Name: paragraphs[form.Name]}, "intro")...)
	for _, s := range form.Sections {
		list = append(list, titleKey(form.Name, s.Letter))
		for _, f := range s.Fields {
			list = append(list, wordKey(form.Name, f.Key))
			for _, o := range f.Options {
				list = append(list, wordKey(form.Name, f.Key)+"."+o)
			}
		}
	}
	return list
}

func numbered(counts map[string]int, word string) (list []string) {
	for name, n := range counts {
		for i := 1; i <= n; i++ {
			list = append(list, fmt.Sprintf("%s.%s.%d", name, word, i))
		}
	}
	return list
}
