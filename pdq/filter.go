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
	fold    int           // neighbours that come as one sample, their mean
	start   [side]int     // the first sample of an output
	first   [side + 1]int // where its weights begin and the next one's
	weights []uint32      // fixed point, see unit
	slopes  []float64     // scratch: weight of a sample less that of the one before
}

// prepare computes the weights for n samples, of which each fold neighbours come
// as one.
func (a *axis) prepare(n, fold int) {
	if a.samples == n && a.fold == fold {
		return
	}
	a.samples, a.fold, a.weights = n, fold, a.weights[:0]
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
		if fold > 1 {
			a.foldLast(i)
		}
	}
	a.first[side] = len(a.weights)
}

// foldLast brings the weights of output i, the last so far, from samples to
// groups of fold of them.
func (a *axis) foldLast(i int) {
	weights := a.weights[a.first[i]:]
	start := a.start[i] / a.fold
	n := (a.start[i]+len(weights)-1)/a.fold - start + 1
	for k, w := range weights {
		to := (a.start[i]+k)/a.fold - start
		weights[k] = 0 // to is at most k
		weights[to] += w
	}
	a.start[i], a.weights = start, a.weights[:a.first[i]+n]
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

// A progress says how far a picture has been taken in.
type progress struct {
	width, height int
	reduce        bool
	lines         int // to go through: the height, or reduced
	next          int // of those
	low           int // the first output that is not complete
}

// begin readies h for a picture of that size. Of each fold neighbours, down and
// across, it will be given the mean.
func (h *Hasher) begin(width, height, fold int) {
	p := progress{width: width, height: height, lines: (height + fold - 1) / fold}
	p.reduce = h.reduces(width, height)
	h.line = grow(h.line, (width+fold-1)/fold)
	if p.reduce {
		p.lines = reduced
		h.picked = grow(h.picked, reduced)
		h.columns.prepare(reduced, 1)
		h.rows.prepare(reduced, 1)
	} else {
		h.columns.prepare(width, fold)
		h.rows.prepare(height, fold)
	}
	clear(h.sum[:])
	h.progress = p
}

func (h *Hasher) reduces(width, height int) bool {
	return h.Reduce && (width > reduced || height > reduced)
}

// take filters and decimates a part of the picture, all lines from top to the
// bottom of img, a line at a time. Parts come in order. Lines that no output
// needs are not even converted to luminance.
func (h *Hasher) take(top int, img image.Image) {
	h.preparePalette(img)
	var sums [side]uint64
	bottom := top + img.Bounds().Dy()
	for p := &h.progress; p.next < p.lines; p.next++ {
		y := p.next
		if p.reduce {
			y = y * p.height / reduced
		}
		if y >= bottom {
			return
		}
		for p.low < side && h.rows.end(p.low) <= p.next {
			p.low++
		}
		if p.low == side || h.rows.start[p.low] > p.next {
			continue
		}
		h.readLine(img, y-top, h.line)
		if p.reduce {
			for x := range h.picked {
				h.picked[x] = h.line[x*p.width/reduced]
			}
			h.columns.shrinkLine(h.picked, &sums)
		} else {
			h.columns.shrinkLine(h.line, &sums)
		}
		h.addLine(p.next, p.low, &sums)
	}
}

// end leaves the 64×64 buffer and the 16×16 spectrum of what was taken in h.
func (h *Hasher) end() {
	for i := range side {
		for j := range side {
			h.decimated[i][j] = float32(h.sum[i][j] / (perLevel * unit * unit))
		}
	}
	h.transform()
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
