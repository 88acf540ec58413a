package match

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/argine/argine/internal/problem"
)

// maxLine bounds what one line may hold, in bytes with its line end, so that memory stays
// flat whatever the file is.
const maxLine = 64 << 10

// lines reads a file line by line; LF or CR LF ends a line.
type lines struct {
	r      *bufio.Reader
	number int // of the line that was read last
}

// newLines passes over a byte order mark, and refuses UTF-16, which would come out as
// lines full of NUL bytes.
func newLines(r io.Reader) (*lines, error) {
	in := &lines{r: bufio.NewReaderSize(r, maxLine)}
	switch head, _ := in.r.Peek(3); {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		in.r.Discard(3)
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return nil, problem.New(problem.Invalid, "the file is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8) and hand it in again")
	}
	return in, nil
}

// next reads a line. fault says why its text cannot be used. The error is io.EOF at the end.
func (in *lines) next() (text string, fault, err error) {
	raw, err := in.r.ReadSlice('\n')
	in.number++
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		text = string(raw[:2*maxInput])
		return text, problem.New(problem.Invalid, "the line is longer than %d bytes; write one entry a line", maxLine), in.skip()
	case err == io.EOF && len(raw) == 0:
		return "", nil, io.EOF
	case err != nil && err != io.EOF:
		return "", nil, err
	}
	text = strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	return text, usable(text), nil
}

// skip drops the rest of a line that is too long.
func (in *lines) skip() error {
	for {
		_, err := in.r.ReadSlice('\n')
		switch {
		case err == nil || err == io.EOF:
			return nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return err
		}
	}
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
