package recheck

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// kind is what telling words tell.
type kind uint8

const (
	notFound kind = iota
	account
	login
	geo
	kinds
)

func (k kind) verdict() Verdict {
	return [kinds]Verdict{Soft404, AccountGone, LoginWall, GeoBlocked}[k]
}

// phrase is telling words of one language.
type phrase struct{ language, text, folded string }

// phrases are what platforms say, in general words, when something is not there. They were
// put together from how the error pages of common software are worded in each language.
var phrases = func() (out [kinds][]phrase) {
	for _, t := range telling {
		for k, list := range [kinds]string{t.notFound, t.account, t.login, t.geo} {
			for text := range strings.SplitSeq(list, "|") {
				text = strings.TrimSpace(text)
				out[k] = append(out[k], phrase{t.language, text, fold(text)})
			}
		}
	}
	return out
}()

// fold makes texts comparable that differ in case, accents, vowel signs, punctuation and
// spacing only, and puts a space before and behind, so that words are found whole.
func fold(s string) string {
	s = cases.Fold().String(norm.NFKD.String(s))
	var b strings.Builder
	b.Grow(len(s) + 2)
	b.WriteByte(' ')
	space := true
	for _, r := range s {
		switch {
		case unicode.Is(unicode.Mn, r), r == 'ـ', unicode.Is(unicode.Cf, r): // marks, the Arabic stretching line, what is not seen
		case unicode.IsLetter(r), unicode.IsNumber(r):
			b.WriteRune(r)
			space = false
		case !space:
			b.WriteByte(' ')
			space = true
		}
	}
	if !space {
		b.WriteByte(' ')
	}
	return b.String()
}
