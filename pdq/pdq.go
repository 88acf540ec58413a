// Package pdq computes PDQ, the perceptual hash of pictures that exchanges of
// fingerprints use: 256 bits that change little when a picture is scaled,
// recompressed, blurred or sharpened. Two pictures count as the same when at
// most 31 of the 256 bits differ; unrelated pictures differ in about 128.
//
// The algorithm is the published one (Facebook, "The TMK+PDQF Video-Hashing
// Algorithm and the PDQ Image-Hashing Algorithm", 2019):
//
//  1. luminance, 0.299 R + 0.587 G + 0.114 B;
//  2. a Jarosz filter, that is two box filters one after another along each
//     axis, with a window of 1/128 of the side;
//  3. decimation to 64×64, the buffer whose gradients give the quality;
//  4. a discrete cosine transform of which 16×16 low frequencies are kept,
//     without the constant one;
//  5. one bit for each coefficient: whether it is above their median.
//
// The hash is of the picture at full resolution, as Hasher-Matcher-Actioner and
// the exchanges compute it. The C++ command-line tool first reduces large
// pictures to 512×512; [Hasher.Reduce] does the same and moves a hash by up to
// about 12 bits, so two parties must agree on one of them.
//
// A quality below 50 says that the picture has too few features (a flat colour,
// a soft gradient) for its hash to identify it: such hashes match each other by
// accident and do not belong into a bank.
//
// The package depends on no other package of its module and keeps no state
// between calls except in a [Hasher].
package pdq

import (
	"fmt"
	"image"
	"io"
)

// MinSide is the least width and height that has a hash. A smaller picture
// gets the zero hash with quality 0, as in the reference implementation.
const MinSide = 5

// A Hasher holds the buffers of the computation, so that hashing many pictures
// allocates nothing once the largest has been seen. The zero value is ready.
// A Hasher is not for use by several goroutines at once.
type Hasher struct {
	// Reduce makes the hash that the C++ command-line tool makes: a picture
	// wider or higher than 512 pixels is first brought to 512×512 by nearest
	// neighbour, whatever its proportions.
	Reduce bool

	columns, rows axis
	palette       [256]uint32
	tints         tints
	line, picked  []uint32
	decimated     grid
	sum           [side]([side]float64)
	cosines       *[kept][side]float32
	spectrum      spectrum

	first, second, sums []float32 // of FromLuminance only
}

// FromImage hashes a decoded picture and gives its quality, 0 to 100.
// Transparency is ignored: the colour under it counts, as with RGB conversion
// by Pillow, and a shape drawn in opacity alone is flat, of quality 0.
func FromImage(img image.Image) (Hash, int) {
	return new(Hasher).FromImage(img)
}

// FromImage is like the function of that name, with the buffers of h.
func (h *Hasher) FromImage(img image.Image) (Hash, int) {
	if !h.analyse(img) {
		return Hash{}, 0
	}
	return h.spectrum.hash(), h.decimated.quality()
}

// FromReader decodes a picture within limits, see [Decode], and hashes it. A
// picture smaller than [MinSide] is an error here.
func FromReader(r io.Reader, limits Limits) (Hash, int, error) {
	return new(Hasher).FromReader(r, limits)
}

// FromReader is like the function of that name, with the buffers of h.
func (h *Hasher) FromReader(r io.Reader, limits Limits) (Hash, int, error) {
	img, _, err := Decode(r, limits)
	if err != nil {
		return Hash{}, 0, err
	}
	if b := img.Bounds(); b.Dx() < MinSide || b.Dy() < MinSide {
		return Hash{}, 0, fmt.Errorf("%w: %d×%d pixels, at least %d×%d are needed",
			ErrTooSmall, b.Dx(), b.Dy(), MinSide, MinSide)
	}
	hash, quality := h.FromImage(img)
	return hash, quality, nil
}

// analyse leaves the 64×64 buffer and the 16×16 spectrum of img in h. It says
// false for a picture too small to hash.
func (h *Hasher) analyse(img image.Image) bool {
	b := img.Bounds()
	if b.Dx() < MinSide || b.Dy() < MinSide {
		return false
	}
	h.shrink(img)
	h.transform()
	return true
}
