package capture

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestText is how much of a page's text is kept, in bytes: about 200,000 words.
const longestText = 1 << 20

const byteOrderMark = '\ufeff'

// visible gathers text as a person reads it: white space collapsed, a line for each block,
// no control characters, UTF-8 always.
type visible struct {
	out  strings.Builder
	gap  byte // what to write before the next letter: 0, ' ' or '\n'
	full bool
}

func (v *visible) String() string { return v.out.String() }

// edge is where a tag begins or ends.
func (v *visible) edge(name string) {
	switch {
	case blocks[name]:
		v.gap = '\n'
	case cells[name] && v.gap == 0:
		v.gap = ' '
	}
}

func (v *visible) add(text []byte) {
	for len(text) > 0 && !v.full {
		r, size := utf8.DecodeRune(text)
		text = text[size:]
		if unicode.IsSpace(r) {
			if v.gap == 0 {
				v.gap = ' '
			}
		} else if !unicode.IsControl(r) && r != byteOrderMark {
			v.letter(r)
		}
	}
}

// lines adds text whose line ends mean something.
func (v *visible) lines(text []byte) {
	for len(text) > 0 && !v.full {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			v.add(text)
			return
		}
		v.add(text[:end])
		v.gap = '\n'
		text = text[end+1:]
	}
}

func (v *visible) letter(r rune) {
	if v.out.Len()+1+utf8.RuneLen(r) > longestText {
		v.full = true
		return
	}
	if v.gap != 0 && v.out.Len() > 0 {
		v.out.WriteByte(v.gap)
	}
	v.gap = 0
	v.out.WriteRune(r)
}

// plainText reads a file of text.
func plainText(body []byte, contentType string) string {
	// Four bytes make at most one letter in every encoding, so more need not be decoded.
	text, _ := io.ReadAll(io.LimitReader(decoded(body, contentType), 4*longestText))
	var v visible
	v.lines(text)
	return v.String()
}

// oneLine collapses white space and cuts after at most n runes.
func oneLine(text string, n int) string {
	var v visible
	v.add([]byte(text))
	line := v.String()
	for at := range line {
		if n == 0 {
			return strings.TrimSpace(line[:at])
		}
		n--
	}
	return line
}
