package id

import (
	"testing"
	"time"
)

func TestNewIsSortableAndParses(t *testing.T) {
	now := time.UnixMilli(1_700_000_000_000)
	prev := New[Item](now)
	for i := range 10_000 {
		next := New[Item](now.Add(time.Duration(i/100) * time.Millisecond))
		if next <= prev {
			t.Fatalf("%d: %s is not after %s", i, next, prev)
		}
		if _, err := Parse[Item](string(next)); err != nil {
			t.Fatal(err)
		}
		prev = next
	}
}

func TestParseRefusesAnotherKind(t *testing.T) {
	unit := New[Unit](time.Now())
	for _, s := range []string{string(unit), "", "itm_", "itm_short", "itm_" + string(make([]byte, 26)), "itm_ILOU5678901234567890123456"} {
		if got, err := Parse[Item](s); err == nil {
			t.Errorf("Parse[Item](%q) = %q, want an error", s, got)
		}
	}
}
