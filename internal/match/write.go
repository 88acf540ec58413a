package match

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/argine/argine/internal/lines"
)

// EntryWriter writes entries in a form that ReadEntries reads.
type EntryWriter struct {
	out   *bufio.Writer
	table *csv.Writer // for text/csv
	all   bool
}

// NewEntryWriter begins a file. With all, it has columns for when and why an entry was retracted.
func NewEntryWriter(contentType string, w io.Writer, all bool) (*EntryWriter, error) {
	media, err := lines.MediaType(contentType, formsRead)
	if err != nil {
		return nil, err
	}
	out := &EntryWriter{out: bufio.NewWriterSize(w, 64<<10), all: all}
	switch media {
	case formJSONL, "application/x-ndjson":
		return out, nil
	case formCSV:
		out.table = csv.NewWriter(out.out)
		columns := append(append([]string{}, columnsNeeded...), columnsRead...)
		if all {
			columns = append(columns, "retracted_at", "why")
		}
		return out, out.table.Write(columns)
	}
	return nil, lines.Unread(media, formsRead)
}

// Write writes an entry. features is what its value is the digest of, if it is of such a kind.
func (w *EntryWriter) Write(e Entry, features string) error {
	told := toldEntry{Number: e.Number, Kind: e.Kind, Value: e.Value, Label: e.Label, Labels: e.Labels, Provenance: e.Provenance,
		ExpiresAt: momentText(e.ExpiresAt), RetractedAt: momentText(e.RetractedAt), Why: e.Why}
	if HasFeatures(e.Kind) {
		told.Value = features
	}
	if w.table == nil {
		object := json.NewEncoder(w.out)
		object.SetEscapeHTML(false)
		return object.Encode(told)
	}
	row := []string{told.Kind, told.Value, told.Label, strings.Join(told.Labels, " "), told.Provenance, told.ExpiresAt}
	if w.all {
		row = append(row, told.RetractedAt, told.Why)
	}
	return w.table.Write(row)
}

// Flush writes what is held back.
func (w *EntryWriter) Flush() error {
	if w.table != nil {
		w.table.Flush()
		if err := w.table.Error(); err != nil {
			return err
		}
	}
	return w.out.Flush()
}

func momentText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339Nano)
}
