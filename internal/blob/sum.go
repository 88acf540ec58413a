package blob

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"

	"github.com/argine/argine/internal/problem"
)

// Sum is the SHA-256 of some bytes, and so their name. As text, in JSON and in the database
// it is 64 lower-case hexadecimal digits. The zero Sum names nothing: NULL in the database.
type Sum [sha256.Size]byte

// SumOf computes the sum of b.
func SumOf(b []byte) Sum { return sha256.Sum256(b) }

// Parse reads the text of a sum. Upper-case digits are read too: other tools write them.
func Parse(s string) (Sum, error) {
	var sum Sum
	if len(s) == hex.EncodedLen(len(sum)) {
		if _, err := hex.Decode(sum[:], []byte(s)); err == nil {
			return sum, nil
		}
	}
	return Sum{}, problem.New(problem.Invalid, "%.80q is not a SHA-256 sum: give its 64 hexadecimal digits", s)
}

func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// IsZero reports whether s names nothing; encoding/json's omitzero asks this.
func (s Sum) IsZero() bool { return s == Sum{} }

// MarshalText implements encoding.TextMarshaler.
func (s Sum) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Sum) UnmarshalText(text []byte) (err error) {
	*s, err = Parse(string(text))
	return err
}

// Value implements driver.Valuer.
func (s Sum) Value() (driver.Value, error) {
	if s.IsZero() {
		return nil, nil
	}
	return s.String(), nil
}

// Scan implements sql.Scanner.
func (s *Sum) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*s = Sum{}
		return nil
	case string:
		return s.UnmarshalText([]byte(v))
	case []byte:
		return s.UnmarshalText(v)
	}
	return problem.New(problem.Internal, "a sum cannot be read from a %T column", src)
}
