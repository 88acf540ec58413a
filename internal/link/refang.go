package link

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// People defang a link so that nobody follows it by accident, each in their own way. The
// marks below are those in common use: hxxp, h**p; [.] {.} (.) [dot] (dot); [:] [://] [/];
// [@] [at]. Square and curly brackets never stand in a canonical link, so they count
// anywhere; round ones do, so they count only in the host.
const (
	schemeMark = `h(?:tt|xx|\*\*|__)p(s?)[ \t]?(?:(?:\[:\]|\(:\)|\{:\}|:)(?://|\[//\]|\[/\]\[/\])|\[://\]|\(://\)|\{://\})`
	textMark   = `[ \t]?[\[({][ \t]*(?:\.|dot|at|@|:|/|//|://)[ \t]*[\])}][ \t]?`
)

var (
	anyMark   = regexp.MustCompile(`(?i)` + schemeMark + `|` + textMark)
	inner     = strings.NewReplacer("[://]", "://", "[:]", ":", "[//]", "//", "[/]", "/", "{:}", ":", "{://}", "://")
	bracketed = regexp.MustCompile(`<(https?://[^\s<>]*)>`)
)

// Refang undoes defanging in a text: link marks, characters that are not seen (zero-width,
// soft hyphen, direction marks), and angle brackets around a link. Punctuation after a
// link stays, because a link may end in it; Find knows where a link ends in a sentence.
// For every canonical link u, Refang(Defang(u)) is u.
func Refang(text string) string {
	text = visible(text)
	if !defanged(text) {
		return bracketed.ReplaceAllString(text, "$1")
	}
	var out strings.Builder
	var at token
	pos := 0
	for _, m := range anyMark.FindAllStringSubmatchIndex(text, -1) {
		at.feed(text[pos:m[0]])
		out.WriteString(text[pos:m[0]])
		mark := text[m[0]:m[1]]
		plain := mark
		switch {
		case m[2] >= 0 && (at.link || wordBefore(text, m[0])):
			plain = inner.Replace(mark) // the scheme's letters are the link's own
		case m[2] >= 0:
			plain = "http" + strings.ToLower(text[m[2]:m[3]]) + "://"
		default:
			if c, ok := meaning(mark, at, wordBefore(text, m[0]), wordAfter(text, m[1])); ok {
				plain = c
			}
		}
		at.feed(plain)
		out.WriteString(plain)
		pos = m[1]
	}
	out.WriteString(text[pos:])
	return bracketed.ReplaceAllString(out.String(), "$1")
}

// defanged reports whether there may be a mark in s.
func defanged(s string) bool {
	if strings.ContainsAny(s, "[({") {
		return true
	}
	low := strings.ToLower(s)
	return strings.Contains(low, "hxxp") || strings.Contains(low, "h**p") || strings.Contains(low, "h__p")
}

// meaning returns what a bracketed mark stands for, if it is one here.
func meaning(mark string, at token, before, after bool) (string, bool) {
	inner := strings.Trim(mark, " \t")
	spaced := inner != mark
	open := inner[0]
	inner = strings.ToLower(strings.Trim(inner[1:len(inner)-1], " \t"))
	if open == '(' && (!at.inHost() || spaced) {
		return "", false
	}
	switch inner {
	case ".", "dot":
		return ".", before && after
	case "@", "at":
		return "@", before && after && !spaced
	}
	return inner, open != '(' && !spaced // ":", "/", "//", "://"
}

// wordBefore reports whether a character of a host name ends at i; wordAfter, begins.
func wordBefore(s string, i int) bool { return i > 0 && wordByte(s[i-1]) }
func wordAfter(s string, i int) bool  { return i < len(s) && wordByte(s[i]) }

func wordByte(c byte) bool {
	return c == '-' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// token follows how far into a link a text is, from one space to the next.
type token struct {
	link    bool // "//" is past
	path    bool // the host is past
	slashes int  // at the end of what was fed
}

func (t *token) feed(s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '/':
			t.slashes++
			continue
		case c <= ' ' || c == '<' || c == '>' || c == '"':
			*t = token{}
			continue
		case c == '?' || c == '#':
			t.path = true
		}
		switch {
		case t.slashes >= 2 && !t.link && !t.path:
			t.link = true
		case t.slashes > 0:
			t.path = true
		}
		t.slashes = 0
	}
}

// inHost reports whether the next character would belong to the host, or may.
func (t token) inHost() bool {
	return !t.path && (t.slashes == 0 || t.slashes >= 2 && !t.link)
}

// Defang writes a link so that no mail program makes it clickable: the scheme becomes
// hxxp, dots of the host become [.]; a link within the link is broken up too.
func Defang(link string) string {
	rest, head := link, ""
	if hasScheme(link) {
		scheme, tail, _ := strings.Cut(link, "://")
		head, rest = "hxxp"+strings.ToLower(scheme[4:])+"://", tail
	}
	parts := strings.Split(rest, "://")
	for i, part := range parts {
		end := strings.IndexAny(part, "/?#&")
		if end < 0 {
			end = len(part)
		}
		parts[i] = breakDots(part[:end]) + part[end:]
	}
	return head + strings.Join(parts, "[://]")
}

// breakDots marks the dots between two characters of a name; others are no host's.
func breakDots(s string) string {
	var out strings.Builder
	for i := range len(s) {
		if s[i] == '.' && i > 0 && i+1 < len(s) && wordByte(s[i-1]) && wordByte(s[i+1]) {
			out.WriteString("[.]")
		} else {
			out.WriteByte(s[i])
		}
	}
	return out.String()
}
