package link

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// Found is one link in a text.
type Found struct {
	Raw    string // as it stands in the text
	URL    string // refanged; not yet canonical
	Offset int    // of Raw, in bytes
	Line   int    // from 1
}

const dotMark = `(?:\.|[ \t]?[\[{][ \t]*(?:\.|dot)[ \t]*[\]}][ \t]?|\((?:\.|dot)\))`

var (
	linkStart = regexp.MustCompile(`(?i)(` + schemeMark + `)|[\pL\pN][\pL\pN_-]*(?:` + dotMark + `[\pL\pN][\pL\pN_-]*)+(?:(?::|\[:\])\d{1,5})?`)
	schemeAt  = regexp.MustCompile(`(?i)^[,;|(]+[ \t]?` + schemeMark)
	markAt    = regexp.MustCompile(`(?i)^` + dotMark + `[\pL\pN]`)
	emailAt   = regexp.MustCompile(`(?i)^(?:@|[\[({](?:@|at)[\])}])`)
	emailEnd  = regexp.MustCompile(`(?i)(?:@|[\[({](?:@|at)[\])}])$`)
)

// Find returns the links in a pasted text, in order: those with a scheme, defanged ones,
// and those without a scheme that cannot be anything else. Punctuation and brackets of
// the sentence around a link are left out.
func Find(text string) []Found {
	clean, at := visibleAt(text)
	var out []Found
	line, counted := 1, 0
	for pos := 0; pos < len(clean); {
		m := linkStart.FindStringSubmatchIndex(clean[pos:])
		if m == nil {
			break
		}
		start, end := pos+m[0], pos+m[1]
		if m[2] < 0 && !hostAlone(clean, start, end) {
			pos = start + 1 + strings.LastIndexByte(clean[start+1:end], '.') + 1 // "…end.https://"
			continue
		}
		body := end
		end = linkEnd(clean, start, end)
		pos = max(end, body)
		if m[2] >= 0 && end <= body {
			continue // a scheme with nothing behind it
		}
		f := Found{URL: Refang(clean[start:end]), Offset: start, Raw: clean[start:end]}
		if at != nil {
			f.Offset = at[start]
			f.Raw = text[at[start] : at[end-1]+1]
		}
		line += strings.Count(text[counted:f.Offset], "\n")
		counted, f.Line = f.Offset, line
		out = append(out, f)
	}
	return out
}

func asciiWordBefore(s string, i int) bool { return wordBefore(s, i) && s[i-1] < utf8.RuneSelf }

// hostAlone decides whether something with dots in it, and no scheme, is a link.
func hostAlone(s string, start, end int) bool {
	if start > 0 && (strings.IndexByte(`@/\._%=&~`, s[start-1]) >= 0 || asciiWordBefore(s, start)) ||
		emailAt.MatchString(s[end:]) || emailEnd.MatchString(s[max(0, start-4):start]) {
		return false
	}
	host, _ := cutPort(strings.ReplaceAll(s[start:end], "[:]", ":"))
	marked := strings.ContainsAny(host, "[({")
	host = strings.ToLower(Refang(host))
	last := host[strings.LastIndexByte(host, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return marked && strings.Count(host, ".") == 3
	}
	if marked {
		return true
	}
	return (strings.HasPrefix(host, "www.") || end < len(s) && s[end] == '/') && public(host)
}

// public reports whether the last label is one that registries give out, or is reserved
// for examples and tests (RFC 2606) or onion services (RFC 7686).
func public(host string) bool {
	switch host[strings.LastIndexByte(host, '.')+1:] {
	case "example", "test", "onion":
		return true
	}
	suffix, icann := publicsuffix.PublicSuffix(host)
	return icann || strings.Contains(suffix, ".")
}

// linkEnd returns where the link ends whose host begins at or before from.
func linkEnd(s string, start, from int) int {
	end := from
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if strings.ContainsRune(" \t[({", r) {
			if m := markAt.FindStringIndex(s[end:]); m != nil {
				end += m[1] - 1 // the character behind the mark is ASCII or the start of a rune
				for end < len(s) && !utf8.RuneStart(s[end]) {
					end--
				}
				continue
			}
		}
		if ends(r) || strings.ContainsRune(",;|(", r) && schemeAt.MatchString(s[end:]) {
			break
		}
		end += size
	}
	if start > 0 {
		end = closeAt(s, start, from, end)
	}
	return trim(s, from, end)
}

// ends reports whether a rune cannot belong to a link in a sentence.
func ends(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError ||
		strings.ContainsRune("<>\"`“”„«»‹›「」『』《》。，、；！？（）【】", r)
}

var closers = map[byte]byte{'(': ')', '[': ']', '{': '}', '\'': '\''}

// closeAt ends the link at the bracket that closes the one right before it.
func closeAt(s string, start, from, end int) int {
	closer, ok := closers[s[start-1]]
	if !ok {
		return end
	}
	depth := 0
	for i := from; i < end; i++ {
		switch {
		case s[i] == closer && depth == 0:
			return i
		case s[i] == closer:
			depth--
		case s[i] == s[start-1]:
			depth++
		}
	}
	return end
}

// trim takes the sentence's punctuation off the end: full stops and their like, and
// closing brackets that nothing in the link opens.
func trim(s string, from, end int) int {
	open := map[rune]int{} // by closer: opened less closed
	for i := from; i < end; i++ {
		switch c := s[i]; c {
		case '(', '[', '{':
			open[rune(closers[c])]++
		case ')', ']', '}':
			open[rune(c)]--
		}
	}
	for end > from {
		r, size := utf8.DecodeLastRuneInString(s[from:end])
		switch {
		case strings.ContainsRune(".,;:!?'*…", r):
		case r == '(' || r == '[' || r == '{':
			open[rune(closers[byte(r)])]--
		case (r == ')' || r == ']' || r == '}') && open[r] < 0:
			open[r]++
		default:
			return end
		}
		end -= size
	}
	return end
}
