package pdq

import "image"

// tints turns lines of Y, Cb and Cr into luminance. It goes by way of RGB with
// the rounding of libjpeg (ITU-T T.871), as the reference does: a shortcut that
// takes Y alone is wrong wherever a colour would leave 0 to 255 and is clamped.
type tints struct {
	// Shares of red, green and blue in the luminance, in thousandths, of a
	// value that may lie outside 0 to 255; see bias.
	red, green, blue [1024]uint32

	samples []tint // of the line of chroma that begins at offset
	offset  int    // −1: none
}

// tint is what a pair of Cb and Cr adds to Y to make each colour, and bias.
type tint struct{ red, green, blue int32 }

// bias makes the sum of Y and a tint, −179 to 481, an index of the tables.
const bias = 256

// prepare readies t for a new picture.
func (t *tints) prepare() {
	t.offset = -1
	if t.red[len(t.red)-1] != 0 {
		return
	}
	for i := range t.red {
		level := uint32(max(0, min(255, i-bias)))
		t.red[i], t.green[i], t.blue[i] = 299*level, 587*level, 114*level
	}
}

// line writes the luminance of line y of m. Lines that share their chroma
// should follow one another.
func (t *tints) line(m *image.YCbCr, y int, out []uint32) {
	left, top := m.Rect.Min.X, m.Rect.Min.Y+y
	levels := m.Y[m.YOffset(left, top):][:len(out)]
	step := chromaStep(m.SubsampleRatio)
	t.read(m, m.COffset(left, top), (left%step+len(out)+step-1)/step)
	if step == 2 && left%2 == 0 {
		t.pairs(levels, out)
		return
	}
	until := step - left%step // pixels that the first chroma sample covers
	for _, tint := range t.samples {
		n := min(until, len(out))
		for x, v := range levels[:n] {
			out[x] = t.luma(v, tint)
		}
		levels, out, until = levels[n:], out[n:], step
	}
}

// pairs is line for chroma at every other pixel, as most photographs have it.
func (t *tints) pairs(levels []uint8, out []uint32) {
	for _, tint := range t.samples {
		if len(levels) < 2 || len(out) < 2 {
			break
		}
		out[0], out[1] = t.luma(levels[0], tint), t.luma(levels[1], tint)
		levels, out = levels[2:], out[2:]
	}
	if len(out) == 1 {
		out[0] = t.luma(levels[0], t.samples[len(t.samples)-1])
	}
}

func (t *tints) luma(v uint8, of tint) uint32 {
	const mask = 1023 // for the compiler: no index is out of range
	level := int32(v)
	return t.red[(level+of.red)&mask] + t.green[(level+of.green)&mask] + t.blue[(level+of.blue)&mask]
}

// read computes the tints of n chroma samples from offset on.
func (t *tints) read(m *image.YCbCr, offset, n int) {
	if t.offset == offset {
		return
	}
	t.offset, t.samples = offset, grow(t.samples, n)
	cb, cr := m.Cb[offset:][:n], m.Cr[offset:][:n]
	for i := range t.samples {
		b, r := int32(cb[i])-128, int32(cr[i])-128
		t.samples[i] = tint{
			red:   bias + (91881*r+1<<15)>>16,
			green: bias + (-22554*b-46802*r+1<<15)>>16,
			blue:  bias + (116130*b+1<<15)>>16,
		}
	}
}

// chromaStep is how many pixels of a line share a sample of chroma.
func chromaStep(ratio image.YCbCrSubsampleRatio) int {
	switch ratio {
	case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420:
		return 2
	case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
		return 4
	}
	return 1
}
