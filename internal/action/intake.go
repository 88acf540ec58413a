package action

import (
	"io"
	"mime"
	"strings"
	"time"
	"unicode/utf8"

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

const (
	// maxLine bounds what one line may hold, so that memory stays flat whatever the file is.
	maxLine = 64 << 10
	// maxInput is how much of a bad line is shown, in bytes.
	maxInput = 120
)

// Read reads a file of links as it comes and calls fn for every line that holds something.
// A bad line is handed over with Err set, and reading goes on. An error of fn ends it.
//
// The forms are text/csv (columns url, source, note, seen_at in any order, named in the
// first line; others are passed over), application/jsonl (objects with the same members),
// text/uri-list (RFC 2483) and text/plain (any text with links in it, defanged or not; a line
// may hold several). All are UTF-8, with any line ends, and with a byte order mark or without.
func Read(contentType string, r io.Reader, fn func(Line) error) error {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return problem.Wrap(err, problem.UnsupportedMedia, "%.80q is not a media type; send the file as %s", contentType, forms)
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
		return readCSV(in, fn)
	case "application/jsonl", "application/x-ndjson":
		return in.each(fn, jsonLine)
	case "text/uri-list":
		return in.each(fn, uriLine)
	case "text/plain":
		return in.each(fn, textLine)
	}
	return problem.New(problem.UnsupportedMedia, "files of the type %.80q are not read; send the file as %s", media, forms)
}

const forms = "text/csv, application/jsonl, text/uri-list or text/plain"

// each hands over what parse finds on every line.
func (in *lines) each(fn func(Line) error, parse func(text string, out func(Line) error) error) error {
	for {
		number, text, fault, err := in.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		out := func(l Line) error { return fn(finish(l, number, text)) }
		if fault != nil {
			err = out(Line{Err: fault})
		} else if text = strings.TrimSpace(text); text != "" {
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
	l.Input = show(input)
	return l
}

func (l Line) check() error {
	if l.URL == "" {
		return problem.New(problem.Invalid, "there is no link on this line; fill in url")
	}
	for _, text := range []string{l.URL, l.Source, l.Note} {
		if err := usable(text); err != nil {
			return err
		}
	}
	return nil
}

// usable refuses text that PostgreSQL cannot store, and that no editor shows.
func usable(text string) error {
	switch {
	case !utf8.ValidString(text):
		return problem.New(problem.Invalid, "the line is not UTF-8; save the file as UTF-8 and hand it in again")
	case strings.IndexByte(text, 0) >= 0:
		return problem.New(problem.Invalid, "the line holds a NUL byte; take it out")
	}
	return nil
}

// show makes the beginning of a line fit for a message.
func show(input string) string {
	cut := input
	if len(cut) > maxInput {
		cut = cut[:maxInput]
		for len(cut) > 0 && !utf8.RuneStart(input[len(cut)]) {
			cut = cut[:len(cut)-1]
		}
	}
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(cut, "\uFFFD"))
	clean = strings.TrimSpace(clean)
	if len(cut) < len(input) {
		clean += "…"
	}
	return clean
}
