package warc

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// ErrDigest is in the error of a record whose bytes do not fit its digest.
var ErrDigest = errors.New("digest does not match")

// ErrUnknownDigest is in the error of a digest that cannot be checked.
var ErrUnknownDigest = errors.New("digest of unknown form")

// Digest returns "sha256:" and the SHA-256 of data in hex.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// CheckDigests compares the block digest and the payload digest, where the
// header has them, with the block. A missing digest is not an error. The
// payload of a revisit is elsewhere and that of a segment is spread over
// several records; theirs is not looked at.
func (h Header) CheckDigests(block []byte) error {
	if want := h.Get("WARC-Block-Digest"); want != "" {
		if err := checkDigest(want, block); err != nil {
			return fmt.Errorf("warc: WARC-Block-Digest of %s: %w", h.ID(), err)
		}
	}
	want := h.Get("WARC-Payload-Digest")
	if want == "" || h.Type() == TypeRevisit || h.Get("WARC-Segment-Number") != "" {
		return nil
	}
	var err error
	payload, ok := payloadOf(h.Type(), h.Get("Content-Type"), block)
	if ok {
		if err = checkDigest(want, payload); err == nil {
			return nil
		}
	}
	// The custom of many tools: everything behind the header, chunk sizes and
	// all. A response that began with an interim answer (1xx) is cut there.
	if _, body, found := bytes.Cut(block, []byte("\r\n\r\n")); found && isHTTP(h) {
		if err = checkDigest(want, body); err == nil {
			return nil
		}
	}
	if err != nil {
		return fmt.Errorf("warc: WARC-Payload-Digest of %s: %w", h.ID(), err)
	}
	return nil // the standard defines no payload for this type
}

func isHTTP(h Header) bool {
	return strings.HasPrefix(strings.ToLower(h.Get("Content-Type")), "application/http")
}

func checkDigest(want string, data []byte) error {
	name, value, found := strings.Cut(want, ":")
	sum := sumOf(strings.ReplaceAll(strings.ToLower(name), "-", ""), data)
	if !found || sum == nil {
		return fmt.Errorf("%w: %.40q", ErrUnknownDigest, want)
	}
	value = strings.TrimSpace(value)
	var got []byte
	var err error
	if len(value) == hex.EncodedLen(len(sum)) {
		got, err = hex.DecodeString(value)
	} else {
		value = strings.TrimRight(strings.ToUpper(value), "=")
		got, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(value)
	}
	if err != nil || len(got) != len(sum) {
		return fmt.Errorf("%w: %.90q is neither hex nor base 32 of %s", ErrUnknownDigest, value, name)
	}
	if !bytes.Equal(got, sum) {
		return fmt.Errorf("%w: %s in the header, %x in the bytes", ErrDigest, want, sum)
	}
	return nil
}

// sumOf hashes with one of the algorithms that archives use. MD5 and SHA-1 are
// here to read what others wrote, not to rely on.
func sumOf(name string, data []byte) []byte {
	switch name {
	case "md5":
		s := md5.Sum(data)
		return s[:]
	case "sha1":
		s := sha1.Sum(data)
		return s[:]
	case "sha256":
		s := sha256.Sum256(data)
		return s[:]
	case "sha384":
		s := sha512.Sum384(data)
		return s[:]
	case "sha512":
		s := sha512.Sum512(data)
		return s[:]
	}
	return nil
}
