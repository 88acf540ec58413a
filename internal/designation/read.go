package designation

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/problem"
)

// Header is what a file says about itself. Of a table it is what the importer says.
type Header struct {
	Label string
	Dated time.Time
}

// Read is one entry of a file, or why it cannot be used.
type Read struct {
	Entry
	Line int
	Text string // what it is, for the message
	Err  error
}

// Reader reads a list entry by entry, and holds one at a time.
type Reader struct {
	Header Header
	next   func() (Read, error)
}

// Next reads an entry. The error is io.EOF at the end of a whole file; any other means that the
// file cannot be read on, and must not be taken.
func (r *Reader) Next() (Read, error) {
	got, err := r.next()
	if err != nil || got.Err != nil {
		return got, err
	}
	got.Entry, got.Err = got.Entry.tidy()
	return got, nil
}

// Open reads the beginning of a file.
func Open(source string, r io.Reader) (*Reader, error) {
	switch source {
	case UN:
		return openXML(r, unRoot, unEntries)
	case EU:
		return openXML(r, euRoot, euEntries)
	case CSV:
		return openCSV(r)
	}
	return nil, problem.New(problem.Invalid, "%.20q is no source of lists; it is un, eu or csv", source)
}

// Bounds of one entry. The longest real ones have a few hundred names.
const (
	maxEntry = 4 << 20
	maxNames = 2000
	maxName  = 1000
	maxNote  = 4000
)

// tidy brings an entry to one form, or says what it lacks.
func (e Entry) tidy() (Entry, error) {
	e.Reference, e.Name = oneLine(e.Reference), oneLine(e.Name)
	e.Programme, e.ListedOn, e.Note = oneLine(e.Programme), oneLine(e.ListedOn), cut(oneLine(e.Note), maxNote)
	names := []Name{{e.Name, NameMain}}
	seen := map[string]bool{e.Name: true}
	for _, n := range e.Names {
		if n.Text = oneLine(n.Text); n.Text != "" && !seen[n.Text] {
			seen[n.Text] = true
			names = append(names, n)
		}
	}
	e.Names = names
	switch {
	case e.Name == "":
		return e, problem.New(problem.Invalid, "the entry has no name")
	case e.Reference == "":
		return e, problem.New(problem.Invalid, "the entry has no reference by which it is known again in the next version")
	case len(names) > maxNames || utf8.RuneCountInString(e.Name) > maxName || len(e.Reference) > 200:
		return e, problem.New(problem.TooLarge, "the entry is longer than any of a real list")
	}
	for _, n := range names {
		if err := lines.Usable(n.Text); err != nil || utf8.RuneCountInString(n.Text) > maxName {
			return e, problem.New(problem.Invalid, "one of its names cannot be kept: %.40q", n.Text)
		}
	}
	return e, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func cut(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes]) + "…"
}

// budget is a reader that an entry may take only so much of.
type budget struct {
	from io.Reader
	left int64
}

var errEntryTooLong = problem.New(problem.TooLarge, "one entry is over 4 MiB; it is not such a list")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEntryTooLong
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// openXML reads up to the root, which says whether this is such a list, and leaves the rest to
// the elements that hold entries.
func openXML(r io.Reader, root func(xml.StartElement) (Header, error), entries map[string]func(*xml.Decoder, xml.StartElement) (Entry, error)) (*Reader, error) {
	in := &budget{from: r, left: maxEntry}
	dec := xml.NewDecoder(in)
	dec.CharsetReader = func(charset string, _ io.Reader) (io.Reader, error) {
		return nil, problem.New(problem.UnsupportedMedia, "the file is in %.40q; only UTF-8 is read", charset)
	}
	for {
		token, err := dec.Token()
		if err != nil {
			return nil, unreadable(dec, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		header, err := root(start)
		if err != nil {
			return nil, err
		}
		return &Reader{Header: header, next: func() (Read, error) { return nextXML(dec, in, entries) }}, nil
	}
}

func nextXML(dec *xml.Decoder, in *budget, entries map[string]func(*xml.Decoder, xml.StartElement) (Entry, error)) (Read, error) {
	for {
		in.left = maxEntry
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return Read{}, io.EOF // the decoder gives it only where every element is closed
		}
		if err != nil {
			return Read{}, unreadable(dec, err)
		}
		start, ok := token.(xml.StartElement)
		if !ok || entries[start.Name.Local] == nil {
			continue
		}
		line, _ := dec.InputPos()
		entry, err := entries[start.Name.Local](dec, start)
		if err != nil {
			return Read{}, unreadable(dec, err)
		}
		return Read{Entry: entry, Line: line, Text: lines.Show(entry.Reference + " " + entry.Name)}, nil
	}
}

func unreadable(dec *xml.Decoder, err error) error {
	var told *problem.Error
	if errors.As(err, &told) {
		return told
	}
	line, _ := dec.InputPos()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return problem.Wrap(err, problem.Invalid, "the file breaks off in line %d; fetch it again, for nothing of it is taken", line)
	}
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) {
		return problem.Wrap(err, problem.Invalid, "the file is not whole XML: line %d, %s; fetch it again, for nothing of it is taken", syntax.Line, syntax.Msg)
	}
	return err
}

// moment reads the times that the publishers write.
func moment(text string) time.Time {
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02"} {
		if t, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return t.UTC().Truncate(time.Microsecond)
		}
	}
	return time.Time{}
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}
