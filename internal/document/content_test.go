package document

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/argine/argine/internal/press"
	"github.com/argine/argine/internal/problem"
)

// squeezed drops all spaces, because lines break elsewhere in each shape.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\u200e' || r == '\u200f' || r == '\f' || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, s)
}

var (
	tags  = regexp.MustCompile(`<[^>]*>`)
	style = regexp.MustCompile(`(?s)<style>.*?</style>`)
)

func shown(page []byte) string {
	return squeezed(html.UnescapeString(tags.ReplaceAllString(style.ReplaceAllString(string(page), ""), "")))
}

// seen is how each value of a document's JSON is to be read on paper, told apart from the code
// that lays it out: moments as their time and year, member states as their code, ticked options
// by their words behind a crossed box.
func seen(t *testing.T, d Document) (list []string) {
	t.Helper()
	text, err := d.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var w struct {
		Reference, Unit, Platform string
		AnswerURL                 string `json:"answer_url"`
		Values                    map[string]any
		Items                     []struct {
			ItemID       string `json:"item_id"`
			URL, Reasons string
			Limbs        []string
		}
	}
	if err := json.Unmarshal(text, &w); err != nil {
		t.Fatal(err)
	}
	list = append(list, w.Reference, w.Unit, w.Platform, w.AnswerURL)
	words := catalogues[d.Language].words
	for key, value := range w.Values {
		switch v := value.(type) {
		case bool:
			list = append(list, "☒"+words[wordKey(d.Form, key)])
		case []any:
			for _, o := range v {
				list = append(list, "☒"+words[wordKey(d.Form, key)+"."+o.(string)])
			}
		case string:
			list = append(list, asSeen(words, d.Form, key, v)...)
		}
	}
	for _, it := range w.Items {
		list = append(list, it.ItemID, it.URL, strings.Join(it.Limbs, ", "))
		list = append(list, asSeen(words, d.Form, "reasons", it.Reasons)...)
	}
	return list
}

func asSeen(words map[string]string, form, key, value string) []string {
	if words[wordKey(form, key)+"."+value] != "" {
		return []string{"☒" + words[wordKey(form, key)+"."+value]}
	}
	if value == "2026-10-25T02:30:00+02:00" {
		return []string{"25", words["month.10"], "2026", "02:30:00", "UTC+02:00"}
	}
	if regexp.MustCompile(`^[A-Z]{2}$`).MatchString(value) {
		return []string{"(" + value + ")"}
	}
	if !strings.HasSuffix(key, "url") && !strings.HasSuffix(key, "urls") { // what a person wrote has no exact links
		value = strings.ReplaceAll(value, "https://video.example", "hxxps://video[.]example")
	}
	return strings.Split(value, "\n")
}

func lacking(text string, values []string) (list []string) {
	for _, v := range values {
		if v = squeezed(v); !strings.Contains(text, v) {
			list = append(list, v)
		}
	}
	return list
}

// TestHTMLSaysWhatTheJSONSays: in every form and language, each value and each fixed part.
func TestHTMLSaysWhatTheJSONSays(t *testing.T) {
	for _, form := range Forms() {
		for _, lang := range Languages() {
			d := sample(form)
			d.Language = lang
			page, err := d.HTML()
			if err != nil {
				t.Fatal(err)
			}
			text := shown(page)
			if missing := lacking(text, seen(t, d)); missing != nil {
				t.Errorf("%s in %s lacks %q", form, lang, missing)
			}
			f, _ := d.Law()
			for _, k := range formKeys(f) {
				if missing := lacking(text, []string{catalogues[lang].words[k]}); missing != nil {
					t.Errorf("%s in %s lacks the fixed part %s", form, lang, k)
				}
			}
			if strings.Contains(string(page), "<a ") || strings.Contains(string(page), "<script") || strings.Contains(string(page), "src=") {
				t.Errorf("%s in %s has something to click, run or load", form, lang)
			}
		}
	}
}

// TestPDFSaysWhatTheJSONSays prints every form in English, the removal order in every language.
func TestPDFSaysWhatTheJSONSays(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	p, err := press.Open(press.Config{})
	if problem.Is(err, problem.Unavailable) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed; get it with: apt-get install poppler-utils")
	}
	var docs []Document
	for _, form := range Forms() {
		docs = append(docs, sample(form))
	}
	for _, lang := range Languages()[1:] {
		d := sample(AnnexI)
		d.Language = lang
		docs = append(docs, d)
	}
	docs = append(docs, arabic())
	for i, d := range docs {
		page, err := d.HTML()
		if err != nil {
			t.Fatal(err)
		}
		pdf, err := p.PDF(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), d.Name("pdf"))
		if dir := os.Getenv("ARGINE_SCREENSHOTS"); dir != "" {
			path = filepath.Join(dir, fmt.Sprintf("%02d-%s-%s.pdf", i, d.Form, d.Language))
		}
		if err := os.WriteFile(path, pdf, 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("pdftotext", "-raw", path, "-").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		text, values := paper(string(out), d.Reference), seen(t, d)
		if d.Language == "ar" { // poppler turns lines of mixed direction around; words of one script stay whole
			values = scripts(values)
		}
		if missing := lacking(text, values); missing != nil {
			t.Errorf("the PDF of %s in %s lacks %q", d.Form, d.Language, missing)
		}
	}
}

// paper is the text of a PDF without what stands at the foot of each page, which may come in the
// middle of a value.
func paper(text, reference string) string {
	var b strings.Builder
	foot := regexp.MustCompile(`^(` + regexp.QuoteMeta(reference) + `|\d+ / \d+|` + regexp.QuoteMeta(reference) + ` ?\d+ / \d+)$`)
	pages := strings.Split(text, "\f")
	for _, page := range pages {
		lines := strings.Split(strings.TrimRight(page, "\n"), "\n")
		for i, line := range lines {
			if i < len(lines)-3 || !foot.MatchString(line) {
				b.WriteString(line + "\n")
			}
		}
	}
	return squeezed(b.String() + reference)
}

// scripts cuts values into runs of letters of one script, each a word.
func scripts(values []string) (words []string) {
	word := regexp.MustCompile(`[A-Za-z0-9:/?=&._-]+[A-Za-z0-9]`)
	for _, v := range values {
		words = append(words, word.FindAllString(v, -1)...)
	}
	return words
}

// TestMailHasNothingToClick: its body says the same, with every link defanged but the sender's own.
func TestMailHasNothingToClick(t *testing.T) {
	for _, form := range Forms() {
		for _, lang := range Languages() {
			d := sample(form)
			d.Language, d.AnswerURL = lang, ""
			subject, body, err := d.Text()
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(subject, d.Reference) || strings.ContainsAny(subject, "\r\n") {
				t.Errorf("%s in %s has the subject %q", form, lang, subject)
			}
			if strings.Contains(body, "http://") || strings.Contains(body, "https://") {
				t.Errorf("%s in %s has a link to click on", form, lang)
			}
			var values []string
			for _, v := range seen(t, d) {
				v = strings.ReplaceAll(v, "https://video.example", "hxxps://video[.]example")
				values = append(values, strings.ReplaceAll(v, "☒", "[x]"))
			}
			if missing := lacking(squeezed(body), values); missing != nil {
				t.Errorf("the mail of %s in %s lacks %q", form, lang, missing)
			}
		}
	}
}

func TestTheTableHasExactLinks(t *testing.T) {
	d := sample(Referral)
	d.Items[0].Reasons = "=HYPERLINK(1)"
	text, err := d.CSV()
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v, %q", err, rows)
	}
	if got := strings.Join(rows[1], "|"); got != "EX-2026/00017|itm_1|https://video.example/watch/1?t=30&list=a|a c|'=HYPERLINK(1)" {
		t.Error(got)
	}
	if _, err := sample(AnnexI).CSV(); !problem.Is(err, problem.Invalid) {
		t.Errorf("an order has a table: %v", err)
	}
}
