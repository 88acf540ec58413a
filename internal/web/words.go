package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
	"golang.org/x/text/number"
)

// A language is added by adding its catalogues here and nothing else. A catalogue may stand in
// several files, name.language.json.
//
//go:embed words/*.json
var wordFiles embed.FS

// words speaks one language of the interface.
type words struct {
	tag       language.Tag
	localizer *i18n.Localizer
	printer   *message.Printer
	languages display.Namer
	regions   display.Namer
}

// readWords reads all catalogues; English is the first and the one that others fall back on.
func readWords() (*i18n.Bundle, []language.Tag, error) {
	bundle := i18n.NewBundle(language.English)
	bundle.RegisterUnmarshalFunc("json", json.Unmarshal)
	names, err := fs.Glob(wordFiles, "words/*.json")
	if err != nil {
		return nil, nil, err
	}
	for _, name := range names {
		if _, err := bundle.LoadMessageFileFS(wordFiles, name); err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return bundle, bundle.LanguageTags(), nil
}

func newWords(bundle *i18n.Bundle, tag language.Tag) *words {
	return &words{tag: tag, localizer: i18n.NewLocalizer(bundle, tag.String()), printer: message.NewPrinter(tag),
		languages: display.Languages(tag), regions: display.Regions(tag)}
}

// say gives the words behind a key. Pairs of name and value fill its gaps; the value of "N"
// chooses the plural. A key that no catalogue has is shown itself; a test finds those.
func (w *words) say(key string, pairs ...any) string {
	cfg := i18n.LocalizeConfig{MessageID: key}
	if len(pairs) > 0 {
		data := make(map[string]any, len(pairs)/2)
		for i := 0; i+1 < len(pairs); i += 2 {
			name := fmt.Sprint(pairs[i])
			data[name] = pairs[i+1]
			if n, ok := pairs[i+1].(int); ok {
				data[name] = w.number(n)
				if name == "N" {
					cfg.PluralCount = n
				}
			}
		}
		cfg.TemplateData = data
	}
	text, err := w.localizer.Localize(&cfg)
	if err != nil && cfg.PluralCount != nil { // one form serves every number: "Item 1", "Item 2"
		cfg.PluralCount = nil
		text, err = w.localizer.Localize(&cfg)
	}
	if err != nil {
		return key
	}
	return text
}

// named gives the word for a value of a set of words, such as a stage; the value itself
// where the catalogue does not have it.
func (w *words) named(set, value string) string {
	if value == "" {
		value = "none"
	}
	if text := w.say(set + "." + value); text != set+"."+value {
		return text
	}
	return value
}

// dir is the writing direction of the language.
func (w *words) dir() string {
	base, _ := w.tag.Base()
	switch base.String() {
	case "ar", "fa", "he", "ps", "ur", "ckb":
		return "rtl"
	}
	return "ltr"
}

func (w *words) number(n int) string { return w.printer.Sprint(number.Decimal(n)) }

func (w *words) decimal(f float64) string {
	return w.printer.Sprint(number.Decimal(f, number.MaxFractionDigits(1)))
}

// languageName names a language of content: "ar" is Arabic.
func (w *words) languageName(code string) string {
	if code == "" {
		return w.say("word.unknown_language")
	}
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	if name := w.languages.Name(tag); name != "" {
		return name
	}
	return code
}

func (w *words) countryName(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if name := w.regions.Name(region); name != "" {
		return name
	}
	return code
}

// All times are shown in UTC, so that units of several countries speak of the same moment.
func (w *words) moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") }

// took says a length of time in its two largest measures.
func (w *words) took(minutes float64) string {
	m := int(minutes + 0.5)
	switch {
	case minutes <= 0:
		return w.say("word.dash")
	case m < 1:
		return w.say("time.under_minute")
	case m < 60:
		return w.say("time.minutes", "N", m)
	case m < 48*60:
		return w.say("time.hours", "H", m/60, "M", m%60)
	}
	return w.say("time.days", "D", m/1440, "H", m%1440/60)
}

// size says a number of bytes.
func (w *words) size(n int64) string {
	switch {
	case n < 1000:
		return w.say("size.bytes", "N", int(n))
	case n < 1000_000:
		return w.say("size.kilobytes", "Size", w.decimal(float64(n)/1000))
	}
	return w.say("size.megabytes", "Size", w.decimal(float64(n)/1000_000))
}
