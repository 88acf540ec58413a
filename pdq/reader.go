package pdq

import (
	"errors"
	"fmt"
	"image"
	"io"

	"github.com/argine/argine/pdq/internal/quickjpeg"
)

// halved is the least side of a picture of which half the resolution is enough:
// there the windows of the filter are at least 16 pixels wide.
const halved = 2048

// FromReader decodes a picture within limits, see [Decode], and hashes it. A
// picture smaller than [MinSide] is an error here.
func FromReader(r io.Reader, limits Limits) (Hash, int, error) {
	return new(Hasher).FromReader(r, limits)
}

// FromReader is like the function of that name, with the buffers of h, among
// them one for the file. A JPEG is hashed while it is decoded, a few lines at a
// time, so its pixels are never in memory all at once.
func (h *Hasher) FromReader(r io.Reader, limits Limits) (Hash, int, error) {
	v, err := h.read(r, limits)
	if err != nil {
		return Hash{}, 0, err
	}
	if v != Original {
		h.spectrum = h.spectrum.turn(v)
	}
	return h.spectrum.hash(), h.decimated.quality(), nil
}

// DihedralFromReader is [Hasher.Dihedral] of a file. With Upright the variants
// are those of the upright picture.
func (h *Hasher) DihedralFromReader(r io.Reader, limits Limits) ([Variants]Hash, int, error) {
	v, err := h.read(r, limits)
	if err != nil {
		return [Variants]Hash{}, 0, err
	}
	h.spectrum = h.spectrum.turn(v)
	return h.spectrum.variants(), h.decimated.quality(), nil
}

// read leaves the spectrum of a file in h, and gives the variant of it that is
// upright, if that is wanted.
func (h *Hasher) read(r io.Reader, limits Limits) (v Variant, err error) {
	limits = limits.orDefaults()
	if h.file, err = readAll(r, h.file, limits.MaxBytes); err != nil {
		return Original, err
	}
	c, err := recognise(h.file)
	if err != nil {
		return Original, err
	}
	defer c.survive(&err)
	if h.Upright {
		v = Orientation(h.file)
	}
	if c.name == nameJPEG {
		if err := h.readJPEG(limits.MaxPixels); !errors.Is(err, quickjpeg.ErrDeclined) {
			return v, err
		}
	}
	img, err := c.decodeWithin(h.file, limits.MaxPixels)
	if err != nil {
		return v, err
	}
	if b := img.Bounds(); b.Dx() < MinSide || b.Dy() < MinSide {
		return v, tooSmall(b.Dx(), b.Dy())
	}
	h.analyse(img)
	return v, nil
}

// readJPEG leaves the spectrum of a JPEG in h.
func (h *Hasher) readJPEG(maxPixels int) error {
	if err := h.jpeg.Open(h.file); err != nil {
		return err
	}
	width, height := h.jpeg.Width, h.jpeg.Height
	if err := checkSize(width, height, maxPixels); err != nil {
		return err
	}
	if width < MinSide || height < MinSide {
		return tooSmall(width, height)
	}
	if h.each == nil {
		h.each = h.take
	}
	fold, from := 1, halved
	if h.halveFrom > 0 {
		from = h.halveFrom
	}
	if h.jpeg.Half = !h.Exact && !h.reduces(width, height) && min(width, height) >= from; h.jpeg.Half {
		fold = 2
	}
	h.begin(width, height, fold)
	if err := h.jpeg.Stripes(h.each); err != nil {
		return explainJPEG(err)
	}
	h.end()
	return nil
}

// decodeJPEG decodes a JPEG: the common kinds quickly, and the others, and what
// is damaged, by the standard library.
func decodeJPEG(data []byte, maxPixels int) (image.Image, error) {
	var d quickjpeg.Decoder
	err := d.Open(data)
	if err == nil {
		if err := checkSize(d.Width, d.Height, maxPixels); err != nil {
			return nil, err
		}
		var img image.Image
		if img, err = d.Decode(); err == nil {
			return img, nil
		}
	}
	if !errors.Is(err, quickjpeg.ErrDeclined) {
		return nil, explainJPEG(err)
	}
	return codecOf(data).decodeWithin(data, maxPixels)
}

func explainJPEG(err error) error {
	if errors.Is(err, quickjpeg.ErrScans) {
		return fmt.Errorf("pdq: the jpeg file is damaged or made to waste time: %w", err)
	}
	return err
}

func tooSmall(width, height int) error {
	return fmt.Errorf("%w: %d×%d pixels, at least %d×%d are needed", ErrTooSmall, width, height, MinSide, MinSide)
}
