package document

import (
	"strings"

	"github.com/argine/argine/internal/law"
)

// Everything here is made up.

// sample is a document of a form with every field filled.
func sample(form string) Document {
	d := Document{Form: form, Edition: EditionOf(form), Reference: "EX-2026/00017", Language: "en", Values: law.Filled{},
		Unit: "Example Referral Unit", Platform: "Video Example", AnswerURL: "https://desk.unit.example/v1/answers/plt_1"}
	f, err := d.Law()
	if err != nil {
		panic(err)
	}
	for _, field := range f.Fields() {
		d.Values[field.Key] = sampleValue(form, field)
	}
	if form == Referral {
		d.Items = []Item{
			{"itm_1", "https://video.example/watch/1?t=30&list=a", []string{"a", "c"}, "It calls on viewers to join the made-up group Sample Brigade, see https://video.example/channel/sample."},
			{"itm_2", "https://video.example/watch/2", []string{"d"}, "It explains how to make something that does not exist.\nIn two lines."},
		}
	}
	return d
}

func sampleValue(form string, f law.Field) string {
	switch f.Shape {
	case law.Moment:
		return "2026-10-25T02:30:00+02:00"
	case law.Country:
		return map[string]string{"a.issuing_member_state": "BE"}[f.Key] + map[bool]string{true: "", false: "IE"}[f.Key == "a.issuing_member_state"]
	case law.Email:
		return "desk@unit.example"
	case law.Tick:
		return "yes"
	case law.Link:
		return "https://video.example/watch/1?t=30&list=a"
	case law.Links:
		return "https://video.example/watch/1?t=30&list=a\nhttps://video.example/watch/2"
	case law.Ticks:
		return strings.Join(f.Options[:min(2, len(f.Options))], ",")
	case law.Choice:
		return f.Options[0]
	}
	switch f.Key {
	case "a.reference_number", "a.authority_file", "a.order_reference", "b.new_reference":
		return "EX-2026/00017"
	case "e.telephone", "e.fax":
		return "+32 2 555 01 00"
	case "language":
		return "en"
	}
	words := strings.NewReplacer(".", " ", "_", " ", "-", " ").Replace(form + " " + f.Key)
	if f.Longest >= 4000 {
		return "Made-up text for " + words + ".\nIt has a second line, with “quotes”, <b>tags</b> & an ampersand."
	}
	return "Made up " + words
}
