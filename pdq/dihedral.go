package pdq

import "image"

// A Variant is one of the eight ways to turn and mirror a picture.
type Variant int

// The variants, in the order of the reference tool. Rotations are
// counter-clockwise.
const (
	Original Variant = iota
	Rotated90
	Rotated180
	Rotated270
	FlippedVertically   // upside down
	FlippedHorizontally // left and right exchanged
	Transposed          // mirrored at the falling diagonal
	Antitransposed      // mirrored at the rising diagonal

	Variants = 8 // how many there are
)

func (v Variant) String() string {
	return [Variants]string{"original", "rotated-90", "rotated-180", "rotated-270",
		"flipped-vertically", "flipped-horizontally", "transposed", "antitransposed"}[v]
}

// Dihedral gives the hashes of all eight variants of a picture, indexed by
// [Variant], and its quality, for the price of one: mirroring changes the sign
// of the odd frequencies along its axis, and transposing transposes. Query a
// bank with all of them to find a picture that was turned to escape it; store
// only the original.
func Dihedral(img image.Image) ([Variants]Hash, int) {
	return new(Hasher).Dihedral(img)
}

// Dihedral is like the function of that name, with the buffers of h.
func (h *Hasher) Dihedral(img image.Image) ([Variants]Hash, int) {
	if !h.analyse(img) {
		return [Variants]Hash{}, 0
	}
	return h.spectrum.variants(), h.decimated.quality()
}

func (s *spectrum) variants() (hashes [Variants]Hash) {
	for v := range Variants {
		turned := s.turn(Variant(v))
		hashes[v] = turned.hash()
	}
	return hashes
}

// turn is the spectrum of the picture after v. Every variant is a transposition
// or none, followed by mirroring up-down, left-right, both or neither.
func (s *spectrum) turn(v Variant) spectrum {
	transpose := v == Rotated90 || v == Rotated270 || v == Transposed || v == Antitransposed
	down := v == Rotated90 || v == Rotated180 || v == FlippedVertically || v == Antitransposed
	across := v == Rotated270 || v == Rotated180 || v == FlippedHorizontally || v == Antitransposed
	var out spectrum
	for i := range kept {
		for j := range kept {
			c := s[i][j]
			if transpose {
				c = s[j][i]
			}
			// Index 0 is frequency 1, so even indexes are the odd frequencies.
			if down && i%2 == 0 {
				c = -c
			}
			if across && j%2 == 0 {
				c = -c
			}
			out[i][j] = c
		}
	}
	return out
}
