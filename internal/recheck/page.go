package recheck

import (
	"bytes"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
)

const (
	maxPage  = 4 << 20 // bytes of a page that are read; what says "not found" stands at the top
	maxToken = 1 << 20 // bytes of one tag or text
)

// page is what a person, or a preview, would see of an HTML page.
type page struct {
	title    string
	headings string // h1 and h2
	text     string
	refs     []string // absolute links to what it may show: src, poster, srcset, og:image …
	password bool     // it has a field for a password
}

// readPage reads a page as a stream of tokens; hostile nesting costs nothing.
func readPage(body []byte, contentType, base string) page {
	body = body[:min(len(body), maxPage)]
	decoded, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		decoded = bytes.NewReader(body)
	}
	r := reader{z: html.NewTokenizer(decoded)}
	r.base, _ = url.Parse(base)
	r.z.SetMaxBuf(maxToken)
	for {
		switch r.z.Next() {
		case html.ErrorToken:
			r.out.title, r.out.headings, r.out.text = r.title.String(), r.headings.String(), r.text.String()
			return r.out
		case html.TextToken:
			r.words(string(r.z.Text()))
		case html.StartTagToken, html.SelfClosingTagToken:
			r.open()
		case html.EndTagToken:
			r.close()
		}
	}
}

type reader struct {
	z                     *html.Tokenizer
	base                  *url.URL
	out                   page
	inTitle, inHead       bool // in <title>; in <h1> or <h2>
	hidden                atom.Atom
	title, headings, text strings.Builder
}

func (r *reader) words(s string) {
	if r.hidden != 0 {
		return
	}
	if r.inTitle {
		r.title.WriteString(s)
		return
	}
	if r.inHead {
		r.headings.WriteString(s + " ")
	}
	r.text.WriteString(s)
}

func (r *reader) open() {
	token := r.z.Token()
	r.refer(token)
	switch token.DataAtom {
	case atom.Title:
		r.inTitle = r.title.Len() == 0 // later ones belong to drawings
	case atom.H1, atom.H2:
		r.inHead = true
	case atom.Script, atom.Style, atom.Noscript, atom.Template:
		if r.hidden == 0 && token.Type == html.StartTagToken {
			r.hidden = token.DataAtom
		}
	case atom.Input:
		for _, a := range token.Attr {
			r.out.password = r.out.password || a.Key == "type" && strings.EqualFold(a.Val, "password")
		}
	}
	r.space(token.DataAtom)
}

func (r *reader) close() {
	token := r.z.Token()
	switch token.DataAtom {
	case atom.Title:
		r.inTitle = false
	case atom.H1, atom.H2:
		r.inHead = false
	}
	if token.DataAtom == r.hidden {
		r.hidden = 0
	}
	r.space(token.DataAtom)
}

// space parts the words of two blocks. Tags within a line do not part a word.
func (r *reader) space(a atom.Atom) {
	switch a {
	case atom.A, atom.B, atom.I, atom.Em, atom.Strong, atom.Span, atom.U, atom.Font, atom.Small, atom.Mark, atom.Wbr:
	default:
		r.text.WriteByte('\n')
	}
}

func (r *reader) refer(token html.Token) {
	meta := ""
	for _, a := range token.Attr {
		if a.Key == "property" || a.Key == "name" {
			meta = strings.ToLower(a.Val)
		}
	}
	for _, a := range token.Attr {
		switch {
		case a.Key == "src", a.Key == "poster", a.Key == "href" && token.DataAtom == atom.A,
			a.Key == "content" && (strings.HasPrefix(meta, "og:") || strings.HasPrefix(meta, "twitter:")):
			r.add(a.Val)
		case a.Key == "srcset":
			for candidate := range strings.SplitSeq(a.Val, ",") {
				if fields := strings.Fields(candidate); len(fields) > 0 {
					r.add(fields[0])
				}
			}
		}
	}
}

func (r *reader) add(ref string) {
	if r.base == nil || len(r.out.refs) >= 5000 {
		return
	}
	if u, err := r.base.Parse(strings.TrimSpace(ref)); err == nil && u.Host != "" {
		r.out.refs = append(r.out.refs, u.String())
	}
}
