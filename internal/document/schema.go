package document

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/argine/argine/internal/law"
	"github.com/argine/argine/internal/problem"
)

// object is a part of a JSON Schema; encoding/json writes its members sorted.
type object = map[string]any

// Schema is the published JSON Schema (draft 2020-12) of a form in its newest edition. What it
// accepts Check may still refuse: a schema cannot tell a link with a placeholder in it.
func Schema(form string) ([]byte, error) {
	edition := EditionOf(form)
	f, ok := law.FormNamed(form, edition)
	if !ok {
		return nil, problem.New(problem.NotFound, "there is no form %.40q; the forms are %s", form, strings.Join(Forms(), ", "))
	}
	line := object{"type": "string", "minLength": 1, "maxLength": longestName}
	properties := object{
		"form":       object{"const": form},
		"edition":    object{"const": edition, "description": "CELEX number of the text that the form is from"},
		"reference":  object{"type": "string", "minLength": 1, "maxLength": 100},
		"language":   object{"enum": Languages(), "description": "of the fixed parts"},
		"unit":       describe(line, "who sends"),
		"platform":   describe(line, "to whom"),
		"answer_url": describe(linkSchema(), "where answers by machine go"),
		"values":     valuesSchema(f),
	}
	required := []string{"form", "edition", "reference", "language", "values"}
	if batched(form) {
		properties["items"] = object{"type": "array", "minItems": 1, "maxItems": mostItems, "items": itemSchema()}
		required = append(required, "unit", "platform")
	}
	if form == Referral {
		required = append(required, "items")
	}
	schema := object{
		"$schema":              "https://json-schema.org/draft/2020-12/schema",
		"$id":                  "urn:argine:form:" + form + ":" + edition,
		"title":                english(form + ".title"),
		"description":          english(form + ".basis"),
		"type":                 "object",
		"properties":           properties,
		"required":             required,
		"additionalProperties": false,
	}
	if form == Notice { // its links are the items, or the value, and not both
		schema["oneOf"] = []object{{"required": []string{"items"}}, {"properties": object{"values": object{"required": []string{"urls"}}}}}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(schema)
	return b.Bytes(), err
}

func english(key string) string { return catalogues["en"].words[key] }

func describe(schema object, text string) object {
	out := object{"description": text}
	for k, v := range schema {
		out[k] = v
	}
	return out
}

func linkSchema() object {
	return object{"type": "string", "format": "uri", "pattern": `^https?://[^\s]+$`, "maxLength": longestLink}
}

// valuesSchema has a member for each field; one that depends on a tick or choice is required by
// an if and then.
func valuesSchema(f law.Form) object {
	properties := object{}
	required := []string{}
	var conditions []object
	for _, field := range f.Fields() {
		properties[field.Key] = describe(fieldSchema(field), fieldText(f.Name, field))
		switch {
		case field.When != "":
			conditions = append(conditions, object{"if": whenSchema(f, field.When), "then": object{"required": []string{field.Key}}})
		case field.Needed && !(f.Name == Notice && field.Key == "urls"):
			required = append(required, field.Key)
		}
	}
	out := object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	if conditions != nil {
		out["allOf"] = conditions
	}
	return out
}

func fieldText(form string, f law.Field) string {
	text := english(wordKey(form, f.Key))
	if f.Article != "" {
		text += " (Article " + f.Article + ")"
	}
	return text
}

func fieldSchema(f law.Field) object {
	switch f.Shape {
	case law.Tick:
		if f.Needed {
			return object{"const": true}
		}
		return object{"type": "boolean"}
	case law.Ticks:
		return object{"type": "array", "items": object{"enum": f.Options}, "minItems": 1, "uniqueItems": true}
	case law.Choice:
		return object{"enum": f.Options}
	case law.Moment:
		return object{"type": "string", "format": "date-time"}
	case law.Country:
		return object{"type": "string", "pattern": "^[A-Z]{2}$"}
	case law.Email:
		return object{"type": "string", "pattern": `^[^\s@]+@[^\s]+$`, "maxLength": f.Longest}
	case law.Link:
		return linkSchema()
	case law.Links:
		return object{"type": "string", "pattern": `^\s*https?://\S+(\s*\n\s*https?://\S+)*\s*$`, "maxLength": f.Longest}
	}
	return object{"type": "string", "minLength": 1, "pattern": `\S`, "maxLength": f.Longest}
}

// whenSchema matches values in which a tick is set, or an option chosen.
func whenSchema(f law.Form, when string) object {
	key, option, chosen := strings.Cut(when, "=")
	test := object{"const": true}
	for _, field := range f.Fields() {
		switch {
		case field.Key != key || !chosen:
		case field.Shape == law.Ticks:
			test = object{"contains": object{"const": option}}
		default:
			test = object{"const": option}
		}
	}
	return object{"properties": object{key: test}, "required": []string{key}}
}

func itemSchema() object {
	return object{"type": "object", "additionalProperties": false, "required": []string{"url", "limbs"}, "properties": object{
		"item_id": object{"type": "string", "minLength": 1, "maxLength": 100},
		"url":     describe(linkSchema(), "the exact link that was seen"),
		"limbs":   object{"type": "array", "items": object{"enum": []string{"a", "b", "c", "d", "e"}}, "uniqueItems": true, "description": "points of Article 2(7) of Regulation (EU) 2021/784"},
		"reasons": object{"type": "string", "minLength": 1, "maxLength": longestReasons},
	}}
}
