package jpegtest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// TestEncode: image/jpeg reads what is written here, and the picture is the
// same but for rounding.
func TestEncode(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 45, 37))
	for i := range 45 * 37 {
		x, y := i%45, i/45
		img.SetNRGBA(x, y, color.NRGBA{uint8(5 * x), uint8(6 * y), uint8(2 * (x + y)), 255})
	}
	for _, o := range []Options{
		{}, {Progressive: true}, {Interval: 3}, {Progressive: true, Interval: 2}, {Across: 2, Down: 2, Progressive: true},
		{Across: 4, Down: 2}, {Kind: Gray, Progressive: true, Interval: 4}, {Kind: CMYK}, {Kind: RGB}, {Orientation: 6},
	} {
		got, err := jpeg.Decode(bytes.NewReader(Encode(img, o)))
		if err != nil || got.Bounds() != img.Rect {
			t.Errorf("%+v: %v", o, err)
			continue
		}
		sum := 0
		for i := range 45 * 37 {
			a := color.GrayModel.Convert(got.At(i%45, i/45)).(color.Gray)
			b := color.GrayModel.Convert(img.At(i%45, i/45)).(color.Gray)
			sum += max(int(a.Y)-int(b.Y), int(b.Y)-int(a.Y))
		}
		if sum > 3*45*37 {
			t.Errorf("%+v: off by %v on average", o, float64(sum)/(45*37))
		}
	}
}
