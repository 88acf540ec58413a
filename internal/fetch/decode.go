package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
)

// acceptEncoding names what decoder can undo. Brotli is left out: no library for it is
// among those chosen, and no server sends it unasked.
const acceptEncoding = "gzip, deflate"

// content is a body as read within the limits.
type content struct {
	body      []byte
	encoding  string // the content coding that was not undone
	truncated bool   // over a limit, or damaged from there on
}

// readBody reads a body to its end or a limit. An error is one of the connection; a body
// that is too long or does not decode is no error but content with truncated set, because
// what was there is evidence all the same. With whole, the wire is read to its end (within
// its own limit) even where the decoded bytes are too many.
func readBody(resp *http.Response, maxBytes, maxDecoded int64, whole bool) (content, error) {
	wire := &meter{r: resp.Body, left: maxBytes}
	var c content
	decoded, err := decoder(wire, resp.Header, &c)
	if err == nil {
		var out bytes.Buffer
		out.Grow(int(min(max(resp.ContentLength, 0), maxBytes, maxDecoded, 1<<20)) + bytes.MinRead)
		_, err = out.ReadFrom(io.LimitReader(decoded, maxDecoded+1))
		c.body = out.Bytes()
	}
	if int64(len(c.body)) > maxDecoded {
		c.body, c.truncated = c.body[:maxDecoded], true
	}
	if wire.err == nil && (whole || !c.truncated) {
		io.Copy(io.Discard, wire) // the rest belongs to the record, and lets the line be kept
	}
	if wire.err != nil {
		return c, wire.err
	}
	c.truncated = c.truncated || wire.over || err != nil
	return c, nil
}

// decoder undoes one content coding. Two on top of each other are a mistake of the server or
// a trap, and stay as they are, like an unknown one.
func decoder(wire io.Reader, header http.Header, c *content) (io.Reader, error) {
	coding := strings.ToLower(strings.TrimSpace(strings.Join(header.Values("Content-Encoding"), ",")))
	if coding == "" || coding == "identity" {
		return wire, nil
	}
	if coding != "gzip" && coding != "x-gzip" && coding != "deflate" {
		c.encoding = coding
		return wire, nil
	}
	buffered := bufio.NewReader(wire)
	start, err := buffered.Peek(2)
	if len(start) == 0 {
		return buffered, nil // a HEAD, or no body: nothing to decode
	}
	if coding != "deflate" {
		return gzip.NewReader(buffered)
	}
	// "deflate" is zlib by RFC 9110, 8.4.1.2, and bare deflate by many servers.
	if err == nil && start[0]&0x0f == 8 && (uint(start[0])<<8|uint(start[1]))%31 == 0 {
		return zlib.NewReader(buffered)
	}
	return flate.NewReader(buffered), nil
}

// meter passes on at most left bytes, then says whether there were more.
type meter struct {
	r    io.Reader
	left int64
	over bool
	err  error // of the connection, as against of the decoder above
}

func (m *meter) Read(p []byte) (int, error) {
	if m.over || m.err != nil {
		return 0, m.end()
	}
	if m.left == 0 {
		var more [1]byte
		n, err := io.ReadFull(m.r, more[:])
		m.over = n > 0
		if n == 0 && err != io.EOF {
			m.err = err
		}
		return 0, m.end()
	}
	if int64(len(p)) > m.left {
		p = p[:m.left]
	}
	n, err := m.r.Read(p)
	m.left -= int64(n)
	if err != nil && err != io.EOF {
		m.err = err
	}
	return n, err
}

func (m *meter) end() error {
	if m.err != nil {
		return m.err
	}
	return io.EOF
}
