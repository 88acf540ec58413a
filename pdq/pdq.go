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
	"image"

	"github.com/argine/argine/pdq/internal/quickjpeg"
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

	// Upright turns a picture from a file as its EXIF orientation says before
	// it is hashed. The reference implementations and the exchanges ignore
	// orientation, and so does a Hasher without this. It applies where there is
	// a file, not to [Hasher.FromImage]. The spectrum is turned and not the
	// pixels, see [Dihedral].
	Upright bool

	// Exact decodes every JPEG at full resolution before it is hashed. Without
	// it FromReader takes large ones, of 2,048 pixels a side and more, at half
	// of it, which takes half the time: the filter then starts with the means
	// of four pixels. README.md says how few bits that costs.
	Exact bool

	halveFrom     int // of tests: other than halved
	columns, rows axis
	progress      progress
	palette       [256]uint32
	line, picked  []uint32
	decimated     grid
	sum           [side]([side]float64)
	cosines       *[kept][side]float32
	spectrum      spectrum

	first, second, sums []float32 // of FromLuminance only

	file []byte // and the rest of FromReader only
	jpeg quickjpeg.Decoder
	each func(top int, stripe image.Image) // take
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

// analyse leaves the 64×64 buffer and the 16×16 spectrum of img in h. It says
// false for a picture too small to hash.
func (h *Hasher) analyse(img image.Image) bool {
	b := img.Bounds()
	if b.Dx() < MinSide || b.Dy() < MinSide {
		return false
	}
	h.begin(b.Dx(), b.Dy(), 1)
	h.take(0, img)
	h.end()
	return true
}
