package law

import (
	"testing"
	"time"
)

// TestTheEndOfNonDisclosureThatIsTold, Article 11(3): the authority's paper names it. It may be
// earlier than six weeks after the first, and neither later than that nor before the first.
func TestTheEndOfNonDisclosureThatIsTold(t *testing.T) {
	const first, second = 20 + 42*24*60, 20 + 84*24*60
	for name, tt := range map[string]struct{ told, want int }{
		"the same":             {second, second},
		"a week earlier":       {second - 7*24*60, second - 7*24*60},
		"a week too late":      {second + 7*24*60, second},
		"before the first end": {first - 1, second},
	} {
		longer := after(30_000, NonDisclosedLonger)
		longer.Until = t0.Add(time.Duration(tt.told) * time.Minute)
		c := clockOf(t, delivered(after(20, NonDisclosed), longer), t0.Add(30_001*time.Minute), "non_disclosure")
		if want := t0.Add(time.Duration(tt.want) * time.Minute); c.State != Running || !c.Until.Equal(want) {
			t.Errorf("%s: %s until %s, want %s", name, c.State, c.Until, want)
		}
	}
}
