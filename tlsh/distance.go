package tlsh

import (
	"encoding/hex"
	"errors"
	"strings"
)

// String is the interchange form: "T1" and 70 hex digits in capitals.
func (d Digest) String() string {
	raw := append([]byte{swap(d.Checksum), swap(d.Length), d.Q1<<4 | d.Q2&15}, d.Code[:]...)
	return "T1" + strings.ToUpper(hex.EncodeToString(raw))
}

// Parse reads a digest with or without its version, "T1", in capitals or not.
func Parse(s string) (Digest, error) {
	digits := s
	if len(s) == 72 {
		if s[:2] != "T1" && s[:2] != "t1" {
			return Digest{}, errors.New("tlsh: a digest of 72 characters begins with T1")
		}
		digits = s[2:]
	}
	var raw [35]byte
	if len(digits) != 2*len(raw) {
		return Digest{}, errors.New("tlsh: a digest is T1 and 70 hex digits, or the digits alone")
	}
	if _, err := hex.Decode(raw[:], []byte(digits)); err != nil {
		return Digest{}, errors.New("tlsh: a digest is written in hex digits")
	}
	return Digest{Checksum: swap(raw[0]), Length: swap(raw[1]), Q1: raw[2] >> 4, Q2: raw[2] & 15, Code: [32]byte(raw[3:])}, nil
}

// swap changes the two hex digits of a byte: the reference writes the lower one first, in
// the checksum and the length alone.
func swap(b byte) byte { return b<<4 | b>>4 }

// Distance is how far two digests are from each other, 0 for the same.
func (d Digest) Distance(o Digest) int {
	return d.DistanceWithoutLength(o) + lengths(d.Length, o.Length)
}

// DistanceWithoutLength leaves out how long the data were, as exchanges of texts do.
func (d Digest) DistanceWithoutLength(o Digest) int {
	sum := ratios(d.Q1, o.Q1) + ratios(d.Q2, o.Q2)
	if d.Checksum != o.Checksum {
		sum++
	}
	for i := range d.Code {
		sum += apart(d.Code[i], o.Code[i])
	}
	return sum
}

// apart adds up how far four buckets moved: a quarter each counts 1, but from the first to
// the last counts 6.
func apart(a, b byte) (sum int) {
	for ; a != b; a, b = a>>2, b>>2 {
		step := int(a&3) - int(b&3)
		sum += max(step, -step)
		if step == 3 || step == -3 {
			sum += 3
		}
	}
	return sum
}

// lengths counts 12 for each step of the logarithm but a single one.
func lengths(a, b byte) int {
	if n := around(int(a), int(b), 256); n > 1 {
		return 12 * n
	} else {
		return n
	}
}

// ratios counts 12 for each step but the first.
func ratios(a, b byte) int {
	if n := around(int(a&15), int(b&15), 16); n > 1 {
		return 12 * (n - 1)
	} else {
		return n
	}
}

// around is the shorter way between two places of a circle of n.
func around(a, b, n int) int {
	way := max(a-b, b-a)
	return min(way, n-way)
}
