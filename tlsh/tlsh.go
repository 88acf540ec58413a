// Package tlsh computes and compares TLSH digests, the form in which exchanges hand on
// fingerprints of texts and files (Hasher-Matcher-Actioner's HASH_TEXT_TLSH among them).
//
// TLSH (Oliver, Cheng and Chen, "TLSH: a locality sensitive hash", 4th Cybercrime and
// Trustworthy Computing Workshop, 2013) slides a window of five bytes over the data and
// counts six of its triplets in 128 buckets. The digest says of each bucket in which quarter
// of all buckets its count lies, two bits each, and begins with a checksum, the logarithm of
// the length and two ratios of the quartiles. Files that differ in little have counts that
// differ in little. The digests are those of the reference's default build: 128 buckets, one
// byte of checksum, data of 50 bytes and more, "T1" before 70 hex digits.
//
// A distance is no metric and has no upper end. Hasher-Matcher-Actioner takes two texts for
// the same up to 30, with the lengths left out. For near-duplicates package minhash tells
// much more: this one is here to understand what others send.
package tlsh

import (
	"errors"
	"math"
	"slices"
)

// MinLength is the least number of bytes that have a digest.
const MinLength = 50

const (
	buckets = 128
	window  = 5
)

var (
	// ErrTooShort is of data shorter than MinLength.
	ErrTooShort = errors.New("tlsh: data of fewer than 50 bytes has no digest")
	// ErrTooUniform is of data that repeats itself: at least half of the buckets stay empty.
	ErrTooUniform = errors.New("tlsh: data that repeats itself has no digest")
)

// Digest is what TLSH keeps of some data.
type Digest struct {
	Checksum byte
	Length   byte     // on a logarithmic scale
	Q1, Q2   byte     // first and second quartile in per cent of the third, modulo 16
	Code     [32]byte // four buckets a byte, the last buckets first
}

// Sum returns the digest of data.
func Sum(data []byte) (Digest, error) {
	if len(data) < MinLength {
		return Digest{}, ErrTooShort
	}
	counts, checksum := count(data)
	sorted := counts
	slices.Sort(sorted[:])
	q1, q2, q3 := sorted[buckets/4-1], sorted[buckets/2-1], sorted[buckets*3/4-1]
	if sorted[buckets/2-1] == 0 {
		return Digest{}, ErrTooUniform
	}
	d := Digest{Checksum: checksum, Length: scale(len(data)), Q1: share(q1, q3), Q2: share(q2, q3)}
	for i, n := range counts {
		var quarter byte
		switch {
		case n > q3:
			quarter = 3
		case n > q2:
			quarter = 2
		case n > q1:
			quarter = 1
		}
		d.Code[31-i/4] |= quarter << (i % 4 * 2)
	}
	return d, nil
}

// share is computed in single precision as the reference does, whose last bit shows.
func share(q, q3 uint32) byte {
	return byte(uint32(float32(q*100)/float32(q3)) % 16)
}

// The triplets of a window are told apart by a salt each: the small primes. What Pearson's
// hash makes of a salt alone is the same at each place of the data.
var salt2, salt3, salt5, salt7, salt11, salt13 = pearson[2], pearson[3], pearson[5], pearson[7], pearson[11], pearson[13]

// count slides the window over data. Of the 256 values that the hash has, only the lower
// half are buckets of this build; the others are counted and forgotten.
func count(data []byte) (low [buckets]uint32, checksum byte) {
	var n [256]uint32
	p := &pearson
	for i := window - 1; i < len(data); i++ {
		w := data[i-4 : i+1 : i+1]
		a, b, c, d, e := w[4], w[3], w[2], w[1], w[0] // the newest byte first
		checksum = p[p[p[p[0]^a]^b]^checksum]
		n[p[p[p[salt2^a]^b]^c]]++
		n[p[p[p[salt3^a]^b]^d]]++
		n[p[p[p[salt5^a]^c]^d]]++
		n[p[p[p[salt7^a]^c]^e]]++
		n[p[p[p[salt11^a]^b]^e]]++
		n[p[p[p[salt13^a]^d]^e]]++
	}
	return [buckets]uint32(n[:]), checksum
}

// scale is the logarithm of a length: to base 1.5 up to 656 bytes, 1.3 up to 3,199, and 1.1
// beyond, joined where they meet.
func scale(length int) byte {
	l := float64(float32(math.Log(float64(float32(length)))))
	switch {
	case length <= 656:
		l = l / 0.4054651
	case length <= 3199:
		l = l/0.26236426 - 8.72777
	default:
		l = l/0.095310180 - 62.5472
	}
	return byte(int(math.Floor(l)) & 0xff)
}

// pearson is the permutation of P. K. Pearson, "Fast hashing of variable-length text
// strings", Communications of the ACM 33(6), 1990.
var pearson = [256]byte{
	1, 87, 49, 12, 176, 178, 102, 166, 121, 193, 6, 84, 249, 230, 44, 163,
	14, 197, 213, 181, 161, 85, 218, 80, 64, 239, 24, 226, 236, 142, 38, 200,
	110, 177, 104, 103, 141, 253, 255, 50, 77, 101, 81, 18, 45, 96, 31, 222,
	25, 107, 190, 70, 86, 237, 240, 34, 72, 242, 20, 214, 244, 227, 149, 235,
	97, 234, 57, 22, 60, 250, 82, 175, 208, 5, 127, 199, 111, 62, 135, 248,
	174, 169, 211, 58, 66, 154, 106, 195, 245, 171, 17, 187, 182, 179, 0, 243,
	132, 56, 148, 75, 128, 133, 158, 100, 130, 126, 91, 13, 153, 246, 216, 219,
	119, 68, 223, 78, 83, 88, 201, 99, 122, 11, 92, 32, 136, 114, 52, 10,
	138, 30, 48, 183, 156, 35, 61, 26, 143, 74, 251, 94, 129, 162, 63, 152,
	170, 7, 115, 167, 241, 206, 3, 150, 55, 59, 151, 220, 90, 53, 23, 131,
	125, 173, 15, 238, 79, 95, 89, 16, 105, 137, 225, 224, 217, 160, 37, 123,
	118, 73, 2, 157, 46, 116, 9, 145, 134, 228, 207, 212, 202, 215, 69, 229,
	27, 188, 67, 124, 168, 252, 42, 4, 29, 108, 21, 247, 19, 205, 39, 203,
	233, 40, 186, 147, 198, 192, 155, 33, 164, 191, 98, 204, 165, 180, 117, 76,
	140, 36, 210, 172, 41, 54, 159, 8, 185, 232, 113, 196, 231, 47, 146, 120,
	51, 65, 28, 144, 254, 221, 93, 189, 194, 139, 112, 43, 71, 109, 184, 209,
}
