package media

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"io"
	"strings"

	"github.com/argine/argine/internal/blob"
	"github.com/argine/argine/internal/capture"
)

// Extract makes the fingerprints of a capture's media and text from the blob store. It fails
// only where the store does.
func Extract(ctx context.Context, store *blob.Store, found []capture.Found, text blob.Sum) (Extracted, error) {
	var out Extracted
	for _, f := range found {
		m, err := one(ctx, store, f)
		if err != nil {
			return Extracted{}, err
		}
		out.Media = append(out.Media, m)
	}
	var err error
	out.Text, err = textOf(ctx, store, text)
	return out, err
}

// one reads a medium once, whole if it is a picture and in passing if not. The store checks
// the SHA-256 of what it gives.
func one(ctx context.Context, store *blob.Store, f capture.Found) (Medium, error) {
	m := Medium{SHA256: f.Sum.String(), MIME: f.MIME, Size: f.Size, URL: f.URL}
	if strings.HasPrefix(f.MIME, "image/") && f.Size <= largestFile {
		data, err := store.Bytes(ctx, f.Sum, largestFile)
		if err != nil {
			return m, err
		}
		sum := md5.Sum(data)
		m.MD5 = hex.EncodeToString(sum[:])
		return m, m.picture(ctx, data)
	}
	if strings.HasPrefix(f.MIME, "image/") {
		m.Fault = FaultTooLarge
	}
	r, err := store.Get(ctx, f.Sum)
	if err != nil {
		return m, err
	}
	defer r.Close()
	hash := md5.New()
	if _, err := io.Copy(hash, r); err != nil {
		return m, err
	}
	m.MD5 = hex.EncodeToString(hash.Sum(nil))
	return m, nil
}
