package action

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/argine/argine/internal/problem"
)

// fullWindow is the longest line with its line end.
const fullWindow = maxLine + 2

// lines reads a file line by line; LF, CR LF and CR all end a line. It holds one window
// and no more.
type lines struct {
	r      *bufio.Reader
	number int // of the line that was read last
}

// newLines passes over a byte order mark, and refuses UTF-16, which is what Excel means by
// "Unicode text" and would come out as one line full of NUL bytes.
func newLines(r io.Reader) (*lines, error) {
	in := &lines{r: bufio.NewReaderSize(r, fullWindow)}
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
func (in *lines) window(want int) (seen []byte, whole bool, err error) {
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

// next reads a line. fault says why its text cannot be used. The error is io.EOF at the end.
func (in *lines) next() (number int, text string, fault, err error) {
	for want := 1; ; {
		seen, whole, err := in.window(want)
		if err != nil {
			return 0, "", nil, err
		}
		if len(seen) == 0 {
			return 0, "", nil, io.EOF
		}
		end, after := lineEnd(seen, whole)
		switch {
		case end >= 0 && end <= maxLine:
			in.number++
			text = string(seen[:end])
			in.r.Discard(after)
			return in.number, text, nil, nil
		case end > maxLine || len(seen) >= fullWindow:
			in.number++
			text = string(seen[:2*maxInput])
			err = in.skip()
			return in.number, text, problem.New(problem.Invalid, "the line is longer than %d bytes; is it one line?", maxLine), err
		}
		want = len(seen) + 1
	}
}

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
func (in *lines) skip() error {
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
