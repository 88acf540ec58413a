package flow

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"golang.org/x/sync/semaphore"

	"github.com/argine/argine/internal/auth"
	"github.com/argine/argine/internal/fetch"
	"github.com/argine/argine/internal/problem"
	"github.com/argine/argine/pdq"
)

// What is handed in to be fingerprinted. The names are those of content types in
// Hasher-Matcher-Actioner.
const (
	Photo = "photo"
	Video = "video"
	File  = "" // anything: it has digests and no more

	VideoBytes = "video bytes" // a video that need not be watched: it has digests and no more
)

// Fingerprints are what a medium is found by. Those that its kind does not have are empty.
type Fingerprints struct {
	Kind                      string // Photo, Video or File
	Size                      int64
	MD5, SHA1, SHA256, SHA512 string // hex
	PDQ                       string // hex
	Quality                   int    // of PDQ; below 50 it identifies nothing
	VPDQ                      string // features, a line each
	Missing                   error  // why a video has no features, although it is one
}

// What strangers hand in is bounded in bytes and, through these, in memory: files that are
// read take their room from reading, pictures that are decoded theirs from decoding. Whoever
// finds no room waits.
const (
	largestPicture = 48 << 20
	roomToRead     = 256 << 20
	slotBytes      = 64 << 10 // least that a file counts for

	// Decoding takes up to 15 bytes a pixel: ten pictures of a common size, or a large one alone.
	commonPixels = 4_000_000
	mostPixels   = 40_000_000
	decodeSlots  = 10
)

var (
	reading  = semaphore.NewWeighted(roomToRead)
	decoding = semaphore.NewWeighted(decodeSlots)
)

// Fingerprint computes the fingerprints of a file that is handed in as a photo or a video. It
// keeps nothing of it. size is what the sender says, -1 where nothing is said.
func (f *Flow) Fingerprint(ctx context.Context, who auth.Principal, kind string, r io.Reader, size int64) (Fingerprints, error) {
	if err := who.Require(auth.MatchLookup); err != nil {
		return Fingerprints{}, err
	}
	if kind != Photo && kind != Video && kind != VideoBytes {
		return Fingerprints{}, problem.New(problem.Invalid, "no such content_type: %.40q; the content types are photo and video", kind)
	}
	return FingerprintOf(ctx, kind, r, size)
}

// FingerprintOf is Fingerprint where nobody asks: on the command line.
func FingerprintOf(ctx context.Context, kind string, r io.Reader, size int64) (Fingerprints, error) {
	switch kind {
	case Photo:
		return photo(ctx, r, size)
	case Video, VideoBytes:
		return video(ctx, r, kind == Video)
	}
	out, d := Fingerprints{Kind: File}, newDigests()
	var err error
	out.Size, err = io.Copy(d, r)
	d.into(&out)
	return out, err
}

// FingerprintURL fetches a file and computes its fingerprints. Without a kind, the server's
// Content-Type tells it. A video is watched.
func (f *Flow) FingerprintURL(ctx context.Context, who auth.Principal, kind, url string) (Fingerprints, error) {
	if err := who.Require(auth.MatchLookup); err != nil {
		return Fingerprints{}, err
	}
	if err := reading.Acquire(ctx, largestPicture); err != nil {
		return Fingerprints{}, err
	}
	defer reading.Release(largestPicture)
	resp, err := f.Door.Do(ctx, fetch.Request{URL: url, FollowRedirects: true, Header: map[string][]string{"Accept": {"*/*"}}})
	if err != nil {
		return Fingerprints{}, err
	}
	switch {
	case resp.Status/100 != 2:
		return Fingerprints{}, problem.New(problem.Invalid, "the URL answers with the status %d and not with a file; check it in a browser", resp.Status)
	case resp.Truncated:
		return Fingerprints{}, problem.New(problem.TooLarge, "the file behind the URL is longer than what is fetched; fetch it yourself and send it by POST")
	}
	claimed := strings.ToLower(resp.Header.Get("Content-Type"))
	switch {
	case kind != "":
	case strings.HasPrefix(claimed, "image"):
		kind = Photo
	case strings.HasPrefix(claimed, "video"):
		kind = Video
	default:
		return Fingerprints{}, problem.New(problem.Invalid, "unsupported url ContentType: %.60q; if you know what it is, say content_type=photo or content_type=video", claimed)
	}
	if kind == Photo {
		return photoOf(ctx, resp.Body)
	}
	return f.Fingerprint(ctx, who, kind, bytes.NewReader(resp.Body), int64(len(resp.Body)))
}

// photo reads a picture file whole, then decodes it.
func photo(ctx context.Context, r io.Reader, size int64) (Fingerprints, error) {
	if size > largestPicture {
		return Fingerprints{}, tooLong()
	}
	room := int64(largestPicture)
	if size >= 0 {
		room = max(size, slotBytes)
	}
	if err := reading.Acquire(ctx, room); err != nil {
		return Fingerprints{}, err
	}
	defer reading.Release(room)
	data, err := io.ReadAll(io.LimitReader(r, room+1))
	switch {
	case err != nil:
		return Fingerprints{}, err
	case int64(len(data)) > room:
		return Fingerprints{}, tooLong()
	}
	return photoOf(ctx, data)
}

func tooLong() error {
	return problem.New(problem.TooLarge, "a picture file of more than %d MiB is not read; scale it down and send it again", largestPicture>>20)
}

// photoOf computes the fingerprints of a picture file in memory.
func photoOf(ctx context.Context, data []byte) (Fingerprints, error) {
	if len(data) == 0 {
		return Fingerprints{}, problem.New(problem.Invalid, "the file is empty; send the bytes of a picture")
	}
	img, err := decoded(ctx, data, commonPixels, 1)
	if errors.Is(err, pdq.ErrTooLarge) {
		img, err = decoded(ctx, data, mostPixels, decodeSlots)
	}
	if err != nil {
		return Fingerprints{}, notHashed(ctx, err)
	}
	out := Fingerprints{Kind: Photo, Size: int64(len(data)), PDQ: img.hash.String(), Quality: img.quality}
	d := newDigests()
	d.Write(data) // never fails
	d.into(&out)
	return out, nil
}

// looks is what PDQ makes of a picture.
type looks struct {
	hash    pdq.Hash
	quality int
}

// decoded hashes a picture of at most so many pixels, taking slots while it does.
func decoded(ctx context.Context, data []byte, pixels int, slots int64) (looks, error) {
	if err := decoding.Acquire(ctx, slots); err != nil {
		return looks{}, err
	}
	defer decoding.Release(slots)
	return hashed(data, pixels)
}

// hashed survives a picture that its decoder let through though its parts do not fit together.
func hashed(data []byte, pixels int) (out looks, err error) {
	defer func() {
		if recover() != nil {
			err = problem.New(problem.Invalid, "the picture is damaged: its parts do not fit together")
		}
	}()
	out.hash, out.quality, err = pdq.FromReader(bytes.NewReader(data), pdq.Limits{MaxPixels: pixels, MaxBytes: largestPicture})
	return out, err
}

// notHashed says why a picture has no fingerprint, and what to do.
func notHashed(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return err
	case errors.Is(err, pdq.ErrTooLarge):
		return problem.Wrap(err, problem.TooLarge, "the picture has more than %d million pixels; scale it down and send it again", mostPixels/1_000_000)
	case errors.Is(err, pdq.ErrTooSmall):
		return problem.Wrap(err, problem.Invalid, "the picture has fewer than %d×%d pixels: that is too little to tell one from another", pdq.MinSide, pdq.MinSide)
	case errors.Is(err, pdq.ErrTruncated):
		return problem.Wrap(err, problem.Invalid, "the picture file ends too early; send it whole")
	case errors.Is(err, pdq.ErrFormat):
		return problem.Wrap(err, problem.Invalid, "this is no picture, whatever its name says; JPEG, PNG, GIF, WebP, AVIF, BMP and TIFF are read")
	}
	return problem.Wrap(err, problem.Invalid, "the picture cannot be decoded; it is damaged or of a rare kind")
}
