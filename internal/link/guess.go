package link

import "strings"

// What the words of a path usually say, for pages that no rule knows. Being wrong here
// costs a question at pre-flight, so the lists are short and plain.
var (
	searchWords  = map[string]bool{"search": true, "results": true, "find": true, "suche": true, "recherche": true, "buscar": true, "cerca": true}
	listingWords = map[string]bool{"tag": true, "tags": true, "category": true, "categories": true, "hashtag": true, "explore": true, "trending": true, "popular": true, "latest": true, "browse": true}
	searchNames  = map[string]bool{"q": true, "s": true, "search": true, "query": true, "search_query": true, "keyword": true}
	indexWords   = map[string]bool{"index.html": true, "index.htm": true, "index.php": true, "default.aspx": true, "home": true}
	fileEndings  = map[string]bool{
		"jpg": true, "jpeg": true, "png": true, "gif": true, "webp": true, "avif": true, "mp4": true, "webm": true, "mkv": true,
		"mov": true, "avi": true, "mp3": true, "ogg": true, "wav": true, "m4a": true, "pdf": true, "epub": true,
		"doc": true, "docx": true, "zip": true, "rar": true, "7z": true, "apk": true,
	}
)

// guess says what kind of thing and sort of page a settled link names, from its form.
// content: the sub-domain itself names a thing, so that "/" is that thing.
func (p *parts) guess(content bool) (kind, page string) {
	first, _, more := strings.Cut(strings.ToLower(p.path[1:]), "/")
	last := first
	if more {
		trimmed := strings.TrimSuffix(strings.ToLower(p.path), "/")
		last = trimmed[strings.LastIndexByte(trimmed, '/')+1:]
	}
	root := p.fragment == "" && (first == "" || indexWords[first]) && !more
	switch {
	case root && len(p.query) == 0 && content:
		return KindSite, PageItem
	case root && len(p.query) == 0:
		return KindSite, PageHome
	case searchWords[first] || searchWords[last] || root && p.asks():
		return KindSite, PageSearch
	case listingWords[first]:
		return KindSite, PageListing
	}
	if i := strings.LastIndexByte(last, '.'); i > 0 && fileEndings[last[i+1:]] {
		return KindFile, PageItem
	}
	return KindPost, PageItem
}

// asks reports whether a parameter has the name that search forms give to theirs.
func (p *parts) asks() bool {
	for _, q := range p.query {
		if searchNames[q.name] {
			return true
		}
	}
	return false
}
