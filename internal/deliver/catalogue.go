package deliver

import (
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// The fixed parts of the letter, a file for each language with the same keys in all.
//
//go:embed catalogue/*.json
var catalogueFiles embed.FS

// bundle holds the catalogues; a broken one is a defect of the build, which every test shows.
var bundle = func() *i18n.Bundle {
	b := i18n.NewBundle(language.English)
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	for _, l := range Languages() {
		if _, err := b.LoadMessageFileFS(catalogueFiles, "catalogue/"+l+".json"); err != nil {
			panic(err)
		}
	}
	return b
}()

// Languages are those that letters are written in, English first. A letter in another
// language is written in English.
func Languages() []string {
	list := []string{"en"}
	entries, _ := catalogueFiles.ReadDir("catalogue")
	for _, e := range entries {
		list = append(list, strings.TrimSuffix(path.Base(e.Name()), ".json"))
	}
	slices.Sort(list[1:])
	return slices.Compact(append(list[:1], slices.DeleteFunc(list[1:], func(l string) bool { return l == "en" })...))
}

// tongue speaks one language.
type tongue struct {
	lang      string
	localizer *i18n.Localizer
	data      map[string]any // what the sentences are filled in with
	count     int            // of items, which decides between singular and plurals
	err       error
}

func newTongue(wanted string, count int, data map[string]any) *tongue {
	tag, _ := language.Parse(wanted)
	_, index, confidence := language.NewMatcher(bundle.LanguageTags()).Match(tag)
	lang := bundle.LanguageTags()[index].String()
	if confidence < language.High {
		lang = "en"
	}
	return &tongue{lang: lang, localizer: i18n.NewLocalizer(bundle, lang), data: data, count: count}
}

// say gives a sentence. The first that cannot be made is kept in t.err.
func (t *tongue) say(key string) string { return t.sayWith(key, t.data) }

func (t *tongue) sayWith(key string, data map[string]any) string {
	return t.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data})
}

// sayCounted gives a sentence that has a form for each kind of number.
func (t *tongue) sayCounted(key string) string {
	return t.localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: t.data, PluralCount: t.count})
}

func (t *tongue) localize(what *i18n.LocalizeConfig) string {
	text, err := t.localizer.Localize(what)
	if err != nil && t.err == nil {
		t.err = err
	}
	return text
}
