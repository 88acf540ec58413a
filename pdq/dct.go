package pdq

import (
	"math"
	"slices"
)

// kept is the number of frequencies along each axis, 1 to 16. Frequency 0, the
// mean brightness, is left out.
const kept = 16

// spectrum is the transform of a grid: coefficient [i][j] is of frequency i+1
// downwards and j+1 across.
type spectrum [kept][kept]float32

// transform makes h.spectrum of h.decimated: D·A·Dᵀ with the 16 rows of the
// cosine matrix D. Sums run in the order of the reference and products are
// rounded before they are added, so that the bits are the same everywhere.
func (h *Hasher) transform() {
	if h.cosines == nil {
		h.cosines = cosines()
	}
	d := h.cosines
	for i := range kept {
		var half [side]float32
		for k := range side {
			factor, line := d[i][k], &h.decimated[k]
			for j := range side {
				half[j] += float32(factor * line[j])
			}
		}
		for j := range kept {
			var sum float32
			for k := range side {
				sum += float32(half[k] * d[j][k])
			}
			h.spectrum[i][j] = sum
		}
	}
}

func cosines() *[kept][side]float32 {
	var d [kept][side]float32
	scale := math.Sqrt(2.0 / side)
	for i := range kept {
		for j := range side {
			angle := math.Pi / 2 / side * float64((i+1)*(2*j+1))
			d[i][j] = float32(scale * math.Cos(angle))
		}
	}
	return &d
}

// hash sets the bit of each coefficient above the median. The median of 256
// numbers is the lower of the two in the middle, as in the reference.
func (s *spectrum) hash() Hash {
	var sorted [kept * kept]float32
	for i := range kept {
		copy(sorted[i*kept:], s[i][:])
	}
	slices.Sort(sorted[:])
	median := sorted[len(sorted)/2-1]

	var h Hash
	for i := range kept {
		for j, v := range s[i] {
			if v > median {
				bit := kept*i + j
				h[Size-1-bit/8] |= 1 << (bit % 8)
			}
		}
	}
	return h
}
