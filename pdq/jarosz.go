package pdq

import "fmt"

// FromLuminance hashes width×height values of luminance, 0 to 255, line after
// line. It takes the reference's own steps, running sums in single precision,
// and so gives its hash bit for bit where [FromImage], which works exactly,
// may differ in a bit whose coefficient is within rounding of the median.
// It costs about four times as much and needs two copies of the picture.
func FromLuminance(luminance []float32, width, height int) (Hash, int, error) {
	return new(Hasher).FromLuminance(luminance, width, height)
}

// FromLuminance is like the function of that name, with the buffers of h.
// Hasher.Reduce applies.
func (h *Hasher) FromLuminance(luminance []float32, width, height int) (Hash, int, error) {
	if width < MinSide || height < MinSide {
		return Hash{}, 0, fmt.Errorf("%w: %d×%d values, at least %d×%d are needed",
			ErrTooSmall, width, height, MinSide, MinSide)
	}
	if len(luminance)/width != height || len(luminance)%width != 0 {
		return Hash{}, 0, fmt.Errorf("pdq: %d values of luminance are not %d×%d", len(luminance), width, height)
	}
	if h.Reduce && (width > reduced || height > reduced) {
		luminance = h.nearest(luminance, width, height)
		width, height = reduced, reduced
	}
	if width == side && height == side {
		for i := range side {
			copy(h.decimated[i][:], luminance[i*side:])
		}
	} else {
		h.filter(luminance, width, height)
	}
	h.transform()
	return h.spectrum.hash(), h.decimated.quality(), nil
}

func (h *Hasher) nearest(luminance []float32, width, height int) []float32 {
	out := make([]float32, reduced*reduced)
	for y := range reduced {
		line := luminance[y*height/reduced*width:]
		for x := range reduced {
			out[y*reduced+x] = line[x*width/reduced]
		}
	}
	return out
}

// filter is the Jarosz filter and the decimation as published: along the lines,
// along the columns, and both again. Of the second round only the 64 columns
// are kept that decimation chooses.
func (h *Hasher) filter(luminance []float32, width, height int) {
	h.first = grow(h.first, max(width, side)*height)
	h.second = grow(h.second, max(width, side)*height)
	h.sums = grow(h.sums, max(width, side))
	across, down := window(width), window(height)
	for y := range height {
		boxLine(luminance[y*width:][:width], h.first[y*width:][:width], across)
	}
	boxColumns(h.first, h.second, h.sums[:width], height, down)
	line := h.sums[:width]
	for y := range height {
		boxLine(h.second[y*width:][:width], line, across)
		for j := range side {
			h.first[y*side+j] = line[centre(j, width)]
		}
	}
	boxColumns(h.first, h.second, h.sums[:side], height, down)
	for i := range side {
		copy(h.decimated[i][:], h.second[centre(i, height)*side:])
	}
}

// boxLine is the mean over a window around each sample, of those within the line.
func boxLine(in, out []float32, window int) {
	_, forward := reach(window)
	var sum float32
	count := 0
	for next := range len(in) + forward {
		if next < len(in) {
			sum += in[next]
			count++
		}
		if gone := next - window; gone >= 0 {
			sum -= in[gone]
			count--
		}
		if at := next - forward; at >= 0 {
			out[at] = sum / float32(count)
		}
	}
}

// boxColumns is boxLine for all columns at once, line by line as they lie in
// memory. A line has as many samples as there are sums, which are overwritten.
func boxColumns(in, out, sums []float32, height, window int) {
	_, forward := reach(window)
	width := len(sums)
	clear(sums)
	count := 0
	for next := range height + forward {
		if next < height {
			for x, v := range in[next*width:][:width] {
				sums[x] += v
			}
			count++
		}
		if gone := next - window; gone >= 0 {
			for x, v := range in[gone*width:][:width] {
				sums[x] -= v
			}
			count--
		}
		if at := next - forward; at >= 0 {
			line := out[at*width:][:width]
			for x, sum := range sums {
				line[x] = sum / float32(count)
			}
		}
	}
}
