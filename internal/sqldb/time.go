package sqldb

import (
	"database/sql"
	"fmt"
	"time"
)

// At is how a moment is stored: microseconds since 1970, or NULL for the zero time.
func At(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMicro()
}

// Into scans a stored moment into t; NULL gives the zero time.
func Into(t *time.Time) sql.Scanner { return moment{t} }

type moment struct{ to *time.Time }

func (m moment) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*m.to = time.Time{}
	case int64:
		*m.to = time.UnixMicro(v).UTC()
	default:
		return fmt.Errorf("a moment is stored as BIGINT, found %T", v)
	}
	return nil
}

// Text scans a nullable text; NULL gives "".
func Text[S ~string](s *S) sql.Scanner { return text[S]{s} }

type text[S ~string] struct{ to *S }

func (t text[S]) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t.to = ""
	case string:
		*t.to = S(v)
	case []byte:
		*t.to = S(v)
	default:
		return fmt.Errorf("a text is stored as TEXT, found %T", v)
	}
	return nil
}

// Null is how an optional text is stored: NULL for "".
func Null[S ~string](s S) any {
	if s == "" {
		return nil
	}
	return string(s)
}
