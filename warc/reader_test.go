package warc

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// TestTruncated cuts a file at every byte: the records before the cut are
// read, and the error names the record that is cut and where it begins.
func TestTruncated(t *testing.T) {
	for _, plain := range []bool{true, false} {
		file := sampleFile(t, plain, 2)
		ends := []int64{0}
		in := NewReader(bytes.NewReader(file), Limits{})
		for rec, err := in.Next(); err != io.EOF; rec, err = in.Next() {
			if err != nil {
				t.Fatal(err)
			}
			end, err := rec.End()
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, end)
		}
		if len(ends) != 8 || ends[7] != int64(len(file)) {
			t.Fatalf("plain %v: records end at %v, the file at %d", plain, ends, len(file))
		}
		whole := 0
		for cut := range file {
			if int64(cut) == ends[whole+1] {
				whole++
			}
			_, n, err := scan(NewReader(bytes.NewReader(file[:cut]), Limits{}), "", nil)
			if n != whole {
				t.Fatalf("plain %v, cut at %d: %d records, want %d", plain, cut, n, whole)
			}
			if int64(cut) == ends[whole] {
				if err != nil {
					t.Fatalf("plain %v, cut between records at %d: %v", plain, cut, err)
				}
				continue
			}
			var fault *FormatError
			if !errors.As(err, &fault) || fault.Offset != ends[whole] || fault.Record != whole+1 || !errors.Is(err, io.ErrUnexpectedEOF) && cut > 1 {
				t.Fatalf("plain %v, cut at %d: %v, want the end of file in record %d at %d", plain, cut, err, whole+1, ends[whole])
			}
		}
	}
}

func TestTruncatedExchanges(t *testing.T) {
	file := sampleFile(t, false, 3)
	var urls []string
	var last error
	for x, err := range ReadExchanges(bytes.NewReader(file[:len(file)-5]), Limits{}) {
		if last = err; err == nil {
			urls = append(urls, x.URL)
		}
	}
	if len(urls) != 3 || !errors.Is(last, io.ErrUnexpectedEOF) {
		t.Errorf("got %d exchanges and %v, want 3 and the end of the file", len(urls), last)
	}
}

// TestExchangesOfOthers pairs records that do not stand as this package puts
// them: the request first, the naming the other way round, two pairs mixed, and
// one half so late that the other is no longer waited for.
func TestExchangesOfOthers(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file)
	put := func(kind Type, id string, to ...string) {
		t.Helper()
		d := Draft{Type: kind, ID: id, Date: moment, TargetURI: "http://a.example/", ConcurrentTo: to, Block: []byte("block of " + id)}
		if _, err := w.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	put(TypeRequest, "late")
	put(TypeRequest, "q1")
	put(TypeRequest, "q2")
	put(TypeResponse, "r2", "q2")
	put(TypeResponse, "r1", "q1")
	put(TypeMetadata, "stray", "nothing")
	for n := range openExchanges {
		put(TypeResponse, fmt.Sprint("alone", n))
	}
	put(TypeResponse, "too late", "late")
	var got []string
	for x, err := range ReadExchanges(&file, Limits{}) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, x.RequestID+"+"+x.ResponseID)
	}
	if text := strings.Join(got, " "); !strings.HasPrefix(text, "late+ q1+r1 q2+r2 +alone0 +alone1 ") || !strings.HasSuffix(text, " +too late") || len(got) != 4+openExchanges {
		t.Errorf("got %s", text)
	}
}

func TestExchangesBoundMemory(t *testing.T) {
	var file bytes.Buffer
	w := NewWriter(&file)
	for n := range 5 {
		d := Draft{Type: TypeResponse, ID: fmt.Sprint(n), Date: moment, TargetURI: "http://a.example/", Block: make([]byte, 700)}
		if _, err := w.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	in := NewReader(&file, Limits{Record: 1000})
	pairs := pairing{budget: 1000}
	for rec, err := in.Next(); err != io.EOF; rec, err = in.Next() {
		if err = errors.Join(err, pairs.add(rec)); err != nil {
			t.Fatal(err)
		}
		for pairs.full() {
			pairs.pop()
		}
		if len(pairs.open) != 1 || pairs.bytes != 700 {
			t.Fatalf("%d exchanges with %d bytes are held", len(pairs.open), pairs.bytes)
		}
	}
}

func record(version, fields, block string) string {
	return fmt.Sprintf("WARC/%s\r\nWARC-Type: resource\r\nContent-Length: %d\r\n%s\r\n%s\r\n\r\n", version, len(block), fields, block)
}

func TestReaderForgives(t *testing.T) {
	var oneMember bytes.Buffer
	gz := gzip.NewWriter(&oneMember)
	io.WriteString(gz, record("1.0", "", "one")+record("1.0", "", "two"))
	gz.Close()
	for name, file := range map[string]string{
		"old version":    record("0.18", "", "one") + record("1.0", "", "two"),
		"line feeds":     strings.ReplaceAll(record("1.0", "", "one")+record("1.0", "", "two"), "\r\n", "\n"),
		"more lines":     record("1.1", "", "one") + "\r\n\r\n" + record("1.1", "", "two"),
		"wrapped field":  record("1.0", "X: a\r\n\tb\r\n", "one") + record("1.0", "", "two"),
		"one gzip":       oneMember.String(),
		"upper case":     record("1.1", "", "one") + strings.Replace(record("1.1", "", "two"), "Content-Length", "CONTENT-LENGTH", 1),
		"brackets":       record("1.0", "WARC-Target-URI: <http://a.example/>\r\n", "one") + record("1.1", "", "two"),
		"block of lines": record("1.0", "", "one") + strings.Replace(record("1.0", "", "two"), "two", "\r\n\n", 1),
	} {
		in := NewReader(strings.NewReader(file), Limits{})
		n := 0
		for ; ; n++ {
			rec, err := in.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			if uri := rec.TargetURI(); uri != "" && uri != "http://a.example/" {
				t.Errorf("%s: URI %q", name, uri)
			}
			if x := rec.Get("x"); x != "" && x != "a b" {
				t.Errorf("%s: wrapped value %q", name, x)
			}
		}
		if n != 2 {
			t.Errorf("%s: %d records, want 2", name, n)
		}
	}
}

func TestReaderRefuses(t *testing.T) {
	good := record("1.1", "", "one")
	spoilt := []byte(sampleFile(t, false, 1))
	spoilt[len(spoilt)-6] ^= 1 // in the checksum of the last member
	for name, test := range map[string]struct {
		file   string
		record int
		want   string
	}{
		"too long":      {good + strings.Replace(good, ": 3", ": 2", 1), 2, "longer than its Content-Length"},
		"too short":     {good + strings.Replace(good, ": 3", ": 30", 1), 2, "unexpected EOF"},
		"negative":      {strings.Replace(good, ": 3", ": -3", 1), 1, "no number"},
		"plus":          {strings.Replace(good, ": 3", ": +3", 1), 1, "no number"},
		"two lengths":   {strings.Replace(good, "\r\n\r\n", "\r\nContent-Length: 3\r\n\r\n", 1), 1, "2 fields"},
		"no length":     {strings.Replace(good, "Content-Length", "X", 1), 1, "0 fields"},
		"no type":       {strings.Replace(good, "WARC-Type", "X", 1), 1, "WARC-Type is missing"},
		"huge block":    {strings.Replace(good, ": 3", ": 3000000000", 1), 1, "larger than allowed"},
		"huge header":   {record("1.1", "X: "+strings.Repeat("x", 70<<10)+"\r\n", "one"), 1, "larger than allowed"},
		"no colon":      {record("1.1", "what\r\n", "one"), 1, "no field"},
		"no WARC":       {"<html>\n", 1, "WARC/1.1 must be"},
		"gzip of other": {"\x1f\x8bxx", 1, "no gzip member"},
		"checksum":      {string(spoilt), 4, "invalid checksum"},
		"empty lines":   {good + strings.Repeat("\n", 100), 1, "too many empty lines"},
	} {
		_, n, err := scan(NewReader(strings.NewReader(test.file), Limits{}), "", nil)
		var fault *FormatError
		if !errors.As(err, &fault) || fault.Record != test.record || n != test.record-1 || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %d records and %v, want %q in record %d", name, n, err, test.want, test.record)
		}
	}
}

func TestRecordIsLeft(t *testing.T) {
	in := NewReader(bytes.NewReader(sampleFile(t, false, 1)), Limits{})
	first, err := in.Next()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.Next(); err != nil {
		t.Fatal(err)
	}
	if b, err := first.Block(); err == nil {
		t.Errorf("read %q from a record that the reader has left", b)
	}
}

func TestCheckDigests(t *testing.T) {
	chunked := "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
	for name, test := range map[string]struct {
		field, value, block string
		want                error
	}{
		"hex":             {"WARC-Block-Digest", "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "hello", nil},
		"base 32":         {"WARC-Block-Digest", "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", "hello", nil},
		"other bytes":     {"WARC-Block-Digest", "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", "hallo", ErrDigest},
		"other form":      {"WARC-Block-Digest", "sha1:VL2M", "hello", ErrUnknownDigest},
		"other algorithm": {"WARC-Block-Digest", "crc32:00000000", "hello", ErrUnknownDigest},
		"standard":        {"WARC-Payload-Digest", "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N", chunked, nil},
		"custom":          {"WARC-Payload-Digest", Digest([]byte("5\r\nhello\r\n0\r\n\r\n")), chunked, nil},
		"neither":         {"WARC-Payload-Digest", Digest([]byte("5\r\nhallo\r\n0\r\n\r\n")), chunked, ErrDigest},
	} {
		h := Header{{"WARC-Type", "response"}, {"Content-Type", ContentResponse}, {test.field, test.value}}
		if err := h.CheckDigests([]byte(test.block)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
	}
}

func FuzzReader(f *testing.F) {
	f.Add(sampleFile(f, true, 1))
	f.Add(sampleFile(f, false, 1))
	f.Add([]byte(record("1.0", "X: a\r\n b\r\n", "one")))
	f.Fuzz(func(t *testing.T, file []byte) {
		limits := Limits{Header: 1 << 10, Record: 4 << 10}
		in := NewReader(bytes.NewReader(file), limits)
		var offset int64
		_, _, err := scan(in, "x.warc", func(rec *Record, block []byte) error {
			if int64(len(block)) != rec.Length || rec.Length > limits.Record || rec.Offset < offset {
				t.Fatalf("block of %d bytes, said to be %d, at %d behind %d", len(block), rec.Length, rec.Offset, offset)
			}
			offset = rec.Offset
			rec.CheckDigests(block)
			if r, err := ParseResponse(block); err == nil {
				if p, err := r.Payload(1 << 10); err == nil && len(p) > 1<<10 {
					t.Fatalf("payload of %d bytes", len(p))
				}
			}
			return nil
		})
		if again := in.err; err == nil && again != io.EOF {
			t.Fatalf("ended without error in state %v", again)
		}
		for range ReadExchanges(bytes.NewReader(file), limits) {
		}
	})
}
