package document

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// Bounds of what is taken in from outside.
const (
	longestName    = 500
	longestLink    = 8192
	longestReasons = 10_000
	mostItems      = 20_000
	longestText    = 64 << 20 // of a document as JSON
)

// Check reports everything that keeps a document from leaving: what its form finds missing or
// wrong, placeholders, characters that deceive the eye, links that are none.
func (d Document) Check() error {
	form, err := d.Law()
	if err != nil {
		return err
	}
	var fields []problem.Field
	add := func(path, why string) {
		if why != "" {
			fields = append(fields, problem.Field{Path: path, Message: why})
		}
	}
	if catalogues[d.Language] == nil {
		add("language", "it is none of "+strings.Join(Languages(), ", "))
	}
	add("reference", line(d.Reference, 100, true))
	add("unit", line(d.Unit, longestName, batched(d.Form)))
	add("platform", line(d.Platform, longestName, batched(d.Form)))
	if d.AnswerURL != "" {
		add("answer_url", exact(d.AnswerURL))
	}
	d.checkItems(add)
	for _, key := range slices.Sorted(maps.Keys(d.Values)) {
		add("values."+key, readable(d.Values[key]))
	}
	if err := form.Check(d.formValues()); err != nil {
		add("values", problem.Message(err))
	}
	if len(fields) == 0 {
		return nil
	}
	e := problem.New(problem.Invalid, "the document %.40s %.100s cannot leave: correct %s", d.Form, d.Reference, told(fields))
	e.Fields = fields
	return e
}

func told(fields []problem.Field) string {
	var parts []string
	for _, f := range fields {
		parts = append(parts, f.Path+" ("+f.Message+")")
	}
	return strings.Join(parts, "; ")
}

// formValues are the values as the form wants them: the links of a notice are its items.
func (d Document) formValues() law.Filled {
	if d.Form != Notice || len(d.Items) == 0 {
		return d.Values
	}
	values := maps.Clone(d.Values)
	if values == nil {
		values = law.Filled{}
	}
	var urls []string
	for _, it := range d.Items {
		urls = append(urls, it.URL)
	}
	values["urls"] = strings.Join(urls, "\n")
	return values
}

func (d Document) checkItems(add func(path, why string)) {
	switch {
	case len(d.Items) > 0 && !batched(d.Form):
		add("items", "this form is of one thing and lists none")
		return
	case len(d.Items) == 0 && d.Form == Referral:
		add("items", "there are none; there is nothing to tell")
	case len(d.Items) > mostItems:
		add("items", fmt.Sprintf("there are more than %d", mostItems))
		return
	case len(d.Items) > 0 && d.Values["urls"] != "":
		add("values.urls", "the links of a notice are its items, or this value, and not both")
	}
	edition := law.TCO()
	for i, it := range d.Items {
		at := func(member string) string { return fmt.Sprintf("items.%d.%s", i, member) }
		add(at("item_id"), line(it.ItemID, 100, false))
		add(at("url"), exact(it.URL))
		if _, err := edition.CheckLimbs(it.Limbs); err != nil {
			add(at("limbs"), problem.Message(err))
		}
		switch mark := law.Placeholder(it.Reasons); {
		case mark != "":
			add(at("reasons"), "the placeholder "+mark+" is not replaced")
		case utf8.RuneCountInString(it.Reasons) > longestReasons:
			add(at("reasons"), "it is too long")
		default:
			add(at("reasons"), readable(it.Reasons))
		}
	}
}

// line checks a name or number that stands on one line.
func line(s string, longest int, needed bool) string {
	switch {
	case strings.TrimSpace(s) == "" && needed:
		return "it is missing"
	case utf8.RuneCountInString(s) > longest:
		return "it is too long"
	case strings.ContainsAny(s, "\r\n\t"):
		return "it stands on more than one line"
	case law.Placeholder(s) != "":
		return "the placeholder " + law.Placeholder(s) + " is not replaced"
	}
	return readable(s)
}

// readable refuses what a reader does not see, and what makes him see another text than stands
// there: control characters, and those that turn the writing direction (Unicode Technical Report 36, 3.2).
func readable(s string) string {
	if !utf8.ValidString(s) {
		return "it is no text in UTF-8"
	}
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t' || r == '\r': // a browser ends lines with both
		case unicode.IsControl(r):
			return fmt.Sprintf("it has the control character U+%04X", r)
		case r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069:
			return fmt.Sprintf("it has the character U+%04X, which turns the writing direction; leave it out", r)
		}
	}
	return ""
}

// exact checks a link.
func exact(s string) string {
	u, err := url.Parse(s)
	switch {
	case s == "":
		return "it is missing"
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.ContainsAny(s, " \t\r\n"):
		return "it is no exact link that begins with http:// or https://"
	case len(s) > longestLink:
		return "it is too long"
	}
	return readable(s)
}
