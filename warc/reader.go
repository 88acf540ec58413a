package warc

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// ErrTooLarge is in the error of whatever exceeds a limit.
var ErrTooLarge = errors.New("larger than allowed")

// Limits protect against hostile files. A zero value stands for the default.
type Limits struct {
	Header int64 // bytes of the header of one record, 64 KiB
	Record int64 // bytes of the block of one record, 256 MiB
}

func (l Limits) orDefault() Limits {
	if l.Header <= 0 {
		l.Header = 64 << 10
	}
	if l.Record <= 0 {
		l.Record = 256 << 20
	}
	return l
}

// Reader reads the records of a WARC file one after the other, compressed or
// plain. Memory use does not depend on the size of the records.
//
// It is lenient about what does no harm: any WARC version, bare line feeds,
// wrapped fields, unknown fields, more empty lines than needed, several
// records in one gzip member. It is strict about lengths: a block that is
// shorter or longer than its Content-Length is an error and ends the reading.
type Reader struct {
	raw    *cursor // the file
	text   *cursor // the records: raw itself, or what gz makes of it
	gz     *gzip.Reader
	limits Limits
	count  int
	member int64   // offset of the current gzip member
	nth    int     // records in the current gzip member so far
	cur    *Record // whose block is next in text
	err    error
}

// NewReader returns a reader of r, which it buffers.
func NewReader(r io.Reader, limits Limits) *Reader {
	return &Reader{raw: newCursor(r), limits: limits.orDefault()}
}

// Record is one record of a file. Its block is read from it, and only until
// the reader goes on to the next record.
type Record struct {
	Header
	Version string // "1.1", "1.0", …
	Offset  int64  // where it begins in the file; in a gzip file, where its member begins
	Length  int64  // of the block in bytes: the Content-Length
	Shared  bool   // stands behind another record in one gzip member: Offset does not lead to it

	r      *Reader
	number int
	left   int64
	end    int64 // offset behind the record, once known
}

// Compressed reports whether the file is a gzip file; it is known after the
// first call of Next.
func (r *Reader) Compressed() bool { return r.gz != nil }

// Next returns the next record, or io.EOF behind the last. What remains of the
// record before is skipped. An error is final; it is a *FormatError if it is
// the file's fault.
func (r *Reader) Next() (*Record, error) {
	if r.err == nil {
		var rec *Record
		if rec, r.err = r.next(); r.err == nil {
			return rec, nil
		}
	}
	return nil, r.err
}

func (r *Reader) next() (*Record, error) {
	if r.cur != nil {
		if _, err := r.cur.End(); err != nil {
			return nil, err
		}
		r.cur = nil
	}
	rec := &Record{r: r, number: r.count + 1}
	offset, err := r.seek()
	if err == io.EOF {
		return nil, io.EOF
	}
	rec.Offset = offset
	if err == nil {
		rec.Shared = r.gz != nil && r.nth > 0
		err = rec.parse(r.text, r.limits)
	}
	if err != nil {
		return nil, rec.fault(err)
	}
	r.count, r.nth, r.cur = rec.number, r.nth+1, rec
	return rec, nil
}

// seek goes to the beginning of the next record and returns its offset, or
// io.EOF at the proper end of the file.
func (r *Reader) seek() (int64, error) {
	if r.text == nil {
		magic, err := r.raw.br.Peek(2)
		if err != nil && err != io.EOF {
			return 0, err
		}
		r.text = r.raw
		if len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
			r.gz, r.text = new(gzip.Reader), newCursor(nil)
			if err := r.openMember(); err != nil {
				return 0, err
			}
		}
	}
	for {
		_, err := r.text.br.Peek(1)
		if r.gz == nil {
			return r.raw.n, err
		}
		if err != io.EOF {
			return r.member, err
		}
		if _, err := r.raw.br.Peek(1); err != nil {
			return r.raw.n, err
		}
		if err := r.openMember(); err != nil {
			return r.member, err
		}
	}
}

func (r *Reader) openMember() error {
	r.member, r.nth = r.raw.n, 0
	if err := r.gz.Reset(r.raw); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return fmt.Errorf("no gzip member: %w", err)
	}
	r.gz.Multistream(false)
	r.text.reset(r.gz)
	return nil
}

// parse reads the version line and the fields.
func (rec *Record) parse(text *cursor, limits Limits) error {
	budget := limits.Header
	next := func() (string, error) { return text.line(&budget) }
	first, err := next()
	if err != nil {
		return err
	}
	version, found := strings.CutPrefix(first, "WARC/")
	if !found || version == "" {
		return fmt.Errorf("%.40q where a line such as WARC/1.1 must be", first)
	}
	rec.Version = version
	if rec.Header, err = parseHeader(next); err != nil {
		return err
	}
	if rec.Type() == "" {
		return errors.New("WARC-Type is missing")
	}
	lengths := rec.Values("Content-Length")
	if len(lengths) != 1 {
		return fmt.Errorf("%d fields Content-Length, there must be one", len(lengths))
	}
	length, err := strconv.ParseUint(lengths[0], 10, 63)
	if err != nil || lengths[0][0] == '+' {
		return fmt.Errorf("Content-Length %.40q is no number of bytes", lengths[0])
	}
	if int64(length) > limits.Record {
		return fmt.Errorf("the block of %d bytes is %w (%d)", length, ErrTooLarge, limits.Record)
	}
	rec.Length, rec.left = int64(length), int64(length)
	return nil
}

// Read reads the block.
func (rec *Record) Read(p []byte) (int, error) {
	if rec.r.cur != rec {
		return 0, errors.New("warc: the reader has left this record")
	}
	if rec.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > rec.left {
		p = p[:rec.left]
	}
	n, err := rec.r.text.Read(p)
	rec.left -= int64(n)
	if err == io.EOF && rec.left == 0 {
		err = nil
	}
	if err != nil {
		err = rec.fault(rec.cutOff(err))
	}
	return n, err
}

// Block reads what is left of the block into memory. It is at most as large as
// the limit of the reader.
func (rec *Record) Block() ([]byte, error) { return io.ReadAll(rec) }

// End skips what is left of the record, checks that the two line ends follow
// and, in a gzip file, that the member's checksum is right. It returns the
// offset behind the record.
func (rec *Record) End() (int64, error) {
	if rec.end > 0 {
		return rec.end, nil
	}
	if _, err := io.Copy(io.Discard, rec); err != nil {
		return 0, err
	}
	text := rec.r.text
	for lines, n := 0, 0; ; n++ {
		next, err := text.br.Peek(1)
		if err != nil {
			if err == io.EOF && lines >= 2 {
				break
			}
			return 0, rec.fault(rec.cutOff(err))
		}
		if next[0] != '\r' && next[0] != '\n' {
			if lines > 0 {
				break
			}
			return 0, rec.fault(fmt.Errorf("the block is longer than its Content-Length %d", rec.Length))
		}
		if next[0] == '\n' {
			lines++
		}
		if n > 64 {
			return 0, rec.fault(errors.New("too many empty lines behind the block"))
		}
		text.ReadByte() // cannot fail: it was peeked
	}
	rec.end = rec.r.raw.n
	return rec.end, nil
}

func (rec *Record) cutOff(err error) error {
	if err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	if rec.left == 0 {
		return fmt.Errorf("%w: the file ends before the end of the record", io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("%w: the file ends %d bytes before the end of the block of %d", io.ErrUnexpectedEOF, rec.left, rec.Length)
}

func (rec *Record) fault(err error) error {
	return &FormatError{Record: rec.number, Offset: rec.Offset, Err: err}
}
