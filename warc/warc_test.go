package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files anew")

var moment = time.Date(2026, 11, 23, 10, 0, 0, 123456000, time.UTC)

// sampleExchange has what makes captures hard: odd header case, chunks and gzip.
func sampleExchange(n int) Exchange {
	var body bytes.Buffer
	gz := gzip.NewWriter(&body)
	fmt.Fprintf(gz, "<title>Sample Brigade %d</title>", n)
	gz.Close()
	half := body.Len() / 2
	response := fmt.Sprintf("HTTP/1.1 200 OK\r\nCONTENT-type: Text/HTML; charset=utf-8\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n%x;x=y\r\n%s\r\n0\r\n\r\n",
		half, body.Bytes()[:half], body.Len()-half, body.Bytes()[half:])
	return Exchange{
		URL: fmt.Sprintf("https://www.host.example/post?n=%d&a=1", n), Time: moment.Add(time.Duration(n) * time.Second),
		IP:       netip.MustParseAddr("192.0.2.7"),
		Request:  fmt.Appendf(nil, "GET /post?n=%d&a=1 HTTP/1.1\r\nHost: www.host.example\r\n\r\n", n),
		Response: []byte(response),
		Notes:    Header{{"operator", "Example Unit"}, {"vantage", "EU"}},
	}
}

func countingIDs() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("urn:uuid:00000000-0000-4000-8000-%012d", n) }
}

func sampleFile(t testing.TB, plain bool, exchanges int) []byte {
	t.Helper()
	var file bytes.Buffer
	w := NewWriter(&file)
	w.Plain, w.NewID = plain, countingIDs()
	if err := w.WriteInfo("sample.warc.gz", moment, Header{{"software", "argine"}}); err != nil {
		t.Fatal(err)
	}
	for n := range exchanges {
		if err := w.WriteExchange(sampleExchange(n)); err != nil {
			t.Fatal(err)
		}
	}
	return file.Bytes()
}

func TestGolden(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file)
	w.Plain, w.NewID = true, countingIDs()
	x := sampleExchange(1)
	x.Response = []byte("HTTP/1.1 200 OK\r\ncontent-TYPE: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
	x.Truncated = "time"
	revisit := Draft{
		Type: TypeRevisit, Date: moment, TargetURI: x.URL, RefersTo: "urn:uuid:00000000-0000-4000-8000-000000000002", RefersToURI: x.URL,
		RefersToDate: moment, PayloadDigest: Digest([]byte("hello")), Block: []byte("HTTP/1.1 200 OK\r\n\r\n"),
	}
	picture := Draft{Type: TypeResource, Date: moment, TargetURI: "urn:view:" + x.URL, ContentType: "image/png", Block: []byte("not a picture")}
	errs := []error{w.WriteInfo("sample.warc", moment, Header{{"software", "argine"}}), w.WriteExchange(x)}
	for _, d := range []Draft{revisit, picture} {
		_, err := w.Write(d)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/golden.warc"
	if *update {
		if err := os.WriteFile(golden, file.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), file.String()); diff != "" {
		t.Errorf("the written form has changed (-want +got):\n%s", diff)
	}
	// The golden file is good for what it claims.
	if _, n, err := scan(NewReader(bytes.NewReader(want), Limits{}), "golden.warc", func(r *Record, b []byte) error { return r.CheckDigests(b) }); err != nil || n != 6 {
		t.Errorf("%d records, %v; want 6", n, err)
	}
}

func drawExchange(t *rapid.T, n int) Exchange {
	x := Exchange{
		URL:      rapid.StringMatching(`https?://[a-z]{1,8}\.example/[ -~]{0,20}`).Draw(t, "url"),
		Time:     time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "time")).UTC(),
		Request:  rapid.SliceOf(rapid.Byte()).Draw(t, "request"),
		Response: rapid.SliceOf(rapid.Byte()).Draw(t, "response"),
		IP:       rapid.SampledFrom([]netip.Addr{{}, netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")}).Draw(t, "ip"),
	}
	if len(x.Request) > 0 {
		x.RequestID = fmt.Sprintf("urn:uuid:q%d", n)
	}
	if len(x.Response) > 0 {
		x.ResponseID = fmt.Sprintf("urn:uuid:r%d", n)
		x.Truncated = rapid.SampledFrom([]string{"", "length"}).Draw(t, "truncated")
	}
	if rapid.Bool().Draw(t, "noted") {
		x.Notes = Header{{"note", rapid.StringMatching(`[!-~]{0,20}`).Draw(t, "note")}}
	}
	x.URL = strings.TrimSpace(x.URL)
	return x
}

func TestExchangesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want, got []Exchange
		var file bytes.Buffer
		w := NewWriter(&file)
		w.Plain = rapid.Bool().Draw(t, "plain")
		for n := range rapid.IntRange(0, 40).Draw(t, "exchanges") {
			x := drawExchange(t, n)
			err := w.WriteExchange(x)
			if empty := len(x.Request)+len(x.Response) == 0; empty != (err != nil) {
				t.Fatalf("empty %v, error %v", empty, err)
			} else if !empty {
				want = append(want, x)
			}
		}
		for x, err := range ReadExchanges(bytes.NewReader(file.Bytes()), Limits{}) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, x)
		}
		same := cmp.Comparer(func(a, b netip.Addr) bool { return a == b })
		bytesEqual := cmp.Comparer(bytes.Equal)
		if diff := cmp.Diff(want, got, same, bytesEqual); diff != "" {
			t.Fatalf("read back other than written (-want +got):\n%s", diff)
		}
		if _, _, err := scan(NewReader(&file, Limits{}), "", func(r *Record, b []byte) error { return r.CheckDigests(b) }); err != nil {
			t.Fatalf("digests: %v", err)
		}
	})
}

func TestWriterRefuses(t *testing.T) {
	good := Draft{Type: TypeResource, Date: moment, TargetURI: "urn:x:y", Block: []byte("b")}
	for name, change := range map[string]func(*Draft){
		"forged field":     func(d *Draft) { d.TargetURI = "http://a.example/\r\nWARC-Type: request" },
		"no URI":           func(d *Draft) { d.TargetURI = "" },
		"no date":          func(d *Draft) { d.Date = time.Time{} },
		"continuation":     func(d *Draft) { d.Type = TypeContinuation },
		"own length":       func(d *Draft) { d.Extra = Header{{"content-length", "1"}} },
		"field name":       func(d *Draft) { d.Extra = Header{{"a: b", "1"}} },
		"revisit unknown":  func(d *Draft) { d.Type = TypeRevisit },
		"warcinfo of site": func(d *Draft) { d.Type = TypeWarcinfo },
	} {
		d := good
		change(&d)
		var out bytes.Buffer
		if _, err := NewWriter(&out).Write(d); err == nil || out.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", name, err, out.Len())
		}
	}
	var out bytes.Buffer
	place, err := NewWriter(&out).Write(good)
	if err != nil || place.Length != int64(out.Len()) || !strings.HasPrefix(place.ID, "urn:uuid:") || len(place.ID) != 45 || place.ID[23] != '4' {
		t.Errorf("%+v %v for %d bytes", place, err, out.Len())
	}
}

func TestWriterStopsAfterFailure(t *testing.T) {
	w := NewWriter(&failing{left: 10})
	d := Draft{Type: TypeResource, Date: moment, TargetURI: "urn:x:y"}
	if _, err := w.Write(d); !errors.Is(err, io.ErrShortWrite) {
		t.Fatalf("got %v", err)
	}
	w.out = io.Discard
	if _, err := w.Write(d); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("wrote behind half a record: %v", err)
	}
}

type failing struct{ left int }

func (f *failing) Write(p []byte) (int, error) {
	n := min(len(p), f.left)
	f.left -= n
	if n < len(p) {
		return n, io.ErrShortWrite
	}
	return n, nil
}
