package link

import (
	"strings"
	"unicode/utf8"
)

// visible drops characters that are not seen and that people or programs put into links
// to break them, or that come along when one copies from a formatted text.
func visible(s string) string {
	out, _ := visibleAt(s)
	return out
}

// visibleAt also returns where each byte of the result stood, and where the end did; nil
// when nothing was dropped.
func visibleAt(s string) (string, []int) {
	if !strings.ContainsFunc(s, func(r rune) bool { return unseen(r) || joiner(r) }) {
		return s, nil
	}
	var out strings.Builder
	at := make([]int, 0, len(s)+1)
	before := rune(' ')
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		if unseen(r) || joiner(r) && (before < utf8.RuneSelf || seenAfter(s[i+size:]) < utf8.RuneSelf) {
			continue
		}
		before = r
		for j := range size {
			out.WriteByte(s[i+j])
			at = append(at, i+j)
		}
	}
	return out.String(), append(at, len(s))
}

// unseen: soft hyphen, zero-width space, word joiner and its kin, byte order mark,
// direction marks and overrides.
func unseen(r rune) bool {
	switch {
	case r == 0xAD, r == 0x61C, r == 0x180E, r == 0x200B, r == 0x200E, r == 0x200F, r == 0xFEFF,
		r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x2064, r >= 0x2066 && r <= 0x2069:
		return true
	}
	return false
}

// joiner: zero-width joiner and non-joiner. Between letters of Persian or Hindi they
// belong to the spelling, and so to the path; beside ASCII they are only in the way.
func joiner(r rune) bool { return r == 0x200C || r == 0x200D }

// seenAfter returns the first rune of s that is seen, or a space at the end. It looks a
// few runes ahead only; a longer run of joiners is nobody's spelling.
func seenAfter(s string) rune {
	n := 0
	for _, r := range s {
		if !unseen(r) && !joiner(r) {
			return r
		}
		if n++; n == 8 {
			break
		}
	}
	return ' '
}
