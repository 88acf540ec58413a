package flow

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
)

// digests computes all digests by which files are exchanged, in one pass.
type digests struct{ md5, sha1, sha256, sha512 hash.Hash }

func newDigests() *digests {
	return &digests{md5.New(), sha1.New(), sha256.New(), sha512.New()}
}

// Write implements io.Writer; it never fails.
func (d *digests) Write(p []byte) (int, error) {
	for _, h := range []hash.Hash{d.md5, d.sha1, d.sha256, d.sha512} {
		h.Write(p)
	}
	return len(p), nil
}

func (d *digests) into(f *Fingerprints) {
	for to, h := range map[*string]hash.Hash{&f.MD5: d.md5, &f.SHA1: d.sha1, &f.SHA256: d.sha256, &f.SHA512: d.sha512} {
		*to = hex.EncodeToString(h.Sum(nil))
	}
}
