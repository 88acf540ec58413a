package warc

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func samplePackage(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	pages := []Page{{ID: "p1", URL: sampleExchange(0).URL, Time: moment, Title: "Example <Front> & others"}}
	err := WriteWACZ(&out, []WARCFile{
		{"data.warc.gz", bytes.NewReader(sampleFile(t, false, 3))},
		{"more.warc", bytes.NewReader(sampleFile(t, true, 1))},
	}, pages, Meta{
		Title: "Sample action", Software: "argine", Created: moment, MainPageURL: pages[0].URL, MainPageDate: moment,
		Sign: func(digest string) (json.RawMessage, error) { return json.Marshal(map[string]string{"hash": digest}) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestWACZ(t *testing.T) {
	file := samplePackage(t)
	if !bytes.Equal(file, samplePackage(t)) {
		t.Error("equal input makes other bytes")
	}
	got, err := VerifyWACZ(bytes.NewReader(file), int64(len(file)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := Verified{Resources: 5, Records: 14, Captures: 4, Pages: 1, Digest: got.Digest, Signed: true}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	z, err := OpenWACZ(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(z.Signed), got.Digest) || z.Pages[0].Title != "Example <Front> & others" || z.Package.WACZVersion != "1.1.1" {
		t.Errorf("signed %s, pages %+v, version %s", z.Signed, z.Pages, z.Package.WACZVersion)
	}
	index, err := z.Index()
	if err != nil || len(index) != 4 {
		t.Fatalf("%d index entries, %v", len(index), err)
	}
	for _, e := range index {
		rec, err := z.Record(e, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		block, err := rec.Block()
		if err != nil || rec.TargetURI() != e.URL {
			t.Fatalf("%s: %v", rec.TargetURI(), err)
		}
		r, err := ParseResponse(block)
		if err != nil {
			t.Fatal(err)
		}
		if text, err := r.Payload(1 << 20); err != nil || !strings.HasPrefix(string(text), "<title>Sample Brigade") {
			t.Errorf("payload %q, %v", text, err)
		}
		if _, err := rec.End(); err != nil {
			t.Error(err)
		}
	}
}

// TestLargeIndex has more captures than one member of the index holds: each
// line of index.idx leads to a member that begins with its key.
func TestLargeIndex(t *testing.T) {
	var entries []IndexEntry
	for n := range indexBlock + 1 {
		url := fmt.Sprintf("https://host.example/%05d", n)
		entries = append(entries, IndexEntry{Key: SURT(url), URL: url, Time: moment, Filename: "a.warc.gz", Offset: int64(n)})
	}
	index, idx := packIndex(entries)
	lines := strings.Split(strings.TrimSpace(string(idx)), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "!meta 0 {") {
		t.Fatalf("index.idx:\n%s", idx)
	}
	for i, line := range lines[1:] {
		key, rest, _ := strings.Cut(line, " ")
		_, body, _ := strings.Cut(rest, " ")
		var at struct{ Offset, Length int }
		if err := json.Unmarshal([]byte(body), &at); err != nil {
			t.Fatal(err)
		}
		gz, err := gzip.NewReader(bytes.NewReader(index[at.Offset : at.Offset+at.Length]))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(gz)
		if err != nil || !strings.HasPrefix(string(text), key+" ") || strings.Count(string(text), "\n") != []int{indexBlock, 1}[i] {
			t.Errorf("member %d: %d lines, %v, want key %s", i, strings.Count(string(text), "\n"), err, key)
		}
	}
}

// repack rewrites the package entry by entry; change returns nil to drop one.
func repack(t *testing.T, file []byte, method uint16, change func(name string, data []byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if data = change(f.Name, data); data == nil {
			continue
		}
		entry, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		entry.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestVerifyWACZFinds(t *testing.T) {
	file := samplePackage(t)
	replace := func(at, old, new string) func(string, []byte) []byte {
		return func(name string, data []byte) []byte {
			if name == at {
				data = bytes.Replace(data, []byte(old), []byte(new), 1)
			}
			return data
		}
	}
	drop := func(at string) func(string, []byte) []byte {
		return func(name string, data []byte) []byte {
			if name == at {
				return nil
			}
			return data
		}
	}
	for name, test := range map[string]struct {
		change func(string, []byte) []byte
		want   []string
	}{
		"untouched":     {func(_ string, data []byte) []byte { return data }, nil},
		"page changed":  {replace(waczPages, "Example", "Another"), []string{waczPages + ": digest does not match"}},
		"page longer":   {replace(waczPages, "others", "many others"), []string{waczPages + " is longer"}},
		"vantage":       {replace("archive/more.warc", "vantage: EU", "vantage: XX"), []string{"archive/more.warc: digest does not match", "WARC-Block-Digest"}},
		"manifest":      {replace(waczPackage, "Sample action", "Simple action"), []string{waczPackage + ": digest does not match"}},
		"index missing": {drop(waczIndex), []string{"has no " + waczIndex, "is not in the index"}},
		"WARC missing":  {drop("archive/more.warc"), []string{"has no archive/more.warc", "where no capture is"}},
		"pages missing": {drop(waczPages), []string{"has no " + waczPages}},
		"no manifest":   {drop(waczPackage), []string{"has no " + waczPackage}},
	} {
		changed := repack(t, file, zip.Store, test.change)
		_, err := VerifyWACZ(bytes.NewReader(changed), int64(len(changed)), Limits{})
		if len(test.want) == 0 && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range test.want {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", name, err, want)
			}
		}
	}
	deflated := repack(t, file, zip.Deflate, func(_ string, data []byte) []byte { return data })
	if _, err := VerifyWACZ(bytes.NewReader(deflated), int64(len(deflated)), Limits{}); err == nil || !strings.Contains(err.Error(), "must be stored") {
		t.Errorf("deflated: %v", err)
	}
}

func TestOpenWACZRefusesNames(t *testing.T) {
	for _, name := range []string{"../up", "/root", "a\\b", "c:d", waczPages} {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, n := range []string{waczPackage, waczPages, name} {
			e, err := w.Create(n)
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(e, "{}")
		}
		w.Close()
		if _, err := OpenWACZ(bytes.NewReader(out.Bytes()), int64(out.Len())); err == nil || !strings.Contains(err.Error(), "unsafe name") && !strings.Contains(err.Error(), "two files") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWriteWACZRefuses(t *testing.T) {
	good := sampleFile(t, false, 1)
	changed := bytes.Replace(sampleFile(t, true, 1), []byte("vantage: EU"), []byte("vantage: XX"), 1)
	for name, test := range map[string]struct {
		warcs []WARCFile
		want  string
	}{
		"none":         {nil, "needs a WARC file"},
		"folder":       {[]WARCFile{{"../a.warc.gz", bytes.NewReader(good)}}, "must be plain"},
		"wrong ending": {[]WARCFile{{"a.warc", bytes.NewReader(good)}}, "must end in .gz"},
		"cut off":      {[]WARCFile{{"a.warc.gz", bytes.NewReader(good[:len(good)-9])}}, "unexpected EOF"},
		"changed":      {[]WARCFile{{"a.warc", bytes.NewReader(changed)}}, "digest does not match"},
		"two alike":    {[]WARCFile{{"a.warc.gz", bytes.NewReader(good)}, {"a.warc.gz", bytes.NewReader(good)}}, "two files"},
	} {
		if err := WriteWACZ(io.Discard, test.warcs, nil, Meta{Created: moment}); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, err, test.want)
		}
	}
	broken := errors.New("disk full")
	if err := WriteWACZ(io.Discard, []WARCFile{{"a.warc.gz", io.MultiReader(bytes.NewReader(good), failingReader{broken})}}, nil, Meta{}); !errors.Is(err, broken) {
		t.Errorf("got %v, want the error of the file", err)
	}
}

type failingReader struct{ err error }

func (f failingReader) Read([]byte) (int, error) { return 0, f.err }
