package pdq

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
	"strings"
)

var (
	// ErrTooLarge: the file or the picture in it exceeds the limits.
	ErrTooLarge = errors.New("pdq: the picture is too large; scale it down, or raise the limits")
	// ErrTooSmall: there are no pixels, or fewer than a hash needs.
	ErrTooSmall = errors.New("pdq: the picture is too small")
	// ErrFormat: the bytes are in none of the formats that Decode reads.
	ErrFormat = errors.New("pdq: not a picture in a known format (JPEG, PNG, GIF, WebP, BMP, TIFF, AVIF), whatever the name says; convert it")
	// ErrTruncated: the file ends before the picture does.
	ErrTruncated = errors.New("pdq: the file is cut off; fetch it again")
)

// Limits bound what Decode spends on a stranger's file. The zero value means
// the defaults.
type Limits struct {
	// MaxPixels is the greatest width × height, 50 million by default. It is
	// checked from the header, before memory for pixels is taken. Decode takes
	// up to 9 bytes a pixel of JPEG, 15 of its rare kinds, and more of AVIF;
	// FromReader takes none of sequential JPEG, and up to 6 of progressive.
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
	data, err := readAll(r, nil, limits.MaxBytes)
	if err != nil {
		return nil, "", err
	}
	c, err := recognise(data)
	if err != nil {
		return nil, "", err
	}
	defer c.survive(&err)
	if c.name == nameJPEG {
		img, err = decodeJPEG(data, limits.MaxPixels)
	} else {
		img, err = c.decodeWithin(data, limits.MaxPixels)
	}
	if err != nil {
		return nil, c.name, err
	}
	return img, c.name, nil
}

// readAll reads a file of at most so many bytes, with the memory of buf where
// that is enough.
func readAll(r io.Reader, buf []byte, most int64) ([]byte, error) {
	buf = buf[:0]
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		// One byte more than the limit is enough to know.
		room := buf[len(buf):cap(buf)]
		if left := most - int64(len(buf)); int64(len(room)) > left+1 {
			room = room[:left+1]
		}
		n, err := r.Read(room)
		buf = buf[:len(buf)+n]
		if int64(len(buf)) > most {
			return buf, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, most)
		}
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, fmt.Errorf("pdq: read the picture: %w", err)
		}
	}
}

// recognise tells the format of a file.
func recognise(data []byte) (*codec, error) {
	if len(data) == 0 {
		return nil, fmt.Errorf("%w: the file is empty", ErrTooSmall)
	}
	c := codecOf(data)
	if c == nil {
		return nil, fmt.Errorf("%w: it begins with %q", ErrFormat, data[:min(16, len(data))])
	}
	return c, nil
}

// survive, deferred, makes an error of a panic. Decoders of hostile bytes have
// had panics; one bad file must not end the program that looks at thousands.
func (c *codec) survive(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("pdq: the %s file is damaged: decoder failed: %v", c.name, p)
	}
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
