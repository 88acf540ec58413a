package pdq

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"math"
	"strings"
)

var (
	// ErrTooLarge: the file or the picture in it exceeds the limits.
	ErrTooLarge = errors.New("pdq: the picture is too large")
	// ErrTooSmall: there are no pixels, or fewer than a hash needs.
	ErrTooSmall = errors.New("pdq: the picture is too small")
	// ErrFormat: the bytes are in none of the formats that Decode reads.
	ErrFormat = errors.New("pdq: not a picture in a known format (JPEG, PNG, GIF, WebP, BMP, TIFF, AVIF)")
	// ErrTruncated: the file ends before the picture does.
	ErrTruncated = errors.New("pdq: the file is cut off")
)

// Limits bound what Decode spends on a stranger's file. The zero value means
// the defaults.
type Limits struct {
	// MaxPixels is the greatest width × height, 50 million by default. It is
	// checked from the header, before memory for pixels is taken. Decoding
	// takes up to about 15 bytes a pixel (progressive JPEG without
	// subsampling), and AVIF more.
	MaxPixels int
	// MaxBytes is the greatest length of the file, 64 MiB by default. All of
	// it is held in memory.
	MaxBytes int64
}

const (
	defaultMaxPixels = 50_000_000
	defaultMaxBytes  = 64 << 20
)

func (l Limits) orDefaults() Limits {
	if l.MaxPixels <= 0 {
		l.MaxPixels = defaultMaxPixels
	}
	if l.MaxBytes <= 0 {
		l.MaxBytes = defaultMaxBytes
	}
	return l
}

// Decode reads one picture: JPEG, PNG, GIF, WebP, BMP, TIFF or AVIF, told by
// its first bytes and never by a name. Of an animation it is the first frame,
// on the whole canvas. It gives the name of the format in lower case, also with
// most errors. Orientation in EXIF is ignored, as the reference does.
//
// Build with the tag nodynamic: without it the AVIF decoder loads a system
// library, where there is one, instead of its own in a WebAssembly sandbox.
func Decode(r io.Reader, limits Limits) (img image.Image, format string, err error) {
	limits = limits.orDefaults()
	data, err := io.ReadAll(io.LimitReader(r, min(limits.MaxBytes, math.MaxInt64-1)+1))
	if err != nil {
		return nil, "", fmt.Errorf("pdq: read the picture: %w", err)
	}
	if int64(len(data)) > limits.MaxBytes {
		return nil, "", fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limits.MaxBytes)
	}
	if len(data) == 0 {
		return nil, "", fmt.Errorf("%w: the file is empty", ErrTooSmall)
	}
	c := codecOf(data)
	if c == nil {
		return nil, "", fmt.Errorf("%w: it begins with %q", ErrFormat, data[:min(16, len(data))])
	}
	// Decoders of hostile bytes have had panics; one bad file must not end
	// the program that looks at thousands.
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("pdq: the %s file is damaged: decoder failed: %v", c.name, p)
		}
	}()
	img, err = c.decodeWithin(data, limits.MaxPixels)
	return img, c.name, err
}

func (c *codec) decodeWithin(data []byte, maxPixels int) (image.Image, error) {
	config, err := c.config(bytes.NewReader(data))
	if err != nil {
		return nil, c.explain(err)
	}
	if err := checkSize(config.Width, config.Height, maxPixels); err != nil {
		return nil, err
	}
	img, err := c.decode(bytes.NewReader(data))
	if err != nil {
		return nil, c.explain(err)
	}
	// What was decoded decides, whatever the header said.
	b := img.Bounds()
	if err := checkSize(b.Dx(), b.Dy(), maxPixels); err != nil {
		return nil, err
	}
	if c.finish != nil {
		img = c.finish(img, config)
	}
	return img, nil
}

func checkSize(width, height, maxPixels int) error {
	if width <= 0 || height <= 0 {
		return fmt.Errorf("%w: %d×%d pixels", ErrTooSmall, width, height)
	}
	if width > maxPixels/height {
		return fmt.Errorf("%w: %d×%d pixels, at most %d in all are read", ErrTooLarge, width, height, maxPixels)
	}
	return nil
}

// explain says in words what a decoder's error means.
func (c *codec) explain(err error) error {
	if isShort(err) {
		return fmt.Errorf("%w: %s picture: %w", ErrTruncated, c.name, err)
	}
	return fmt.Errorf("pdq: the %s file is damaged or of an unsupported kind: %w", c.name, err)
}

// isShort tells errors that mean that data ended early. The decoders of JPEG,
// PNG and GIF have no value for some of theirs, only these words.
func isShort(err error) bool {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return true
	}
	text := err.Error()
	return strings.HasSuffix(text, "short Huffman data") || strings.HasSuffix(text, "not enough pixel data") ||
		strings.HasSuffix(text, "not enough image data") || strings.HasSuffix(text, "unexpected EOF")
}
