package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Field is one named field of a WARC or HTTP header.
type Field struct{ Name, Value string }

// Header is a list of fields in the order and the case in which they stand in
// the file. Names compare without case.
type Header []Field

// Get returns the first value of a name, or the empty string.
func (h Header) Get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Values returns all values of a name. WARC-Concurrent-To may stand more than
// once, as may most HTTP fields.
func (h Header) Values(name string) []string {
	var all []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// add appends a field unless its value is empty.
func (h *Header) add(name, value string) {
	if value != "" {
		*h = append(*h, Field{name, value})
	}
}

// write appends the fields to text. A line end inside a name or value would
// let a hostile URL forge further fields, so it is an error.
func (h Header) write(text *strings.Builder) error {
	for _, f := range h {
		if f.Name == "" || strings.ContainsAny(f.Name, ": \t\r\n\x00") {
			return fmt.Errorf("warc: %q cannot be the name of a field", f.Name)
		}
		if strings.ContainsAny(f.Value, "\r\n\x00") {
			return fmt.Errorf("warc: the value of %s has a line end or NUL in it", f.Name)
		}
		text.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	return nil
}

// WriteFields gives the text of an application/warc-fields block, the content
// of warcinfo and most metadata records.
func WriteFields(h Header) ([]byte, error) {
	var text strings.Builder
	if err := h.write(&text); err != nil {
		return nil, err
	}
	return []byte(text.String()), nil
}

// ParseFields reads an application/warc-fields block.
func ParseFields(block []byte) (Header, error) {
	h, err := parseHeader(linesOf(&block))
	if err == io.EOF { // the empty line at the end is optional here
		err = nil
	}
	return h, err
}

// linesOf hands out the lines of text one by one and moves text past them.
func linesOf(text *[]byte) func() (string, error) {
	return func() (string, error) {
		if len(*text) == 0 {
			return "", io.EOF
		}
		line, rest, _ := bytes.Cut(*text, []byte("\n"))
		*text = rest
		return string(bytes.TrimSuffix(line, []byte("\r"))), nil
	}
}

// parseHeader reads fields up to and with the empty line. A line that begins
// with a space or tab goes on with the value before it: WARC 1.0 allowed that,
// and old HTTP servers do it.
func parseHeader(next func() (string, error)) (Header, error) {
	var h Header
	for {
		line, err := next()
		if err != nil {
			return h, err
		}
		if line == "" {
			return h, nil
		}
		if line[0] == ' ' || line[0] == '\t' {
			if len(h) == 0 {
				return h, errors.New("the first field begins with white space")
			}
			last := &h[len(h)-1]
			last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(line))
			continue
		}
		name, value, found := strings.Cut(line, ":")
		if name = strings.TrimRight(name, " \t"); !found || name == "" {
			return h, fmt.Errorf("%.60q is no field: a name and a colon are missing", line)
		}
		h = append(h, Field{name, strings.TrimSpace(value)})
	}
}
