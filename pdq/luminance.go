package pdq

import (
	"encoding/binary"
	"image"
	"image/color"
)

// perLevel: luminance is kept in thousandths of a level, 0 to 255,000, so that
// the weights 0.299, 0.587 and 0.114 are whole numbers and nothing is rounded.
const perLevel = 1000

func luma(r, g, b uint8) uint32 {
	return 299*uint32(r) + 587*uint32(g) + 114*uint32(b)
}

// readLine writes the luminance of line y, counted from the top of img.
func (h *Hasher) readLine(img image.Image, y int, out []uint32) {
	corner := img.Bounds().Min
	switch m := img.(type) {
	case *image.Gray:
		grayLine(m.Pix[m.PixOffset(corner.X, corner.Y+y):], out)
	case *image.YCbCr:
		ycbcrLine(m, y, out)
	case *image.NYCbCrA:
		ycbcrLine(&m.YCbCr, y, out)
	case *image.NRGBA:
		nrgbaLine(m.Pix[m.PixOffset(corner.X, corner.Y+y):], out)
	case *image.RGBA:
		rgbaLine(m.Pix[m.PixOffset(corner.X, corner.Y+y):], out)
	case *image.Paletted:
		for x, c := range m.Pix[m.PixOffset(corner.X, corner.Y+y):][:len(out)] {
			out[x] = h.palette[c]
		}
	case *image.CMYK:
		cmykLine(m.Pix[m.PixOffset(corner.X, corner.Y+y):], out)
	case *image.Gray16:
		pix := m.Pix[m.PixOffset(corner.X, corner.Y+y):]
		for x := range out {
			out[x] = perLevel * uint32(pix[2*x]) // the high byte
		}
	case *image.NRGBA64:
		pix := m.Pix[m.PixOffset(corner.X, corner.Y+y):]
		for x := range out {
			out[x] = luma(pix[8*x], pix[8*x+2], pix[8*x+4])
		}
	case *image.RGBA64:
		rgba64Line(m.Pix[m.PixOffset(corner.X, corner.Y+y):], out)
	default:
		for x := range out {
			out[x] = lumaOf(img.At(corner.X+x, corner.Y+y))
		}
	}
}

// lumaOf is the luminance of any colour, opacity left aside.
func lumaOf(c color.Color) uint32 {
	if c, ok := c.(color.NRGBA); ok {
		return luma(c.R, c.G, c.B)
	}
	return lumaUnder(c.RGBA())
}

// lumaUnder undoes the multiplication of a colour by its opacity; all 16 bits.
func lumaUnder(r, g, b, a uint32) uint32 {
	if a != 0 && a != 0xffff {
		r, g, b = min(0xffff, r*0xffff/a), min(0xffff, g*0xffff/a), min(0xffff, b*0xffff/a)
	}
	return luma(uint8(r>>8), uint8(g>>8), uint8(b>>8))
}

// preparePalette fills the luminance of each entry of a picture with a palette.
// An index beyond the palette is black.
func (h *Hasher) preparePalette(img image.Image) {
	m, ok := img.(*image.Paletted)
	if !ok {
		return
	}
	clear(h.palette[:])
	for i, c := range m.Palette[:min(len(m.Palette), len(h.palette))] {
		h.palette[i] = lumaOf(c)
	}
}

func grayLine(pix []uint8, out []uint32) {
	pix = pix[:len(out)]
	for x, v := range pix {
		out[x] = perLevel * uint32(v)
	}
}

// twins has the luminance of two pixels of four bytes in the halves of a word: a
// multiplication serves both.
func twins(w uint64) uint64 {
	const red = 0x0000_00ff_0000_00ff
	return w&red*299 + w>>8&red*587 + w>>16&red*114
}

func nrgbaLine(pix []uint8, out []uint32) {
	for len(out) >= 2 && len(pix) >= 8 {
		both := twins(binary.LittleEndian.Uint64(pix))
		out[0], out[1] = uint32(both), uint32(both>>32)
		pix, out = pix[8:], out[2:]
	}
	if len(out) > 0 {
		out[0] = luma(pix[0], pix[1], pix[2])
	}
}

// rgbaLine undoes the multiplication by opacity where there is any.
func rgbaLine(pix []uint8, out []uint32) {
	const opaque = 0xff00_0000_ff00_0000
	for len(out) >= 2 && len(pix) >= 8 {
		w := binary.LittleEndian.Uint64(pix)
		if w&opaque == opaque {
			both := twins(w)
			out[0], out[1] = uint32(both), uint32(both>>32)
		} else {
			out[0], out[1] = rgbaPixel(pix), rgbaPixel(pix[4:])
		}
		pix, out = pix[8:], out[2:]
	}
	if len(out) > 0 {
		out[0] = rgbaPixel(pix)
	}
}

func rgbaPixel(p []uint8) uint32 {
	if p[3] == 255 {
		return luma(p[0], p[1], p[2])
	}
	return lumaUnder(color.RGBA{p[0], p[1], p[2], p[3]}.RGBA())
}

func rgba64Line(pix []uint8, out []uint32) {
	for x := range out {
		p := pix[8*x : 8*x+8 : 8*x+8]
		if p[6] == 255 && p[7] == 255 {
			out[x] = luma(p[0], p[2], p[4])
		} else {
			out[x] = lumaUnder(wide(p), wide(p[2:]), wide(p[4:]), wide(p[6:]))
		}
	}
}

func wide(p []uint8) uint32 { return uint32(p[0])<<8 | uint32(p[1]) }

func cmykLine(pix []uint8, out []uint32) {
	for x := range out {
		p := pix[4*x : 4*x+4 : 4*x+4]
		out[x] = luma(color.CMYKToRGB(p[0], p[1], p[2], p[3]))
	}
}
