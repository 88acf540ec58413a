package web

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/argine/argine/internal/document"
	"github.com/argine/argine/internal/law"
)

// formView is a form of the Regulations to fill in: the official words beside each field, in the
// language of the page where the forms speak it, and what is wrong beneath it.
type formView struct {
	ID       string // prefix of the ids of its fields
	Lang     string
	Dir      string
	Title    string
	Basis    string
	Sections []formSection
	Wrong    []fieldView // those with faults, for the list at the head
}

type formSection struct {
	Letter, Title string
	Fields        []fieldView
}

type fieldView struct {
	law.Field
	ID      string
	Label   string
	Note    string
	Value   string
	Long    bool // several lines
	Choices []choiceView
	Fault   string
}

type choiceView struct {
	Value, Label string
	On           bool
}

// shortest is how long a text may be that is asked for on one line.
const oneLineText = 500

// viewForm lays a form out with its values and faults. Fields in without are left out: what the
// page knows and the person need not say.
func viewForm(id string, form law.Form, lang string, values law.Filled, faults []law.Fault, without ...string) formView {
	words := document.WordsOf(form.Name, lang)
	v := formView{ID: id, Lang: words.Language(), Dir: words.Dir()}
	v.Title, v.Basis = words.Title()
	for _, s := range form.Sections {
		section := formSection{Letter: s.Letter, Title: words.Section(s.Letter)}
		for _, f := range s.Fields {
			if slices.Contains(without, f.Key) {
				continue
			}
			field := viewField(id, f, words, values, faults)
			section.Fields = append(section.Fields, field)
			if field.Fault != "" {
				v.Wrong = append(v.Wrong, field)
			}
		}
		if len(section.Fields) > 0 {
			v.Sections = append(v.Sections, section)
		}
	}
	return v
}

func viewField(id string, f law.Field, words document.Words, values law.Filled, faults []law.Fault) fieldView {
	v := fieldView{Field: f, ID: id + "-" + strings.NewReplacer(".", "-", "_", "-").Replace(f.Key), Value: values[f.Key], Long: f.Shape == law.Text && f.Longest > oneLineText}
	v.Label, v.Note = words.Field(f)
	for _, o := range f.Options {
		v.Choices = append(v.Choices, choiceView{o, words.Option(f, o), slices.Contains(strings.Split(v.Value, ","), o)})
	}
	if f.Shape == law.Moment {
		v.Value = localMoment(v.Value)
	}
	for _, fault := range faults {
		if fault.Key == f.Key {
			v.Fault = fault.Why
		}
	}
	return v
}

// localMoment says a moment as a field for date and time wants it, in UTC.
func localMoment(value string) string {
	if t, err := time.Parse(time.RFC3339, value); err == nil {
		return t.UTC().Format("2006-01-02T15:04:05")
	}
	return value
}

// readForm reads what was filled in. Moments are in UTC, as the page says.
func readForm(form law.Form, post url.Values) law.Filled {
	values := law.Filled{}
	for _, f := range form.Fields() {
		value := strings.TrimSpace(strings.ReplaceAll(strings.Join(post[f.Key], ","), "\r\n", "\n"))
		if f.Shape == law.Moment {
			for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
				if t, err := time.Parse(layout, value); err == nil {
					value = t.UTC().Format(time.RFC3339)
				}
			}
		}
		if value != "" {
			values[f.Key] = value
		}
	}
	return values
}

// formLanguage is the language of the forms that suits a browser best. They speak more languages
// than the rest of the pages do, and a clerk who answers within the hour should read his own.
func formLanguage(accept string) string {
	var tags []language.Tag
	for _, spoken := range document.Languages() {
		tags = append(tags, language.Make(spoken))
	}
	wanted, _, _ := language.ParseAcceptLanguage(accept)
	_, i, _ := language.NewMatcher(tags).Match(wanted...)
	return document.Languages()[i]
}
