package warc

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"time"
)

// Paths inside a WACZ.
const (
	waczPackage = "datapackage.json"
	waczDigest  = "datapackage-digest.json"
	waczPages   = "pages/pages.jsonl"
	waczIndex   = "indexes/index.cdx.gz"
	waczIDX     = "indexes/index.idx"
)

// WARCFile is a WARC file for a package. Its name is plain and ends in
// ".warc.gz" if it is compressed, in ".warc" if not.
type WARCFile struct {
	Name   string
	Reader io.Reader
}

// Page is an entrance to the captures, shown in a list by replay tools.
type Page struct {
	ID    string    `json:"id,omitempty"`
	URL   string    `json:"url"`
	Time  time.Time `json:"ts"`
	Title string    `json:"title,omitempty"`
	Text  string    `json:"text,omitempty"`
	Size  int64     `json:"size,omitempty"` // bytes of the page and all it needs
}

// Meta describes a package.
type Meta struct {
	Title        string
	Description  string // Markdown
	Software     string
	Created      time.Time
	MainPageURL  string
	MainPageDate time.Time
	Limits       Limits // for reading the WARC files

	// Sign makes the signedData of WACZ-Auth 0.1.0 from the digest of the
	// manifest ("sha256:…"). Nil leaves the package unsigned.
	Sign func(digest string) (json.RawMessage, error)
}

// DataPackage is the manifest of a WACZ, datapackage.json.
type DataPackage struct {
	Profile      string            `json:"profile"`
	WACZVersion  string            `json:"wacz_version"`
	Title        string            `json:"title,omitempty"`
	Description  string            `json:"description,omitempty"`
	Created      time.Time         `json:"created,omitzero"`
	Software     string            `json:"software,omitempty"`
	MainPageURL  string            `json:"mainPageUrl,omitempty"`
	MainPageDate time.Time         `json:"mainPageDate,omitzero"`
	Resources    []PackageResource `json:"resources"`
}

// PackageResource is one file of a package.
type PackageResource struct {
	Name  string `json:"name"`
	Path  string `json:"path"`
	Hash  string `json:"hash"`
	Bytes int64  `json:"bytes"`
}

type packageDigest struct {
	Path       string          `json:"path"`
	Hash       string          `json:"hash"`
	SignedData json.RawMessage `json:"signedData,omitempty"`
}

var warcName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*\.warc(\.gz)?$`)

// WriteWACZ writes a package. It reads each WARC file once, indexing it on the
// way, and refuses one that is damaged or whose digests are wrong. All entries
// are stored without further compression, so that a record can be fetched by
// its offset. Equal input makes equal bytes.
func WriteWACZ(w io.Writer, warcs []WARCFile, pages []Page, meta Meta) error {
	if len(warcs) == 0 {
		return errors.New("warc: a package needs a WARC file")
	}
	p := packer{zip: zip.NewWriter(w), created: meta.Created.UTC().Truncate(time.Second)}
	var entries []IndexEntry
	for _, file := range warcs {
		found, err := p.warc(file, meta.Limits)
		if err != nil {
			return fmt.Errorf("warc: packing %s: %w", file.Name, err)
		}
		entries = append(entries, found...)
	}
	SortIndex(entries)
	index, idx := packIndex(entries)
	list := []byte(`{"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}` + "\n")
	for _, page := range pages {
		if page.URL == "" || page.Time.IsZero() {
			return fmt.Errorf("warc: page %q needs a URL and a time", page.URL)
		}
		page.Time = page.Time.UTC()
		list = append(append(list, compactJSON(page)...), '\n')
	}
	for _, file := range []struct {
		path string
		data []byte
	}{{waczIndex, index}, {waczIDX, idx}, {waczPages, list}} {
		if err := p.add(file.path, bytes.NewReader(file.data), io.Discard); err != nil {
			return err
		}
	}
	return p.finish(meta)
}

// packer writes the entries of the ZIP file and keeps their digests.
type packer struct {
	zip       *zip.Writer
	created   time.Time
	resources []PackageResource
}

func (p *packer) create(name string) (io.Writer, error) {
	for _, r := range p.resources {
		if r.Path == name {
			return nil, fmt.Errorf("warc: two files %s in one package", name)
		}
	}
	return p.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: p.created})
}

// add copies a file in; seen gets the bytes as well.
func (p *packer) add(name string, data io.Reader, seen io.Writer) error {
	out, err := p.create(name)
	if err != nil {
		return err
	}
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(out, sum, seen), data)
	p.resources = append(p.resources, PackageResource{
		Name: path.Base(name), Path: name, Bytes: n, Hash: fmt.Sprintf("sha256:%x", sum.Sum(nil)),
	})
	return err
}

// warc copies a WARC file in and indexes it at the same time: the indexer
// reads from a pipe what the copying sees.
func (p *packer) warc(file WARCFile, limits Limits) ([]IndexEntry, error) {
	if !warcName.MatchString(file.Name) {
		return nil, errors.New("the name must be plain and end in .warc or .warc.gz")
	}
	from, to := io.Pipe()
	var entries []IndexEntry
	done := make(chan error, 1)
	go func() {
		in := NewReader(from, limits)
		var err error
		entries, _, err = scan(in, file.Name, func(rec *Record, block []byte) error { return rec.CheckDigests(block) })
		if err == nil && in.Compressed() != strings.HasSuffix(file.Name, ".gz") {
			err = errors.New("the name must end in .gz if the file is compressed, and only then")
		}
		from.CloseWithError(err) // stops the copying if it is still under way
		done <- err
	}()
	err := p.add("archive/"+file.Name, file.Reader, to)
	to.CloseWithError(err)
	if bad := <-done; bad != nil {
		return nil, bad
	}
	return entries, err
}

// indexBlock is the number of lines in one gzip member of the index. The idx
// file names the first key of each member, so a reader fetches one of them.
const indexBlock = 3000

// packIndex makes index.cdx.gz and the index.idx that goes with it. The
// specification shows only the first; replay tools find it by the second.
func packIndex(entries []IndexEntry) (index, idx []byte) {
	idx = []byte(`!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}` + "\n")
	for start := 0; start == 0 || start < len(entries); start += indexBlock {
		var member bytes.Buffer
		gz := gzip.NewWriter(&member) // writes to memory cannot fail
		block := entries[start:min(start+indexBlock, len(entries))]
		for _, e := range block {
			io.WriteString(gz, e.String()+"\n")
		}
		gz.Close()
		if len(block) > 0 {
			idx = fmt.Appendf(idx, "%s %s %s\n", block[0].Key, block[0].Time.UTC().Format(indexTime), compactJSON(struct {
				Offset   int    `json:"offset"`
				Length   int    `json:"length"`
				Digest   string `json:"digest"`
				Filename string `json:"filename"`
			}{len(index), member.Len(), Digest(member.Bytes()), "index.cdx.gz"}))
		}
		index = append(index, member.Bytes()...)
	}
	return index, idx
}

// finish writes the manifest and its digest.
func (p *packer) finish(meta Meta) error {
	manifest, err := json.MarshalIndent(DataPackage{
		Profile: "data-package", WACZVersion: "1.1.1",
		Title: meta.Title, Description: meta.Description, Software: meta.Software, Created: p.created,
		MainPageURL: meta.MainPageURL, MainPageDate: meta.MainPageDate.UTC(), Resources: p.resources,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("warc: manifest: %w", err)
	}
	digest := packageDigest{Path: waczPackage, Hash: Digest(manifest)}
	if meta.Sign != nil {
		if digest.SignedData, err = meta.Sign(digest.Hash); err != nil {
			return fmt.Errorf("warc: signing the package: %w", err)
		}
	}
	seal, err := json.MarshalIndent(digest, "", "  ")
	if err != nil {
		return fmt.Errorf("warc: signing the package: %w", err)
	}
	if err := p.add(waczPackage, bytes.NewReader(manifest), io.Discard); err != nil {
		return err
	}
	if err := p.add(waczDigest, bytes.NewReader(seal), io.Discard); err != nil {
		return err
	}
	return p.zip.Close()
}
