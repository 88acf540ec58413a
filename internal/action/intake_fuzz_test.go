package action_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// FuzzRead checks what holds for any file in any form: lines come in order, good ones can be
// stored, bad ones can be shown, and how the bytes arrive makes no difference.
func FuzzRead(f *testing.F) {
	for ext, contentType := range types {
		samples, _ := filepath.Glob("testdata/*" + ext)
		for _, sample := range samples {
			text, _ := os.ReadFile(sample)
			f.Add(contentType, string(text))
		}
	}
	f.Add("text/csv", "url,note\n\"a\"b\n\"\"\"\r")
	f.Fuzz(func(t *testing.T, contentType, text string) {
		got, lines, err := told(contentType, strings.NewReader(text))
		if again, _, _ := told(contentType, iotest.HalfReader(strings.NewReader(text))); again != got {
			t.Fatalf("in other pieces:\n%s\nnot\n%s", again, got)
		}
		last := 0
		for _, l := range lines {
			if l.Number < last || l.Number < 1 {
				t.Fatalf("line %d comes after line %d", l.Number, last)
			}
			last = l.Number
			if !utf8.ValidString(l.Input) || strings.ContainsAny(l.Input, "\x00\n\r") || len(l.Input) > 600 {
				t.Fatalf("input %q cannot be shown", l.Input)
			}
			if l.Err == nil && (l.URL == "" || !utf8.ValidString(l.URL+l.Source+l.Note) || strings.Contains(l.URL+l.Source+l.Note, "\x00")) {
				t.Fatalf("%+v cannot be stored", l)
			}
		}
		if ends := strings.Count(text, "\n") + strings.Count(text, "\r"); err == nil && last > ends+1 {
			t.Fatalf("line %d of a file with %d line ends", last, ends)
		}
	})
}
