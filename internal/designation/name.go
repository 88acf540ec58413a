package designation

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// spelled are letters that no decomposition brings together, though people write one for the
// other: with and without strokes, and as Arabic and Persian keyboards give them.
var spelled = strings.NewReplacer("ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "æ", "ae", "œ", "oe", "ı", "i",
	"ى", "ي", "ی", "ي", "ک", "ك", "ة", "ه", "ـ", "", "ھ", "ه", "ۀ", "ه", "'", "", "’", "", "ʼ", "", "ʿ", "", "ʾ", "", "`", "")

// Search brings a name to the form in which names are compared: without case, accents, vowel
// signs and punctuation, its words apart by one space. It works on any script; it does not
// translate one into another.
func Search(name string) string {
	folded := cases.Fold().String(norm.NFKD.String(name))
	var out strings.Builder
	space := false
	for _, r := range spelled.Replace(folded) {
		switch {
		case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r):
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r):
			if space && out.Len() > 0 {
				out.WriteByte(' ')
			}
			space = false
			out.WriteRune(r)
		default:
			space = true
		}
	}
	return out.String()
}
