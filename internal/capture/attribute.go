package capture

import "strings"

// attributes are those of a start tag that mean something here. Their values come decoded;
// of an attribute that stands twice the first counts, as in browsers.
type attributes struct {
	lang, xmlLang, href, rel, src, srcset, lazy, poster, data string
	property, content                                         string
	hidden                                                    bool
}

func (a *attributes) note(key, value []byte) {
	var into *string
	switch string(key) {
	case "hidden":
		a.hidden = true
	case "style":
		a.hidden = a.hidden || stylesAway(string(value))
	case "lang":
		into = &a.lang
	case "xml:lang":
		into = &a.xmlLang
	case "href":
		into = &a.href
	case "rel":
		into = &a.rel
	case "src":
		into = &a.src
	case "srcset", "data-srcset":
		into = &a.srcset
	case "data-src", "data-original", "data-lazy-src":
		into = &a.lazy
	case "poster":
		into = &a.poster
	case "data":
		into = &a.data
	case "property", "name":
		into = &a.property
	case "content":
		into = &a.content
	}
	if into != nil && *into == "" {
		*into = string(value)
	}
}

// stylesAway reports whether an inline style hides its element. What style sheets hide is
// not known without a browser.
func stylesAway(style string) bool {
	if len(style) > 4096 {
		return false
	}
	bare := strings.ToLower(strings.Join(strings.Fields(style), ""))
	return strings.Contains(bare, "display:none") || strings.Contains(bare, "visibility:hidden")
}
