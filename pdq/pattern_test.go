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
	var red, green, blue plane
	for _, p := range []*plane{&red, &green, &blue} {
		p.draw(r, width, height)
	}
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		copy(img.Pix[4*i:], []uint8{red.level(i), green.level(i), blue.level(i), 255})
	}
	return img
}

// plane holds the levels of one colour.
type plane []float64

func (p *plane) level(i int) uint8 { return uint8(max(0, min(255, (*p)[i]))) }

// draw adds 12 waves to middle grey, each in steps.
func (p *plane) draw(r *rand.Rand, width, height int) {
	*p = make(plane, width*height)
	for i := range *p {
		(*p)[i] = 128
	}
	for i := range 12 {
		across, down, phase := r.Float64()*44-22, r.Float64()*44-22, r.Float64()*7
		step := 20 / (1 + float64(i)/3)
		sin, cos := make([]float64, width), make([]float64, width)
		for x := range width {
			sin[x], cos[x] = math.Sincos(across * (float64(x) + .5) / float64(width))
		}
		for y := range height {
			s, c := math.Sincos(down*(float64(y)+.5)/float64(height) + phase)
			line := (*p)[y*width:][:width]
			for x := range line {
				line[x] += step * math.Round(2*(sin[x]*c+cos[x]*s))
			}
		}
	}
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
