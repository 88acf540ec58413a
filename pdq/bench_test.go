package pdq

import (
	"image"
	"math"
	"testing"
)

// BenchmarkHash hashes decoded pixels of a 12-megapixel photograph's size.
func BenchmarkHash(b *testing.B) {
	const width, height = 4032, 3024
	ycbcr := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	photograph(ycbcr.Y, width, 130, 1)
	photograph(ycbcr.Cb, width/2, 30, 2)
	photograph(ycbcr.Cr, width/2, 30, 3)
	rgba := image.NewRGBA(ycbcr.Rect)
	photograph(rgba.Pix, 4*width, 130, 4)
	for i := 3; i < len(rgba.Pix); i += 4 {
		rgba.Pix[i] = 255
	}
	gray := image.NewGray(ycbcr.Rect)
	photograph(gray.Pix, width, 130, 5)

	for name, img := range map[string]image.Image{"YCbCr": ycbcr, "RGBA": rgba, "Gray": gray} {
		b.Run(name, func(b *testing.B) {
			var h Hasher
			h.FromImage(img) // the buffers
			b.ReportAllocs()
			for b.Loop() {
				h.FromImage(img)
			}
			reportMegapixels(b, width*height)
		})
	}
	b.Run("Luminance", func(b *testing.B) {
		var h Hasher
		values, _, _ := luminanceOf(gray)
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := h.FromLuminance(values, width, height); err != nil {
				b.Fatal(err)
			}
		}
		reportMegapixels(b, width*height)
	})
}

func reportMegapixels(b *testing.B, pixels int) {
	b.ReportMetric(float64(pixels)*float64(b.N)/1e6/b.Elapsed().Seconds(), "Mpixel/s")
}

// photograph fills a plane as a camera might: broad shapes around middle grey,
// and a little noise. Some of it is bright or dark enough to be clamped.
func photograph(plane []uint8, width int, contrast float64, seed uint32) {
	across := make([]float64, width)
	for x := range across {
		across[x] = math.Sin(float64(x) * 11 / float64(width))
	}
	for i := range plane {
		seed = seed*1664525 + 1013904223
		down := 1 - 2*float64(i)/float64(len(plane))
		plane[i] = uint8(max(0, min(255, 128+contrast*down*across[i%width]+float64(seed>>28)-8)))
	}
}

func luminanceOf(img image.Image) (values []float32, width, height int) {
	var h Hasher
	h.preparePalette(img)
	h.tints.prepare()
	b := img.Bounds()
	line := make([]uint32, b.Dx())
	for y := range b.Dy() {
		h.readLine(img, y, line)
		for _, v := range line {
			values = append(values, float32(float64(v)/perLevel))
		}
	}
	return values, b.Dx(), b.Dy()
}
