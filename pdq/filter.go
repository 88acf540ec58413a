package pdq

import (
	"image"
	"math"
)

const (
	side    = 64  // of the buffer that is transformed
	reduced = 512 // of the picture with Hasher.Reduce

	unit = 1 << 31 // the weights of one output sum to this
)

// grid is the 64×64 buffer of luminance, 0 to 255, by row and column.
type grid [side][side]float32

// window is the width of the box filter over n samples.
func window(n int) int { return (n + 2*side - 1) / (2 * side) }

// reach is how far the box of a window goes back and forward from its sample.
// An even window reaches one further forward.
func reach(window int) (back, forward int) {
	half := (window + 2) / 2
	return window - half, half - 1
}

// centre is the sample that decimation keeps for output i of 64.
func centre(i, n int) int { return (2*i + 1) * n / (2 * side) }

// An axis says how the samples along one side make 64 outputs.
//
// Two box filters and the choice of every n/64th sample are linear, and the
// filters along one axis commute with those along the other. So each output is
// a weighted mean of the 2·window−1 samples around its centre, and these
// stretches hardly overlap: one multiplication a pixel does the work of four
// passes over the picture. The result is that of real numbers, where the
// reference's running sums in single precision err by about 0.001 of 255.
type axis struct {
	samples int
	start   [side]int     // the first sample of an output
	first   [side + 1]int // where its weights begin and the next one's
	weights []uint32      // fixed point, see unit
	slopes  []float64     // scratch: weight of a sample less that of the one before
}

// prepare computes the weights for n samples.
func (a *axis) prepare(n int) {
	if a.samples == n {
		return
	}
	a.samples, a.weights = n, a.weights[:0]
	back, forward := reach(window(n))
	for i := range side {
		a.first[i] = len(a.weights)
		c := centre(i, n)
		outer, last := max(0, c-back), min(n-1, c+forward)
		from, to := max(0, outer-back), min(n-1, last+forward)
		a.start[i] = from
		a.slopes = grow(a.slopes, to-from+2)
		clear(a.slopes)
		for q := outer; q <= last; q++ {
			low, high := max(0, q-back), min(n-1, q+forward)
			weight := 1 / float64((high-low+1)*(last-outer+1))
			a.slopes[low-from] += weight
			a.slopes[high+1-from] -= weight
		}
		sum := 0.0
		for _, slope := range a.slopes[:to-from+1] {
			sum += slope
			a.weights = append(a.weights, uint32(math.Round(max(0, sum)*unit)))
		}
	}
	a.first[side] = len(a.weights)
}

// of gives the first sample of output i and the weights from there on.
func (a *axis) of(i int) (start int, weights []uint32) {
	return a.start[i], a.weights[a.first[i]:a.first[i+1]]
}

// shrinkLine makes the 64 weighted sums of a line of luminance. At most
// 255,000 × 2^31, a sum fits into 49 bits.
func (a *axis) shrinkLine(line []uint32, out *[side]uint64) {
	for i := range side {
		start, weights := a.of(i)
		samples := line[start:][:len(weights)]
		var even, odd uint64
		for len(weights) >= 4 && len(samples) >= 4 {
			even += uint64(weights[0]) * uint64(samples[0])
			odd += uint64(weights[1]) * uint64(samples[1])
			even += uint64(weights[2]) * uint64(samples[2])
			odd += uint64(weights[3]) * uint64(samples[3])
			weights, samples = weights[4:], samples[4:]
		}
		for k, w := range weights {
			even += uint64(w) * uint64(samples[k])
		}
		out[i] = even + odd
	}
}

// shrink filters and decimates img into h.decimated, a line at a time. Lines
// that no output needs are not even converted to luminance.
func (h *Hasher) shrink(img image.Image) {
	b := img.Bounds()
	width, height := b.Dx(), b.Dy()
	lines, reduce := height, h.Reduce && (width > reduced || height > reduced)
	h.line = grow(h.line, width)
	if reduce {
		lines = reduced
		h.picked = grow(h.picked, reduced)
		h.columns.prepare(reduced)
	} else {
		h.columns.prepare(width)
	}
	h.rows.prepare(lines)
	h.preparePalette(img)
	h.tints.prepare()
	clear(h.sum[:])

	var sums [side]uint64
	for y, low := 0, 0; y < lines; y++ {
		for low < side && h.rows.end(low) <= y {
			low++
		}
		if low == side || h.rows.start[low] > y {
			continue
		}
		if reduce {
			h.readLine(img, y*height/reduced, h.line)
			for x := range h.picked {
				h.picked[x] = h.line[x*width/reduced]
			}
			h.columns.shrinkLine(h.picked, &sums)
		} else {
			h.readLine(img, y, h.line)
			h.columns.shrinkLine(h.line, &sums)
		}
		h.addLine(y, low, &sums)
	}
	for i := range side {
		for j := range side {
			h.decimated[i][j] = float32(h.sum[i][j] / (perLevel * unit * unit))
		}
	}
}

func (a *axis) end(i int) int { return a.start[i] + a.first[i+1] - a.first[i] }

// addLine adds the sums of line y to every output from low on that needs it.
func (h *Hasher) addLine(y, low int, sums *[side]uint64) {
	for i := low; i < side && h.rows.start[i] <= y; i++ {
		start, weights := h.rows.of(i)
		if y-start >= len(weights) {
			continue
		}
		weight := float64(weights[y-start])
		out := &h.sum[i]
		for j, s := range sums {
			// The conversion forbids a fused multiplication, which would
			// make the hash depend on the processor.
			out[j] += float64(weight * float64(s))
		}
	}
}

// grow gives a slice of n elements, with the memory of s where that is enough.
func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
