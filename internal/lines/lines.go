// Package lines reads the files that people hand in: lists of lines, and tables of
// comma-separated values, as spreadsheets and other programs write them.
//
// Such files come with a byte order mark or without, with any line ends, with semicolons
// where the comma is the decimal sign, and with damage in the middle. So nothing here fails
// because of one line: a line that cannot be used is handed over with its fault, and reading
// goes on with the next. One window of the file is held at a time, never all of it.
package lines

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/problem"
)

// MediaType reads the Content-Type of a file that is to be text in UTF-8. forms says which
// types are read, for the message.
func MediaType(contentType, forms string) (string, error) {
	media, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return "", problem.Wrap(err, problem.UnsupportedMedia, "%.80q is not a media type; send the file as %s", contentType, forms)
	}
	if c := strings.ToLower(params["charset"]); c != "" && c != "utf-8" && c != "utf8" && c != "us-ascii" {
		return "", problem.New(problem.UnsupportedMedia, "files in %.40q are not read; save the file as UTF-8", c)
	}
	return media, nil
}

// Unread is the failure for a media type that is none of the forms.
func Unread(media, forms string) error {
	return problem.New(problem.UnsupportedMedia, "files of the type %.80q are not read; send the file as %s", media, forms)
}

// Reader reads a file line by line; LF, CR LF and CR all end a line.
type Reader struct {
	r       *bufio.Reader
	longest int
	number  int // of the line that was read last
}

// Line is one line of a file, without its end.
type Line struct {
	Number int // from 1
	Text   string
	Err    error // why it cannot be used; Text is its beginning then
}

// New reads a file whose lines have at most longest bytes. It passes over a byte order mark,
// and refuses UTF-16, which is what Excel means by "Unicode text" and would come out as one
// line full of NUL bytes.
func New(r io.Reader, longest int) (*Reader, error) {
	in := &Reader{r: bufio.NewReaderSize(r, longest+2), longest: longest}
	switch head, _ := in.r.Peek(3); {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		in.r.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, problem.New(problem.Invalid, "the file is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8) and hand it in again")
	}
	return in, nil
}

// window returns what can be seen of the rest of the file: at least want bytes, unless it
// ends before or the window is full. whole says that nothing comes after it.
func (in *Reader) window(want int) (seen []byte, whole bool, err error) {
	_, err = in.r.Peek(min(want, in.r.Size()))
	seen, _ = in.r.Peek(in.r.Buffered())
	switch {
	case err == nil:
		return seen, false, nil
	case errors.Is(err, io.EOF):
		return seen, true, nil
	}
	return nil, false, err
}

// Next reads a line. The error is io.EOF at the end.
func (in *Reader) Next() (Line, error) {
	for want := 1; ; {
		seen, whole, err := in.window(want)
		if err != nil {
			return Line{}, err
		}
		if len(seen) == 0 {
			return Line{}, io.EOF
		}
		end, after := lineEnd(seen, whole)
		switch {
		case end >= 0 && end <= in.longest:
			in.number++
			text := string(seen[:end])
			in.r.Discard(after)
			return Line{Number: in.number, Text: text}, nil
		case end > in.longest || len(seen) >= in.r.Size():
			in.number++
			text := string(seen[:min(len(seen), 2*shown)])
			return Line{in.number, text, problem.New(problem.Invalid, "the line is longer than %d bytes; is it one line?", in.longest)}, in.skip()
		}
		want = more(seen)
	}
}

// more is how much to see when what is seen is not enough. Twice as much each time, so that
// a long line is looked through a few times and not once for each piece that arrives.
func more(seen []byte) int { return 2 * max(1, len(seen)) }

// lineEnd returns where the first line ends and where the next begins; -1 when that cannot
// be told yet: a CR at the end of what is seen may have its LF behind it.
func lineEnd(seen []byte, whole bool) (end, after int) {
	i := bytes.IndexAny(seen, "\r\n")
	switch {
	case i < 0 && whole:
		return len(seen), len(seen)
	case i < 0, seen[i] == '\r' && i+1 == len(seen) && !whole:
		return -1, -1
	case seen[i] == '\r' && i+1 < len(seen) && seen[i+1] == '\n':
		return i, i + 2
	}
	return i, i + 1
}

// skip drops the rest of a line that is too long.
func (in *Reader) skip() error {
	for want := 1; ; {
		seen, whole, err := in.window(want)
		if err != nil || len(seen) == 0 {
			return err
		}
		if end, after := lineEnd(seen, whole); end >= 0 {
			in.r.Discard(after)
			return nil
		}
		keep := 0
		if seen[len(seen)-1] == '\r' {
			keep = 1
		}
		in.r.Discard(len(seen) - keep)
		want = keep + 1
	}
}

// Usable refuses text that PostgreSQL cannot store, and that no editor shows.
func Usable(text string) error {
	switch {
	case !utf8.ValidString(text):
		return problem.New(problem.Invalid, "the line is not UTF-8; save the file as UTF-8 and hand it in again")
	case strings.IndexByte(text, 0) >= 0:
		return problem.New(problem.Invalid, "the line holds a NUL byte; take it out")
	}
	return nil
}

// shown is how much of a bad line is shown, in bytes.
const shown = 120

// Show makes the beginning of a line fit for a message.
func Show(input string) string {
	cut := input
	if len(cut) > shown {
		cut = cut[:shown]
		for len(cut) > shown-utf8.UTFMax && !utf8.RuneStart(input[len(cut)]) {
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
