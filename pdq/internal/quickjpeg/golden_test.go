package quickjpeg

import (
	"hash/crc32"
	"image"
	"os"
	"testing"
)

// TestGolden: the luminance of pictures that libjpeg-turbo 2.1 wrote (cjpeg) is
// what it reads there itself (djpeg -grayscale -dct int), bit for bit.
func TestGolden(t *testing.T) {
	for file, want := range map[string]uint32{
		"progressive-420.jpg": 0x39226caa, // with restart markers
		"optimised-422.jpg":   0xa79c3c43, // with restart markers
		"plain-444.jpg":       0x51ffee2c,
	} {
		data, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		img, err := decode(data)
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		m, ok := img.(*image.YCbCr)
		if !ok || m.Rect != image.Rect(0, 0, 101, 75) {
			t.Errorf("%s: %T %v", file, img, img.Bounds())
			continue
		}
		sum := crc32.NewIEEE()
		for y := range 75 {
			sum.Write(m.Y[y*m.YStride:][:101])
		}
		if got := sum.Sum32(); got != want {
			t.Errorf("%s: luminance %#x, want %#x", file, got, want)
		}
	}
}
