package lines

import (
	"bytes"
	"strings"

	"github.com/argine/argine/internal/problem"
)

// What recordEnd gives for an end that it does not find.
const (
	unknown = -1 // more of the file must be seen
	broken  = -2 // the quotation marks make no sense
)

// recordEnd returns where the first record ends and where the next begins. A field is
// either free of quotation marks, or wholly in them with two for each one inside.
func recordEnd(seen []byte, whole bool, sep byte) (end, after int) {
	stops := "\r\n\"" + string(sep)
	for i := 0; ; i++ { // i is at the beginning of a field
		if i < len(seen) && seen[i] == '"' {
			i = closing(seen, i+1)
			if i < 0 || i == len(seen) && !whole {
				return unknown, 0
			}
		} else if n := bytes.IndexAny(seen[i:], stops); n >= 0 {
			i += n
		} else if whole {
			i = len(seen)
		} else {
			return unknown, 0
		}
		switch {
		case i == len(seen):
			return i, i
		case seen[i] == '\r' || seen[i] == '\n':
			end, after = lineEnd(seen[i:], whole)
			if end < 0 {
				return unknown, 0
			}
			return i, i + after
		case seen[i] != sep:
			return broken, 0
		}
	}
}

// closing returns the place behind the mark that closes a field, -1 if none does. At the
// end of what is seen it cannot tell a closing mark from the first of two.
func closing(seen []byte, i int) int {
	for {
		n := bytes.IndexByte(seen[i:], '"')
		if n < 0 {
			return -1
		}
		i += n + 1
		if i == len(seen) || seen[i] != '"' {
			return i
		}
		i++
	}
}

// split splits a whole record into its fields.
func split(text string, sep byte) ([]string, error) {
	var fields []string
	raw := []byte(text)
	for i := 0; ; i++ {
		if i < len(text) && text[i] == '"' {
			end := closing(raw, i+1)
			if end < 0 {
				return nil, problem.New(problem.Invalid, "a quotation mark opens on this line and is not closed; close it, or write two for one that belongs to the text")
			}
			fields = append(fields, strings.ReplaceAll(text[i+1:end-1], `""`, `"`))
			i = end
		} else {
			n := strings.IndexAny(text[i:], `"`+string(sep))
			if n < 0 {
				return append(fields, text[i:]), nil
			}
			fields = append(fields, text[i:i+n])
			i += n
		}
		if i == len(text) {
			return fields, nil
		}
		if text[i] != sep {
			return nil, problem.New(problem.Invalid, "a quotation mark stands inside a value; put the whole value in quotation marks and write two for each one inside")
		}
	}
}

func lineCount(seen []byte) int {
	return bytes.Count(seen, []byte{'\n'}) + bytes.Count(seen, []byte{'\r'}) - bytes.Count(seen, []byte("\r\n"))
}
