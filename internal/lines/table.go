package lines

import (
	"io"
	"slices"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// Table reads RFC 4180 with the separator that the header uses: the comma, or the semicolon
// or tab that Excel writes where the comma is the decimal sign. encoding/csv is not used,
// because to it a quotation mark that is never closed makes one field of all the rest of the
// file. Here such a line is bad by itself, and reading goes on with the next.
type Table struct {
	in      *Reader
	sep     byte
	columns int
	at      map[string]int // place of a column by its name, in lower case
}

// Row is one record of a table, which may reach over several lines.
type Row struct {
	Line   // the first line's number, and the text of all of the record
	fields []string
	at     map[string]int
}

// Field is the value in a column, "" where the row or the table has none. A bad row has none.
func (r Row) Field(name string) string {
	if i, ok := r.at[name]; ok && i < len(r.fields) {
		return r.fields[i]
	}
	return ""
}

// NewTable reads the header: the first line that is not empty. It must name the needed
// columns; others are those that are read besides, for the message.
func NewTable(in *Reader, needed, others []string) (*Table, error) {
	for {
		line, err := in.Next()
		if err != nil && err != io.EOF {
			return nil, err
		}
		if err == nil && line.Err == nil && strings.TrimSpace(line.Text) == "" {
			continue
		}
		for _, sep := range []byte{',', ';', '\t'} {
			if t := header(in, line, sep); t != nil && t.has(needed) {
				return t, nil
			}
		}
		return nil, problem.New(problem.Invalid, "the first line of a CSV file names its columns, among them %s (others that are read: %s); it is %q",
			strings.Join(needed, " and "), strings.Join(others, ", "), Show(line.Text))
	}
}

// header returns nil if the line, split there, cannot be one.
func header(in *Reader, line Line, sep byte) *Table {
	fields, err := split(line.Text, sep)
	if err != nil || line.Err != nil || Usable(line.Text) != nil {
		return nil
	}
	t := &Table{in: in, sep: sep, columns: len(fields), at: map[string]int{}}
	for i, name := range fields {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := t.at[name]; !twice {
			t.at[name] = i
		}
	}
	return t
}

func (t *Table) has(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { _, ok := t.at[name]; return !ok })
}

// Next reads the next row that is not empty. The error is io.EOF at the end.
func (t *Table) Next() (Row, error) {
	for {
		line, err := t.record()
		if err != nil {
			return Row{}, err
		}
		if line.Err == nil && strings.TrimSpace(line.Text) == "" {
			continue
		}
		return t.row(line), nil
	}
}

// row splits a record. Missing fields at the end are empty; more fields than columns mean a
// separator inside a value, and what stands behind it would be taken for something else.
func (t *Table) row(line Line) Row {
	if line.Err == nil {
		line.Err = Usable(line.Text)
	}
	if line.Err != nil {
		return Row{Line: line}
	}
	fields, err := split(line.Text, t.sep)
	if err == nil && len(fields) > t.columns {
		err = problem.New(problem.Invalid, "the line has %d fields and the header %d; put quotation marks around a value that holds %q", len(fields), t.columns, string(t.sep))
	}
	if line.Err = err; err != nil {
		return Row{Line: line}
	}
	return Row{Line: line, fields: fields, at: t.at}
}

// record reads the next record: up to the first line end outside quotation marks, or just
// the first line when the marks in it make no sense; split then says why.
func (t *Table) record() (Line, error) {
	in := t.in
	for want := 1; ; {
		seen, whole, err := in.window(want)
		if err != nil {
			return Line{}, err
		}
		end, after := recordEnd(seen, whole, t.sep)
		if end >= 0 && end <= in.longest && after > 0 {
			line := Line{Number: in.number + 1, Text: string(seen[:end])}
			in.number += lineCount(seen[:after])
			in.r.Discard(after)
			return line, nil
		}
		if end != unknown || whole || len(seen) >= in.r.Size() {
			return in.Next()
		}
		want = more(seen)
	}
}
