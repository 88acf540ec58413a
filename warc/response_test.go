package warc

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"strings"
	"testing"
)

func pack(t *testing.T, w io.WriteCloser, buf *bytes.Buffer, text string) string {
	t.Helper()
	io.WriteString(w, text)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.String()
}

func TestPayload(t *testing.T) {
	var a, b, c, d bytes.Buffer
	bare, _ := flate.NewWriter(&c, 9)
	gzipped := pack(t, gzip.NewWriter(&a), &a, "hello")
	zlibbed := pack(t, zlib.NewWriter(&b), &b, "hello")
	deflated := pack(t, bare, &c, "hello")
	bomb := pack(t, gzip.NewWriter(&d), &d, strings.Repeat("x", 1<<20))
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, test := range map[string]struct{ block, want, err string }{
		"plain":           {ok + "\r\nhello", "hello", ""},
		"line feeds":      {"HTTP/1.0 200\nA: b\n\nhello", "hello", ""},
		"interim":         {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok + "\r\nhello", "hello", ""},
		"length":          {ok + "Content-Length: 5\r\n\r\nhello, next", "hello", ""},
		"no colon":        {ok + "what is this\r\nContent-Length: 5\r\n\r\nhello!", "hello", ""},
		"chunks":          {ok + "transfer-encoding: Chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n", "hello", ""},
		"chunks removed":  {ok + "Transfer-Encoding: chunked\r\n\r\nhello", "hello", ""},
		"chunk cut":       {ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nl", "hel", "unexpected EOF"},
		"gzip":            {ok + "Content-Encoding: gzip\r\n\r\n" + gzipped, "hello", ""},
		"zlib":            {ok + "Content-Encoding: deflate\r\n\r\n" + zlibbed, "hello", ""},
		"bare deflate":    {ok + "Content-Encoding: deflate\r\n\r\n" + deflated, "hello", ""},
		"not modified":    {"HTTP/1.1 304 Not Modified\r\nContent-Encoding: gzip\r\n\r\n", "", ""},
		"gzip cut":        {ok + "Content-Encoding: gzip\r\n\r\n" + gzipped[:20], "", "unexpected EOF"},
		"bomb":            {ok + "Content-Encoding: gzip\r\n\r\n" + bomb, "", "larger than allowed"},
		"many codings":    {ok + "Content-Encoding: gzip, gzip, gzip, gzip, gzip\r\n\r\nx", "", "5 content codings"},
		"unknown coding":  {ok + "Content-Encoding: br\r\n\r\nx", "", `"br" is not known`},
		"large":           {ok + "\r\n" + strings.Repeat("x", 2<<10), "", "larger than allowed"},
		"no status":       {"HTTP/1.1 abc\r\n\r\n", "", "no HTTP response"},
		"no HTTP":         {"hello", "", "no HTTP response"},
		"only an interim": {"HTTP/1.1 100 Continue\r\n\r\n", "", "empty"},
	} {
		r, err := ParseResponse([]byte(test.block))
		var got []byte
		if err == nil {
			got, err = r.Payload(1 << 10)
		}
		if string(got) != test.want || (err == nil) != (test.err == "") || err != nil && !strings.Contains(err.Error(), test.err) {
			t.Errorf("%s: %q and %v, want %q and %q", name, got, err, test.want, test.err)
		}
		if test.err == "larger than allowed" && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v is not ErrTooLarge", name, err)
		}
	}
}
