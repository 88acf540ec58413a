package minhash

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normalise brings a text into its plain form: words of letters and digits, one space
// between two. In this order:
//
//   - what is not UTF-8 parts words; compatibility forms become the usual ones (NFKC: full
//     width, ligatures, mathematical letters, Arabic presentation forms);
//   - characters that show nothing go: zero-width ones, soft hyphens, bidirectional controls,
//     variation selectors, tags, the Arabic tatweel;
//   - links and handles go (see links.go);
//   - case folds; accents and vowel signs of the Latin, Greek, Cyrillic, Hebrew and Arabic
//     scripts go; variants of Arabic letters become one; look-alike letters of the Cyrillic
//     and Greek scripts become Latin; digits of all scripts become 0 to 9 (see fold.go);
//   - a letter that follows itself is written once: stretched words become the same as others;
//   - all else (punctuation, symbols, emoji) parts words.
//
// The result is valid UTF-8 in NFC, and its own plain form. It is for comparing, not for reading.
func Normalise(text string) string {
	t := known()
	text = norm.NFKC.String(strings.ToValidUTF8(text, " "))
	if shown := t.withoutHidden(text); len(shown) < len(text) {
		text = norm.NFKC.String(shown) // letters meet
	}
	for range 8 {
		p := t.once(text)
		if !p.joined || norm.NFC.IsNormal(p.out) {
			return string(p.out)
		}
		text = string(norm.NFC.Bytes(p.out)) // letters met that a mark had parted; twice is the most seen
	}
	return text
}

func (t *tables) once(text string) plain {
	p := plain{tables: t, out: make([]byte, 0, len(text))}
	for i := 0; i < len(text); {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		} else if n := p.skip(text, i); n > 0 {
			p.endWord()
			i += n
			continue
		}
		p.add(r)
		i += size
	}
	p.endWord()
	return p
}

// mostMarks is how many marks a letter keeps. Khmer and Tibetan need four; those who stack
// more want to be seen and not read, and NFC would part a stack of over 30.
const mostMarks = 6

// plain is a plain text being made.
type plain struct {
	*tables
	out    []byte
	word   []rune // the word under way, folded
	tried  int    // up to here no link begins
	joined bool   // there are characters that join others, which NFC may have to put in order
}

// add folds a character and adds it to the word; what is no letter or digit ends the word.
func (p *plain) add(r rune) {
	switch f := p.foldOf(r); f {
	case drop:
	case part:
		p.endWord()
	default:
		p.word = append(p.word, f)
	}
}

// endWord writes the word, if there is one.
func (p *plain) endWord() {
	if len(p.word) == 0 {
		return
	}
	if len(p.out) > 0 {
		p.out = append(p.out, ' ')
	}
	var last rune
	marks := 0
	for _, r := range p.word {
		if !p.isJoined(r) {
			marks = 0
		} else if marks++; marks > mostMarks {
			continue
		} else {
			p.joined = true
		}
		if r != last || isDigit(r) {
			p.out = utf8.AppendRune(p.out, r)
		}
		last = r
	}
	p.word = p.word[:0]
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func (t *tables) withoutHidden(text string) string {
	at := strings.IndexFunc(text, t.isHidden)
	if at < 0 {
		return text
	}
	return text[:at] + strings.Map(func(r rune) rune {
		if t.isHidden(r) {
			return -1
		}
		return r
	}, text[at:])
}
