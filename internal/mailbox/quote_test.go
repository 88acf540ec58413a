package mailbox

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// What a reply writes above its quotation, in the words of mail programs of many languages.
func TestTheOriginalIsCutOff(t *testing.T) {
	for language, introduction := range map[string]string{
		"en":         "On Sat, 28 Nov 2026 at 09:12, Unit North <desk@desk.example> wrote:",
		"en wrapped": "On Sat, 28 Nov 2026 at 09:12, Unit North\n<desk@desk.example>\nwrote:",
		"de":         "Am 28.11.26 um 09:12 schrieb Unit North:",
		"de named":   "Am Sa., 28. Nov. 2026 um 09:12 Uhr schrieb Unit North <desk@desk.example>:",
		"fr":         "Le sam. 28 nov. 2026 à 09:12, Unit North <desk@desk.example> a écrit :",
		"it":         "Il giorno sab 28 nov 2026 alle ore 09:12 Unit North <desk@desk.example> ha scritto:",
		"es":         "El sáb, 28 nov 2026 a las 9:12, Unit North (<desk@desk.example>) escribió:",
		"pt":         "Unit North <desk@desk.example> escreveu no dia sábado, 28/11/2026 à(s) 09:12:",
		"pl":         "W dniu 28.11.2026 o 09:12, Unit North pisze:",
		"pl wrote":   "sob., 28 lis 2026 o 09:12 Unit North <desk@desk.example> napisał(a):",
		"el":         "Στις Σάβ 28 Νοε 2026 στις 9:12 π.μ., ο/η Unit North <desk@desk.example> έγραψε:",
		"nl":         "Op za 28 nov 2026 om 09:12 schreef Unit North <desk@desk.example>:",
		"sv":         "Den lör 28 nov. 2026 kl 09:12 skrev Unit North <desk@desk.example>:",
		"fi":         "la 28. marrask. 2026 klo 9.12 Unit North (desk@desk.example) kirjoitti:",
		"cs":         "so 28. 11. 2026 v 9:12 odesílatel Unit North <desk@desk.example> napsal:",
		"hu":         "Unit North <desk@desk.example> ezt írta (időpont: 2026. nov. 28., Szo, 9:12):",
		"ro":         "În sâm., 28 nov. 2026 la 09:12, Unit North <desk@desk.example> a scris:",
		"ru":         "сб, 28 нояб. 2026 г. в 09:12, Unit North <desk@desk.example>:\n",
		"bg":         "На сб, 28.11.2026 г. в 9:12 Unit North <desk@desk.example> написа:",
		"tr":         "Unit North <desk@desk.example>, 28 Kas 2026 Cmt, 09:12 tarihinde şunu yazdı:",
		"ar":         "في السبت، 28 نوفمبر 2026 في 9:12 ص كتب Unit North <desk@desk.example>:",
	} {
		for how, quotation := range map[string]string{"marked": "> Please act.\n>> earlier\n>", "unmarked": "\nPlease act.\nWithin the hour."} {
			if language == "ru" && how == "unmarked" {
				continue // it says neither who wrote nor that
			}
			own, quoted := Unquote("We have removed it.\n\nÉté, 12:30.\n\n" + introduction + "\n" + quotation)
			want := "We have removed it.\n\nÉté, 12:30."
			if own != want || !strings.Contains(quoted, "Please act.") {
				t.Errorf("%s, %s: own %q, quoted %q", language, how, own, quoted)
			}
		}
	}
}

func TestHeaderBlocksOfOutlook(t *testing.T) {
	for language, block := range map[string]string{
		"en":        "From: Unit North <desk@desk.example>\nSent: Saturday, 28 November 2026 09:12\nTo: Clips\nSubject: Order AR-2026-000001",
		"en bold":   "*From:* Unit North\n*Date:* 28 November 2026\n*To:* Clips\n*Subject:* Order",
		"de":        "Von: Unit North\nGesendet: Samstag, 28. November 2026 09:12\nAn: Clips\nBetreff: Anordnung",
		"de divide": "-----Ursprüngliche Nachricht-----\nVon: Unit North",
		"fr":        "________________________________\n\nDe : Unit North\nEnvoyé : samedi 28 novembre 2026 09:12\nÀ : Clips\nObjet : Injonction",
		"it":        "Da: Unit North\nInviato: sabato 28 novembre 2026\nA: Clips\nOggetto: Ordine",
		"es":        "De: Unit North\nEnviado el: sábado, 28 de noviembre\nPara: Clips\nAsunto: Orden",
		"pt":        "De: Unit North\nEnviada em: sábado\nPara: Clips\nAssunto: Decisão",
		"pl":        "Od: Unit North\nWysłano: sobota\nDo: Clips\nTemat: Nakaz",
		"el":        "Από: Unit North\nΣτάλθηκε: Σάββατο\nΠρος: Clips\nΘέμα: Εντολή",
		"nl":        "Van: Unit North\nVerzonden: zaterdag\nAan: Clips\nOnderwerp: Bevel",
		"ar":        "من: Unit North\nتاريخ الإرسال: السبت\nإلى: Clips\nالموضوع: أمر",
		"forwarded": "---------- Forwarded message ---------\nFrom: Unit North",
	} {
		own, quoted := Unquote("Removed.\n\n" + block + "\n\nPlease act.")
		if own != "Removed." || !strings.HasSuffix(quoted, "Please act.") {
			t.Errorf("%s: own %q, quoted %q", language, own, quoted)
		}
	}
}

func TestAnswersBetweenAndBelowAreTheAuthors(t *testing.T) {
	own, quoted := Unquote("On 28 Nov 2026, Unit North wrote:\n> Item 1?\nRemoved.\n> Item 2?\nDisabled at 12:30.\n\nRegards")
	if own != "Removed.\nDisabled at 12:30.\n\nRegards" || quoted != "On 28 Nov 2026, Unit North wrote:\n> Item 1?\n> Item 2?" {
		t.Errorf("own %q, quoted %q", own, quoted)
	}
}

func TestWhatOnlyLooksLikeAQuotation(t *testing.T) {
	for _, text := range []string{"Our moderator wrote: nothing to see.", "From: we cannot tell.\nWe looked.", "He wrote to us.\nTo: nobody", "a > b", "Time: 12:30:"} {
		if own, quoted := Unquote(text); own != text || quoted != "" {
			t.Errorf("%q: own %q, quoted %q", text, own, quoted)
		}
	}
}

// No word is lost, whatever the text.
func FuzzUnquote(f *testing.F) {
	f.Add("a\n> b\nOn 1 Jan x wrote:\nc")
	f.Add("From: a\nTo: b\nSubject: c\n\nd")
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.ContainsRune(text, '\r') {
			return
		}
		own, quoted := Unquote(text)
		count := func(s string) int { return len(strings.Join(strings.Fields(s), "")) }
		if got, want := count(own)+count(quoted), count(text); got != want {
			t.Errorf("%q: %q and %q", text, own, quoted)
		}
	})
}
