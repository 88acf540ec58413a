package sim

// form is how a medium differs from the first of its family.
type form uint8

const (
	formOriginal form = iota
	formRecompressed
	formResized
	formBlurred
	formLogo
	forms
)

// render draws a medium and encodes it.
func render(seed int64, m medium) []byte {
	p := drawPattern(seed, m.family)
	switch m.form {
	case formRecompressed:
		return p.jpeg(38)
	case formResized:
		return p.resized(200, 150).jpeg(88)
	case formBlurred:
		return p.blurred(2).jpeg(82)
	case formLogo:
		p.logo()
		return p.jpeg(84)
	}
	switch m.extension() {
	case "png":
		return p.png()
	case "gif":
		return p.gif()
	}
	return p.jpeg(originalQuality)
}

// resized is the pattern in another size, each new pixel between its four neighbours.
func (p pattern) resized(w, h int) pattern {
	out := pattern{w: w, h: h, pixels: make([]byte, w*h), cb: p.cb, cr: p.cr}
	for y := range h {
		sy := y * (p.h - 1) * 256 / (h - 1)
		y0, fy := sy>>8, sy&255
		y1 := min(y0+1, p.h-1)
		for x := range w {
			sx := x * (p.w - 1) * 256 / (w - 1)
			x0, fx := sx>>8, sx&255
			x1 := min(x0+1, p.w-1)
			top := int(p.pixels[y0*p.w+x0])*(256-fx) + int(p.pixels[y0*p.w+x1])*fx
			low := int(p.pixels[y1*p.w+x0])*(256-fx) + int(p.pixels[y1*p.w+x1])*fx
			out.pixels[y*w+x] = byte((top*(256-fy) + low*fy) >> 16)
		}
	}
	return out
}

// blurred averages over a square of 2r+1 pixels, rows first, then columns.
func (p pattern) blurred(r int) pattern {
	out := pattern{w: p.w, h: p.h, pixels: make([]byte, p.w*p.h), cb: p.cb, cr: p.cr}
	between := make([]byte, p.w*p.h)
	average(between, p.pixels, p.h, p.w, p.w, 1, r)
	average(out.pixels, between, p.w, p.h, 1, p.w, r)
	return out
}

// average runs a window along n lines of length values each.
func average(to, from []byte, n, length, nextLine, nextValue, r int) {
	for line := range n {
		base, sum := line*nextLine, 0
		at := func(i int) int { return int(from[base+min(max(i, 0), length-1)*nextValue]) }
		for i := -r; i <= r; i++ {
			sum += at(i)
		}
		for i := range length {
			to[base+i*nextValue] = byte(sum / (2*r + 1))
			sum += at(i+r+1) - at(i-r)
		}
	}
}

// logo puts a small striped badge into a corner.
func (p pattern) logo() {
	for y := p.h - 24; y < p.h-6; y++ {
		for x := p.w - 40; x < p.w-8; x++ {
			shade := byte(216)
			if (x-y)/5%2 == 0 {
				shade = 56
			}
			p.pixels[y*p.w+x] = shade
		}
	}
}
