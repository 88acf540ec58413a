// Package against measures package pdq beside github.com/MatthewSH/pdq, another
// implementation in Go, in one run on the same pixels:
//
//	cd pdq/against && go test -mod=mod -tags nodynamic -cpu 1 -bench .
//
// It stands in a module of its own and is no part of ./check.
package against

import (
	"image"
	"math"
	"slices"
	"testing"
	"time"

	theirs "github.com/MatthewSH/pdq"

	"github.com/argine/argine/pdq"
)

const width, height = 4032, 3024 // of a telephone's camera

// BenchmarkHash hashes decoded pixels by both, in turn.
func BenchmarkHash(b *testing.B) {
	for _, picture := range []struct {
		name string
		img  image.Image
	}{{"YCbCr", camera()}, {"RGBA", opaque(camera())}} {
		b.Run(picture.name, func(b *testing.B) { beside(b, picture.img) })
	}
}

func beside(b *testing.B, img image.Image) {
	var h pdq.Hasher
	h.FromImage(img) // the buffers
	var ours, other []time.Duration
	var apart int
	for b.Loop() {
		began := time.Now()
		hash, _ := h.FromImage(img)
		ours = append(ours, time.Since(began))

		began = time.Now()
		result, err := theirs.Hash(img)
		other = append(other, time.Since(began))
		if err != nil {
			b.Fatal(err)
		}
		apart = hash.Distance(pdq.Hash(result.Hash))
	}
	b.ReportMetric(0, "ns/op") // of both together: of no use
	for name, took := range map[string][]time.Duration{"": ours, "-theirs": other} {
		b.ReportMetric(median(took)*1000, "ms"+name)
		b.ReportMetric(width*height/1e6/median(took), "Mpixel/s"+name)
	}
	b.ReportMetric(median(other)/median(ours), "times-faster")
	b.ReportMetric(float64(apart), "bits-apart") // theirs is of the picture at 512×512
}

// median is in seconds: what else runs on the machine moves it less than a mean.
func median(took []time.Duration) float64 {
	slices.Sort(took)
	return took[len(took)/2].Seconds()
}

// camera draws waves in all three planes, with the noise of a sensor.
func camera() *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
	wave := func(pix []uint8, stride int, turns, size float64) {
		for i := range pix {
			x, y := float64(i%stride)/float64(stride), float64(i/stride)*float64(stride)/float64(len(pix))
			pix[i] = uint8(128 + size*math.Sin(turns*x+3*math.Sin(turns*y))*math.Cos(turns*y/2))
		}
	}
	wave(img.Y, img.YStride, 40, 100)
	wave(img.Cb, img.CStride, 9, 40)
	wave(img.Cr, img.CStride, 15, 40)
	seed := uint32(1)
	for i := range img.Y {
		seed = seed*1664525 + 1013904223
		img.Y[i] += uint8(seed >> 29)
	}
	return img
}

func opaque(img image.Image) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	for y := range height {
		for x := range width {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}
