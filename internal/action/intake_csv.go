package action

import (
	"io"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// readCSV reads RFC 4180 with the separator that the header uses: the comma, or the
// semicolon or tab that Excel writes where the comma is the decimal sign. encoding/csv is
// not used, because to it a quotation mark that is never closed makes one field of all the
// rest of the file. Here such a line is bad by itself, and reading goes on with the next.
func readCSV(in *lines, fn func(Line) error) error {
	var head *header
	for {
		first := in.number + 1 // a record has the number of its first line
		rec, err := in.record(head.separator())
		if err == io.EOF {
			if head == nil {
				return noHeader("")
			}
			return nil
		}
		if err != nil {
			return err
		}
		if rec.fault == nil && strings.TrimSpace(rec.text) == "" {
			continue
		}
		if head == nil {
			if head, err = readHeader(rec); err != nil {
				return err
			}
			continue
		}
		if err := fn(finish(head.line(rec), first, rec.text)); err != nil {
			return err
		}
	}
}

// header says where the columns are.
type header struct {
	sep     byte
	columns int
	at      map[string]int
}

func (h *header) separator() byte {
	if h == nil {
		return 0
	}
	return h.sep
}

func noHeader(text string) error {
	return problem.New(problem.Invalid, "the first line of a CSV file names its columns, and one of them is url (others that are read: source, note, seen_at); it is %q", show(text))
}

// readHeader tries the separators on the first record until there is a column url.
func readHeader(rec record) (*header, error) {
	for _, sep := range []byte{',', ';', '\t'} {
		fields, err := splitRecord(rec.text, sep)
		if err != nil || usable(rec.text) != nil {
			continue
		}
		h := &header{sep: sep, columns: len(fields), at: map[string]int{}}
		for i, name := range fields {
			name = strings.ToLower(strings.TrimSpace(name))
			if _, twice := h.at[name]; !twice {
				h.at[name] = i
			}
		}
		if _, ok := h.at["url"]; ok {
			return h, nil
		}
	}
	return nil, noHeader(rec.text)
}

// line makes a line of a record. Missing fields at the end are empty; more fields than
// columns mean a separator inside a value, and a link cut off there would be another link.
func (h *header) line(rec record) Line {
	fault := rec.fault
	if fault == nil {
		fault = usable(rec.text)
	}
	if fault != nil {
		return Line{Err: fault}
	}
	fields, err := splitRecord(rec.text, h.sep)
	if err == nil && len(fields) > h.columns {
		err = problem.New(problem.Invalid, "the line has %d fields and the header %d; put quotation marks around a value that holds %q", len(fields), h.columns, string(h.sep))
	}
	if err != nil {
		return Line{Err: err}
	}
	field := func(name string) string {
		if i, ok := h.at[name]; ok && i < len(fields) {
			return fields[i]
		}
		return ""
	}
	seen, err := seenAt(field("seen_at"))
	return Line{URL: field("url"), Source: field("source"), Note: field("note"), SeenAt: seen, Err: err}
}

// record is the text of one record, which may reach over several lines.
type record struct {
	text  string
	fault error
}

// record reads the next record: up to the first line end outside quotation marks, or just
// the first line when the marks in it make no sense; splitRecord then says why. Without a
// separator (for the header) it reads a line.
func (in *lines) record(sep byte) (record, error) {
	for want := 1; sep != 0; {
		seen, whole, err := in.window(want)
		if err != nil {
			return record{}, err
		}
		end, after := recordEnd(seen, whole, sep)
		if end >= 0 && end <= maxLine && after > 0 {
			text := string(seen[:end])
			in.number += lineCount(seen[:after])
			in.r.Discard(after)
			return record{text: text}, nil
		}
		if end != unknown || whole || len(seen) >= fullWindow {
			break
		}
		want = len(seen) + 1
	}
	_, text, fault, err := in.next()
	return record{text, fault}, err
}
