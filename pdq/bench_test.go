package pdq

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"io"
	"testing"
	"time"
)

const benchWidth, benchHeight = 4032, 3024 // of a telephone's camera

// camera is a picture as a camera might take it: soft shapes of all sizes and
// colours, some of them bright or dark enough to be clamped, and 8 levels of
// noise in luminance.
func camera() *image.YCbCr {
	soft := mapped(pattern(1, benchWidth/4, benchHeight/4), benchWidth, benchHeight, func(x, y float64) (float64, float64) {
		return x / 4, y / 4
	})
	m := chromaOf(soft, image.YCbCrSubsampleRatio420)
	seed := uint32(1)
	for i, v := range m.Y {
		seed = seed*1664525 + 1013904223
		m.Y[i] = uint8(max(0, min(255, int(v)+int(seed>>29)-4)))
	}
	return m
}

// BenchmarkHash hashes decoded pixels.
func BenchmarkHash(b *testing.B) {
	ycbcr := camera()
	rgba := image.NewRGBA(ycbcr.Rect)
	draw.Draw(rgba, rgba.Rect, ycbcr, image.Point{}, draw.Src)
	gray := &image.Gray{Pix: ycbcr.Y, Stride: ycbcr.YStride, Rect: ycbcr.Rect}

	for name, img := range map[string]image.Image{"YCbCr": ycbcr, "RGBA": rgba, "Gray": gray} {
		b.Run(name, func(b *testing.B) {
			var h Hasher
			h.FromImage(img) // the buffers
			b.ReportAllocs()
			for b.Loop() {
				h.FromImage(img)
			}
			b.ReportMetric(megapixels(b.Elapsed(), b.N), "Mpixel/s")
		})
	}
	b.Run("Luminance", func(b *testing.B) {
		var h Hasher
		values, _, _ := luminanceOf(gray)
		if _, _, err := h.FromLuminance(values, benchWidth, benchHeight); err != nil { // the buffers
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := h.FromLuminance(values, benchWidth, benchHeight); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(megapixels(b.Elapsed(), b.N), "Mpixel/s")
	})
}

// BenchmarkFile decodes and hashes a JPEG, does so at full resolution, and lets
// image/jpeg decode it for the same hash, in turn. It prints all three and how
// many times faster the first two are than the third.
func BenchmarkFile(b *testing.B) {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, camera(), &jpeg.Options{Quality: 90}); err != nil {
		b.Fatal(err)
	}
	b.Logf("a file of %d bytes", file.Len())
	half, exact, plain := new(Hasher), &Hasher{Exact: true}, new(Hasher)
	ways := []func(io.Reader) (Hash, error){
		func(r io.Reader) (Hash, error) { h, _, err := half.FromReader(r, Limits{}); return h, err },
		func(r io.Reader) (Hash, error) { h, _, err := exact.FromReader(r, Limits{}); return h, err },
		func(r io.Reader) (Hash, error) {
			img, err := jpeg.Decode(r)
			if err != nil {
				return Hash{}, err
			}
			h, _ := plain.FromImage(img)
			return h, nil
		},
	}
	var spent [3]time.Duration
	for b.Loop() {
		var hashes [3]Hash
		for i, way := range ways {
			start := time.Now()
			var err error
			if hashes[i], err = way(bytes.NewReader(file.Bytes())); err != nil {
				b.Fatal(err)
			}
			spent[i] += time.Since(start)
		}
		if hashes[0].Distance(hashes[2]) > 4 || hashes[1].Distance(hashes[2]) > 2 {
			b.Fatalf("the hashes are not the same: %v", hashes)
		}
	}
	b.ReportMetric(0, "ns/op") // of all together: of no use
	for i, name := range []string{"", "-exact", "-image/jpeg"} {
		b.ReportMetric(spent[i].Seconds()*1000/float64(b.N), "ms"+name)
		b.ReportMetric(megapixels(spent[i], b.N), "Mpixel/s"+name)
	}
	b.ReportMetric(spent[2].Seconds()/spent[0].Seconds(), "times-faster")
	b.ReportMetric(spent[2].Seconds()/spent[1].Seconds(), "times-faster-exact")
}

// megapixels is how many of them a second.
func megapixels(spent time.Duration, n int) float64 {
	return float64(benchWidth*benchHeight) * float64(n) / 1e6 / spent.Seconds()
}

func luminanceOf(img image.Image) (values []float32, width, height int) {
	var h Hasher
	h.preparePalette(img)
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
