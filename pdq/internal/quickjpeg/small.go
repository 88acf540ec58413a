package quickjpeg

import (
	"encoding/binary"
	"math"
)

// For a picture of half the size a block has 4×4 samples, each the mean of four.
// The mean of two neighbours of a wave of frequency u is its value in the middle
// between them times cos(uπ/16). So a wave below 4 becomes one of the same
// frequency in four samples, and the factor goes into the quantisation for
// nothing. The higher frequencies are left out.
const (
	smallBits = 12 // of the factors, behind the point
	smallDown = 2*smallBits + 3

	unused = 31 // of a block: takes what is left out
)

// Cosines of eighths, with 12 bits.
const (
	s0541 = 2217 // √2 · sin(π/8)
	s1306 = 5352 // √2 · cos(π/8)
)

// smallStep is the step of a coefficient in such a block, which has its 16 one
// after another.
func smallStep(factor int64, v, u int) step {
	if u > 3 || v > 3 {
		return step{0, unused}
	}
	exact := float64(factor) * math.Cos(float64(u)*math.Pi/16) * math.Cos(float64(v)*math.Pi/16)
	return step{int64(math.Round(exact * (1 << smallBits))), 4*v + u}
}

// inverseSmall is inverse for 4×4 samples.
func inverseSmall(c *block, last int, out []byte, stride int) {
	const round = 1<<(smallDown-smallBits-1) + 128<<(smallDown-smallBits)
	c[0] += round
	if last == 0 {
		sample := uint32(max(0, min(255, c[0]>>(smallDown-smallBits))))
		c[0] = 0
		for y := range 4 {
			binary.LittleEndian.PutUint32(out[y*stride:], sample*0x01010101)
		}
		return
	}
	var half [16]int64
	for u := range 4 {
		c0, c1, c2, c3 := c[u], c[4+u], c[8+u], c[12+u]
		even, odd := (c0+c2)<<smallBits, (c0-c2)<<smallBits
		outer, inner := c1*s1306+c3*s0541, c1*s0541-c3*s1306
		half[u], half[12+u] = even+outer, even-outer
		half[4+u], half[8+u] = odd+inner, odd-inner
	}
	clear(c[:16])
	for y := range 4 {
		h := (*[4]int64)(half[4*y:])
		even, odd := h[0]+h[2], h[0]-h[2]
		outer, inner := (h[1]*s1306+h[3]*s0541)>>smallBits, (h[1]*s0541-h[3]*s1306)>>smallBits
		line := (*[4]byte)(out[y*stride:])
		line[0], line[3] = small(even+outer), small(even-outer)
		line[1], line[2] = small(odd+inner), small(odd-inner)
	}
}

func small(v int64) byte { return byte(max(0, min(255, v>>smallDown))) }
