package mailbox

import (
	"regexp"
	"strings"
)

// Unquote parts what the author of a reply wrote from the original that it quotes. It knows
// lines that begin with >, the line that introduces them ("On … wrote:") and the block of
// header lines that Outlook puts in its place, in the languages of the Union and some more.
// Text between and below quoted lines is the author's own. Nothing is lost: what is not the
// one is the other.
func Unquote(text string) (own, quoted string) {
	lines := strings.Split(text, "\n")
	var mine, theirs []string
	for i := 0; i < len(lines); i++ {
		if isQuoted(lines[i]) {
			theirs = append(theirs, lines[i])
			continue
		}
		if divides(lines, i) {
			theirs = append(theirs, lines[i:]...)
			break
		}
		n := introduces(lines, i)
		if n == 0 {
			mine = append(mine, lines[i])
			continue
		}
		if next := filled(lines, i+n); next < len(lines) && !isQuoted(lines[next]) {
			theirs = append(theirs, lines[i:]...)
			break
		}
		theirs = append(theirs, lines[i:i+n]...)
		i += n - 1
	}
	return paragraphs(mine), paragraphs(theirs)
}

func isQuoted(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " \t\u200e\u200f"), ">")
}

// filled is the first line from i on that is not blank.
func filled(lines []string, i int) int {
	for i < len(lines) && strings.TrimSpace(lines[i]) == "" {
		i++
	}
	return i
}

// wrote is how programs say that somebody wrote, with what may follow the verb up to the
// colon at the end of the line.
var wrote = regexp.MustCompile(`(?i)(?:^|[\s,>)])(?:` + strings.Join([]string{
	`wrote`, `writes`, // en
	`schrieb`,                        // de
	`a écrit`, `a ecrit`, `écrivait`, // fr
	`ha scritto`, `scrive`, // it
	`escribió`, `escribio`, `va escriure`, // es, ca
	`escreveu`,                                                 // pt
	`napisał\(a\)`, `napisał`, `napisała`, `napisali`, `pisze`, // pl
	`έγραψε`, `έγραψαν`, // el
	`schreef`, `skrev`, `kirjoitti`, // nl; da, no, sv; fi
	`napsal\(a\)`, `napsala?`, `napísala?`, // cs, sk
	`írta`, `ezt írta`, `a scris`, // hu, ro
	`je napisao/la`, `je napisala?`, `je napisao`, `написа`, `написал\(а\)`, `написала?`, `пишет`, `пише`, // hr, bg, ru, uk
	`kirjutas`, `rakstīja`, `rašė`, `kiteb`, `scríobh`, // et, lv, lt, mt, ga
	`yazdı`, `şunu yazdı`, // tr
	`كتب`, `كتبت`, `نوشت`, `נכתב על ידי`, `כתב`, // ar, fa, he
	`写道`, `寫道`, // zh
}, "|") + `).{0,120}[:：]$`)

// dated is what an introduction has beside: a day, or an address.
var dated = regexp.MustCompile(`[0-9٠-٩۰-۹]|@`)

// introduces tells how many lines at i introduce a quotation; programs wrap it.
func introduces(lines []string, i int) int {
	joined := ""
	for n := 1; n <= 3 && i+n <= len(lines); n++ {
		line := strings.Trim(lines[i+n-1], " \t\u200e\u200f\u202a\u202c")
		if line == "" || isQuoted(line) {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		if len(joined) > 400 {
			return 0
		}
		if wrote.MatchString(joined) && dated.MatchString(joined) {
			return n
		}
		next := filled(lines, i+n) // in a language that is not known here
		if strings.HasSuffix(joined, ":") && strings.Contains(joined, "@") && next < len(lines) && isQuoted(lines[next]) {
			return n
		}
	}
	return 0
}

// The labels of the header lines of an original.
var (
	fromLabel    = label(`From|Von|De|Da|Od|Από|Van|Från|Fra|Lähettäjä|От|Від|Expéditeur|Feladó|De la|Kimden|Saatja|Sūtītājs|Nuo|من|Mittente|Nadawca`)
	toLabel      = label(`To|An|À|A|Para|Do|Προς|Aan|Till|Til|Vastaanottaja|Кому|До|Címzett|Către|Kime|Saaja|Kam|Komu|إلى|Date|Sent|Datum|Gesendet|Envoyé|Envoyé le|Inviato|Data|Enviado|Enviado el|Enviada em|Fecha|Wysłano|Στάλθηκε|Ημερομηνία|Verzonden|Skickat|Sendt|Dato|Lähetetty|Отправлено|Дата|Elküldve|Dátum|Trimis|Gönderildi|Odesláno|تاريخ الإرسال|التاريخ`)
	subjectLabel = label(`Subject|Betreff|Objet|Oggetto|Asunto|Assunto|Temat|Θέμα|Onderwerp|Ämne|Emne|Aihe|Тема|Tárgy|Subiect|Konu|Teema|Předmět|Predmet|الموضوع`)
	divider      = regexp.MustCompile(`(?i)^\s*[-_]{2,}\s*(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|Message d.origine|Message original|Message transféré|Messaggio originale|Messaggio inoltrato|Mensaje original|Mensaje reenviado|Mensagem original|Oryginalna wiadomość|Wiadomość oryginalna|Wiadomość przekazana dalej|Αρχικό μήνυμα|Oorspronkelijk bericht|Ursprungligt meddelande|Ursprungsmeddelande|Opprinnelig melding|Oprindelig meddelelse|Alkuperäinen viesti|Исходное сообщение|Původní zpráva|Eredeti üzenet|Mesaj original|الرسالة الأصلية|رسالة أصلية)\s*[-_]{2,}\s*$`)
	rule         = regexp.MustCompile(`^\s*_{10,}\s*$`)
)

func label(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)^[\s*\x{200e}\x{200f}]*(?:` + words + `)\s?[:：]\*?`)
}

// divides tells whether everything from line i on is the original, without marks of its own.
func divides(lines []string, i int) bool {
	if divider.MatchString(lines[i]) {
		return true
	}
	if rule.MatchString(lines[i]) {
		next := filled(lines, i+1)
		return next < len(lines) && headed(lines, next)
	}
	return headed(lines, i)
}

// headed tells whether a block of header lines begins at line i.
func headed(lines []string, i int) bool {
	if !fromLabel.MatchString(lines[i]) {
		return false
	}
	var to, subject bool
	for _, line := range lines[i+1 : min(i+8, len(lines))] {
		to = to || toLabel.MatchString(line)
		subject = subject || subjectLabel.MatchString(line)
	}
	return to && subject
}

var gaps = regexp.MustCompile(`\n{3,}`)

func paragraphs(lines []string) string {
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " \t")
	}
	return strings.Trim(gaps.ReplaceAllString(strings.Join(lines, "\n"), "\n\n"), "\n")
}
