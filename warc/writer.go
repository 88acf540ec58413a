package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// Draft is a record to be written. The block is held in memory: the header in
// front of it carries its length and digests.
type Draft struct {
	Type         Type
	ID           string    // made by the writer if empty
	Date         time.Time // when the bytes were captured
	TargetURI    string
	ContentType  string // filled in for warcinfo, request, response, revisit, metadata
	IP           netip.Addr
	ConcurrentTo []string // ids of the other records of this capture
	RefersTo     string   // id of the record that this one is about
	Truncated    string   // length, time, disconnect or unspecified: why the block is cut short
	Extra        Header   // further fields, written as they are
	Block        []byte

	// For revisit records: the digest of the payload that is not stored again,
	// and where it can be found.
	PayloadDigest string
	RefersToURI   string
	RefersToDate  time.Time
}

// Place says where a record stands in the file.
type Place struct {
	ID             string
	Offset, Length int64 // bytes in the file, compressed if it is
}

// Writer writes a WARC file. Set its fields before the first record. A writer
// is for one goroutine at a time.
type Writer struct {
	Plain bool          // do not compress
	Level int           // of gzip; 0 means gzip.DefaultCompression
	NewID func() string // NewID of this package, if nil

	out    io.Writer
	offset int64
	gz     *gzip.Writer
	info   string // id of the latest warcinfo record
	err    error  // a half-written record spoils the file: no more after it
}

// NewWriter returns a writer that puts every record into its own gzip member.
func NewWriter(w io.Writer) *Writer { return &Writer{out: w} }

// WriteInfo writes a warcinfo record, which should be the first of a file.
// Later records name it, so that they can be traced when they are copied into
// another file. Usual fields: software, operator, isPartOf, description, robots.
func (w *Writer) WriteInfo(filename string, at time.Time, fields Header) error {
	fields = append(Header{
		{"format", "WARC File Format 1.1"},
		{"conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"},
	}, fields...)
	block, err := WriteFields(fields)
	if err != nil {
		return err
	}
	d := Draft{Type: TypeWarcinfo, Date: at, Block: block}
	d.Extra.add("WARC-Filename", filename)
	place, err := w.Write(d)
	if err == nil {
		w.info = place.ID
	}
	return err
}

// Write writes one record.
func (w *Writer) Write(d Draft) (Place, error) {
	if w.err != nil {
		return Place{}, w.err
	}
	if d.ID == "" && w.NewID != nil {
		d.ID = w.NewID()
	} else if d.ID == "" {
		d.ID = NewID()
	}
	head, err := w.head(d)
	if err != nil {
		return Place{}, err
	}
	count := &countWriter{w: w.out}
	if err := w.copy(count, head, d.Block); err != nil {
		w.err = fmt.Errorf("warc: record at offset %d could not be written: %w", w.offset, err)
		return Place{}, w.err
	}
	place := Place{ID: d.ID, Offset: w.offset, Length: count.n}
	w.offset += count.n
	return place, nil
}

func (w *Writer) copy(out io.Writer, head string, block []byte) error {
	if !w.Plain {
		if w.gz == nil {
			level := w.Level
			if level == 0 {
				level = gzip.DefaultCompression
			}
			var err error
			if w.gz, err = gzip.NewWriterLevel(out, level); err != nil {
				return err
			}
		} else {
			w.gz.Reset(out)
		}
		out = w.gz
	}
	for _, part := range [][]byte{[]byte(head), block, []byte("\r\n\r\n")} {
		if _, err := out.Write(part); err != nil {
			return err
		}
	}
	if w.Plain {
		return nil
	}
	return w.gz.Close()
}

// head makes the version line and the fields.
func (w *Writer) head(d Draft) (string, error) {
	if err := d.check(); err != nil {
		return "", err
	}
	var h Header
	h.add("WARC-Type", string(d.Type))
	h.add("WARC-Record-ID", bracket(d.ID))
	h.add("WARC-Date", d.Date.UTC().Format(dateLayout))
	h.add("WARC-Target-URI", d.TargetURI)
	if d.IP.IsValid() {
		h.add("WARC-IP-Address", d.IP.WithZone("").Unmap().String())
	}
	for _, id := range d.ConcurrentTo {
		h.add("WARC-Concurrent-To", bracket(id))
	}
	if d.Type == TypeRevisit {
		h.add("WARC-Profile", ProfileSamePayload)
	}
	h.add("WARC-Refers-To", bracket(d.RefersTo))
	h.add("WARC-Refers-To-Target-URI", d.RefersToURI)
	if !d.RefersToDate.IsZero() {
		h.add("WARC-Refers-To-Date", d.RefersToDate.UTC().Format(dateLayout))
	}
	if d.Type != TypeWarcinfo {
		h.add("WARC-Warcinfo-ID", bracket(w.info))
	}
	h.add("WARC-Truncated", d.Truncated)
	h.add("WARC-Payload-Digest", d.payloadDigest())
	h.add("WARC-Block-Digest", Digest(d.Block))
	h = append(h, d.Extra...)
	h.add("Content-Type", d.contentType())
	h.add("Content-Length", strconv.Itoa(len(d.Block)))

	var text strings.Builder
	text.WriteString("WARC/1.1\r\n")
	if err := h.write(&text); err != nil {
		return "", err
	}
	text.WriteString("\r\n")
	return text.String(), nil
}

// check applies the table of mandatory fields of WARC 1.1, clause 5 and 6.
func (d Draft) check() error {
	switch d.Type {
	case TypeResponse, TypeRequest, TypeResource, TypeRevisit, TypeConversion:
		if d.TargetURI == "" {
			return fmt.Errorf("warc: a %s record needs a TargetURI", d.Type)
		}
	case TypeWarcinfo:
		if d.TargetURI != "" {
			return errors.New("warc: a warcinfo record has no TargetURI")
		}
	case TypeMetadata:
	default:
		return fmt.Errorf("warc: records of type %q are not written", d.Type)
	}
	if d.Date.IsZero() || d.Date.UTC().Year() > 9999 {
		return errors.New("warc: a record needs the date of its capture")
	}
	if d.Type == TypeRevisit && d.PayloadDigest == "" {
		return errors.New("warc: a revisit record needs the PayloadDigest of what was seen again")
	}
	for _, f := range d.Extra {
		if name := strings.ToLower(f.Name); name == "content-length" || name == "warc-type" || name == "warc-record-id" {
			return fmt.Errorf("warc: %s is set by the writer and cannot be an extra field", f.Name)
		}
	}
	return nil
}

func (d Draft) contentType() string {
	if d.ContentType != "" {
		return d.ContentType
	}
	switch d.Type {
	case TypeResponse, TypeRevisit:
		return ContentResponse
	case TypeRequest:
		return ContentRequest
	case TypeWarcinfo, TypeMetadata:
		return ContentFields
	}
	return "application/octet-stream"
}

func (d Draft) payloadDigest() string {
	if d.Type == TypeRevisit {
		return d.PayloadDigest
	}
	if payload, ok := payloadOf(d.Type, d.contentType(), d.Block); ok {
		return Digest(payload)
	}
	return ""
}

// payloadOf finds what the payload digest of a record covers, if anything.
func payloadOf(kind Type, contentType string, block []byte) ([]byte, bool) {
	http := strings.HasPrefix(strings.ToLower(contentType), "application/http")
	switch {
	case kind == TypeResponse && http:
		r, err := ParseResponse(block)
		if err != nil || r.Broken != nil {
			return nil, false
		}
		return r.Entity, true
	case kind == TypeRequest && http:
		_, body, found := bytes.Cut(block, []byte("\r\n\r\n"))
		return body, found
	case kind == TypeResponse, kind == TypeResource, kind == TypeConversion:
		return block, true
	}
	return nil, false
}

type countWriter struct {
	w io.Writer
	n int64
}

func (c *countWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}
