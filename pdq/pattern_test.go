package pdq

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
)

// pattern draws a made-up picture with features at many scales: waves of
// random direction, and blocks. It is the same for the same arguments, and
// nearly the same at another size.
func pattern(seed uint64, width, height int) *image.NRGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	type wave struct{ x, y, phase, height float64 }
	var waves [3][12]wave
	for c := range waves {
		for i := range waves[c] {
			waves[c][i] = wave{r.Float64()*44 - 22, r.Float64()*44 - 22, r.Float64() * 7, 40 / (1 + float64(i)/3)}
		}
	}
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			u, v := (float64(x)+.5)/float64(width), (float64(y)+.5)/float64(height)
			var rgb [3]uint8
			for c := range rgb {
				level := 128.0
				for _, w := range waves[c] {
					level += w.height * math.Round(2*math.Sin(w.x*u+w.y*v+w.phase)) / 2
				}
				rgb[c] = uint8(max(0, min(255, level)))
			}
			img.SetNRGBA(x, y, color.NRGBA{rgb[0], rgb[1], rgb[2], 255})
		}
	}
	return img
}

// redraw makes picture of the given kind from img, pixel by pixel.
func redraw(img image.Image, to interface {
	image.Image
	Set(x, y int, c color.Color)
}) image.Image {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			to.Set(x, y, img.At(x, y))
		}
	}
	return to
}

// turned is the picture after v, by moving pixels.
func turned(img image.Image, v Variant) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	size := image.Rect(0, 0, w, h)
	if v == Rotated90 || v == Rotated270 || v == Transposed || v == Antitransposed {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			var to image.Point
			switch v {
			case Original:
				to = image.Pt(x, y)
			case Rotated90:
				to = image.Pt(y, w-1-x)
			case Rotated180:
				to = image.Pt(w-1-x, h-1-y)
			case Rotated270:
				to = image.Pt(h-1-y, x)
			case FlippedVertically:
				to = image.Pt(x, h-1-y)
			case FlippedHorizontally:
				to = image.Pt(w-1-x, y)
			case Transposed:
				to = image.Pt(y, x)
			case Antitransposed:
				to = image.Pt(h-1-y, w-1-x)
			}
			out.Set(to.X, to.Y, img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return out
}
