package pdq

import (
	"image"
	"image/color"
	"image/color/palette"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestExactAgainstPublished compares the one-pass arithmetic with the published
// steps in single precision, at all sizes.
func TestExactAgainstPublished(t *testing.T) {
	differ, checked := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(5, 300).Draw(t, "width"), rapid.IntRange(5, 300).Draw(t, "height")
		img := pattern(rapid.Uint64().Draw(t, "seed"), width, height)
		h := &Hasher{Reduce: rapid.Bool().Draw(t, "reduce")}
		exact, quality := h.FromImage(img)
		decimated := h.decimated
		values, _, _ := luminanceOf(img)
		published, published1, err := h.FromLuminance(values, width, height)
		if err != nil {
			t.Fatal(err)
		}
		for i := range side {
			for j := range side {
				if d := decimated[i][j] - h.decimated[i][j]; d > 0.01 || d < -0.01 {
					t.Fatalf("%d,%d of 64×64 is %g, published steps give %g", i, j, decimated[i][j], h.decimated[i][j])
				}
			}
		}
		if d := quality - published1; d > 1 || d < -1 {
			t.Fatalf("quality %d, published steps give %d", quality, published1)
		}
		// In a tiny picture many coefficients are equal but for rounding.
		if min(width, height) >= 32 {
			checked++
			if d := exact.Distance(published); d > 2 {
				t.Fatalf("%d bits differ at %d×%d", d, width, height)
			} else if d > 0 {
				differ++
			}
		}
	})
	t.Logf("%d of %d pictures differ in a bit or two", differ, checked)
}

func TestDihedral(t *testing.T) {
	img := pattern(3, 320, 256)
	var h Hasher
	hashes, quality := h.Dihedral(img)
	original, q := FromImage(img)
	if hashes[Original] != original || quality != q {
		t.Errorf("original: %v %d, want %v %d", hashes[Original], quality, original, q)
	}
	for v := range Variant(Variants) {
		want, _ := h.FromImage(turned(img, v))
		if d := hashes[v].Distance(want); d > 16 {
			t.Errorf("%v: %d bits from the hash of the turned picture", v, d)
		}
		for w := range v {
			if hashes[v].Distance(hashes[w]) < 60 {
				t.Errorf("%v and %v are alike", v, w)
			}
		}
	}
}

// TestKinds: one picture in each kind of image has one hash; and pixels
// outside a part that was cut out have no part in it.
func TestKinds(t *testing.T) {
	img := pattern(7, 203, 151)
	b := img.Bounds()
	want, wantQuality := FromImage(img)
	exact := map[string]image.Image{
		"RGBA":    redraw(img, image.NewRGBA(b)),
		"RGBA64":  redraw(img, image.NewRGBA64(b)),
		"NRGBA64": redraw(img, image.NewNRGBA64(b)),
		"other":   struct{ image.Image }{img},
	}
	near := map[string]image.Image{
		"CMYK": redraw(img, image.NewCMYK(b)), "Gray": redraw(img, image.NewGray(b)),
		"Gray16": redraw(img, image.NewGray16(b)),
		"4:4:4":  chromaOf(img, image.YCbCrSubsampleRatio444), "4:2:0": chromaOf(img, image.YCbCrSubsampleRatio420),
		"4:2:2": chromaOf(img, image.YCbCrSubsampleRatio422), "4:4:0": chromaOf(img, image.YCbCrSubsampleRatio440),
		"4:1:0": chromaOf(img, image.YCbCrSubsampleRatio410), "4:1:1": chromaOf(img, image.YCbCrSubsampleRatio411),
	}
	for name, img := range exact {
		if got, quality := FromImage(img); got != want || quality != wantQuality {
			t.Errorf("%s: %v %d, want %v %d", name, got, quality, want, wantQuality)
		}
	}
	for name, img := range near {
		if got, _ := FromImage(img); got.Distance(want) > 24 {
			t.Errorf("%s: %d bits away", name, got.Distance(want))
		}
	}
	few := redraw(img, image.NewPaletted(b, palette.WebSafe))
	wantFew, _ := FromImage(redraw(few, image.NewNRGBA(b)))
	if got, _ := FromImage(few); got != wantFew {
		t.Errorf("Paletted: %v, want %v", got, wantFew)
	}
	type cutter interface {
		image.Image
		SubImage(image.Rectangle) image.Image
	}
	part := image.Rect(13, 8, 190, 133)
	for _, all := range []map[string]image.Image{exact, near} {
		for name, img := range all {
			cut, ok := img.(cutter)
			if !ok {
				continue
			}
			sub := cut.SubImage(part)
			got, _ := FromImage(sub)
			if want, _ := FromImage(struct{ image.Image }{sub}); got.Distance(want) > 6 {
				t.Errorf("part of %s: %d bits from the slow way", name, got.Distance(want))
			}
		}
	}
}

// TestChroma: every pixel gets the chroma sample that is its own, wherever a
// part begins, and the luminance of its clamped colour.
func TestChroma(t *testing.T) {
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		whole := chromaOf(pattern(4, 41, 9), ratio)
		for i := range whole.Cb {
			whole.Cb[i] += uint8(37 * i) // out of the range of colours, too
		}
		for left := range 6 {
			for right := 20; right < 25; right++ {
				part := whole.SubImage(image.Rect(left, left%3, right, 8)).(*image.YCbCr)
				checkLines(t, part)
			}
		}
	}
}

func checkLines(t *testing.T, m *image.YCbCr) {
	var h Hasher
	out := make([]uint32, m.Rect.Dx())
	for y := range m.Rect.Dy() {
		h.readLine(m, y, out)
		for x, got := range out {
			c := m.YCbCrAt(m.Rect.Min.X+x, m.Rect.Min.Y+y)
			cb, cr := float64(c.Cb)-128, float64(c.Cr)-128
			want := 299*level(float64(c.Y)+1.402*cr) +
				587*level(float64(c.Y)-0.344136286*cb-0.714136286*cr) + 114*level(float64(c.Y)+1.772*cb)
			// A colour exactly between two levels may be rounded either way.
			if d := float64(got) - want; math.Abs(d) > 600 {
				t.Fatalf("%v %v: luminance at %d,%d is %d, want %v", m.SubsampleRatio, m.Rect, x, y, got, want)
			}
		}
	}
}

// TestLines: two pixels at a time are what each is alone, opaque or not, also at
// the end of a line of odd length.
func TestLines(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	var h Hasher
	for width := range 8 {
		size := image.Rect(0, 0, width, 64)
		rgba, nrgba := image.NewRGBA(size), image.NewNRGBA(size)
		for y := range size.Max.Y {
			for x := range width {
				c := color.NRGBA{uint8(r.Uint32()), uint8(r.Uint32()), uint8(r.Uint32()), 255}
				if r.IntN(3) == 0 {
					c.A = uint8(r.Uint32())
				}
				rgba.Set(x, y, c)
				nrgba.SetNRGBA(x, y, c)
			}
		}
		for _, m := range []image.Image{rgba, nrgba} {
			line := make([]uint32, width)
			for y := range size.Max.Y {
				h.readLine(m, y, line)
				for x, got := range line {
					if want := lumaOf(m.At(x, y)); got != want {
						t.Fatalf("%T of width %d: luminance at %d,%d is %d, want %d", m, width, x, y, got, want)
					}
				}
			}
		}
	}
}

func level(v float64) float64 { return max(0, min(255, math.Round(v))) }

func chromaOf(img image.Image, ratio image.YCbCrSubsampleRatio) *image.YCbCr {
	b := img.Bounds()
	out := image.NewYCbCr(b, ratio)
	for y := range b.Dy() {
		for x := range b.Dx() {
			c := color.YCbCrModel.Convert(img.At(x, y)).(color.YCbCr)
			out.Y[out.YOffset(x, y)] = c.Y
			out.Cb[out.COffset(x, y)], out.Cr[out.COffset(x, y)] = c.Cb, c.Cr
		}
	}
	return out
}

func TestScaled(t *testing.T) {
	large, _ := FromImage(pattern(9, 400, 300))
	small, _ := FromImage(pattern(9, 100, 75))
	other, _ := FromImage(pattern(10, 400, 300))
	if d := large.Distance(small); d > 31 {
		t.Errorf("a quarter of the size is %d bits away", d)
	}
	if d := large.Distance(other); d < 80 {
		t.Errorf("another picture is only %d bits away", d)
	}
}

func TestWithoutFeatures(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 200, 100))
	if _, quality := FromImage(gray); quality != 0 {
		t.Errorf("a flat picture has quality %d", quality)
	}
	for _, r := range []image.Rectangle{{}, image.Rect(0, 0, 1, 1), image.Rect(0, 0, 4, 900)} {
		hash, quality := FromImage(image.NewGray(r))
		if hash != (Hash{}) || quality != 0 {
			t.Errorf("%v: %v, %d", r, hash, quality)
		}
		if _, _, err := FromLuminance(make([]float32, r.Dx()*r.Dy()), r.Dx(), r.Dy()); err == nil {
			t.Errorf("%v: no error", r)
		}
	}
	if _, _, err := FromLuminance(make([]float32, 99), 10, 10); err == nil {
		t.Error("99 values passed for 10×10")
	}
}

// TestAllocations: none once the buffers are there.
func TestAllocations(t *testing.T) {
	img := pattern(1, 520, 90) // wider than what Reduce leaves alone
	for name, img := range map[string]image.Image{
		"NRGBA": img, "YCbCr": chromaOf(img, image.YCbCrSubsampleRatio420),
		"Paletted": redraw(img, image.NewPaletted(img.Rect, palette.WebSafe)),
	} {
		for _, reduce := range []bool{false, true} {
			h := &Hasher{Reduce: reduce}
			if n := testing.AllocsPerRun(5, func() { h.Dihedral(img) }); n != 0 {
				t.Errorf("%s, reduce %v: %v allocations", name, reduce, n)
			}
		}
	}
}
