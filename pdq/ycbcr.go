package pdq

import (
	"image"
	"sync"
)

// A tint is what a pair of Cb and Cr means for luminance. That goes by way of
// RGB with the rounding of libjpeg (ITU-T T.871), as the reference does: a
// shortcut that takes Y alone is wrong wherever a colour would leave 0 to 255
// and is clamped.
type tint struct {
	red, green, blue int16 // to be added to Y
	// As long as Y is among span+1 levels from low on, no colour is clamped, and
	// the luminance is Y and whole, in thousandths.
	low, span uint16
	whole     int32
}

// tints holds the tints of all pairs, Cb first: constants, a megabyte of them,
// which are computed when the first picture with chroma comes.
var tints = sync.OnceValue(func() *[1 << 16]tint {
	all := new([1 << 16]tint)
	for i := range all {
		cb, cr := int32(i>>8)-128, int32(i&255)-128
		all[i] = tintOf((91881*cr+1<<15)>>16, (-22554*cb-46802*cr+1<<15)>>16, (116130*cb+1<<15)>>16)
	}
	return all
})

func tintOf(red, green, blue int32) tint {
	t := tint{red: int16(red), green: int16(green), blue: int16(blue)}
	t.whole = 299*red + 587*green + 114*blue
	least, most := max(0, -min(red, green, blue)), 255-max(0, red, green, blue)
	if least <= most {
		t.low, t.span = uint16(least), uint16(most-least)
	} else {
		t.low = 1 << 15 // no Y will do
	}
	return t
}

// luma is the luminance of one level of Y.
func (t *tint) luma(y uint8) uint32 {
	if uint16(y)-t.low <= t.span {
		return uint32(perLevel*int32(y) + t.whole)
	}
	return t.clamped(int32(y))
}

func (t *tint) clamped(y int32) uint32 {
	return luma(clamp(y+int32(t.red)), clamp(y+int32(t.green)), clamp(y+int32(t.blue)))
}

func clamp(v int32) uint8 { return uint8(max(0, min(255, v))) }

// ycbcrLine writes the luminance of line y of m.
func ycbcrLine(m *image.YCbCr, y int, out []uint32) {
	left, top := m.Rect.Min.X, m.Rect.Min.Y+y
	levels := m.Y[m.YOffset(left, top):][:len(out)]
	step := chromaStep(m.SubsampleRatio)
	offset, n := m.COffset(left, top), (left%step+len(out)+step-1)/step
	cb, cr := m.Cb[offset:][:n], m.Cr[offset:][:n]
	all := tints()
	if step == 2 && left%2 == 0 {
		pairLine(all, levels, cb, cr, out)
		return
	}
	until := step - left%step // pixels that the first chroma sample covers
	for i, b := range cb {
		t := &all[int(b)<<8|int(cr[i])]
		n := min(until, len(out))
		for x, v := range levels[:n] {
			out[x] = t.luma(v)
		}
		levels, out, until = levels[n:], out[n:], step
	}
}

// pairLine is for chroma at every other pixel, as most photographs have it.
func pairLine(all *[1 << 16]tint, levels, cb, cr []uint8, out []uint32) {
	cr = cr[:len(cb)]
	for i, b := range cb {
		t := &all[int(b)<<8|int(cr[i])]
		if len(levels) < 2 || len(out) < 2 {
			out[0] = t.luma(levels[0])
			return
		}
		left, right := levels[0], levels[1]
		if uint16(left)-t.low <= t.span && uint16(right)-t.low <= t.span {
			out[0] = uint32(perLevel*int32(left) + t.whole)
			out[1] = uint32(perLevel*int32(right) + t.whole)
		} else {
			out[0], out[1] = t.clamped(int32(left)), t.clamped(int32(right))
		}
		levels, out = levels[2:], out[2:]
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
