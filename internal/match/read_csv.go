package match

import (
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// header says where the columns are, and what separates them: the comma, or the semicolon
// or tab that Excel writes where the comma is the decimal sign.
type header struct {
	sep     string
	columns int
	at      [4]int // of kind, value, label, provenance; -1 where there is none
}

var columnNames = [4]string{"kind", "value", "label", "provenance"}

// readHeader takes the first line that is not empty.
func readHeader(in *lines) (*header, error) {
	for {
		text, fault, err := in.next()
		if err != nil && err != io.EOF {
			return nil, err
		}
		if err == nil && fault == nil && strings.TrimSpace(text) == "" {
			continue
		}
		for _, sep := range []string{",", ";", "\t"} {
			if h := headerOf(text, sep); h != nil && fault == nil {
				return h, nil
			}
		}
		return nil, problem.New(problem.Invalid, "the first line of a CSV file names its columns, among them kind and value (others that are read: label, provenance); it is %q", show(text))
	}
}

// headerOf returns nil if the line, split there, does not name the columns that are needed.
func headerOf(text, sep string) *header {
	names, err := splitLine(text, sep)
	if err != nil {
		return nil
	}
	for i := range names {
		names[i] = strings.ToLower(strings.TrimSpace(names[i]))
	}
	h := &header{sep: sep, columns: len(names)}
	for i, name := range columnNames {
		h.at[i] = slices.Index(names, name)
	}
	if h.at[0] < 0 || h.at[1] < 0 {
		return nil
	}
	return h
}

// entry reads a line. Missing fields at the end are empty; more fields than columns mean a
// separator inside a label, and what stands behind it would be taken for something else.
func (h *header) entry(text string) (Entry, error) {
	fields, err := splitLine(text, h.sep)
	if err != nil {
		return Entry{}, err
	}
	if len(fields) > h.columns {
		return Entry{}, problem.New(problem.Invalid, "the line has %d fields and the header %d; put quotation marks around a value that holds %q", len(fields), h.columns, h.sep)
	}
	var got [4]string
	for i, at := range h.at {
		if at >= 0 && at < len(fields) {
			got[i] = fields[at]
		}
	}
	return Entry{Kind: got[0], Value: got[1], Label: got[2], Provenance: got[3]}, nil
}

var errQuote = errors.New("quotation marks do not pair")

// splitLine splits a line of RFC 4180 into its fields. A field ends with its line: an open
// quotation mark makes one bad line, not one value of all the rest of the file, which is
// why encoding/csv does not read here.
func splitLine(text, sep string) ([]string, error) {
	if strings.IndexByte(text, '"') < 0 {
		return strings.Split(text, sep), nil
	}
	var fields []string
	for {
		field, rest, more, err := cutField(text, sep)
		if err != nil {
			return nil, problem.Wrap(err, problem.Invalid, "the quotation marks on this line do not pair; put a whole value in them and write two for each one inside")
		}
		fields = append(fields, field)
		if !more {
			return fields, nil
		}
		text = rest
	}
}

func cutField(text, sep string) (field, rest string, more bool, err error) {
	if !strings.HasPrefix(text, `"`) {
		field, rest, more = strings.Cut(text, sep)
		if strings.Contains(field, `"`) {
			err = errQuote
		}
		return field, rest, more, err
	}
	var out strings.Builder
	for text = text[1:]; ; {
		part, after, closed := strings.Cut(text, `"`)
		if !closed {
			return "", "", false, errQuote
		}
		out.WriteString(part)
		if text, closed = strings.CutPrefix(after, `"`); closed {
			out.WriteByte('"')
			continue
		}
		if rest, more = strings.CutPrefix(after, sep); !more && after != "" {
			return "", "", false, errQuote
		}
		return out.String(), rest, more, nil
	}
}
