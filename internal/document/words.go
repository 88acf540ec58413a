package document

import (
	"strings"

	"github.com/argine/argine/internal/law"
)

// Words are the fixed words of one form in one language, for pages on which a form is filled in.
type Words struct {
	form string
	c    *catalogue
}

// WordsOf gives the words of a form in the language that suits the wanted one.
func WordsOf(form, wanted string) Words { return Words{form, catalogues[Spoken(wanted)]} }

// Language is the one that the words are in.
func (w Words) Language() string { return w.c.lang }

// Dir is the writing direction of the words.
func (w Words) Dir() string {
	if w.c.rtl {
		return "rtl"
	}
	return "ltr"
}

// Title is what the form is called, and under which article.
func (w Words) Title() (title, basis string) {
	return w.c.words[w.form+".title"], w.c.words[w.form+".basis"]
}

// Section is the title of a section.
func (w Words) Section(letter string) string { return w.c.words[titleKey(w.form, letter)] }

// Field is what stands beside a field, and the note beneath it, if there is one.
func (w Words) Field(f law.Field) (label, note string) {
	return w.c.words[wordKey(w.form, f.Key)], w.c.words[w.form+"."+f.Key+".note"]
}

// Option is what stands beside an option of a field.
func (w Words) Option(f law.Field, option string) string {
	return w.c.words[wordKey(w.form, f.Key)+"."+option]
}

// What the program itself writes into a field, where nobody else did.
const (
	SaidSigned      = "said.signed"      // {who} {authority} {when}
	SaidRepresented = "said.represented" // {host} {name} {address}
	SaidOfficer     = "said.officer"
)

// Said gives such words in the language that suits the wanted one. Pairs of name and value fill its gaps.
func Said(wanted, what string, pairs ...string) string {
	var fill []string
	for i := 0; i+1 < len(pairs); i += 2 {
		fill = append(fill, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(fill...).Replace(catalogues[Spoken(wanted)].words[what])
}
