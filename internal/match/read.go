package match

import (
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// EntryLine is one fingerprint of a file, or one line that holds none that can be used.
type EntryLine struct {
	Number   int    // of the line in the file, from 1; it hides the number that the entry had where it comes from
	Entry           // its Value is what is stored; one with RetractedAt was taken out where it comes from
	Features string // of a video, sound or text: what the file said, to be kept in the blob store
	Err      error  // why the line cannot be used; problem.Invalid
	Input    string // of a bad line: its beginning, fit for showing
}

const (
	formCSV   = "text/csv"
	formJSONL = "application/jsonl"
	formsRead = formCSV + " or " + formJSONL
)

// longest bounds what one line may hold, so that memory stays flat whatever the file is. It is
// room for the features of a video of three hours at one frame a second.
const longest = 1 << 20

var (
	columnsNeeded = []string{"kind", "value"}
	columnsRead   = []string{"label", "labels", "provenance", "expires_at"}
)

// ReadEntries reads a file of fingerprints as it comes and calls fn for every line that is
// not empty. A bad line is handed over with Err set, and reading goes on. An error of fn
// ends it.
//
// The forms are text/csv (columns kind and value, and if there are such label, labels,
// provenance, expires_at and retracted_at, named in the first line; others are passed over)
// and application/jsonl (objects with the same members). Both are UTF-8. labels are words
// with spaces between them, in JSON also a list; moments are in RFC 3339. The value of a
// video, a sound or a text is its features, or the text itself.
func ReadEntries(contentType string, r io.Reader, fn func(EntryLine) error) error {
	media, err := lines.MediaType(contentType, formsRead)
	if err != nil {
		return err
	}
	in, err := lines.New(r, longest)
	if err != nil {
		return err
	}
	switch media {
	case formCSV:
		return readTable(in, fn)
	case formJSONL, "application/x-ndjson":
		return readObjects(in, fn)
	}
	return lines.Unread(media, formsRead)
}

func readTable(in *lines.Reader, fn func(EntryLine) error) error {
	return lines.EachRow(in, columnsNeeded, columnsRead, func(row lines.Row) error {
		told := toldEntry{Kind: row.Field("kind"), Value: row.Field("value"), Label: row.Field("label"), Labels: strings.Fields(row.Field("labels")),
			Provenance: row.Field("provenance"), ExpiresAt: row.Field("expires_at"), RetractedAt: row.Field("retracted_at")}
		return fn(told.line(row.Line))
	})
}

func readObjects(in *lines.Reader, fn func(EntryLine) error) error {
	return lines.Each(in, func(line lines.Line) error {
		var told toldEntry
		if line.Err == nil {
			if err := json.Unmarshal([]byte(line.Text), &told); err != nil {
				line.Err = problem.Wrap(err, problem.Invalid, `the line is not a JSON object whose members kind, value, label, labels, provenance and expires_at are texts; write {"kind": "sha256", "value": "…"} on one line`)
			}
		}
		return fn(told.line(line))
	})
}

// toldEntry is an entry as files tell it.
type toldEntry struct {
	Number      int64  `json:"number,omitempty"`
	Kind        string `json:"kind"`
	Value       string `json:"value"`
	Label       string `json:"label,omitempty"`
	Labels      words  `json:"labels,omitempty"`
	Provenance  string `json:"provenance,omitempty"`
	ExpiresAt   string `json:"expires_at,omitempty"`
	RetractedAt string `json:"retracted_at,omitempty"`
	Why         string `json:"why,omitempty"`
}

// words reads a list of words, or one text of them.
type words []string

// UnmarshalJSON implements json.Unmarshaler.
func (w *words) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '[' {
		return json.Unmarshal(raw, (*[]string)(w))
	}
	var text string
	err := json.Unmarshal(raw, &text)
	*w = strings.Fields(text)
	return err
}

// line makes the entry of a line, or says what is wrong with it.
func (t toldEntry) line(from lines.Line) EntryLine {
	out := EntryLine{Number: from.Number, Err: from.Err}
	if out.Err == nil {
		out.Entry, out.Features, out.Err = t.entry()
	}
	if out.Err != nil {
		out.Entry, out.Features, out.Input = Entry{}, "", lines.Show(from.Text)
	}
	return out
}

func (t toldEntry) entry() (e Entry, features string, err error) {
	e = Entry{Number: t.Number, Kind: strings.ToLower(strings.TrimSpace(t.Kind)), Value: t.Value, Label: t.Label, Labels: t.Labels, Provenance: t.Provenance}
	if e.ExpiresAt, err = momentOf("expires_at", t.ExpiresAt); err != nil {
		return e, "", err
	}
	if e.RetractedAt, err = momentOf("retracted_at", t.RetractedAt); err != nil {
		return e, "", err
	}
	if HasFeatures(e.Kind) && !(t.RetractedAt != "" && isSum(t.Value)) {
		if e.Value, features, err = cleanFeatures(e.Kind, t.Value); err != nil {
			return e, "", err
		}
	}
	e, err = e.clean()
	return e, features, err
}

func momentOf(name, text string) (time.Time, error) {
	if text = strings.TrimSpace(text); text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Year() < 1970 {
		return time.Time{}, problem.New(problem.Invalid, "%s is %.40q; write it like 2026-04-25T09:30:00Z, or leave it empty", name, text)
	}
	return t.UTC(), nil
}
