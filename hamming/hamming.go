// Package hamming finds every stored 256-bit string within a given Hamming
// distance of a query: all of them, none besides, for any data.
//
// Perceptual hashes such as PDQ turn "looks alike" into "differs in few bits".
// Whoever keeps a bank of them asks one question all day: which of my millions
// lie within 31 bits of this one? An approximate answer is no answer when a
// missed hash is a re-upload that stays online, so this package never guesses.
//
// # How the search works
//
// A string is cut into 16 chunks of 16 bits. Give each chunk i a reach t[i]
// such that the sum of all t[i]+1 is radius+1. Were every chunk to differ in
// more than t[i] bits, the whole would differ in more than radius bits; hence
// some chunk of every match lies within its reach (the pigeonhole principle,
// with whole-number thresholds as in Qin et al., GPH, ICDE 2018). For each
// chunk there is a table of buckets, and only buckets within reach are read:
// 272 of 1,048,576 at radius 31.
//
// Chunks stand in a ring. Some chunk of every match is not only within its own
// reach, but begins a run of which each prefix keeps below the sum of its
// thresholds (the pigeonring principle, Qin and Xiao, VLDB 2018). The index
// keeps the following chunk beside each bucket entry and so drops 99 of 100
// candidates without touching their strings.
//
// Neighbouring bits of real hashes are correlated, which would crowd some
// buckets; a fixed permutation of the bits, the same for stored strings and
// queries, spreads them and leaves distances alone. Where the tables cannot
// win (few strings, wide radius, crowded data) the search reads everything in
// order instead; the answer is the same.
//
// [Index] never changes once built. [Live] takes insertions and removals while
// others search, and is made of indexes.
package hamming

import (
	"encoding/binary"
	"math/bits"
)

// Width is the number of bits of a string.
const Width = 256

// Bits is a string of 256 bits. The first word holds the first 64 bits, the
// most significant bit first.
type Bits [4]uint64

// FromBytes reads a string from its 32 bytes, the first byte being the first
// eight bits.
func FromBytes(b [32]byte) Bits {
	var s Bits
	for i := range s {
		s[i] = binary.BigEndian.Uint64(b[8*i:])
	}
	return s
}

// Bytes is the inverse of [FromBytes].
func (s Bits) Bytes() [32]byte {
	var b [32]byte
	for i, w := range s {
		binary.BigEndian.PutUint64(b[8*i:], w)
	}
	return b
}

// Distance counts the bits in which a and b differ: 0 to 256.
func Distance(a, b Bits) int {
	return bits.OnesCount64(a[0]^b[0]) + bits.OnesCount64(a[1]^b[1]) +
		bits.OnesCount64(a[2]^b[2]) + bits.OnesCount64(a[3]^b[3])
}

// Entry is a string and the caller's name for it. Several entries may share a
// key, as the frames of one video do.
type Entry struct {
	Bits Bits
	Key  uint64
}

// Hit is an entry within the radius.
type Hit struct {
	Key      uint64
	Distance int
}
