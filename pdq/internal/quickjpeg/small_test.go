package quickjpeg

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"testing"

	"github.com/argine/argine/pdq/internal/jpegtest"
)

// TestHalf: at half the size each sample is the mean of the four that it stands
// for, but for what is above half of the frequencies; of a picture with only
// those below, it is the mean and the rounding.
func TestHalf(t *testing.T) {
	soft := image.NewGray(image.Rect(0, 0, 61, 45))
	for i := range 61 * 45 {
		x, y := i%61, i/61
		soft.SetGray(x, y, color.Gray{Y: uint8(40 + 2*x + x*y/30)})
	}
	for _, progressive := range []bool{false, true} {
		data := jpegtest.Encode(soft, jpegtest.Options{Across: 2, Down: 2, Progressive: progressive})
		whole, err := decode(data)
		if err != nil {
			t.Fatal(err)
		}
		full := whole.(*image.YCbCr)
		d, next := Decoder{Half: true}, 0
		take := func(top int, stripe image.Image) {
			m := stripe.(*image.YCbCr)
			if top != next || m.Rect.Dx() != 31 || m.SubsampleRatio != full.SubsampleRatio {
				t.Fatalf("stripe %v at %d, want line %d", m.Rect, top, next)
			}
			next += m.Rect.Dy()
			for y := range m.Rect.Dy() {
				for x := range 30 {
					if top+y == 22 {
						continue // half of it lies outside
					}
					sum := 0
					for i := range 4 {
						sum += int(full.Y[full.YOffset(2*x+i%2, 2*(top+y)+i/2)])
					}
					got := 4 * int(m.Y[m.YOffset(x, y)])
					if got < sum-5 || got > sum+5 {
						t.Fatalf("sample %d,%d is %d quarters, want %d", x, top+y, got, sum)
					}
				}
			}
		}
		if err := errors.Join(d.Open(data), d.Stripes(take)); err != nil || next != 23 {
			t.Fatalf("%d lines, %v", next, err)
		}
		if err := d.Open(data); err != nil {
			t.Fatal(err)
		}
		if again, err := d.Decode(); err != nil || farthest(again, full) > 0 {
			t.Errorf("Decode after half the size: %v", err)
		}
	}
}

// TestHalfFlat: means are limited to 0 and 255 as at full size.
func TestHalfFlat(t *testing.T) {
	for dc := int64(-1200); dc < 1200; dc += 7 {
		var full, half, long [64]byte
		inverse(&block{dc}, 0, full[:], 8)
		inverseSmall(&block{dc << smallBits}, 0, half[:], 4)
		inverseSmall(&block{dc << smallBits}, 9, long[:], 4)
		if half != long || !bytes.Equal(half[:16], full[:16]) {
			t.Fatalf("mean %d: %v, the long way %v, full %v", dc, half[:16], long[:16], full[:16])
		}
	}
}
