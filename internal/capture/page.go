package capture

import (
	"bytes"
	"cmp"
	"io"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"
)

// page is what an HTML page says.
type page struct {
	title    string
	language string // as the page declares it, "" where it does not
	text     string // what a person sees, a line for each block
	base     string // href of <base>
	named    [ranks][]string
}

// reading is a page being read, one token at a time and without a tree: a page nested a
// million deep costs no more than a flat one of its length, and what a tree builder would
// do about misplaced tags matters for neither text nor media.
type reading struct {
	page
	tokens *html.Tokenizer
	seen   visible
	hidden hiding

	inTitle, inSVG bool
	ogTitle        string
}

// longestTitle is in runes.
const longestTitle = 300

// readPage reads a page in the encoding that HTML's rules find for it (byte order mark,
// Content-Type, <meta>, then guessing).
func readPage(body []byte, contentType string) page {
	r := &reading{tokens: html.NewTokenizer(decoded(body, contentType))}
	for {
		switch kind := r.tokens.Next(); kind {
		case html.ErrorToken: // the end; a page that is cut off ends where it ends
			return r.finish()
		case html.TextToken:
			r.take(r.tokens.Text())
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := r.tokens.TagName()
			r.end(string(name))
		}
	}
}

// decoded gives the bytes as UTF-8.
func decoded(body []byte, contentType string) io.Reader {
	r, err := charset.NewReader(bytes.NewReader(body), contentType)
	if err != nil {
		return bytes.NewReader(body)
	}
	return r
}

func (r *reading) finish() page {
	r.title = strings.TrimSpace(r.title)
	if r.title == "" {
		r.title = r.ogTitle
	}
	r.title = oneLine(r.title, longestTitle)
	r.text = r.seen.String()
	return r.page
}

func (r *reading) take(text []byte) {
	switch {
	case r.inTitle:
		if len(r.title) < 8*longestTitle {
			r.title += string(text[:min(len(text), 8*longestTitle)])
		}
	case !r.hidden.on():
		r.seen.add(text)
	}
}

// start deals with a start tag. Media are noted in hidden parts too: pages hold pictures
// back until they are scrolled to, or give them in <noscript>.
func (r *reading) start(closed bool) {
	raw, more := r.tokens.TagName()
	name := string(raw)
	a := attributes{}
	for more {
		var key, value []byte
		key, value, more = r.tokens.TagAttr()
		a.note(key, value)
	}
	switch name {
	case "html":
		if r.language == "" {
			r.language = declaredLanguage(cmp.Or(a.lang, a.xmlLang))
		}
	case "base":
		if r.base == "" {
			r.base = a.href
		}
	case "svg":
		r.inSVG = !closed
	case "title":
		r.inTitle = r.title == "" && !r.inSVG
	case "noscript":
		r.tokens.NextIsNotRawText()
	case "meta":
		if strings.EqualFold(a.property, "og:title") && r.ogTitle == "" {
			r.ogTitle = a.content
		}
	}
	r.refer(name, &a)
	if !closed || !r.inSVG { // "/>" ends an element in SVG and means nothing in HTML
		r.hidden.start(name, &a)
	}
	if !r.hidden.on() {
		r.seen.edge(name)
	}
}

func (r *reading) end(name string) {
	switch name {
	case "svg":
		r.inSVG = false
	case "title":
		r.inTitle = false
	}
	r.hidden.end(name)
	if !r.hidden.on() {
		r.seen.edge(name)
	}
}

// hiding tells which tokens a person does not see: those from the start of a hidden element
// to its end. Elements of the same name within are counted.
type hiding struct {
	name  string
	depth int
}

func (h *hiding) on() bool { return h.depth > 0 }

func (h *hiding) start(name string, a *attributes) {
	if h.on() && h.endsBefore(name) {
		h.depth = 0
	}
	switch {
	case voids[name]:
	case h.on() && name == h.name:
		h.depth++
	case !h.on() && (unseen[name] || a.hidden && name != "html" && name != "body"):
		h.name, h.depth = name, 1 // a body that is hidden at first is shown by a script
	}
}

// endsBefore reports whether a start tag ends the hidden element by itself: <p> and the
// like have no end tag as often as not (HTML standard, 13.1.2.4).
func (h *hiding) endsBefore(name string) bool {
	switch h.name {
	case "p":
		return blocks[name]
	case "li", "option", "tr", "td":
		return name == h.name
	case "dt", "dd":
		return name == "dt" || name == "dd"
	}
	return false
}

func (h *hiding) end(name string) {
	if !h.on() {
		return
	}
	switch {
	case name == h.name:
		h.depth--
	case h.name == "p" && blocks[name], parents[h.name] != "" && strings.Contains(parents[h.name], " "+name+" "):
		h.depth = 0
	}
}

// parents are the elements with whose end an element ends that may lack its own end tag.
var parents = map[string]string{"li": " ul ol menu ", "option": " select datalist ", "dt": " dl ", "dd": " dl ", "tr": " table tbody ", "td": " tr table tbody "}

func words(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

var (
	unseen = words("script style noscript template iframe noembed noframes object datalist title audio video canvas")
	voids  = words("area base br col embed hr img input link meta source track wbr")
	// blocks stand on lines of their own.
	blocks = words("address article aside blockquote body br dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol option p pre search section select summary table tbody tfoot thead tr ul")
	cells  = words("td th button input textarea")
)
