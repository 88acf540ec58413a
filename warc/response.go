package warc

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http/httputil"
	"strconv"
	"strings"
)

// Response is an HTTP response taken apart.
type Response struct {
	Proto  string // HTTP/1.1
	Status int
	Reason string // may be empty
	Header Header
	Entity []byte // the body without its transfer coding, still compressed if it was
	Broken error  // why the chunks of the body end early; Entity holds those before
}

// maxCodings bounds nested compression; two is already rare.
const maxCodings = 4

// ParseResponse takes apart the block of a response record, that is the bytes
// of an HTTP/1 response as they came over the wire. Interim answers (1xx, RFC
// 9110 section 15.2) in front of the final one are skipped. It forgives what
// browsers forgive: bare line feeds and header lines without a colon.
func ParseResponse(block []byte) (*Response, error) {
	for {
		r, body, err := parseHead(block)
		if err != nil {
			return nil, err
		}
		if r.Status/100 == 1 && r.Status != 101 {
			block = body
			continue
		}
		r.Entity = body
		if codings := listOf(r.Header, "Transfer-Encoding"); len(codings) > 0 && codings[len(codings)-1] == "chunked" {
			r.Entity, r.Broken = dechunk(body)
		}
		return r, nil
	}
}

func parseHead(block []byte) (*Response, []byte, error) {
	next := linesOf(&block)
	line, err := next()
	if err != nil {
		return nil, nil, errors.New("warc: no HTTP response: it is empty")
	}
	proto, rest, _ := strings.Cut(line, " ")
	code, reason, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	status, err := strconv.ParseUint(code, 10, 16)
	if !strings.HasPrefix(proto, "HTTP/") || err != nil || status < 100 || status > 999 {
		return nil, nil, fmt.Errorf("warc: no HTTP response: it begins with %.40q", line)
	}
	r := &Response{Proto: proto, Status: int(status), Reason: reason}
	tolerant := func() (string, error) {
		for {
			line, err := next()
			if err != nil || line == "" || strings.IndexByte(line, ':') > 0 {
				return line, err
			}
			if (line[0] == ' ' || line[0] == '\t') && len(r.Header) == 0 {
				return line, nil
			}
		}
	}
	r.Header, err = parseHeader(tolerant)
	if err != nil && err != io.EOF {
		return nil, nil, fmt.Errorf("warc: HTTP header: %w", err)
	}
	return r, block, nil
}

// dechunk removes the chunked transfer coding. Some archives keep the header
// field but store the body without its chunks; a body that does not begin with
// a chunk is therefore taken as it is.
func dechunk(body []byte) ([]byte, error) {
	line, _, _ := bytes.Cut(body, []byte("\n"))
	size, _, _ := strings.Cut(string(bytes.TrimRight(line, "\r")), ";")
	if _, err := strconv.ParseUint(strings.TrimSpace(size), 16, 63); err != nil {
		return body, nil
	}
	entity, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(body)))
	if err != nil {
		err = fmt.Errorf("warc: chunked body: %w", err)
	}
	return entity, err
}

// listOf splits a comma-separated field into lower-case words.
func listOf(h Header, name string) []string {
	var words []string
	for _, value := range h.Values(name) {
		for _, word := range strings.Split(value, ",") {
			if word = strings.ToLower(strings.TrimSpace(word)); word != "" {
				words = append(words, word)
			}
		}
	}
	return words
}

// MediaType returns the content type in lower case and without parameters.
func (r *Response) MediaType() string {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

// Payload returns the document that was sent: the entity cut to its
// Content-Length and unpacked. It knows gzip and deflate; other codings are an
// error. The limit holds for every stage, so a few kilobytes that unpack to
// gigabytes do no harm.
func (r *Response) Payload(limit int64) ([]byte, error) {
	data := r.Entity
	if n, err := strconv.ParseUint(r.Header.Get("Content-Length"), 10, 63); err == nil &&
		r.Header.Get("Transfer-Encoding") == "" && n < uint64(len(data)) {
		data = data[:n]
	}
	codings := listOf(r.Header, "Content-Encoding")
	for _, coding := range listOf(r.Header, "Transfer-Encoding") {
		if coding != "chunked" {
			codings = append(codings, coding)
		}
	}
	if len(codings) > maxCodings {
		return nil, fmt.Errorf("warc: %d content codings, at most %d are undone", len(codings), maxCodings)
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("warc: the body is %w (%d bytes)", ErrTooLarge, limit)
	}
	for i := len(codings) - 1; i >= 0; i-- { // the last applied comes off first
		var err error
		if data, err = decode(codings[i], data, limit); err != nil {
			return nil, err
		}
	}
	return data, r.Broken
}

func decode(coding string, data []byte, limit int64) ([]byte, error) {
	if len(data) == 0 { // the answer to HEAD, or 304
		return data, nil
	}
	var in io.Reader
	var err error
	switch coding {
	case "identity":
		return data, nil
	case "gzip", "x-gzip":
		in, err = gzip.NewReader(bytes.NewReader(data))
	case "deflate":
		// RFC 9110 means zlib, but some servers send bare deflate.
		if in, err = zlib.NewReader(bytes.NewReader(data)); err != nil {
			in, err = flate.NewReader(bytes.NewReader(data)), nil
		}
	default:
		return nil, fmt.Errorf("warc: content coding %.20q is not known", coding)
	}
	if err != nil {
		return nil, fmt.Errorf("warc: %s body: %w", coding, err)
	}
	out, err := io.ReadAll(io.LimitReader(in, limit+1))
	if int64(len(out)) > limit {
		return nil, fmt.Errorf("warc: the unpacked body is %w (%d bytes)", ErrTooLarge, limit)
	}
	if err != nil {
		return nil, fmt.Errorf("warc: %s body: %w", coding, err)
	}
	return out, nil
}
