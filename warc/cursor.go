package warc

import (
	"bufio"
	"fmt"
	"io"
)

// FormatError says where a file stops being a WARC file. It wraps the reason:
// io.ErrUnexpectedEOF if the file is cut off, ErrTooLarge if a limit was met.
type FormatError struct {
	Record int   // number of the record, the first is 1
	Offset int64 // where that record begins in the file
	Err    error
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("warc: record %d at offset %d: %v", e.Record, e.Offset, e.Err)
}

func (e *FormatError) Unwrap() error { return e.Err }

// cursor is a reader that knows how far it is. It is an io.ByteReader so that
// compress/flate takes no byte beyond the end of a gzip member.
type cursor struct {
	br *bufio.Reader
	n  int64
}

func newCursor(r io.Reader) *cursor { return &cursor{br: bufio.NewReaderSize(r, 32<<10)} }

func (c *cursor) reset(r io.Reader) {
	c.br.Reset(r)
	c.n = 0
}

func (c *cursor) Read(p []byte) (int, error) {
	n, err := c.br.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *cursor) ReadByte() (byte, error) {
	b, err := c.br.ReadByte()
	if err == nil {
		c.n++
	}
	return b, err
}

// line reads up to and without the line end and takes its length from budget.
// A file that ends inside a line is cut off.
func (c *cursor) line(budget *int64) (string, error) {
	var text []byte
	for {
		part, err := c.br.ReadSlice('\n')
		c.n += int64(len(part))
		if *budget -= int64(len(part)); *budget < 0 {
			return "", fmt.Errorf("the header is %w", ErrTooLarge)
		}
		text = append(text, part...)
		switch err {
		case nil:
			text = text[:len(text)-1]
			if n := len(text); n > 0 && text[n-1] == '\r' {
				text = text[:n-1]
			}
			return string(text), nil
		case bufio.ErrBufferFull:
		case io.EOF:
			return "", fmt.Errorf("%w inside the header", io.ErrUnexpectedEOF)
		default:
			return "", err
		}
	}
}
