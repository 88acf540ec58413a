package warc

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
)

// textLimit bounds what is read of a manifest, a page list or an index, each
// unpacked: 64 MiB are about 200,000 index lines.
const textLimit = 64 << 20

// WACZ is an opened package. Opening checks its build, not its digests; that
// is VerifyWACZ.
type WACZ struct {
	Package DataPackage
	Digest  string          // of the manifest as it stands in the file: what a signature is made of
	Signed  json.RawMessage // signedData as it stands in the file, not checked
	Pages   []Page

	file     io.ReaderAt
	entries  map[string]*zip.File
	manifest string // the digest that datapackage-digest.json names
}

// OpenWACZ opens a package of size bytes.
func OpenWACZ(r io.ReaderAt, size int64) (*WACZ, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("warc: no WACZ: %w", err)
	}
	z := &WACZ{file: r, entries: map[string]*zip.File{}}
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") && fs.ValidPath(strings.TrimSuffix(f.Name, "/")) {
			continue // folders carry nothing
		}
		if !fs.ValidPath(f.Name) || strings.ContainsAny(f.Name, "\\:\x00") {
			return nil, fmt.Errorf("warc: the package has a file of unsafe name %.60q", f.Name)
		}
		if z.entries[f.Name] != nil {
			return nil, fmt.Errorf("warc: the package has two files %s", f.Name)
		}
		z.entries[f.Name] = f
	}
	text, err := z.text(waczPackage)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &z.Package); err != nil {
		return nil, fmt.Errorf("warc: %s: %w", waczPackage, err)
	}
	z.Digest = Digest(text)
	if z.entries[waczDigest] != nil {
		if err := z.readDigest(); err != nil {
			return nil, err
		}
	}
	return z, z.readPages()
}

func (z *WACZ) readDigest() error {
	text, err := z.text(waczDigest)
	if err != nil {
		return err
	}
	var d packageDigest
	if err := json.Unmarshal(text, &d); err != nil {
		return fmt.Errorf("warc: %s: %w", waczDigest, err)
	}
	if d.Path != waczPackage || d.Hash == "" {
		return fmt.Errorf("warc: %s does not name the digest of %s", waczDigest, waczPackage)
	}
	z.manifest, z.Signed = d.Hash, d.SignedData
	return nil
}

func (z *WACZ) readPages() error {
	text, err := z.text(waczPages)
	if err != nil {
		return err
	}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var page struct {
			Page
			Format string `json:"format"`
		}
		if err := json.Unmarshal(line, &page); err != nil {
			return fmt.Errorf("warc: %s, line %d: %w", waczPages, i+1, err)
		}
		if page.Format != "" && page.URL == "" {
			continue // the line that names the format
		}
		if page.URL == "" || page.Time.IsZero() {
			return fmt.Errorf("warc: %s, line %d: a page needs url and ts", waczPages, i+1)
		}
		z.Pages = append(z.Pages, page.Page)
	}
	return nil
}

// Files lists the paths in the package, sorted.
func (z *WACZ) Files() []string {
	names := make([]string, 0, len(z.entries))
	for name := range z.entries {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Open opens a file of the package.
func (z *WACZ) Open(name string) (io.ReadCloser, error) {
	f := z.entries[name]
	if f == nil {
		return nil, fmt.Errorf("warc: the package has no %s", name)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("warc: %s in the package: %w", name, err)
	}
	return r, nil
}

// text reads a small file whole.
func (z *WACZ) text(name string) ([]byte, error) {
	r, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return readLimited(r, name)
}

func readLimited(r io.Reader, name string) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, textLimit+1))
	if err == nil && len(text) > textLimit {
		err = ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("warc: %s in the package: %w", name, err)
	}
	return text, nil
}

// Index reads all indexes of the package.
func (z *WACZ) Index() ([]IndexEntry, error) {
	var all []IndexEntry
	for _, name := range z.Files() {
		plain := strings.TrimSuffix(name, ".gz")
		if !strings.HasPrefix(name, "indexes/") || !strings.HasSuffix(plain, ".cdx") && !strings.HasSuffix(plain, ".cdxj") {
			continue
		}
		text, err := z.text(name)
		if err == nil && plain != name {
			var gz *gzip.Reader
			if gz, err = gzip.NewReader(bytes.NewReader(text)); err == nil {
				text, err = readLimited(gz, name)
			}
		}
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "!meta") {
				continue
			}
			e, err := ParseIndexLine(line)
			if err != nil {
				return nil, err
			}
			all = append(all, e)
		}
	}
	return all, nil
}

// Record reads the record of an index entry, without reading what is before it.
func (z *WACZ) Record(e IndexEntry, limits Limits) (*Record, error) {
	name := "archive/" + strings.TrimPrefix(e.Filename, "archive/")
	f := z.entries[name]
	if f == nil {
		return nil, fmt.Errorf("warc: the package has no %s", name)
	}
	if f.Method != zip.Store {
		return nil, fmt.Errorf("warc: %s is compressed inside the package, single records cannot be read", name)
	}
	start, err := f.DataOffset()
	if err != nil {
		return nil, fmt.Errorf("warc: %s in the package: %w", name, err)
	}
	if size := int64(f.UncompressedSize64); size < 0 || e.Offset < 0 || e.Length < 0 || e.Offset > size || e.Length > size-e.Offset {
		return nil, fmt.Errorf("warc: the index leads outside of %s", name)
	}
	rec, err := NewReader(bufio.NewReader(io.NewSectionReader(z.file, start+e.Offset, e.Length)), limits).Next()
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return rec, err
}
