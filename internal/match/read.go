package match

import (
	"encoding/json"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/problem"
)

// EntryLine is one fingerprint of a file, or one line that holds none that can be used.
type EntryLine struct {
	Number int // of the line in the file, from 1
	Entry
	Err   error  // why the line cannot be used; problem.Invalid
	Input string // of a bad line: its beginning, fit for showing
}

// ReadEntries reads a file of fingerprints as it comes and calls fn for every line that is
// not empty. A bad line is handed over with Err set, and reading goes on. An error of fn
// ends it.
//
// The forms are text/csv (columns kind and value, and if there are such label and
// provenance, named in the first line; others are passed over) and application/jsonl
// (objects with the same members). Both are UTF-8, an entry a line.
func ReadEntries(contentType string, r io.Reader, fn func(EntryLine) error) error {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return problem.Wrap(err, problem.UnsupportedMedia, "%.80q is not a media type; send the file as text/csv or application/jsonl", contentType)
	}
	if c := strings.ToLower(params["charset"]); c != "" && c != "utf-8" && c != "utf8" && c != "us-ascii" {
		return problem.New(problem.UnsupportedMedia, "files in %.40q are not read; save the file as UTF-8", c)
	}
	in, err := newLines(r)
	if err != nil {
		return err
	}
	switch media {
	case "text/csv":
		h, err := readHeader(in)
		if err != nil {
			return err
		}
		return in.each(h.entry, fn)
	case "application/jsonl", "application/x-ndjson":
		return in.each(jsonEntry, fn)
	}
	return problem.New(problem.UnsupportedMedia, "files of the type %.80q are not read; send the file as text/csv or application/jsonl", media)
}

// each hands over what parse makes of every line.
func (in *lines) each(parse func(text string) (Entry, error), fn func(EntryLine) error) error {
	for {
		text, fault, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if fault == nil && strings.TrimSpace(text) == "" {
			continue
		}
		line := EntryLine{Number: in.number, Err: fault}
		if fault == nil {
			line.Entry, line.Err = parse(text)
		}
		if line.Err == nil {
			line.Entry, line.Err = line.clean()
		}
		if line.Err != nil {
			line.Entry, line.Input = Entry{}, show(text)
		}
		if err := fn(line); err != nil {
			return err
		}
	}
}

// jsonEntry reads an object with the members kind, value, label and provenance.
func jsonEntry(text string) (Entry, error) {
	var in struct{ Kind, Value, Label, Provenance string }
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return Entry{}, problem.Wrap(err, problem.Invalid, `the line is not a JSON object whose members kind, value, label and provenance are texts; write {"kind": "sha256", "value": "…"} on one line`)
	}
	return Entry(in), nil
}

// maxInput is how much of a bad line is shown, in bytes.
const maxInput = 120

// show makes the beginning of a line fit for a message.
func show(input string) string {
	cut := input
	if len(cut) > maxInput {
		cut = cut[:maxInput]
		for len(cut) > maxInput-utf8.UTFMax && !utf8.RuneStart(input[len(cut)]) {
			cut = cut[:len(cut)-1]
		}
	}
	clean := strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(cut, "\uFFFD")))
	if len(cut) < len(input) {
		clean += "…"
	}
	return clean
}
