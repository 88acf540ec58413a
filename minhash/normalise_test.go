package minhash

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

func TestNormalise(t *testing.T) {
	for _, tt := range []struct{ why, in, want string }{
		{"nothing", "", ""},
		{"only signs", " …!?  🙂 —", ""},
		{"case, space, punctuation", "The  RAIN,\u00a0gauge\n(no. 7)!", "the rain gauge no 7"},
		{"compatibility forms", "Ｔｈｅ ﬁne 𝔤𝔞𝔯𝔡𝔢𝔫 ①", "the fine garden 1"},
		{"full case folding", "STRASSE Straße ΣΊΣΥΦΟΣ", "strase strase σiσuφoσ"},
		{"accents", "Météo à Łódź, ČESKÝ çay İstanbul ılık", "meteo a lodz cesky cay istanbul ilik"},
		{"zero width and joiners", "ga\u200brd\u2060en\ufeff so\u00adft a\u200db", "garden soft ab"},
		{"bidirectional controls", "\u202egarden\u202c \u2066rain\u2069", "garden rain"},
		{"variation selectors and tags", "rain\ufe0f ra\U000e0067in", "rain rain"},
		{"stacked marks", "g\u0321\u0340\u0489ar\u0334den", "garden"},
		{"stretched words", "raaaaain soooo goood 1000", "rain so god 1000"},
		{"not UTF-8", "rain\xff\xfegauge", "rain gauge"},
		{"control characters", "ra\x00in\x1b gauge", "rain gauge"},
		{"circled and small letters", "🅶🅰🅡🅳ⓔⓝ ʀᴀɪɴ", "garden rain"},
		{"cyrillic in latin", "gаrdеn rаіn рlаtform", "garden rain platform"},
		{"latin in cyrillic", "cтaнция дoждь", "ctahция дoждь"},
		{"cyrillic", "станция Дождь ЁЖИК", "ctahция дoждь eжиk"},
		{"greek in latin", "gαrdεn ραin", "garden pain"},
		{"latin in greek", "kαιρός στον σtαθμό", "kaipoσ σtov σtaθmo"},
		{"greek", "ΚΑΙΡΌΣ στον σταθμό", "kaipoσ σtov σtaθmo"},
		{"look-alikes alone", "сор нос XOP", "cop hoc xop"},
		{"two scripts in a word", "ftpжа wifi-сеть", "ftpжa wifi cetь"},
		{"alef, hamza, yeh, teh marbuta", "إلى الأرضِ آخرُ مدرسة مؤسسة شاطئ سماء", "الي الارض اخر مدرسه موسه شاطي سما"},
		{"tatweel, harakat, presentation forms", "الحديـــقة مُحَطَّةٌ ﻗﻄﺎﺭ", "الحديقه محطه قطار"},
		{"Persian and Urdu letters", "یک کتاب ہم گھر ے", "يك كتاب هم گهر ي"},
		{"Kurdish letters", "هەڵە کوردی ڕۆژ", "هله كوردي روژ"},
		{"joined by an invisible mark", "می\u200cروم", "ميروم"},
		{"digits of all scripts", "٣٤ ۵۶ ७८ ๙๐ １２", "34 56 78 90 12"},
		{"Hebrew vowel signs", "שָׁלוֹם", "שלום"},
		{"Hindi vowels stay", "बारिश का पानी", "बारिश का पानी"},
		{"Thai vowels stay", "สถานีรถไฟ", "สถานีรถไฟ"},
		{"half-width kana", "ｶﾞｰﾃﾞﾝ 庭園", "ガーデン 庭園"},
		{"Korean of letters", "한국 정원", "한국 정원"},
		{"links", "see https://x.example/a?b=1#c now hxxps[:]//y.example www.z.example t.example/abc end", "se now end"},
		{"hidden link", "ht\u200btps://x.example/garden rain", "rain"},
		{"link in Chinese", "看https://x.example/abc真好", "看 真好"},
		{"handles", "@desk_1 wrote to desk@x.example, @a@b.example", "wrote to"},
		{"handles of other scripts stay", "@مستخدم 信给desk@x.example", "مستخدم 信给"},
		{"no links", "and/or e.g. 24/7 1.5/2 a.b/c", "and or e g 24 7 1 5 2 a b c"},
		{"tags", "#rain_gauge #حديقة", "rain gauge حديقه"},
	} {
		got := Normalise(tt.in)
		if got != tt.want {
			t.Errorf("%s: %q became %q, want %q", tt.why, tt.in, got, tt.want)
		}
		if again := Normalise(got); again != got {
			t.Errorf("%s: %q becomes %q", tt.why, got, again)
		}
	}
}

// Every character and what full case folding, upper and lower case and decomposition make
// of it have one plain form.
func TestCaseAndFormDoNotCount(t *testing.T) {
	foldAll := cases.Fold()
	for r := rune(0); r <= unicode.MaxRune; r++ {
		decomposed := norm.NFKD.String(string(r))
		if !utf8.ValidRune(r) || unicode.In(r, unicode.Han, unicode.Hangul, unicode.Co) || r > 0x20000 && r < 0xe0000 || strings.ContainsRune(decomposed, '\u0345') { // the iota below a Greek vowel becomes a letter
			continue
		}
		want := Normalise("x" + string(r))
		for name, other := range map[string]string{"folded": foldAll.String("x" + string(r)), "upper": "x" + string(unicode.ToUpper(r)), "lower": "x" + string(unicode.ToLower(r)), "decomposed": "x" + decomposed} {
			if got := Normalise(other); got != want {
				t.Errorf("%U %c: %q, %s %q", r, r, want, name, got)
			}
		}
		if Normalise(want) != want {
			t.Errorf("%U %c: %q becomes %q", r, r, want, Normalise(want))
		}
	}
}

func FuzzNormalise(f *testing.F) {
	for _, s := range []string{"The rain", "gаrdеn", "\xffa\u0301", "ᄀ\u200bᅡᄀ\u200bᅡ", "ᄀ\u0301ᅡᄀ\u0301ᅡ", "a@b@@c.d/e", "http://", "www.", "مَرحباً ـــ", "ﷺ", "한\u1160", "\u0958\u0958", "сαc"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Normalise(text)
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Fatalf("%q became %q: not UTF-8 in NFC", text, got)
		}
		if again := Normalise(got); again != got {
			t.Fatalf("%q became %q, which becomes %q", text, got, again)
		}
		if strings.Contains(got, "  ") || strings.TrimSpace(got) != got {
			t.Fatalf("%q became %q: spaces", text, got)
		}
	})
}
