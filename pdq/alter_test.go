package pdq

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"
)

// An alteration is something that people do to pictures.
type alteration struct {
	name string
	make func(t *testing.T, img *image.NRGBA) image.Image
}

// alterations are the lines of the table in README.md.
func alterations() []alteration {
	return []alteration{
		{"JPEG, quality 75", recompress(75)}, {"JPEG, quality 50", recompress(50)}, {"JPEG, quality 20", recompress(20)},
		{"scaled to 50 %", resize(.5, .5)}, {"scaled to 25 %", resize(.25, .25)}, {"scaled to 200 %", resize(2, 2)},
		{"squeezed to 70 % of its width", resize(.7, 1)},
		{"blurred over 1 % of the width", blur(.01)}, {"blurred over 3 %", blur(.03)},
		{"noise, 8 levels", noise(8)}, {"noise, 25 levels", noise(25)},
		{"greyscale", each(func(c [3]float64) [3]float64 { y := grey(c); return [3]float64{y, y, y} })},
		{"brighter by 40 levels", shade(1, 40)}, {"darker by 40 levels", shade(1, -40)},
		{"contrast × 1.4", shade(1.4, 0)}, {"contrast × 0.6", shade(.6, 0)},
		{"saturation × 2", each(func(c [3]float64) [3]float64 {
			y := grey(c)
			return [3]float64{2*c[0] - y, 2*c[1] - y, 2*c[2] - y}
		})},
		{"negative", shade(-1, 0)},
		{"logo in a corner, 10 % of each side", logo(.1)}, {"logo, 20 %", logo(.2)},
		{"a line of text", caption(1)}, {"three lines of text", caption(3)},
		{"black border of 2 % on each side", border(.02)}, {"border of 5 %", border(.05)}, {"border of 10 %", border(.10)},
		{"crop of 2 % on each side", border(-.02)}, {"crop of 5 %", border(-.05)}, {"crop of 10 %", border(-.10)},
		{"rotated by 1°", rotate(1)}, {"rotated by 2°", rotate(2)}, {"rotated by 5°", rotate(5)},
		{"rotated by 90°", turn(Rotated90)}, {"rotated by 180°", turn(Rotated180)},
		{"left and right exchanged", turn(FlippedHorizontally)}, {"upside down, mirrored", turn(FlippedVertically)},
	}
}

type altering = func(*testing.T, *image.NRGBA) image.Image

func recompress(quality int) altering {
	return func(t *testing.T, img *image.NRGBA) image.Image {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			t.Fatal(err)
		}
		out, _, err := Decode(&b, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

func turn(v Variant) altering {
	return func(_ *testing.T, img *image.NRGBA) image.Image { return turned(img, v) }
}

func grey(c [3]float64) float64 { return .299*c[0] + .587*c[1] + .114*c[2] }

// each changes colours one by one.
func each(to func([3]float64) [3]float64) altering {
	return func(_ *testing.T, img *image.NRGBA) image.Image {
		out := image.NewNRGBA(img.Rect)
		for i := 0; i < len(img.Pix); i += 4 {
			put(out.Pix[i:], to([3]float64{float64(img.Pix[i]), float64(img.Pix[i+1]), float64(img.Pix[i+2])}))
		}
		return out
	}
}

func put(pix []uint8, c [3]float64) {
	for k, v := range c {
		pix[k] = uint8(max(0, min(255, v+.5)))
	}
	pix[3] = 255
}

// shade changes contrast around the middle, then brightness.
func shade(contrast, more float64) altering {
	return each(func(c [3]float64) [3]float64 {
		for k := range c {
			c[k] = (c[k]-127.5)*contrast + 127.5 + more
		}
		return c
	})
}

func noise(levels float64) altering {
	return func(t *testing.T, img *image.NRGBA) image.Image {
		r := rand.New(rand.NewPCG(9, 9))
		return each(func(c [3]float64) [3]float64 {
			for k := range c {
				c[k] += r.NormFloat64() * levels
			}
			return c
		})(t, img)
	}
}

// mapped draws a picture whose pixels come from elsewhere, between four pixels
// of img; beyond its edges all is black.
func mapped(img *image.NRGBA, width, height int, from func(x, y float64) (float64, float64)) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		x, y := from(float64(i%width)+.5, float64(i/width)+.5)
		put(out.Pix[4*i:], between(img, x-.5, y-.5))
	}
	return out
}

func between(img *image.NRGBA, x, y float64) (c [3]float64) {
	left, top := math.Floor(x), math.Floor(y)
	if left < -1 || top < -1 || left >= float64(img.Rect.Max.X) || top >= float64(img.Rect.Max.Y) {
		return c
	}
	for dy := range 2 {
		for dx := range 2 {
			weight := (1 - math.Abs(x-left-float64(dx))) * (1 - math.Abs(y-top-float64(dy)))
			px := max(0, min(img.Rect.Max.X-1, int(left)+dx))
			py := max(0, min(img.Rect.Max.Y-1, int(top)+dy))
			p := img.Pix[img.PixOffset(px, py):]
			for k := range c {
				c[k] += weight * float64(p[k])
			}
		}
	}
	return c
}

// resize takes means first where it shrinks, as programs do.
func resize(across, down float64) altering {
	return func(t *testing.T, img *image.NRGBA) image.Image {
		width, height := float64(img.Rect.Dx()), float64(img.Rect.Dy())
		soft := boxed(img, int(.5/across), int(.5/down))
		return mapped(soft, int(width*across), int(height*down), func(x, y float64) (float64, float64) {
			return x / across, y / down
		})
	}
}

// blur is a box over a share of the width, three times.
func blur(share float64) altering {
	return func(_ *testing.T, img *image.NRGBA) image.Image {
		reach := max(1, int(share*float64(img.Rect.Dx())/2))
		for range 3 {
			img = boxed(img, reach, reach)
		}
		return img
	}
}

// boxed is the mean over so many pixels to either side.
func boxed(img *image.NRGBA, across, down int) *image.NRGBA {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	lines := image.NewNRGBA(img.Rect)
	for y := range height {
		for k := range 4 {
			box(img.Pix[4*y*width+k:], lines.Pix[4*y*width+k:], width, 4, across)
		}
	}
	out := image.NewNRGBA(img.Rect)
	for i := range 4 * width {
		box(lines.Pix[i:], out.Pix[i:], height, 4*width, down)
	}
	return out
}

func box(in, out []uint8, n, step, reach int) {
	sum, count := 0, 0
	for next := range n + reach {
		if next < n {
			sum, count = sum+int(in[next*step]), count+1
		}
		if gone := next - 2*reach - 1; gone >= 0 {
			sum, count = sum-int(in[gone*step]), count-1
		}
		if at := next - reach; at >= 0 {
			out[at*step] = uint8((sum + count/2) / count)
		}
	}
}

func rotate(degrees float64) altering {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return func(_ *testing.T, img *image.NRGBA) image.Image {
		width, height := img.Rect.Dx(), img.Rect.Dy()
		cx, cy := float64(width)/2, float64(height)/2
		return mapped(img, width, height, func(x, y float64) (float64, float64) {
			return cx + cos*(x-cx) - sin*(y-cy), cy + sin*(x-cx) + cos*(y-cy)
		})
	}
}

// border adds a share of each side, black, or cuts it off.
func border(share float64) altering {
	return func(_ *testing.T, img *image.NRGBA) image.Image {
		dx, dy := int(share*float64(img.Rect.Dx())), int(share*float64(img.Rect.Dy()))
		return mapped(img, img.Rect.Dx()+2*dx, img.Rect.Dy()+2*dy, func(x, y float64) (float64, float64) {
			return x - float64(dx), y - float64(dy)
		})
	}
}

// logo is a white square with a black one in it, in the lower right corner.
func logo(share float64) altering {
	return func(_ *testing.T, img *image.NRGBA) image.Image {
		out := mapped(img, img.Rect.Dx(), img.Rect.Dy(), func(x, y float64) (float64, float64) { return x, y })
		w, h := int(share*float64(out.Rect.Dx())), int(share*float64(out.Rect.Dy()))
		place := image.Rect(0, 0, w, h).Add(out.Rect.Max).Sub(image.Pt(w*5/4, h*5/4))
		fill(out, place, color.White)
		fill(out, place.Inset(h/4), color.Black)
		return out
	}
}

func fill(img *image.NRGBA, r image.Rectangle, c color.Color) {
	for i := range r.Dx() * r.Dy() {
		img.Set(r.Min.X+i%r.Dx(), r.Min.Y+i/r.Dx(), c)
	}
}

// caption writes lines of made-up letters, white on black outlines, over the
// lower part: 24 a line, each on a grid of 3×5.
func caption(lines int) altering {
	return func(_ *testing.T, img *image.NRGBA) image.Image {
		r := rand.New(rand.NewPCG(3, 4))
		out := mapped(img, img.Rect.Dx(), img.Rect.Dy(), func(x, y float64) (float64, float64) { return x, y })
		dot := max(1, out.Rect.Dx()/120)
		for line := range lines {
			for letter := range 24 {
				at := image.Pt((10+4*letter)*dot, out.Rect.Max.Y-(8*(line+1))*dot)
				var dots []image.Rectangle
				for i := range 15 {
					if r.IntN(5) < 3 {
						dots = append(dots, image.Rect(0, 0, dot, dot).Add(at).Add(image.Pt(i%3*dot, i/3*dot)))
					}
				}
				for _, d := range dots {
					fill(out, d.Inset(-max(1, dot/3)), color.Black)
				}
				for _, d := range dots {
					fill(out, d, color.White)
				}
			}
		}
		return out
	}
}
