package action

import (
	"io"
	"strings"
	"time"

	"github.com/argine/argine/internal/lines"
	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
)

// Line is one link of a file that a unit hands in, or one line that holds none that can be used.
type Line struct {
	Number int    // of the line in the file, from 1
	URL    string // refanged, not yet canonical
	Source string
	Note   string
	SeenAt time.Time
	Err    error  // why the line cannot be used; problem.Invalid
	Input  string // for a bad line: its beginning, fit for showing
}

// longest bounds what one line may hold, so that memory stays flat whatever the file is.
const longest = 64 << 10

// Read reads a file of links as it comes and calls fn for every line that holds something.
// A bad line is handed over with Err set, and reading goes on. An error of fn ends it.
//
// The forms are text/csv (columns url, source, note, seen_at in any order, named in the
// first line; others are passed over), application/jsonl (objects with the same members),
// text/uri-list (RFC 2483) and text/plain (any text with links in it, defanged or not; a line
// may hold several). All are UTF-8, with any line ends, and with a byte order mark or without.
func Read(contentType string, r io.Reader, fn func(Line) error) error {
	media, err := lines.MediaType(contentType, forms)
	if err != nil {
		return err
	}
	in, err := lines.New(r, longest)
	if err != nil {
		return err
	}
	switch media {
	case "text/csv":
		return readCSV(in, fn)
	case "application/jsonl", "application/x-ndjson":
		return each(in, fn, jsonLine)
	case "text/uri-list":
		return each(in, fn, uriLine)
	case "text/plain":
		return each(in, fn, textLine)
	}
	return lines.Unread(media, forms)
}

const forms = "text/csv, application/jsonl, text/uri-list or text/plain"

// each hands over what parse finds on every line.
func each(in *lines.Reader, fn func(Line) error, parse func(text string, out func(Line) error) error) error {
	for {
		line, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		out := func(l Line) error { return fn(finish(l, line.Number, line.Text)) }
		if text := strings.TrimSpace(line.Text); line.Err != nil {
			err = out(Line{Err: line.Err})
		} else if text != "" {
			err = parse(text, out)
		}
		if err != nil {
			return err
		}
	}
}

// uriLine reads a line of a list: a link, or a comment.
func uriLine(text string, out func(Line) error) error {
	if strings.HasPrefix(text, "#") {
		return nil
	}
	return out(Line{URL: text})
}

// textLine finds the links in a line of pasted text. A line without any is no fault, nor is
// anything else that stands around a link.
func textLine(text string, out func(Line) error) error {
	for _, found := range link.Find(text) {
		if err := out(Line{URL: found.URL}); err != nil {
			return err
		}
	}
	return nil
}

// finish completes a line: numbers it, refangs its link and shows its input if it is bad.
func finish(l Line, number int, input string) Line {
	l.Number = number
	if l.Err == nil {
		l.URL = strings.TrimSpace(link.Refang(l.URL))
		l.Source, l.Note = strings.TrimSpace(l.Source), strings.TrimSpace(l.Note)
		l.Err = l.check()
	}
	l.Input = lines.Show(input)
	return l
}

func (l Line) check() error {
	if l.URL == "" {
		return problem.New(problem.Invalid, "there is no link on this line; fill in url")
	}
	for _, text := range []string{l.URL, l.Source, l.Note} {
		if err := lines.Usable(text); err != nil {
			return err
		}
	}
	return nil
}
