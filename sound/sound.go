// Package sound finds a stretch of sound again in another recording by their Chromaprint
// fingerprints, after recompression and wherever it stands.
//
// A fingerprint (AcoustID's Chromaprint, algorithm 2; computed by ffmpeg or fpcalc) is a
// word of 32 bits every 0.124 seconds, each telling how the twelve pitch classes moved in
// the 2.5 seconds around it. The same music or speech gives words that differ in some bits:
// in one of eleven after lossy coding at low rates and with the beginning shifted by less
// than a word. Different recordings differ in every second bit.
//
// Eight words in a row are a string of 256 bits, about a second, which an index of such
// strings finds within a radius ([Radius]). A bank keeps a [Window] for every eighth word;
// the query asks with the windows at every word, so that one of eight alignments fits. Each
// hit proposes an alignment, and [Tally] decides by the rate of bit errors over the whole
// stretch, as Haitsma and Kalker do (A Highly Robust Audio Fingerprinting System, 2002).
//
// What is the same everywhere must not match: silence, a tone, noise. Their words lie near
// the one that Chromaprint gives for silence, so windows near it are not kept, and stretches
// near it are not believed.
package sound

import (
	"math/bits"

	"github.com/argine/argine/hamming"
)

// Print is the fingerprint of a recording, a word every [WordSeconds].
type Print []uint32

// WordSeconds is the step from word to word: 1365 samples of 11,025 a second.
const WordSeconds = 1365.0 / 11025

// Stride is the number of words from window to window in a bank.
const Stride = 8

// Radius is what an index is asked with for windows. Measured with made-up music: the
// aligned windows of an extract, recoded at 24 to 64 kbit/s, differ in 13 to 31 bits, the
// closest of other music in 52.
const Radius = 40

// flat is Chromaprint's word for silence.
const flat uint32 = 627964279

// telling is by how many of its bits, in 256, a stretch differs from silence at least to be
// told from others. Measured: tones 16, white noise to 105 (its mean 91), brown noise to
// 119 (93), music and chords that change from 107 on (its mean 140).
const telling = 100

// Window is eight words in a row.
type Window struct {
	Word int // where it begins
	Bits hamming.Bits
}

// Windows gives the windows at every stride-th word that tell anything: Stride for a bank,
// 1 for a query.
func (p Print) Windows(stride int) []Window {
	var out []Window
	for i := 0; i+8 <= len(p); i += stride {
		w := Window{Word: i}
		novel := 0
		for j, word := range p[i : i+8] {
			w.Bits[j/2] = w.Bits[j/2]<<32 | uint64(word)
			novel += bits.OnesCount32(word ^ flat)
		}
		if novel >= telling {
			out = append(out, w)
		}
	}
	return out
}

// quiet says of each word whether the eight around it are too near silence to tell anything.
func (p Print) quiet() []bool {
	out := make([]bool, len(p))
	novel := 0
	for i := range len(p) + 4 { // i is four words ahead of the one that is judged
		if i < len(p) {
			novel += bits.OnesCount32(p[i] ^ flat)
		}
		if i >= 8 {
			novel -= bits.OnesCount32(p[i-8] ^ flat)
		}
		if i >= 4 {
			around := min(i, len(p)-1) - max(0, i-7) + 1
			out[i-4] = 8*novel < telling*around
		}
	}
	return out
}

// Seconds is the time of a word.
func Seconds(word int) float64 { return float64(word) * WordSeconds }
