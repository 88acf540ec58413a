package link

import (
	"strings"
)

// component says in which part of a link text stands: what needs percent-encoding, and
// what is the same with and without, differs.
type component uint8

const (
	inPath component = iota
	inLoosePath
	inQueryName
	inQueryValue
	inFragment
)

const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~" // RFC 3986 section 2.3
	subDelims  = "!$&'()*+,;="                                                        // section 2.2
)

// plain are the characters that stand as they are; same are those that mean the same when
// they come percent-encoded. A query is read as a form (application/x-www-form-urlencoded),
// where only "&", "=", "+" and "%" are syntax; ";" is left alone because old servers
// separate with it.
var plain, same = tables()

func tables() (plain, same [inFragment + 1][256]bool) {
	const formText = unreserved + "!$'()*,:@/?"
	for c, sets := range [...][2]string{
		inPath:       {unreserved + subDelims + ":@/", unreserved},
		inLoosePath:  {unreserved + subDelims + ":@/", unreserved + subDelims + ":@"},
		inQueryName:  {formText + ";", formText},
		inQueryValue: {formText + ";=", formText + "="},
		inFragment:   {unreserved + subDelims + ":@/?#", unreserved},
	} {
		for i := range len(sets[0]) {
			plain[c][sets[0][i]] = true
		}
		for i := range len(sets[1]) {
			same[c][sets[1][i]] = true
		}
	}
	return plain, same
}

const upperHex = "0123456789ABCDEF"

// escape brings percent-encoding to its normal form. It is idempotent: a "%" that encodes
// nothing is encoded itself, so that what follows cannot combine to something new.
func escape(s string, c component) string {
	i := 0
	for i < len(s) && plain[c][s[i]] {
		i++
	}
	if i == len(s) {
		return s
	}
	var out strings.Builder
	out.Grow(len(s) + 8)
	out.WriteString(s[:i])
	for ; i < len(s); i++ {
		b := s[i]
		if b == '%' {
			if code, ok := triplet(s[i:]); ok {
				i += 2
				if same[c][code] {
					out.WriteByte(code)
				} else {
					writeEscaped(&out, code)
				}
				continue
			}
		}
		switch {
		case plain[c][b]:
			out.WriteByte(b)
		case b == '+': // only in a query is it not plain
			out.WriteString("%20")
		default:
			writeEscaped(&out, b)
		}
	}
	return out.String()
}

func writeEscaped(out *strings.Builder, b byte) {
	out.WriteByte('%')
	out.WriteByte(upperHex[b>>4])
	out.WriteByte(upperHex[b&15])
}

// encode makes text that was decoded safe for a component. A slash is encoded in a path,
// because decoded text is one segment.
func encode(s string, c component) string {
	var out strings.Builder
	for i := range len(s) {
		if plain[c][s[i]] && (c > inLoosePath || s[i] != '/') {
			out.WriteByte(s[i])
		} else {
			writeEscaped(&out, s[i])
		}
	}
	return out.String()
}

// unescape decodes every triplet and leaves the rest alone.
func unescape(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if code, ok := triplet(s[i:]); ok {
			out.WriteByte(code)
			i += 2
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// triplet reads "%XX" at the start of s.
func triplet(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	hi, ok1 := hexDigit(s[1])
	lo, ok2 := hexDigit(s[2])
	return hi<<4 | lo, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// foldCase lower-cases A to Z outside triplets.
func foldCase(s string) string {
	low := []byte(nil)
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			i += 2
			continue
		}
		if s[i] >= 'A' && s[i] <= 'Z' {
			if low == nil {
				low = []byte(s)
			}
			low[i] |= 0x20
		}
	}
	if low == nil {
		return s
	}
	return string(low)
}
