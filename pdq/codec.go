package pdq

import (
	"bytes"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/gen2brain/avif"
	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// A codec is one format. The decoders are named here, and not taken from the
// registry of package image, so that what a program imports elsewhere does not
// change which bytes are accepted.
type codec struct {
	name   string
	magics []string // beginnings; ? stands for any byte
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
	finish func(image.Image, image.Config) image.Image // optional
}

const nameJPEG = "jpeg"

var codecs = [...]codec{
	{nameJPEG, []string{"\xff\xd8"}, jpeg.DecodeConfig, jpeg.Decode, nil},
	{"png", []string{"\x89PNG\r\n\x1a\n"}, png.DecodeConfig, png.Decode, nil},
	{"gif", []string{"GIF87a", "GIF89a"}, gif.DecodeConfig, gif.Decode, onCanvas},
	{"webp", []string{"RIFF????WEBP"}, webp.DecodeConfig, webp.Decode, fullRange},
	{"bmp", []string{"BM"}, bmp.DecodeConfig, bmp.Decode, nil},
	{"tiff", []string{"II*\x00", "MM\x00*"}, tiff.DecodeConfig, tiff.Decode, nil},
	{"avif", []string{"????ftypavif", "????ftypavis"}, avif.DecodeConfig, avif.Decode, ownPixels},
}

func codecOf(data []byte) *codec {
	for i := range codecs {
		for _, magic := range codecs[i].magics {
			if hasMagic(data, magic) {
				return &codecs[i]
			}
		}
	}
	return nil
}

func hasMagic(data []byte, magic string) bool {
	if len(data) < len(magic) {
		return false
	}
	for i := range len(magic) {
		if magic[i] != '?' && magic[i] != data[i] {
			return false
		}
	}
	return true
}

// onCanvas puts a GIF frame that does not cover the whole picture where it
// belongs, on black.
func onCanvas(img image.Image, config image.Config) image.Image {
	canvas := image.Rect(0, 0, config.Width, config.Height)
	if img.Bounds() == canvas {
		return img
	}
	out := image.NewRGBA(canvas)
	draw.Draw(out, canvas, image.Black, image.Point{}, draw.Src)
	draw.Draw(out, img.Bounds(), img, img.Bounds().Min, draw.Over)
	return out
}

// fullRange widens the levels of lossy WebP. VP8 keeps luminance in 16 to 235
// and chroma in 16 to 240 (RFC 6386, section 9.2; ITU-R BT.601); image.YCbCr
// means 0 to 255.
func fullRange(img image.Image, _ image.Config) image.Image {
	var m *image.YCbCr
	switch img := img.(type) {
	case *image.YCbCr:
		m = img
	case *image.NYCbCrA:
		m = &img.YCbCr
	default:
		return img
	}
	var levels, chroma [256]uint8
	for v := range 256 {
		levels[v] = uint8(max(0, min(255, ((v-16)*255+219/2)/219)))
		chroma[v] = uint8(max(0, min(255, 128+((v-128)*255+224/2+256*224)/224-256)))
	}
	widen(m.Y, &levels)
	widen(m.Cb, &chroma)
	widen(m.Cr, &chroma)
	return img
}

func widen(plane []uint8, to *[256]uint8) {
	for i, v := range plane {
		plane[i] = to[v]
	}
}

// ownPixels copies what the AVIF decoder left in the memory of its sandbox, of
// which the rest, several times as much, would live as long as the picture.
func ownPixels(img image.Image, _ image.Config) image.Image {
	if m, ok := img.(*image.RGBA); ok {
		m.Pix = bytes.Clone(m.Pix)
	}
	return img
}
