package problem

import (
	"errors"
	"fmt"
	"testing"
)

func TestEveryKindHasAMeaning(t *testing.T) {
	slugs := map[string]bool{}
	for kind := Internal; kind <= UnsupportedMedia; kind++ {
		m, ok := table[kind]
		if !ok {
			t.Fatalf("kind %d has no row in the table", kind)
		}
		if m.Slug == "" || m.Title == "" || m.Status < 400 || m.Exit == 0 || slugs[m.Slug] {
			t.Errorf("kind %d: bad or repeated row %+v", kind, m)
		}
		slugs[m.Slug] = true
		if got := FromStatus(m.Status, m.Slug); got != kind {
			t.Errorf("FromStatus(%d, %q) = %d, want %d", m.Status, m.Slug, got, kind)
		}
	}
}

func TestOfAndMessage(t *testing.T) {
	cause := errors.New("disk full")
	err := fmt.Errorf("saving: %w", Wrap(cause, Unavailable, "try again in a minute"))
	if Of(err) != Unavailable || !errors.Is(err, cause) || Message(err) != "try again in a minute" {
		t.Errorf("got kind %d, message %q", Of(err), Message(err))
	}
	if Of(cause) != Internal || Message(cause) == cause.Error() {
		t.Error("an unclassified failure must be Internal and must not show its text")
	}
}
