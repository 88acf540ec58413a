// Package form is what forms of the law have in common: sections of fields, what a field holds,
// and what is wrong with a filled one. Which fields there are, and the article that asks for
// each, package law says.
package form

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/argine/argine/internal/problem"
)

// Form is what one side fills in for another, section by section: an annex, or what an article
// asks for in words.
type Form struct {
	Name     string // annex-1, annex-2, annex-3, dsa-16 …
	Article  string // which prescribes it
	Sections []Section
}

// Section is a lettered part of a form.
type Section struct {
	Letter string
	Fields []Field
}

// Shape is what a field holds.
type Shape string

// The shapes of fields.
const (
	Text    Shape = "text"
	Link    Shape = "link"    // one exact URL
	Links   Shape = "links"   // exact URLs, one a line
	Moment  Shape = "moment"  // date and time of day, with its zone
	Country Shape = "country" // member state, two letters
	Email   Shape = "email"
	Tick    Shape = "tick"
	Ticks   Shape = "ticks"  // any number of the options
	Choice  Shape = "choice" // exactly one of the options
)

// Field is one line of a form. The words that stand beside it are the catalogue's, by its key.
type Field struct {
	Key      string
	Shape    Shape
	Article  string // which asks for it; empty where only the form does
	Needed   bool
	When     string   // it is needed only if this tick is set, or this choice made: key or key=option
	Options  []string // of ticks and choices
	Longest  int      // of a text, in letters
	Personal bool     // names a person: not for publication
	Own      bool     // holds addresses of who fills it in: a link in it leads to nothing that harms
}

// Fields are all fields of the form in order.
func (f Form) Fields() (all []Field) {
	for _, s := range f.Sections {
		all = append(all, s.Fields...)
	}
	return all
}

// Filled is a form with its values, by key. Ticks are "yes" or missing, several options stand
// with a comma between them, moments are RFC 3339.
type Filled map[string]string

// placeholder is what templates leave where nobody filled them in: {{name}}, ${name},
// [[name]], <<name>>, {name}, ###.
var placeholder = regexp.MustCompile(`\{\{|\}\}|\$\{|\[\[[^\]]*\]\]|<<[^<>]*>>|\{[A-Za-z_][A-Za-z0-9_.]*\}|###`)

// Placeholder finds the first placeholder in a text that nobody filled in; empty when there is
// none. No document with one may leave.
func Placeholder(text string) string { return placeholder.FindString(text) }

// Check reports everything that is wrong with a filled form, each with the article that asks for it.
func (f Form) Check(values Filled) error {
	var wrong []string
	known := map[string]bool{}
	for _, field := range f.Fields() {
		known[field.Key] = true
		if why := field.check(values); why != "" {
			if field.Article != "" {
				why += " (Article " + field.Article + ")"
			}
			wrong = append(wrong, field.Key+": "+why)
		}
	}
	for key := range values {
		if !known[key] {
			wrong = append(wrong, key+": the form has no such field")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	return problem.New(problem.Invalid, "the form %s is not complete: %s", f.Name, strings.Join(wrong, "; "))
}

func (f Field) check(values Filled) string {
	value := strings.TrimSpace(values[f.Key])
	switch {
	case value == "" && f.NeededIn(values):
		return "it is missing"
	case value == "":
		return ""
	case f.Shape != Link && f.Shape != Links && Placeholder(value) != "":
		return "the placeholder " + Placeholder(value) + " is not replaced"
	case f.Longest > 0 && len([]rune(value)) > f.Longest:
		return "it is too long"
	}
	return f.checkShape(value)
}

// NeededIn reports whether the field must be filled beside the other values.
func (f Field) NeededIn(values Filled) bool {
	if f.When == "" {
		return f.Needed
	}
	key, option, chosen := strings.Cut(f.When, "=")
	if !chosen {
		return values[key] == "yes"
	}
	return slices.Contains(strings.Split(values[key], ","), option)
}

func (f Field) checkShape(value string) string {
	switch f.Shape {
	case Moment:
		if _, err := time.Parse(time.RFC3339, value); err != nil {
			return "it is no moment such as 2026-10-25T02:30:00+02:00"
		}
	case Country:
		if len(value) != 2 || strings.ToUpper(value) != value {
			return "it is no country code of two capital letters"
		}
	case Link:
		return checkLink(value)
	case Links:
		for line := range strings.SplitSeq(value, "\n") {
			if why := checkLink(strings.TrimSpace(line)); why != "" {
				return why
			}
		}
	case Email:
		if at := strings.IndexByte(value, '@'); at < 1 || at == len(value)-1 || strings.ContainsAny(value, " \n") {
			return "it is no e-mail address"
		}
	case Tick:
		if value != "yes" {
			return "a tick is yes or missing"
		}
	case Choice:
		if !slices.Contains(f.Options, value) {
			return "it is none of " + strings.Join(f.Options, ", ")
		}
	case Ticks:
		for _, option := range strings.Split(value, ",") {
			if !slices.Contains(f.Options, option) {
				return "it is none of " + strings.Join(f.Options, ", ")
			}
		}
	}
	return ""
}

// checkLink wants the exact URL as it was seen: absolute, of the web, and nothing beside it.
// In a link only what no link has counts as a placeholder.
func checkLink(value string) string {
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(value, " \t\r\n"):
		return "it is no exact link that begins with http:// or https://"
	case strings.Contains(value, "{{") || strings.Contains(value, "${") || strings.Contains(value, "###"):
		return "a placeholder in the link is not replaced"
	}
	return ""
}
