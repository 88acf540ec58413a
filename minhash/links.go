package minhash

import "strings"

// Links and handles change from copy to copy while the text stays, so they do not count.
// Only their ASCII characters go, so that a whole text of another script cannot be hidden
// behind a mark, and a link ends where such a text goes on without a space.

// longestHost bounds how far one looks for the end of what may be the name of a host.
const longestHost = 255

// skip returns how many bytes of a link or handle begin at text[i], 0 for none.
func (p *plain) skip(text string, i int) int {
	c := text[i]
	if c == '@' {
		return p.handle(text, i)
	}
	if !isAlnum(c) || i < p.tried {
		return 0
	}
	head := 0 // scheme or host
	for head < longestHost && i+head < len(text) && (isAlnum(text[i+head]) || strings.IndexByte("+-._", text[i+head]) >= 0) {
		head++
	}
	host, rest := text[i:i+head], text[i+head:]
	if !strings.HasPrefix(rest, "://") && !strings.HasPrefix(rest, "[:]//") && !strings.HasPrefix(rest, `:\\`) &&
		!(len(host) > 4 && strings.EqualFold(host[:4], "www.")) && !(strings.HasPrefix(rest, "/") && looksLikeHost(host)) {
		p.tried = i + head // a name that begins within this one ends as it does
		return 0
	}
	return head + span(rest, func(c byte) bool { return c > ' ' && c < 0x7f && strings.IndexByte("<>\"`", c) < 0 })
}

// handle takes "@name", and the whole of "name@host".
func (p *plain) handle(text string, i int) int {
	n := 1 + span(text[i+1:], func(c byte) bool { return isAlnum(c) || strings.IndexByte("_.-@", c) >= 0 })
	if n == 1 || i == 0 || !isAlnum(text[i-1]) {
		return n
	}
	for len(p.word) > 0 && p.word[len(p.word)-1] < 0x80 { // of an address, what stands before it, too
		p.word = p.word[:len(p.word)-1]
	}
	return n
}

// looksLikeHost reports whether a name has a dot and ends with two letters or more.
func looksLikeHost(name string) bool {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 || len(name)-dot < 3 {
		return false
	}
	return span(name[dot+1:], func(c byte) bool { return isAlnum(c) && (c < '0' || c > '9') }) == len(name)-dot-1
}

func span(text string, in func(byte) bool) int {
	n := 0
	for n < len(text) && in(text[n]) {
		n++
	}
	return n
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
