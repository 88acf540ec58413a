// Package jpegtest writes JPEG pictures for tests in the ways that image/jpeg
// does not: every subsampling, progressive with spectral selection and
// successive approximation, restart markers, four planes, EXIF orientation. It
// is plain and slow, after the text of ITU-T T.81.
//
// Its Huffman codes have lengths of 2 to 8 bits for the first symbols and of 16
// for all others, so that decoders meet the longest ones, too.
package jpegtest

import (
	"encoding/binary"
	"image"
	"image/color"
)

// Options say how a picture is written.
type Options struct {
	Kind        Kind
	Across      int // of luminance to chroma: 1, 2 or 4; 0 is 1
	Down        int // 1 or 2; 0 is 1
	Coarseness  int // of quantisation, from 1 on; 0 is 1
	Progressive bool
	Interval    int // of restart markers, in MCUs; 0: none
	Orientation int // for EXIF; 0: no EXIF
}

// A Kind says what the planes are.
type Kind int

// Kinds of planes.
const (
	YCbCr Kind = iota
	Gray
	CMYK // inverted, with an Adobe marker, as Photoshop writes it
	RGB  // with an Adobe marker
)

type encoder struct {
	Options
	out           []byte
	width, height int
	planes        []plane
	acrossMCUs    int
	downMCUs      int
}

// A plane is one component: its coefficients, quantised and in zigzag order.
type plane struct {
	h, v, across int // across: blocks in a line, with padding
	blocks       [][64]int
}

// Encode writes img.
func Encode(img image.Image, o Options) []byte {
	o.Across, o.Down, o.Coarseness = max(1, o.Across), max(1, o.Down), max(1, o.Coarseness)
	if o.Kind != YCbCr {
		o.Across, o.Down = 1, 1
	}
	e := &encoder{Options: o, width: img.Bounds().Dx(), height: img.Bounds().Dy()}
	e.acrossMCUs = (e.width + 8*o.Across - 1) / (8 * o.Across)
	e.downMCUs = (e.height + 8*o.Down - 1) / (8 * o.Down)
	for i := range map[Kind]int{YCbCr: 3, Gray: 1, CMYK: 4, RGB: 3}[o.Kind] {
		p := plane{h: 1, v: 1}
		if i == 0 {
			p.h, p.v = o.Across, o.Down
		}
		p.across = e.acrossMCUs * p.h
		p.blocks = make([][64]int, p.across*e.downMCUs*p.v)
		for b := range p.blocks {
			e.transform(img, i, &p, b)
		}
		e.planes = append(e.planes, p)
	}
	e.headers()
	e.scans()
	e.out = append(e.out, 0xff, 0xd9)
	return e.out
}

// sample is the mean of a plane over the pixels that one sample stands for.
func (e *encoder) sample(img image.Image, component int, p *plane, x, y int) float64 {
	across, down := e.Across/p.h, e.Down/p.v
	sum := 0.0
	for dy := range down {
		for dx := range across {
			at := img.Bounds().Min.Add(image.Pt(min(e.width-1, x*across+dx), min(e.height-1, y*down+dy)))
			sum += float64(levels(img.At(at.X, at.Y), e.Kind)[component])
		}
	}
	return sum / float64(across*down)
}

func levels(c color.Color, kind Kind) [4]uint8 {
	r, g, b, _ := c.RGBA()
	switch kind {
	case CMYK:
		m := color.CMYKModel.Convert(c).(color.CMYK)
		return [4]uint8{255 - m.C, 255 - m.M, 255 - m.Y, 255 - m.K}
	case RGB:
		return [4]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}
	}
	y, cb, cr := color.RGBToYCbCr(uint8(r>>8), uint8(g>>8), uint8(b>>8))
	return [4]uint8{y, cb, cr}
}

func (e *encoder) segment(marker byte, body ...byte) {
	e.out = append(e.out, 0xff, marker)
	e.out = binary.BigEndian.AppendUint16(e.out, uint16(len(body)+2))
	e.out = append(e.out, body...)
}

func (e *encoder) headers() {
	e.out = append(e.out, 0xff, 0xd8)
	switch e.Kind {
	case YCbCr, Gray:
		e.segment(0xe0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")...)
	default:
		e.segment(0xee, []byte("Adobe\x00\x64\x00\x00\x00\x00\x00")...)
	}
	if e.Orientation != 0 {
		exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00")
		exif[len(exif)-8] = byte(e.Orientation)
		e.segment(0xe1, exif...)
	}
	quant := []byte{0}
	for k := range 64 {
		quant = append(quant, byte(e.factor(k)))
	}
	e.segment(0xdb, quant...)
	frame := []byte{8, byte(e.height >> 8), byte(e.height), byte(e.width >> 8), byte(e.width), byte(len(e.planes))}
	for i, p := range e.planes {
		frame = append(frame, byte(i+1), byte(p.h<<4|p.v), 0)
	}
	marker := byte(0xc0)
	if e.Progressive {
		marker = 0xc2
	}
	e.segment(marker, frame...)
	e.segment(0xc4, append([]byte{0x00}, dcCode.describe()...)...)
	e.segment(0xc4, append([]byte{0x10}, acCode.describe()...)...)
	if e.Interval > 0 {
		e.segment(0xdd, byte(e.Interval>>8), byte(e.Interval))
	}
}
