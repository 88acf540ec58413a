package pdq

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
)

// Size is the length of a hash in bytes.
const Size = 32

// A Hash is a PDQ hash. Its bytes stand in the order of its hexadecimal form:
// the coefficient with row i and column j is bit 16i+j, and bit 255 comes first.
type Hash [Size]byte

// ParseHash reads 64 hexadecimal digits, of either case.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if err := h.parse([]byte(s)); err != nil {
		return Hash{}, err
	}
	return h, nil
}

func (h *Hash) parse(text []byte) error {
	if len(text) != 2*Size {
		return fmt.Errorf("pdq: a hash has %d hexadecimal digits, this has %d characters", 2*Size, len(text))
	}
	for i, c := range text {
		if !isHex(c) {
			return fmt.Errorf("pdq: %q at position %d of the hash is not a hexadecimal digit", c, i+1)
		}
	}
	_, err := hex.Decode(h[:], text)
	return err
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// String gives 64 lower-case hexadecimal digits, the form that exchanges use.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is [Hash.String] as bytes, for JSON and the like.
func (h Hash) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, h[:]), nil }

// UnmarshalText is [ParseHash]. After an error h is what it was.
func (h *Hash) UnmarshalText(text []byte) error {
	var parsed Hash
	if err := parsed.parse(text); err != nil {
		return err
	}
	*h = parsed
	return nil
}

// Distance is the number of bits in which two hashes differ, 0 to 256.
func (h Hash) Distance(other Hash) int {
	n := 0
	for i := 0; i < Size; i += 8 {
		n += bits.OnesCount64(binary.LittleEndian.Uint64(h[i:]) ^ binary.LittleEndian.Uint64(other[i:]))
	}
	return n
}
