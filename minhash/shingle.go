package minhash

import (
	"math/bits"
	"slices"
	"unicode"
)

// Set is the shingles of a text, each as a hash of 64 bits, in order and without repeats.
type Set []uint64

// Shingles returns the shingles of a text: none for a text without letters or digits.
func Shingles(text string) Set {
	s := hashesOf(Normalise(text))
	slices.Sort(s)
	return slices.Compact(s)
}

// Jaccard is the share of the shingles of both texts that both have, 0 to 1. Nothing is like
// nothing: two empty sets have 0.
func Jaccard(a, b Set) float64 {
	both := common(a, b)
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// Within is the share of a's shingles that b has too: 1 where b quotes a whole.
func Within(a, b Set) float64 {
	if len(a) == 0 {
		return 0
	}
	return float64(common(a, b)) / float64(len(a))
}

func common(a, b Set) (n int) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}

// width is how much a shingle holds: eight letters of an alphabet, four syllables or three
// Chinese characters.
const width = 8

// weight is how much a letter says, in letters of an alphabet.
func weight(r rune) int {
	switch {
	case r < 0x1100:
		return 1
	case isSyllable(r):
		return 2
	case isIdeograph(r) || unicode.Is(unicode.Han, r):
		return 3
	case unicode.In(r, unicode.Hangul, unicode.Hiragana, unicode.Katakana, unicode.Ethiopic, unicode.Yi, unicode.Canadian_Aboriginal, unicode.Cherokee) || r == 'ー':
		return 2
	}
	return 1
}

// hashesOf returns the hash of each shingle of a plain text, repeats and all. A shingle ends
// with each letter and begins with the last that makes it wide enough; a text too short for
// one is a shingle itself.
//
// The hash is a cyclic polynomial (Cohen, "Recursive hashing functions for n-grams", 1997)
// over a mixed value of each letter, mixed once more at the end.
func hashesOf(plain string) []uint64 {
	type letter struct {
		value  uint64
		weight int
	}
	var ring [width]letter // the letters of the shingle: never more, as none weighs less than 1
	out := make([]uint64, 0, len(plain))
	var sum uint64
	var last rune
	first, n, heavy := 0, 0, 0 // where the shingle begins in ring, its letters, their weight
	for _, r := range plain {
		if r == ' ' || r == last && !isDigit(r) { // "garden north" as "gardenorth": spaces may be anywhere
			continue
		}
		last = r
		l := letter{mix(uint64(r) + 0x2545f4914f6cdd1d), weight(r)}
		for n > 0 && heavy >= width {
			sum ^= bits.RotateLeft64(ring[first].value, n-1)
			heavy -= ring[first].weight
			first, n = (first+1)%width, n-1
		}
		ring[(first+n)%width] = l
		sum, heavy, n = bits.RotateLeft64(sum, 1)^l.value, heavy+l.weight, n+1
		if heavy >= width {
			out = append(out, mix(sum^uint64(n)))
		}
	}
	if len(out) == 0 && n > 0 {
		out = append(out, mix(sum^uint64(n)))
	}
	return out
}
