package minhash

import (
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// What fold gives for characters that are no letters of the plain form.
const (
	drop rune = -1 // as if it were not there
	part rune = -2 // ends a word
)

// tables has what the rules below say of the characters of the alphabets; looking it up is
// ten times as fast.
type tables struct {
	fold          [0x3200]rune
	hidden, joins [0x3200]bool
}

var known = sync.OnceValue(func() *tables {
	t := new(tables)
	for i := range t.fold {
		r := rune(i)
		t.fold[i], t.hidden[i], t.joins[i] = foldByRule(r), unicode.In(r, invisible...), joinsByRule(r)
	}
	return t
})

// foldOf gives the plain letter of a character in NFKC.
func (t *tables) foldOf(r rune) rune {
	switch {
	case int(r) < len(t.fold):
		return t.fold[r]
	case isIdeograph(r), isSyllable(r):
		return r
	}
	return foldByRule(r)
}

// The two large blocks of letters that stay as they are: Chinese characters, Korean syllables.
func isIdeograph(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }
func isSyllable(r rune) bool  { return r >= 0xac00 && r <= 0xd7a3 }

// isHidden reports whether a character shows nothing.
func (t *tables) isHidden(r rune) bool {
	if int(r) < len(t.hidden) {
		return t.hidden[r]
	}
	return r >= 0xfe00 && unicode.In(r, invisible...) // none among the Chinese and Korean ones
}

// isJoined reports whether a character joins the one before it.
func (t *tables) isJoined(r rune) bool {
	if int(r) < len(t.joins) {
		return t.joins[r]
	}
	return r >= 0xa66f && !isSyllable(r) && joinsByRule(r)
}

// joinsByRule: marks, and the vowels and finals of Korean syllables that are written in parts.
func joinsByRule(r rune) bool {
	return unicode.IsMark(r) || r >= 0x1160 && r <= 0x11ff || r >= 0xd7b0 && r <= 0xd7ff
}

// invisible are the characters that show nothing (Default_Ignorable_Code_Point of the
// Unicode Character Database, as its parts), and the other format characters.
var invisible = []*unicode.RangeTable{unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point}

func foldByRule(r rune) rune {
	if to, ok := variants[r]; ok {
		return to
	}
	switch {
	case unicode.IsMark(r):
		if unicode.In(r, loose...) {
			return drop
		}
		return r
	case unicode.IsDigit(r):
		return digit(r)
	case r >= 0x2b0 && r <= 0x2ff: // modifier letters: apostrophes, tones
		return drop
	case unicode.IsLetter(r):
		return foldLetter(r)
	case unicode.IsNumber(r):
		return r
	case r >= 0x1f150 && r <= 0x1f169: // white letters on black discs
		return 'a' + r - 0x1f150
	case r >= 0x1f170 && r <= 0x1f189: // and on black squares
		return 'a' + r - 0x1f170
	case unicode.IsControl(r) && !unicode.IsSpace(r):
		return drop
	}
	return part
}

// loose are the scripts whose marks a writer may leave out and a reader still reads the
// word. In the others (Devanagari, Thai, Khmer …) marks are vowels and stay.
var loose = []*unicode.RangeTable{unicode.Inherited, unicode.Common, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic, unicode.Syriac}

// foldLetter folds case and takes off the marks. Upper case first, then lower, joins what
// simple folding joins (final sigma, the Kelvin sign) and the dotless i with i.
func foldLetter(r rune) rune {
	r = unicode.ToLower(unicode.ToUpper(r))
	if unicode.In(r, loose...) {
		base := []rune(norm.NFD.String(string(r)))[0]
		if base != r {
			return fold1(unicode.ToLower(unicode.ToUpper(base)))
		}
	}
	return fold1(r)
}

func fold1(r rune) rune {
	if to, ok := variants[r]; ok {
		return to
	}
	return r
}

// digit gives the ASCII digit of a decimal digit. The blocks of decimal digits have ten
// neighbours each, so a range's first is a zero and ranges are multiples of ten.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// variants are letters that writers use for one another, and others that look like letters
// of ASCII, each followed by the letter that stands for it.
//
// A look-alike is drawn in place of the letter that a reader sees and a filter does not find
// ("pаypal" with a Cyrillic а, "Mockвa" with Latin letters). All of them become Latin in all
// words, so a Cyrillic or Greek text becomes a mixture that is not for reading; but it becomes
// the same one whichever letters were drawn and wherever the words were cut. To decide by
// word which script is meant fails for words that are cut in pieces: a Russian text with a
// sign after every fifth letter kept a likeness of 0.38 to itself. Pairs are of small letters
// whose small or capital forms look the same, seen by eye; no two letters of a script share
// one, but those that are hardly told apart.
var variants = func() map[rune]rune {
	table := map[rune]rune{}
	for _, pairs := range []string{
		// Latin: letters that are typed without their strokes, small capitals, phonetic letters.
		"ßs ẞs łl øo đd ħh ŧt ɨi ıi ɩi ɑa ɡg ʋv ꞯq ꜰf ꜱs ʀr ʏy ʙb ɢg ʜh ɪi ʟl ɴn",
		"ᴀa ᴄc ᴅd ᴇe ᴊj ᴋk ᴌl ᴍm ᴏo ᴘp ᴛt ᴜu ᴠv ᴡw ᴢz",
		// Cyrillic and Greek look-alikes.
		"аa вb сc ԁd еe һh нh іi јj кk ӏl мm оo рp ԛq ѕs тt уy үy ѵv ԝw хx",
		"αa βb εe ηn ιi ϳj κk μm νv οo ρp τt υu χx γy ζz ωw",
		// Arabic: alef with wasla and wavy hamza (marks of others are taken off by rule).
		"ٱا ٲا ٳا",
		// Teh marbuta and the many hehs of Urdu, Kurdish, Uyghur.
		"ةه ۃه ہه ھه ەه ۀه ۂه ۿه",
		// Yeh: Persian, Pashto, Urdu's barree, Kurdish, the dotless one of Egypt.
		"یي ىي ېي ےي ۓي ۍي ێي ؽي ؾي ؿي",
		// Kaf and gaf.
		"کك ڪك ګگ",
		// Waw of Kurdish and Uyghur; Kurdish l and r, which many type without their sign.
		"ۆو ۇو ۈو ۉو ۊو ۋو ۏو ڵل ڕر",
	} {
		for _, pair := range strings.Fields(pairs) {
			p := []rune(pair)
			table[p[0]] = p[1]
		}
	}
	table['ـ'] = drop                   // tatweel only stretches
	table['ء'], table['ٴ'] = drop, drop // a hamza by itself goes as those on other letters do
	return table
}()
