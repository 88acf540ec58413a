package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// wire is a document in JSON. Ticks are true or missing, any number of options is a list, all
// other values are text; members stand in a fixed order, so that the same document is the same bytes.
type wire struct {
	Form      string         `json:"form"`
	Edition   string         `json:"edition"`
	Reference string         `json:"reference"`
	Language  string         `json:"language"`
	Unit      string         `json:"unit,omitempty"`
	Platform  string         `json:"platform,omitempty"`
	AnswerURL string         `json:"answer_url,omitempty"`
	Values    map[string]any `json:"values"`
	Items     []wireItem     `json:"items,omitempty"`
}

type wireItem struct {
	ItemID  string   `json:"item_id,omitempty"`
	URL     string   `json:"url"`
	Limbs   []string `json:"limbs"`
	Reasons string   `json:"reasons,omitempty"`
}

// JSON is the document for machines. It validates against Schema of its form, and Parse gives
// the document back.
func (d Document) JSON() ([]byte, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	form, err := d.Law()
	if err != nil {
		return nil, err
	}
	w := wire{Form: d.Form, Edition: d.Edition, Reference: d.Reference, Language: d.Language, Unit: d.Unit, Platform: d.Platform, AnswerURL: d.AnswerURL, Values: map[string]any{}}
	for _, f := range form.Fields() {
		if value := strings.TrimSpace(d.Values[f.Key]); value != "" {
			w.Values[f.Key] = worth(f, value)
		}
	}
	for _, it := range d.Items {
		w.Items = append(w.Items, wireItem{it.ItemID, it.URL, append([]string{}, it.Limbs...), it.Reasons})
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // links stay as they are
	e.SetIndent("", "  ")
	err = e.Encode(w)
	return b.Bytes(), err
}

// worth is a value as JSON has it.
func worth(f law.Field, value string) any {
	switch f.Shape {
	case law.Tick:
		return true
	case law.Ticks:
		return strings.Split(value, ",")
	}
	return value
}

// Parse is the inverse of JSON. What it does not know, and what Check refuses, it refuses, and
// says all that is wrong, since the other side's program has to be put right by a person.
func Parse(text []byte) (Document, error) {
	if len(text) > longestText {
		return Document{}, problem.New(problem.TooLarge, "the document has %d bytes; %d can be read", len(text), longestText)
	}
	if member := repeated(json.NewDecoder(bytes.NewReader(text))); member != "" {
		return Document{}, problem.New(problem.Invalid, "this is no document: the member %.40q stands twice, and two programs could read it as two things", member)
	}
	var w wire
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&w); err != nil {
		return Document{}, problem.Wrap(err, problem.Invalid, "this is no document: %s; the schema of its form is at /schema/{form}.json", misread(err))
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return Document{}, problem.New(problem.Invalid, "something stands after the end of the document; send one document at a time")
	}
	d := Document{Form: w.Form, Edition: w.Edition, Reference: w.Reference, Language: w.Language, Unit: w.Unit, Platform: w.Platform, AnswerURL: w.AnswerURL, Values: law.Filled{}}
	form, err := d.Law()
	if err != nil {
		return Document{}, err
	}
	for _, it := range w.Items {
		d.Items = append(d.Items, Item(it))
	}
	if err := d.take(form, w.Values); err != nil {
		return Document{}, err
	}
	return d, d.Check()
}

// repeated finds a member that an object has twice; RFC 8259, section 4, leaves open which counts,
// so the sender could mean one and the receiver read the other.
func repeated(d *json.Decoder) string {
	var open []map[string]bool // nil for a list
	name := true               // the next string of an object is a name
	for {
		token, err := d.Token()
		if err != nil {
			return "" // what is wrong with it the reading tells
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			name = true
			continue
		case string:
			if n := len(open); n > 0 && open[n-1] != nil && name {
				if open[n-1][t] {
					return t
				}
				open[n-1][t], name = true, false
				continue
			}
		}
		name = true
	}
}

func misread(err error) string {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &kind):
		return fmt.Sprintf("%s must not be a %s", kind.Field, kind.Value)
	case errors.As(err, &syntax):
		return fmt.Sprintf("it is no JSON at byte %d", syntax.Offset)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// take reads the values, each in the type that its field has.
func (d *Document) take(form law.Form, values map[string]any) error {
	shapes := map[string]law.Shape{}
	for _, f := range form.Fields() {
		shapes[f.Key] = f.Shape
	}
	var fields []problem.Field
	for _, key := range slices.Sorted(maps.Keys(values)) {
		shape, known := shapes[key]
		value, why := read(shape, values[key])
		if !known {
			why = "the form has no such field"
		}
		if why != "" {
			fields = append(fields, problem.Field{Path: "values." + key, Message: why})
		} else if value != "" {
			d.Values[key] = value
		}
	}
	if len(fields) == 0 {
		return nil
	}
	e := problem.New(problem.Invalid, "the document %.40s %.100s cannot be read: correct %s", d.Form, d.Reference, told(fields))
	e.Fields = fields
	return e
}

func read(shape law.Shape, value any) (text, why string) {
	switch v := value.(type) {
	case bool:
		if shape != law.Tick {
			return "", "it must not be true or false"
		}
		if v {
			text = "yes"
		}
		return text, ""
	case []any:
		if shape != law.Ticks {
			return "", "it must not be a list"
		}
		var options []string
		for _, one := range v {
			s, ok := one.(string)
			if !ok || strings.Contains(s, ",") || slices.Contains(options, s) {
				return "", "it must be a list of options, each once"
			}
			options = append(options, s)
		}
		return strings.Join(options, ","), ""
	case string:
		if shape == law.Tick || shape == law.Ticks {
			return "", "it must not be a text"
		}
		return v, ""
	}
	return "", "it must be a text"
}
