package document

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/argine/argine/internal/link"
	"github.com/argine/argine/internal/problem"
)

// Text is the document as a mail: its subject and its body, in which no mail program makes a
// link to click on, but of the sender's own addresses. The exact links go with it as JSON, CSV or PDF.
func (d Document) Text() (subject, body string, err error) {
	p, err := d.page()
	if err != nil {
		return "", "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n\n%s: %s\n", p.Title, p.Basis, p.Word("reference"), p.Reference)
	for _, party := range [][2]string{{p.Word("from"), p.Unit}, {p.Word("to"), p.Platform}} {
		if party[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", party[0], party[1])
		}
	}
	for _, text := range append(p.Intro, p.Word("links")) {
		b.WriteString("\n" + text + "\n")
	}
	for _, s := range p.Sections {
		p.writeSection(&b, s)
	}
	p.writeItems(&b)
	if p.Answer != "" {
		fmt.Fprintf(&b, "\n%s:\n%s\n", p.Word("answer"), p.Answer)
	}
	return p.Title + " " + p.Reference, b.String(), nil
}

func (p page) writeSection(b *strings.Builder, s section) {
	fmt.Fprintf(b, "\n%s %s: %s\n", p.Word("section"), s.Letter, s.Title)
	for _, text := range s.Texts {
		b.WriteString("- " + text + "\n")
	}
	for _, r := range s.Rows {
		switch {
		case r.Tick:
			b.WriteString(tickText(r.Ticked) + r.Label + "\n")
		case r.Options != nil:
			b.WriteString(label(r.Label) + "\n")
			for _, o := range r.Options {
				b.WriteString("  " + tickText(o.On) + o.Text + "\n")
			}
		case r.Links != nil:
			b.WriteString(label(r.Label) + "\n")
			for _, l := range r.Links {
				b.WriteString("  " + link.Defang(l) + "\n")
			}
		case r.Text != nil:
			b.WriteString(label(r.Label) + indented(r.Text))
		}
		if r.Note != "" {
			b.WriteString("  (" + r.Note + ")\n")
		}
	}
}

func label(s string) string { return strings.TrimRight(s, ":") + ":" }

func tickText(on bool) string {
	if on {
		return "[x] "
	}
	return "[ ] "
}

// indented writes a text behind its label, or beneath it where it has several lines.
func indented(text []piece) string {
	var b strings.Builder
	for _, p := range text {
		b.WriteString(p.Text)
	}
	whole := strings.TrimSpace(b.String())
	if !strings.Contains(whole, "\n") {
		return " " + whole + "\n"
	}
	return "\n  " + strings.ReplaceAll(whole, "\n", "\n  ") + "\n"
}

func (p page) writeItems(b *strings.Builder) {
	if len(p.Items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s (%d)\n", p.Word("items"), len(p.Items))
	for _, it := range p.Items {
		fmt.Fprintf(b, "\n%d. %s\n", it.Number, link.Defang(it.URL))
		if it.Limbs != "" {
			fmt.Fprintf(b, "  %s: %s\n", p.Word("limbs"), it.Limbs)
		}
		if it.Reasons != nil {
			b.WriteString("  " + label(p.Word("reasons")) + strings.ReplaceAll(strings.TrimRight(indented(it.Reasons), "\n"), "\n", "\n  ") + "\n")
		}
		if it.Identifier != "" {
			fmt.Fprintf(b, "  %s: %s\n", p.Word("identifier"), it.Identifier)
		}
	}
}

// CSV is the table of the links of a referral or notice, exact ones, RFC 4180.
func (d Document) CSV() ([]byte, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	if len(d.Items) == 0 {
		return nil, problem.New(problem.Invalid, "the document %s lists no items; there is no table of them", d.Form)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	w.Write([]string{"reference", "item_id", "url", "limbs", "reasons"})
	for _, it := range d.Items {
		w.Write([]string{unformulated(d.Reference), unformulated(it.ItemID), it.URL, strings.Join(it.Limbs, " "), unformulated(it.Reasons)})
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// unformulated keeps a text from being read as a formula by a spreadsheet, as OWASP advises
// under "CSV injection".
func unformulated(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
