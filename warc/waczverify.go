package warc

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Verified says what VerifyWACZ looked at.
type Verified struct {
	Resources, Records, Captures, Pages int
	Digest                              string // of the manifest: stands for the whole package
	Signed                              bool   // there is signedData; whether it is right is for the caller
}

// VerifyWACZ reads a package through: every file is in the manifest with its
// size and SHA-256, the manifest fits its digest, every WARC record is whole
// and fits its digests, and the index leads to every capture. The error joins
// all that is wrong.
func VerifyWACZ(r io.ReaderAt, size int64, limits Limits) (Verified, error) {
	z, err := OpenWACZ(r, size)
	if err != nil {
		return Verified{}, err
	}
	v := verifier{z: z, Verified: Verified{Digest: z.Digest, Signed: len(z.Signed) > 0, Pages: len(z.Pages)}}
	v.manifest()
	v.resources()
	v.archives(limits)
	return v.Verified, errors.Join(v.wrong...)
}

type verifier struct {
	Verified
	z     *WACZ
	wrong []error
}

func (v *verifier) fail(format string, args ...any) {
	v.wrong = append(v.wrong, fmt.Errorf("warc: "+format, args...))
}

func (v *verifier) manifest() {
	p := v.z.Package
	if p.Profile != "data-package" {
		v.fail("%s: profile is %.40q, not data-package", waczPackage, p.Profile)
	}
	if !strings.HasPrefix(p.WACZVersion, "1.") {
		v.fail("%s: wacz_version is %.20q, versions 1.x are known", waczPackage, p.WACZVersion)
	}
	if v.z.manifest != "" && v.z.manifest != v.z.Digest {
		v.fail("%s: %w: %.80s in %s, %s in the file", waczPackage, ErrDigest, v.z.manifest, waczDigest, v.z.Digest)
	}
}

func (v *verifier) resources() {
	listed := map[string]bool{waczPackage: true, waczDigest: true}
	for _, r := range v.z.Package.Resources {
		if listed[r.Path] {
			v.fail("%s lists %.60s twice or lists itself", waczPackage, r.Path)
			continue
		}
		listed[r.Path] = true
		v.Resources++
		v.resource(r)
	}
	for _, name := range v.z.Files() {
		if !listed[name] {
			v.fail("%s is in the package but not in %s", name, waczPackage)
		}
	}
}

func (v *verifier) resource(r PackageResource) {
	in, err := v.z.Open(r.Path)
	if err != nil {
		v.wrong = append(v.wrong, err)
		return
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(in, r.Bytes+1)) // a packed file may unpack to far more
	if err != nil {
		v.fail("%s in the package: %w", r.Path, err)
		return
	}
	if n != r.Bytes {
		v.fail("%s is longer or shorter than %s says (%d bytes)", r.Path, waczPackage, r.Bytes)
		return
	}
	if got := "sha256:" + hex.EncodeToString(sum.Sum(nil)); got != r.Hash {
		v.fail("%s: %w: %.80s in %s, %s in the file", r.Path, ErrDigest, r.Hash, waczPackage, got)
	}
}

// archives reads all WARC files and compares the index with them.
func (v *verifier) archives(limits Limits) {
	index, err := v.z.Index()
	if err != nil {
		v.wrong = append(v.wrong, err)
	}
	type spot struct {
		file   string
		offset int64
	}
	known := map[spot]IndexEntry{}
	for _, e := range index {
		known[spot{strings.TrimPrefix(e.Filename, "archive/"), e.Offset}] = e
	}
	found := 0
	for _, name := range v.z.Files() {
		file, inside := strings.CutPrefix(name, "archive/")
		if !inside {
			continue
		}
		found++
		if v.z.entries[name].Method != zip.Store {
			v.fail("%s is compressed inside the package, it must be stored", name)
		}
		for _, e := range v.archive(name, file, limits) {
			at := spot{file, e.Offset}
			if k, ok := known[at]; !ok {
				v.fail("the capture of %.200s at offset %d of %s is not in the index", e.URL, e.Offset, name)
			} else if k.URL != e.URL || k.Length != e.Length {
				v.fail("the index has another URL or length for offset %d of %s", e.Offset, name)
			}
			delete(known, at)
		}
	}
	if found == 0 {
		v.fail("the package has no WARC file")
	}
	for at := range known {
		v.fail("the index leads to offset %d of %.60s, where no capture is", at.offset, at.file)
	}
}

func (v *verifier) archive(name, file string, limits Limits) []IndexEntry {
	in, err := v.z.Open(name)
	if err != nil {
		v.wrong = append(v.wrong, err)
		return nil
	}
	defer in.Close()
	entries, n, err := scan(NewReader(in, limits), file, func(rec *Record, block []byte) error {
		if err := rec.CheckDigests(block); err != nil {
			v.fail("%s, offset %d: %w", name, rec.Offset, err)
		}
		return nil
	})
	if err != nil {
		v.fail("%s: %w", name, err)
	}
	v.Records += n
	v.Captures += len(entries)
	return entries
}
