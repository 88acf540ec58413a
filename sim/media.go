package sim

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
)

// Pictures are this large, and their patterns have this many control points. The points
// are as many as PDQ keeps frequencies, so that unrelated pictures differ in about half of
// the bits and nothing in this world resembles anything by accident.
const (
	wide, high       = 256, 192
	columns, lines   = 16, 12
	cellWide         = wide / columns
	cellHigh         = high / lines
	shades           = 64 // of pictures with a palette
	originalQuality  = 86
	pictureFormats   = 10
	pngShare         = 3 // of pictureFormats
	gifShare         = 2
	patternSorts     = 4
	circlesInPattern = 18
)

// pattern is the luminance of a picture.
type pattern struct {
	w, h   int
	pixels []byte
	cb, cr byte // its tint
}

// drawPattern makes the pattern of a family: clouds, tiles, circles or weave.
func drawPattern(seed int64, family int) pattern {
	rng := stream(seed, "pattern", family)
	p := pattern{w: wide, h: high, pixels: make([]byte, wide*high)}
	p.cb, p.cr = byte(98+rng.IntN(60)), byte(98+rng.IntN(60))
	var grid [lines + 1][columns + 1]int
	for y := range grid {
		for x := range grid[y] {
			grid[y][x] = 16 + rng.IntN(224)
		}
	}
	switch family % patternSorts {
	case 0:
		p.clouds(&grid, 1)
	case 1:
		p.tiles(&grid)
	case 2:
		p.clouds(&grid, 1)
		p.circles(rng)
	default:
		p.clouds(&grid, 1)
		p.weave(rng)
	}
	return p
}

// clouds goes smoothly from point to point.
func (p *pattern) clouds(grid *[lines + 1][columns + 1]int, scale int) {
	for y := range high {
		row, fy := y/cellHigh, y%cellHigh
		for x := range wide {
			col, fx := x/cellWide, x%cellWide
			top := grid[row][col]*(cellWide-fx) + grid[row][col+1]*fx
			low := grid[row+1][col]*(cellWide-fx) + grid[row+1][col+1]*fx
			p.pixels[y*wide+x] = byte((top*(cellHigh-fy) + low*fy) / (cellWide * cellHigh * scale))
		}
	}
}

// tiles has a flat field for each point, with a slight gradient.
func (p *pattern) tiles(grid *[lines + 1][columns + 1]int) {
	for y := range high {
		for x := range wide {
			p.pixels[y*wide+x] = byte(grid[y/cellHigh][x/cellWide] - x/20 + 6)
		}
	}
}

// circles puts discs on what is there.
func (p *pattern) circles(rng *rand.Rand) {
	for range circlesInPattern {
		cx, cy, r, shade := rng.IntN(wide), rng.IntN(high), 8+rng.IntN(18), 20+rng.IntN(216)
		for y := max(0, cy-r); y < min(high, cy+r); y++ {
			for x := max(0, cx-r); x < min(wide, cx+r); x++ {
				if (x-cx)*(x-cx)+(y-cy)*(y-cy) < r*r {
					p.pixels[y*wide+x] = byte(shade)
				}
			}
		}
	}
}

// weave crosses what is there with stripes.
func (p *pattern) weave(rng *rand.Rand) {
	step, depth := 12+rng.IntN(20), 24+rng.IntN(24)
	for y := range high {
		for x := range wide {
			if (x+2*y)/step%2 == 0 {
				at := &p.pixels[y*wide+x]
				*at = byte(min(255, int(*at)+depth))
			}
		}
	}
}

// jpeg encodes the pattern with its tint.
func (p pattern) jpeg(quality int) []byte {
	img := image.NewYCbCr(image.Rect(0, 0, p.w, p.h), image.YCbCrSubsampleRatio420)
	copy(img.Y, p.pixels)
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = p.cb, p.cr
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err) // a buffer takes everything
	}
	return out.Bytes()
}

// palette gives the pattern in few shades, for PNG and GIF.
func (p pattern) palette() *image.Paletted {
	colours := make(color.Palette, shades)
	for i := range colours {
		y := byte(i*256/shades + 128/shades)
		r, g, b := color.YCbCrToRGB(y, p.cb, p.cr)
		colours[i] = color.RGBA{r, g, b, 255}
	}
	img := image.NewPaletted(image.Rect(0, 0, p.w, p.h), colours)
	for i, y := range p.pixels {
		img.Pix[i] = y / (256 / shades)
	}
	return img
}

func (p pattern) png() []byte {
	var out bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&out, p.palette()); err != nil {
		panic(err)
	}
	return out.Bytes()
}

func (p pattern) gif() []byte {
	var out bytes.Buffer
	if err := gif.Encode(&out, p.palette(), nil); err != nil {
		panic(err)
	}
	return out.Bytes()
}
