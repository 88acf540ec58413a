package capture

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// declaredLanguage gives the ISO 639 code of a language tag (BCP 47), "" for none: the two
// letters where there are two, whatever old or long form the page uses.
func declaredLanguage(tag string) string {
	if len(tag) > 64 {
		return ""
	}
	known, err := language.Parse(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
	base, _, _ := known.Raw()
	if err != nil || strings.Contains("und mul zxx", base.String()) {
		return ""
	}
	return base.String()
}

// judged is how much of a text is looked at for its language, in bytes.
const judged = 8 << 10

// languageOf judges a text by its script and, within a script, by letters and small words
// that other languages lack. It gives "" rather than a guess.
func languageOf(text string) string {
	text = strings.ToLower(strings.ToValidUTF8(text[:min(len(text), judged)], ""))
	letters := map[rune]int{}
	scripts := map[string]int{}
	total := 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		total++
		letters[r]++
		scripts[scriptOf(r)]++
	}
	main, most := "", 0
	for name, n := range scripts {
		if n > most || n == most && name < main {
			main, most = name, n
		}
	}
	if total < 3 || 2*most <= total && scripts["ja"] == 0 {
		return "" // no script has the majority
	}
	switch {
	case main == "zh" && 10*scripts["ja"] > total, main == "ja":
		return "ja" // kana among the Chinese characters
	case main == "cyrillic":
		return byLetters(letters, total, cyrillic, "ru")
	case main == "arabic":
		return byLetters(letters, total, arabic, "ar")
	case main == "latin":
		return byWords(text)
	}
	return main
}

// scriptOf names a script, by its language where it has only one that matters.
func scriptOf(r rune) string {
	if r < 0x250 {
		return "latin"
	}
	for _, s := range scriptTable {
		if unicode.Is(s.table, r) {
			return s.name
		}
	}
	return ""
}

var scriptTable = []struct {
	name  string
	table *unicode.RangeTable
}{
	{"cyrillic", unicode.Cyrillic}, {"arabic", unicode.Arabic}, {"el", unicode.Greek}, {"he", unicode.Hebrew},
	{"zh", unicode.Han}, {"ja", unicode.Hiragana}, {"ja", unicode.Katakana}, {"ko", unicode.Hangul}, {"hi", unicode.Devanagari},
	{"bn", unicode.Bengali}, {"ta", unicode.Tamil}, {"th", unicode.Thai}, {"hy", unicode.Armenian}, {"ka", unicode.Georgian},
	{"am", unicode.Ethiopic}, {"latin", unicode.Latin},
}

// telling letters of languages that share a script, the most telling first.
type telling struct{ language, letters string }

var (
	cyrillic = []telling{{"be", "ў"}, {"uk", "іїєґ"}, {"mk", "ѓќѕ"}, {"sr", "ђћџјљњ"}, {"ru", "ыэё"}, {"bg", "ъ"}}
	arabic   = []telling{{"ur", "ٹڈڑےں"}, {"ps", "ټډړښګۍې"}, {"ckb", "ێۆڵڕ"}, {"fa", "پچژگیک"}}
)

// byLetters takes the first language whose own letters make up half a per cent of the text.
func byLetters(letters map[rune]int, total int, list []telling, otherwise string) string {
	for _, t := range list {
		n := 0
		for _, r := range t.letters {
			n += letters[r]
		}
		if n > 0 && 200*n >= total {
			return t.language
		}
	}
	return otherwise
}

// byWords counts the small words of the languages written in Latin letters. The first must
// be clearly ahead of the second.
func byWords(text string) string {
	counts := map[string]int{}
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		for _, l := range smallWords[w] {
			counts[l]++
		}
	}
	best, first, second := "", 0, 0
	for l, n := range counts {
		if n > first {
			best, first, second = l, n, first
		} else if n > second {
			second = n
		}
	}
	if first < 3 || 4*first < 5*second {
		return ""
	}
	return best
}

// smallWords are among the commonest of each language; those that two share count for both.
var smallWords = func() map[string][]string {
	of := map[string][]string{}
	for l, list := range map[string]string{
		"en": "the of and to in is that it was for on are with as his they at be this from have or by",
		"fr": "le la les de des du un une et est dans que qui pour pas sur avec au ce il sont plus nous vous",
		"de": "der die das und ist in den von zu mit sich des auf für nicht im dem ein eine als auch es werden wird",
		"es": "el la los las de del que y en un una es por con para se no su al lo como más pero sus",
		"it": "il lo la gli le di che e è un una per in del della dei non con sono si da al nel alla",
		"pt": "o a os as de do da dos das que e em um uma é para com não se na no por mais ao",
		"pl": "i w na z do nie się jest że to jak o przez po od są za dla tym ale oraz czy było",
		"nl": "de het een en van in is dat op te zijn voor met niet aan er die ook als bij wordt naar",
		"sv": "och i att det som en på är av för med den till inte om ett har de var från",
		"da": "og i at det som en på er af for med den til ikke om et har de var fra",
		"tr": "ve bir bu da de için ile çok olarak gibi daha olan ne kadar sonra var değil ama",
		"ro": "și în de la cu pe care este nu un o din că pentru mai au sau ale fost",
		"hu": "a az és hogy nem is egy ez meg volt van de csak már mint el még vagy",
		"cs": "a v na se je že s z do to o i za by ale jako po pro jsou který byl",
		"hr": "i u je na se da su za od s kao što ne to iz koji bi ili kako nije",
		"id": "yang dan di ini dengan untuk dari dalam tidak itu pada akan adalah ke oleh sebagai",
		"sq": "të e në dhe për me një nga që është si më ka nuk do janë",
	} {
		for _, w := range strings.Fields(list) {
			of[w] = append(of[w], l)
		}
	}
	return of
}()
