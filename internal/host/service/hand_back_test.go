package service

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// TestACopyThatBreaksOff is no copy: the command cannot tell its end from that of the content, and
// has done nothing whatever it says. One that the command does not read breaks nothing.
func TestACopyThatBreaksOff(t *testing.T) {
	broken := io.MultiReader(strings.NewReader("the first half"), iotest.ErrReader(errors.New("the seal is broken")))
	for _, one := range []struct {
		name, command string
		from          io.Reader
		done          bool
	}{
		{"whole", `cat "$ARGINE_FILE_1" >&2`, strings.NewReader("all of it"), true},
		{"broken", `cat "$ARGINE_FILE_1" >&2`, broken, false},
		{"not read", "exit 0", strings.NewReader(strings.Repeat("x", 1<<20)), true},
	} {
		t.Run(one.name, func(t *testing.T) {
			s, err := New(Config{Command: []string{"/bin/sh", "-c", one.command}}, nil, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			out := s.Do(t.Context(), Task{ID: "hac_1", Action: "reinstate", Back: []Copy{{Name: "page.txt", Open: func() (io.ReadCloser, error) { return io.NopCloser(one.from), nil }}}}, time.Now())
			if out.Close != nil {
				out.Close()
			}
			if out.Done != one.done || !one.done && (!out.Again || !strings.Contains(out.Detail, "the seal is broken")) {
				t.Errorf("it comes to %+v", out)
			}
		})
	}
}
