package mailbox

import (
	"bytes"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/text/encoding/htmlindex"
)

// inUTF8 reads a text of a character set. One that is not known is read as it is, and what is
// no UTF-8 in it is marked.
func inUTF8(charset string, r io.Reader) io.Reader {
	if utf8, err := charsetReader(charset, r); err == nil {
		return utf8
	}
	return r
}

func charsetReader(charset string, r io.Reader) (io.Reader, error) {
	charset = strings.ToLower(strings.TrimSpace(charset))
	switch charset {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "x-unknown":
		return r, nil
	}
	e, err := htmlindex.Get(charset)
	if err != nil {
		return nil, err
	}
	return e.NewDecoder().Reader(r), nil
}

// texts gives the author's words and the quoted original. Of a mail that says the same plainly
// and in HTML, the plain text is taken.
func (w *walk) texts() (own, quoted string) {
	if len(bytes.TrimSpace(w.plain)) > 0 {
		return Unquote(tidy(string(w.plain)))
	}
	text, below := fromHTML(w.html)
	own, quoted = Unquote(tidy(text))
	return own, strings.TrimSpace(quoted + "\n" + tidy(below))
}

// tidy brings a text to line feeds alone and takes out what a screen must not be given.
func tidy(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = strings.ReplaceAll(text, "\u00a0", " ")
	return strings.TrimSpace(plain(text))
}

// hidden are elements whose content is no text of the author.
var hidden = map[atom.Atom]bool{atom.Style: true, atom.Script: true, atom.Head: true, atom.Title: true, atom.Template: true, atom.Noscript: true}

// breaks are elements that begin a new line.
var breaks = map[atom.Atom]bool{atom.P: true, atom.Div: true, atom.Br: true, atom.Tr: true, atom.Li: true, atom.Ul: true, atom.Ol: true, atom.H1: true,
	atom.H2: true, atom.H3: true, atom.H4: true, atom.Table: true, atom.Blockquote: true, atom.Hr: true, atom.Pre: true}

// fromHTML gives the text of a page and, apart, that of its quotations. The tokenizer keeps
// no tree, so that depth costs nothing.
func fromHTML(page []byte) (own, quoted string) {
	var text, below strings.Builder
	z := html.NewTokenizer(bytes.NewReader(page))
	var quote, hide int
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			return text.String(), below.String()
		}
		to := &text
		if quote > 0 {
			to = &below
		}
		token := z.Token()
		switch kind {
		case html.TextToken:
			if hide == 0 {
				writeFlowing(to, token.Data)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			if breaks[token.DataAtom] {
				to.WriteByte('\n')
			}
			if kind == html.StartTagToken && hidden[token.DataAtom] {
				hide++
			}
			if token.DataAtom == atom.Blockquote && kind == html.StartTagToken {
				quote++
			}
		case html.EndTagToken:
			if hidden[token.DataAtom] && hide > 0 {
				hide--
			}
			if token.DataAtom == atom.Blockquote && quote > 0 {
				quote--
			}
			if breaks[token.DataAtom] && token.DataAtom != atom.Br {
				to.WriteByte('\n')
			}
		}
	}
}

// writeFlowing writes a text with its white space as a browser shows it.
func writeFlowing(to *strings.Builder, text string) {
	if text == "" {
		return
	}
	if strings.ContainsRune(" \t\r\n", rune(text[0])) {
		to.WriteByte(' ')
	}
	to.WriteString(strings.Join(strings.Fields(text), " "))
	if strings.ContainsRune(" \t\r\n", rune(text[len(text)-1])) {
		to.WriteByte(' ')
	}
}
